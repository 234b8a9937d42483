"""The period that a reader chose: a year or a part of it, or from one day to another.

It lives in the address: `anno`, `parte` (empty, `t1` to `t4`, `m1` to `m12`), or `dal` and `al`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException

QUARTERS: Final = tuple(f"t{at}" for at in range(1, 5))
MONTHS: Final = tuple(f"m{at}" for at in range(1, 13))
FIRST_YEAR: Final = 2015
LAST_YEAR: Final = 2199


@dataclass(frozen=True, slots=True)
class Span:
    """Both days included. `chosen`: the words of the address that say the same."""

    begins: date
    ends: date
    chosen: Mapping[str, str]

    @property
    def address(self) -> str:
        """What stands in a link that keeps the period."""
        return urlencode({name: value for name, value in self.chosen.items() if value})

    @property
    def year_before(self) -> "Span":
        """The same days one year earlier."""
        return Span(_earlier(self.begins), _earlier(self.ends + timedelta(days=1), -1), {})


def span_of(asked: Mapping[str, str], today: date) -> Span:
    """Read the address; this year where it says nothing. Errors: 400 for no period at all."""
    begins, ends = asked.get("dal", ""), asked.get("al", "")
    try:
        if begins or ends:
            first = date.fromisoformat(begins)
            last = date.fromisoformat(ends) if ends else max(first, today)
            made = Span(first, last, {"dal": begins, "al": last.isoformat()})
        else:
            year, part = asked.get("anno") or str(today.year), asked.get("parte", "")
            made = Span(*_part(int(year), part), {"anno": str(int(year)), "parte": part})
    except ValueError:
        raise HTTPException(400) from None
    inside = FIRST_YEAR <= made.begins.year <= made.ends.year <= LAST_YEAR
    if not inside or made.begins > made.ends:
        raise HTTPException(400)
    return made


def _part(year: int, part: str) -> tuple[date, date]:
    if not part:
        return date(year, 1, 1), date(year, 12, 31)
    if part in QUARTERS:
        first = 3 * QUARTERS.index(part) + 1
        return date(year, first, 1), _month_end(year, first + 2)
    month = MONTHS.index(part) + 1
    return date(year, month, 1), _month_end(year, month)


def _month_end(year: int, month: int) -> date:
    return (date(year, month, 1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _earlier(day: date, move: int = 0) -> date:
    """The same day of the year before; of 29 February the 28th."""
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap else day.day) + timedelta(days=move)
