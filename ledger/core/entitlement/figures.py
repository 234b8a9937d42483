"""A selection in figures: for whom the money is, and what another rule would change. Cents.

Not here: the selection itself, and pictures of it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger.core.entitlement.selection import Line, Outcome, Selection
from ledger.core.quantities import Amount

BANDS: Final = tuple(euros * 100 for euros in (3_000, 6_000, 9_000, 12_000, 15_000, 20_000, 30_000))
LARGE: Final = 6  # Members: as many and more are one group.
NEAR: Final = 10  # How many are told of those who fall just outside.


@dataclass(frozen=True, slots=True)
class Group:
    """Applications of one kind: how many, how many of them get something, and how much in all.

    `over`, `upto`: the bounds of an indicator, or the number of members twice; None: no bound.
    """

    over: int | None
    upto: int | None
    applications: int
    awarded: int
    cents: Amount

    @property
    def mean_cents(self) -> Amount:
        """What an award of this group is worth on average; 0 without any."""
        return self.cents // self.awarded if self.awarded else 0


def by_isee(selection: Selection, *, comune: bool) -> tuple[Group, ...]:
    """By bands of the ISEE, or of the comune's indicator; the upper bound belongs to its band."""
    lines: list[list[Line]] = [[] for _ in range(len(BANDS) + 1)]
    for line in selection.lines:
        value = line.evaluation.isee_ff if comune else line.evaluation.isee
        lines[bisect_left(BANDS, value)].append(line)
    return tuple(
        _group(BANDS[at - 1] if at else None, BANDS[at] if at < len(BANDS) else None, some)
        for at, some in enumerate(lines)
    )


def by_members(selection: Selection) -> tuple[Group, ...]:
    """By the size of the household; the last group is of so many and more."""
    lines: dict[int, list[Line]] = {size: [] for size in range(1, LARGE + 1)}
    for line in selection.lines:
        lines[min(LARGE, len(line.application.household.members))].append(line)
    return tuple(
        _group(size, None if size == LARGE else size, some) for size, some in lines.items()
    )


def _group(over: int | None, upto: int | None, lines: Sequence[Line]) -> Group:
    awarded = [line for line in lines if line.outcome is Outcome.AWARDED]
    return Group(over, upto, len(lines), len(awarded), sum(line.amount for line in awarded))


def just_outside(selection: Selection) -> tuple[Line, ...]:
    """The first of those who wait: whom a little more money would reach."""
    return selection.of(Outcome.WAITING)[:NEAR]


@dataclass(frozen=True, slots=True)
class Change:
    """What one application gets by two rules."""

    application: UUID
    before: Amount
    after: Amount

    @property
    def difference(self) -> int:
        """What it gains, or loses."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Comparison:
    """One rule beside another on the same applications: who gains and who loses, most first."""

    winners: tuple[Change, ...]
    losers: tuple[Change, ...]
    same: int

    @property
    def gained(self) -> Amount:
        """All gains together."""
        return sum(one.difference for one in self.winners)

    @property
    def lost(self) -> Amount:
        """All losses together."""
        return -sum(one.difference for one in self.losers)


def compare(before: Selection, after: Selection) -> Comparison:
    """Who gets more and who less by the second rule. Both are of the same applications."""
    old = {line.application.id: line.amount for line in before.lines}
    changes = [
        Change(line.application.id, old[line.application.id], line.amount) for line in after.lines
    ]
    winners = _most_first(one for one in changes if one.difference > 0)
    losers = _most_first(one for one in changes if one.difference < 0)
    return Comparison(winners, losers, len(changes) - len(winners) - len(losers))


def _most_first(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda one: (-abs(one.difference), one.application.bytes)))
