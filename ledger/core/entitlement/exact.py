"""Exact decimals at the edges of an evaluation: read strictly, written without losing a digit."""

import re
from decimal import Decimal
from fractions import Fraction

from ledger.core.quantities import Amount, half_up

_DECIMAL = re.compile(r"-?\d{1,12}(\.\d{1,10})?", re.ASCII)
_CENTS = re.compile(r"\d{1,12}(\.\d{2})?", re.ASCII)
FF_PLACES = 4


def read_decimal(text: object) -> Decimal:
    """Read `0.35`. Errors: `ValueError` for what is no plain decimal text, a float too."""
    if not isinstance(text, str) or _DECIMAL.fullmatch(text) is None:
        message = f"{text!r} is no decimal like 0.35, written as text"
        raise ValueError(message)
    return Decimal(text)


def read_cents(text: object) -> Amount:
    """Read `15000.00` into cents. Errors: `ValueError` for anything else, never a guess."""
    if not isinstance(text, str) or _CENTS.fullmatch(text) is None:
        message = f"{text!r} is no amount like 15000.00, written as text"
        raise ValueError(message)
    euros, _, rest = text.partition(".")
    return int(euros) * 100 + int(rest or 0)


def read_fraction(text: object) -> Fraction:
    """Read a slope: `0.05` or `250/25499.99`. Errors: `ValueError`."""
    over, _, under = text.partition("/") if isinstance(text, str) else (text, "", "")
    bottom = read_decimal(under) if under else Decimal(1)
    if bottom == 0:
        message = f"{text!r} divides by nothing"
        raise ValueError(message)
    return Fraction(read_decimal(over)) / Fraction(bottom)


def cents_text(cents: Amount) -> str:
    """Cents as `15000.00`, for programs; people are shown `euro_text`."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def weight_text(weight: Decimal) -> str:
    """A weight or a scale with two places, or as many more as it has."""
    places = max(2, -int(weight.normalize().as_tuple().exponent))
    return f"{weight:.{places}f}"


def rounded(value: Fraction) -> int:
    """The whole number nearest to a fraction, halves away from zero."""
    return half_up(value.numerator, value.denominator)


def ratio_text(value: Fraction) -> str:
    """A ratio with four places, as FF is shown. Nothing is computed from it."""
    shown = rounded(value * 10**FF_PLACES)
    return f"{shown // 10**FF_PLACES}.{shown % 10**FF_PLACES:0{FF_PLACES}d}"
