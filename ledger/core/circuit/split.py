"""How a receipt's discount is split: fund first, the rest to the family, the net to the shop.

Shares are basis points (hundredths of a percent), since shops agree on 6 or 6,5 %. Each is rounded
half up to the cent and the parts always add up to the receipt. Source: domain.md 2.5.
"""

import re
from dataclasses import dataclass
from typing import Final

from ledger.core.quantities import Amount, half_up, is_amount

WHOLE: Final = 10_000  # Basis points of all of it.
_PERCENT: Final = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))? ?%?", re.ASCII)


class NoSplit(ValueError):
    """A receipt or a discount that cannot be split."""


@dataclass(frozen=True, slots=True)
class Split:
    """What becomes of a receipt, in cents; the three are the receipt."""

    fund_cents: Amount
    family_cents: Amount
    shop_net_cents: Amount

    @property
    def discount_cents(self) -> Amount:
        """What the shop owes for it."""
        return self.fund_cents + self.family_cents


def read_percent(text: str) -> int:
    """Read `6%`, `6,5 %`, `6.25` into basis points. Errors: `NoSplit`."""
    match = _PERCENT.fullmatch(text.strip())
    if match is None:
        raise NoSplit("a discount is a percentage with two decimals at most, like 6% or 6,5%")
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def percent_text(points: int) -> str:
    """Write basis points the Italian way: 650 -> `6,5 %`."""
    whole, rest = divmod(points, 100)
    decimals = f",{rest:02d}".rstrip("0") if rest else ""
    return f"{whole}{decimals} %"


def price_cut(list_cents: Amount, points: int) -> Amount:
    """What comes off a list price (cents), rounded half up: it never reaches this book."""
    if not is_amount(list_cents):
        raise NoSplit("a price is an amount of cents above zero")
    return half_up(list_cents * points, WHOLE)


def split(receipt_cents: Amount, discount_points: int, fund_points: int) -> Split:
    """Split a receipt (cents), fund first. Errors: `NoSplit` for what is no amount, or no share."""
    if not is_amount(receipt_cents):
        raise NoSplit("a receipt is an amount of cents above zero")
    if not 0 <= fund_points <= discount_points <= WHOLE:
        least, told = percent_text(fund_points), percent_text(discount_points)
        raise NoSplit(f"a discount is between the fund's share, {least}, and 100 %, not {told}")
    discount = half_up(receipt_cents * discount_points, WHOLE)
    fund = half_up(receipt_cents * fund_points, WHOLE)
    return Split(fund, discount - fund, receipt_cents - discount)
