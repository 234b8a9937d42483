"""What a year of the five R is to come to, for the Rete or a comune: signed data of the rules.

One target each R. Sums are asked of a shorter period in proportion to its days, ratios as they
are. Pure. Not here: who signs them (`sign_circuit_rules`), and the figures (`five_rs`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from ledger.core.quantities import half_up

RETE: Final = "rete"  # The place that stands for all comuni together.
PARTS: Final = 10_000  # A ratio of one, in the parts that targets and ratios are told in.
_YEAR: Final = 365


class Target(StrEnum):
    """What is aimed at, in the order of the five R."""

    COLLECTED = "collected"  # Cents a year.
    UNSPENT = "unspent"  # At most: of vouchers whose term ended; in parts of ten thousand, as all
    RATE = "rate"  # that follow. The fund's share of discounts, by what was spent.
    YIELD = "yield"  # What came back, by public money spent.
    SHARE = "share"  # Households that gave hours, of those with a voucher.


AT_MOST: Final = frozenset({Target.UNSPENT})
WITHIN_ONE: Final = frozenset({Target.UNSPENT, Target.SHARE})  # A part of a whole.
Aims = Mapping[Target, int]
NO_AIMS: Final[Aims] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Attained:
    """A target beside what was found: cents for what is collected, parts of ten thousand else.

    `found`: None where there is nothing to divide by.
    """

    target: Target
    wanted: int
    found: int | None

    @property
    def is_reached(self) -> bool | None:
        """Whether it is; None where nothing can be said."""
        if self.found is None:
            return None
        above = self.found >= self.wanted
        return above if self.target not in AT_MOST else self.found <= self.wanted


def attained(aims: Aims, found: Mapping[Target, int | None], days: int) -> tuple[Attained, ...]:
    """Each target that there is beside its figure, for a period of so many days."""
    return tuple(
        Attained(one, _of_days(one, aims[one], days), found[one]) for one in Target if one in aims
    )


def _of_days(target: Target, wanted: int, days: int) -> int:
    """A year is a year, leap or not."""
    if target is not Target.COLLECTED or days in {_YEAR, _YEAR + 1}:
        return wanted
    return half_up(wanted * days, _YEAR)


def days_of(begins: date, ends: date) -> int:
    """The days of a period, both included."""
    return (ends - begins).days + 1
