"""The five R of generative welfare, from the book alone: what is counted, as data, and ratios.

Raccogliere, Redistribuire, Rigenerare, Rendere, Responsabilizzare. All of it is net: what was
given back, reversed or written off is taken off where it happened. Pure. Not here: which entries a
period has (`ledger.reports.five_rs`). Source: domain.md 4.2.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ledger.core.chart import AccountKind as A
from ledger.core.chart import EntryKind as E
from ledger.core.circuit.targets import PARTS, Target
from ledger.core.quantities import Amount, half_up

HOUR_CENTS: Final[Amount] = 10_00  # The reference value of an hour given back: the Seveso rate.
MINUTES: Final = 60
PUBLIC: Final = frozenset({"state", "region", "comune"})
PASSED_ON: Final = "social_fund"  # Money of the circuit, which was counted when it was collected.


class Way(NamedTuple):
    """One way of money between two kinds of account in one kind of entry, and how it counts."""

    entry: E
    debit: A
    credit: A
    sign: int


# What each measure is made of: the rows of the posting rules, and their contraries.
MEASURES: Final[Mapping[str, tuple[Way, ...]]] = {
    "funding": (
        Way(E.FUNDING, A.TREASURY, A.FUND, 1),
        Way(E.DEFUNDING, A.FUND, A.TREASURY, -1),
        Way(E.REVERSAL, A.FUND, A.TREASURY, -1),
        Way(E.REVERSAL, A.TREASURY, A.FUND, 1),
    ),
    "issued": (
        Way(E.ISSUANCE, A.FUND, A.VOUCHER, 1),
        Way(E.ISSUANCE, A.BATCH, A.VOUCHER, 1),
        Way(E.REVERSAL, A.VOUCHER, A.BATCH, -1),
    ),
    "spent": (
        Way(E.REDEMPTION, A.VOUCHER, A.SHOP_PAYABLE, 1),
        Way(E.OFFLINE_REDEMPTION, A.VOUCHER, A.SHOP_PAYABLE, 1),
        Way(E.OFFLINE_REDEMPTION, A.DEVICE_RESERVE, A.SHOP_PAYABLE, 1),
        Way(E.REFUND, A.SHOP_PAYABLE, A.VOUCHER, -1),
        Way(E.REFUND, A.SHOP_PAYABLE, A.FUND, -1),
        Way(E.REFUND, A.SHOP_CLAIM, A.REFUND_DUE, -1),
    ),
    "fund": (
        Way(E.PURCHASE, A.CONTRIBUTION_DUE, A.FUND_ACCRUED, 1),
        Way(E.GOODS_RETURN, A.FUND_ACCRUED, A.CONTRIBUTION_DUE, -1),
        Way(E.WRITE_OFF, A.FUND_ACCRUED, A.CONTRIBUTION_DUE, -1),
    ),
    "bonus": (
        Way(E.PURCHASE, A.CONTRIBUTION_DUE, A.FAMILY_BONUS_ACCRUED, 1),
        Way(E.GOODS_RETURN, A.FAMILY_BONUS_ACCRUED, A.CONTRIBUTION_DUE, -1),
        Way(E.WRITE_OFF, A.FAMILY_BONUS_ACCRUED, A.CONTRIBUTION_DUE, -1),
    ),
    "donated": (
        Way(E.DONATION, A.BANK, A.SOCIAL_FUND, 1),
        Way(E.REVERSAL, A.SOCIAL_FUND, A.BANK, -1),
    ),
    "hours": (
        Way(E.HOURS_GIVEN, A.MEMBER, A.MEMBER, 1),
    ),
}  # fmt: skip
_COUNTED: Final = {
    (way.entry, way.debit, way.credit): (name, way.sign)
    for name, ways in MEASURES.items()
    for way in ways
}


def counted_as(way: tuple[str, str, str]) -> tuple[str, int] | None:
    """The measure that a way (entry, debit, credit) counts for, and its sign; None: for none."""
    return _COUNTED.get((E(way[0]), A(way[1]), A(way[2])))


@dataclass(slots=True)
class Figure:
    """A sum in cents (hours: in minutes), and how many entries it is made of."""

    amount: int = 0
    entries: int = 0


@dataclass(slots=True)
class Tally:
    """Takes transfers in the order of their book and sums what they count for.

    `of`: by measure and source of the money; the empty source where none is asked for.
    """

    of: dict[tuple[str, str], Figure] = field(default_factory=lambda: defaultdict(Figure))
    _last: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def add(self, entry: tuple[int, int], way: tuple[str, str, str], amount: int, of: str) -> None:
        """Count one transfer; `entry`: its book and place in the log, `of`: the source of it."""
        found = counted_as(way)
        if found is not None:
            name, sign = found
            self.take(entry, name, sign * amount, of)

    def take(self, entry: tuple[int, int], name: str, amount: int, of: str) -> None:
        """Count an amount, with its sign, for the measure of this name."""
        figure = self.of[name, of]
        figure.amount += amount
        if self._last.get((name, of)) != entry:
            figure.entries += 1
            self._last[name, of] = entry

    def total(self, name: str, sources: frozenset[str] | None = None) -> Figure:
        """A measure over all sources, or these; an entry of two sources counts with each."""
        found = [
            one
            for (measure, source), one in self.of.items()
            if measure == name and (sources is None or source in sources)
        ]
        return Figure(sum(one.amount for one in found), sum(one.entries for one in found))

    def sources(self, name: str) -> list[str]:
        """The sources that a measure has."""
        return sorted(source for measure, source in self.of if measure == name)


@dataclass(frozen=True, slots=True)
class Reach:
    """Households with at least one voucher; how many of them gave something back.

    `ended_cents`: vouchers whose term ended in the period, `unspent_cents`: what was left of them.
    """

    households: int
    giving_back: int
    ended_cents: Amount
    unspent_cents: Amount


def parts(above: int, below: int) -> int | None:
    """A ratio in parts of ten thousand, half up; None where there is nothing to divide by."""
    return half_up(above * PARTS, below) if below else None


def ratio_of(found: int) -> str:
    """Parts of ten thousand as a ratio to four places."""
    whole, rest = divmod(abs(found), PARTS)
    return f"{'-' if found < 0 else ''}{whole}.{rest:04d}"


def ratio(above: int, below: int) -> str | None:
    """A ratio to four places, half up; None ("n/d") where there is nothing to divide by."""
    found = parts(above, below)
    return None if found is None else ratio_of(found)


def hours_in_cents(minutes: int) -> Amount:
    """Minutes given back at the reference value: only for a ratio, never money."""
    return minutes * HOUR_CENTS // MINUTES


def given_back(tally: Tally) -> Amount:
    """What came back: hours at their reference value, discounts for the fund and for families."""
    hours, fund, bonus = (tally.total(name).amount for name in ("hours", "fund", "bonus"))
    return hours_in_cents(hours) + fund + bonus


def collected(tally: Tally) -> Amount:
    """What came in from all sources, each euro counted once."""
    outside = (tally.of["funding", one] for one in tally.sources("funding") if one != PASSED_ON)
    circuit = (tally.total(name) for name in ("fund", "bonus", "donated"))
    return sum(one.amount for one in (*outside, *circuit))


def found_for(tally: Tally, reach: Reach) -> dict[Target, int | None]:
    """The figure that each target is held against; None where there is nothing to divide by."""
    spent = tally.total("spent").amount
    return {
        Target.COLLECTED: collected(tally),
        Target.UNSPENT: parts(reach.unspent_cents, reach.ended_cents),
        Target.RATE: parts(tally.total("fund").amount, spent),
        Target.YIELD: parts(given_back(tally), tally.total("spent", PUBLIC).amount),
        Target.SHARE: parts(reach.giving_back, reach.households),
    }
