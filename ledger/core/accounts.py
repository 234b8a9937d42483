"""Accounts with their four counters and bounds; holds and their states; chains of refunds.

Values only: who may move what is in `posting_rules`, when it happens in `apply`.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from ledger.core.chart import CHART, AccountKind, EntryKind, Side
from ledger.core.ids import AccountId, HoldId
from ledger.core.quantities import MAX_AMOUNT, Amount, Instant, Unit


class Account(NamedTuple):
    """One line of the chart, for one owner; counters are minor units of `unit`, never negative.

    `floor`, `ceiling`: bounds of its balance, on its own side, holds included. `version` counts
    the transfers that touched it. A tuple, since each transfer makes two of them. Source: design
    3.1; 3.5, invariants 3, 8, 12.
    """

    id: AccountId
    unit: Unit
    kind: AccountKind
    floor: int | None = 0
    ceiling: int | None = None
    debits_pending: int = 0
    debits_posted: int = 0
    credits_pending: int = 0
    credits_posted: int = 0
    version: int = 0
    closed: bool = False
    owner: UUID | None = None

    @property
    def side(self) -> Side:
        """The side on which its balance grows."""
        return CHART[self.kind].side

    @property
    def balance(self) -> int:
        """Posted balance on its own side, in minor units."""
        net = self.credits_posted - self.debits_posted
        return net if CHART[self.kind].side is Side.CREDIT else -net

    def extremes(self) -> tuple[int, int]:
        """The lowest and highest balance that its holds, however they end, can lead to."""
        if CHART[self.kind].side is Side.CREDIT:
            net = self.credits_posted - self.debits_posted
            return net - self.debits_pending, net + self.credits_pending
        net = self.debits_posted - self.credits_posted
        return net - self.credits_pending, net + self.debits_pending

    def in_bounds(self) -> bool:
        """Whether the balance stays within its bounds however its holds end."""
        lowest, highest = self.extremes()  # What is held: gone for the floor, come for the ceiling.
        above = self.floor is None or lowest >= self.floor
        return above and (self.ceiling is None or highest <= self.ceiling)

    def room(self, side: Side) -> Amount:
        """How much may still be written on `side` before a bound is met; `MAX_AMOUNT` if none."""
        lowest, highest = self.extremes()
        if side is CHART[self.kind].side:
            return MAX_AMOUNT if self.ceiling is None else max(0, self.ceiling - highest)
        return MAX_AMOUNT if self.floor is None else max(0, lowest - self.floor)

    def moved(
        self,
        *,
        debits_pending: int = 0,
        debits_posted: int = 0,
        credits_pending: int = 0,
        credits_posted: int = 0,
    ) -> "Account":
        """Itself one version later, each counter changed by as much."""
        return _account((
            self[0], self[1], self[2], self[3], self[4],
            self[5] + debits_pending,
            self[6] + debits_posted,
            self[7] + credits_pending,
            self[8] + credits_posted,
            self[9] + 1, self[10], self[11],
        ))  # fmt: skip

    def is_full(self) -> bool:
        """Whether a counter has left the numbers that every reader holds exactly."""
        debits = self.debits_posted + self.debits_pending
        return debits > MAX_AMOUNT or self.credits_posted + self.credits_pending > MAX_AMOUNT

    def is_settled(self) -> bool:
        """Whether nothing is on it, held or posted, so that it may close."""
        return self.balance == 0 and self.debits_pending == 0 and self.credits_pending == 0


_account = Account._make  # From a tuple: half the price of twelve named fields.


class HoldState(StrEnum):
    """Where a hold is; it leaves `HELD` once, and stays where it went."""

    HELD = "held"
    POSTED = "posted"
    VOIDED = "voided"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Held:
    """Money reserved now, used, freed or lapsed later. Source: design 3.5, invariant 5."""

    id: HoldId
    unit: Unit
    kind: EntryKind
    debit: AccountId
    credit: AccountId
    amount: Amount
    expires_at: Instant
    state: HoldState = HoldState.HELD

    def resolved(self, state: HoldState) -> "Held":
        """Itself, at its end."""
        return replace(self, state=state)


@dataclass(frozen=True, slots=True)
class Chain:
    """One posted transfer and how much of it was given back. Source: design 3.5, invariant 6."""

    seq: int
    debit: AccountId
    credit: AccountId
    amount: Amount
    undone: int = 0

    @property
    def rest(self) -> Amount:
        """What can still be given back."""
        return self.amount - self.undone

    def undo(self, amount: Amount) -> "Chain":
        """Itself, with as much more given back."""
        return replace(self, undone=self.undone + amount)
