"""Days and moments as people and programs write them, the day before the month.

`01/02/2026`, `1-2-2026`, `2026-02-01`, a workbook's `46054`. A year of two digits is the latest
that is at most one after the year of reading: read in 2026, 27 is 2027 and 28 is 1928. Not here:
which days make sense.
"""

import re
from datetime import date, datetime, time, timedelta
from typing import Final

from ledger.core.programmes import ROME
from ledger.core.quantities import SECOND, Instant

_ITALIAN: Final = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})", re.ASCII)
_ISO: Final = re.compile(r"(\d{4})([/-])(\d{1,2})\2(\d{1,2})", re.ASCII)
_MIDNIGHT: Final = re.compile(r"[ T]00:00(:00)?(?![\d:.])")
_SERIAL: Final = re.compile(r"\d{5}", re.ASCII)  # From 1927 on: a bare year is no day.
_TIME: Final = re.compile(r"(\d{1,2})[:.](\d{2})(?::(\d{2})(?:\.\d+)?)?", re.ASCII)
AHEAD: Final = 1  # Year: until the end of the next one an ISEE may hold.


def read_day(text: str, *, on: date, day_zero: date | None = None) -> date | None:
    """The day that is written, read on day `on`; None where there is none, like 31/02.

    `day_zero`: from where a workbook counts days, None where a number is no day.
    """
    text = _MIDNIGHT.sub("", text)
    if day_zero and _SERIAL.fullmatch(text):
        return day_zero + timedelta(days=int(text))
    if found := _ISO.fullmatch(text):
        return _day(int(found[1]), int(found[3]), int(found[4]))
    if found := _ITALIAN.fullmatch(text):
        year = _whole(int(found[4]), on) if is_short(text) else int(found[4])
        return _day(year, int(found[3]), int(found[1]))
    return None


def is_short(text: str) -> bool:
    """Whether a day is written with two digits for its year."""
    found = _ITALIAN.fullmatch(text)
    return found is not None and len(found[4]) == len("26")


def pieces(text: str) -> list[str]:
    """What stands between commas, semicolons and blanks."""
    return [one for one in re.split(r"[,;\s]+", _MIDNIGHT.sub("", text)) if one]


def read_moment(text: str, *, on: date, day_zero: date | None = None) -> Instant | None:
    """A day, perhaps with an hour in Rome; without one, its first instant."""
    whole = read_day(text, on=on, day_zero=day_zero)
    day_text, _, time_text = text.replace("T", " ").partition(" ")
    day = whole or read_day(day_text, on=on)
    at = time.min if whole else _time(time_text.strip())
    if day is None or at is None:
        return None
    return round(datetime.combine(day, at, ROME).timestamp()) * SECOND


def _whole(short: int, on: date) -> int:
    last = on.year + AHEAD
    return last - (last - short) % 100


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _time(text: str) -> time | None:
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    try:
        return time(int(found[1]), int(found[2]), int(found[3] or 0))
    except ValueError:
        return None
