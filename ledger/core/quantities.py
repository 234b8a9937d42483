"""Amounts, units, instants, and the one rounding rule. Not here: dates of programmes.

Money is an integer count of minor units (euro cents) from the socket to the disk; text exists
only at the edges, and is written the Italian way.
"""

import re
from typing import Final, TypeAlias

Amount: TypeAlias = int
Unit: TypeAlias = str
Instant: TypeAlias = int  # Microseconds since 1970-01-01T00:00:00Z.

MAX_AMOUNT: Final = 2**53 - 1  # Every JSON reader holds it exactly; as cents, 90 thousand billion.
SECOND: Final = 1_000_000
DAY: Final = 86_400 * SECOND

_UNIT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
_EURO = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d{1,14})(?:,(\d{2}))?", re.ASCII)


def is_amount(value: object) -> bool:
    """Whether `value` is an amount that may be moved: an int from 1 to `MAX_AMOUNT`, no bool."""
    return type(value) is int and 0 < value <= MAX_AMOUNT


def is_unit(value: object) -> bool:
    """Whether `value` can name a unit: 1 to 32 of `A-Z a-z 0-9 _ . -`, a letter or digit first."""
    return isinstance(value, str) and _UNIT.fullmatch(value) is not None


def euro_text(cents: Amount) -> str:
    """Write cents the Italian way: 123456 -> `1.234,56`. Source: web.md section 4."""
    euros, rest = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    return f"{sign}{euros:,}".replace(",", ".") + f",{rest:02d}"


def parse_euro(text: str) -> Amount:
    """Read an amount written the Italian way into cents: `1.234,56`, `12,50`, `12`.

    Errors: `ValueError` for anything else; `12.50` and `1,5` are never guessed.
    """
    match = _EURO.fullmatch(text.strip())
    if match is None:
        message = "an amount is written like 1.234,56 or 12,50"
        raise ValueError(message)
    return int(match[1].replace(".", "")) * 100 + int(match[2] or 0)


def half_up(numerator: int, denominator: int) -> int:
    """Divide and round half away from zero, the only rounding of money. Source: domain.md 2.5."""
    quotient, rest = divmod(abs(numerator), abs(denominator))
    rounded = quotient + (2 * rest >= abs(denominator))
    return rounded if (numerator < 0) == (denominator < 0) else -rounded
