"""A rule tried on all applications of a call before anybody signs it: what it costs, whom it helps.

Writes nothing. Rows for tables and pictures; applications by their public code. Amounts in cents.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from ledger.core.entitlement.call_rule import CallRule
from ledger.core.entitlement.figures import (
    Change,
    Comparison,
    Group,
    by_isee,
    by_members,
    compare,
    just_outside,
)
from ledger.core.entitlement.selection import Outcome, Selection, select
from ledger.core.quantities import Amount
from ledger.store.applications import in_line
from ledger.store.book import Ledger
from ledger.store.registers.calls import Call


@dataclass(frozen=True, slots=True)
class NearMiss:
    """Somebody who waits, near the front."""

    call_id: UUID
    application_id: UUID
    code: str
    place: int
    isee_ff: Amount
    due: Amount
    reason: str


@dataclass(frozen=True, slots=True)
class Shift:
    """What one application gets by the rule in force, and by the one that is tried."""

    call_id: UUID
    code: str
    change: Change

    @property
    def application_id(self) -> UUID:
        """Whose it is."""
        return self.change.application


@dataclass(frozen=True, slots=True)
class Against:
    """The rule in force beside the one that is tried; shifts, the largest first."""

    comparison: Comparison
    total_before: Amount
    shifts: tuple[Shift, ...]


@dataclass(frozen=True, slots=True)
class Simulation:
    """What a rule would do for this budget."""

    budget: Amount
    selection: Selection
    counts: Mapping[str, int]
    bands: tuple[Group, ...]
    members: tuple[Group, ...]
    outside: tuple[NearMiss, ...]
    against: Against | None


def simulate(
    ledger: Ledger, call: Call, rule: CallRule, *, budget: Amount, other: CallRule | None
) -> Simulation:
    """Try a rule on the complete applications, beside the one in force (`other`), if any."""
    line = in_line(ledger, call)
    made = select(line.applications(rule.on), rule, budget=budget, seed=call.seed)
    codes = {row.application_id: row.code for row in line.rows}
    against = None
    if other is not None and other != rule:
        before = select(line.applications(other.on), other, budget=budget, seed=call.seed)
        against = _against(call, before, made, codes)
    return Simulation(
        budget, made, {one: len(made.of(one)) for one in Outcome},
        by_isee(made, comune=rule.meter == "isee_ff"), by_members(made),
        tuple(
            NearMiss(
                call.call_id, one.application.id, codes[one.application.id], one.place,
                one.evaluation.isee_ff, one.due, one.reason,
            )
            for one in just_outside(made)
        ),
        against,
    )  # fmt: skip


def _against(call: Call, before: Selection, after: Selection, codes: Mapping[UUID, str]) -> Against:
    made = compare(before, after)
    changes = sorted(
        (*made.winners, *made.losers), key=lambda one: (-abs(one.difference), one.application.bytes)
    )
    shifts = tuple(Shift(call.call_id, codes[one.application], one) for one in changes)
    return Against(made, before.total, shifts)
