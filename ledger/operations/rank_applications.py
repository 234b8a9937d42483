"""From a call's applications to a list that waits for the second officer: the ranking is the batch.

Made of the rule in force, the complete applications, the call's seed and a budget, and of nothing
else: whoever makes it again gets the same lines. Who has this round's voucher already is not asked
again, so money that comes back calls the next in line by the same rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Connection

from ledger.core.canonical import Json, canonical
from ledger.core.entitlement.call_rule import CallRule
from ledger.core.entitlement.declared import inputs_hash
from ledger.core.entitlement.selection import Outcome, Selection, select
from ledger.core.quantities import Amount, Instant
from ledger.operations.import_applications import NothingToIssue, Target, content_hash
from ledger.operations.open_call import rule_in_force
from ledger.store.applications import opened
from ledger.store.book import Ledger
from ledger.store.network.people import Officer
from ledger.store.registers.batches import (
    Draft,
    DraftRow,
    add_draft,
    claimed_among,
    entitlement_claim,
    read_draft,
    set_draft_status,
)
from ledger.store.registers.calls import (
    Applied,
    Call,
    RankedRow,
    Ranking,
    add_ranking,
    applications_of,
    rankings_of,
)


class NoRule(LookupError):
    """No version of the call's rule has two signatures."""


@dataclass(frozen=True, slots=True)
class InLine:
    """Who is asked: the complete applications of who has nothing of this round yet."""

    rows: tuple[Applied, ...]
    selection: Selection

    @property
    def inputs_hash(self) -> bytes:
        """What it was made of."""
        return inputs_hash((row.application_id, row.digest) for row in self.rows)


def in_line(ledger: Ledger, call: Call, rule: CallRule, *, budget: Amount) -> InLine:
    """Put a call's applications in line by a rule, for a budget in cents; writes nothing."""
    with ledger.reading() as db:
        complete = [row for row in applications_of(db, call.call_id) if row.status == "complete"]
        claims = {
            row.family_id: entitlement_claim(call.programme_id, row.family_id, call.round)
            for row in complete
        }
        taken = claimed_among(db, call.book_no, list(claims.values()))
    asked = [row for row in complete if claims[row.family_id] not in taken]
    declared = opened(ledger, asked)
    rows = tuple(row for row in asked if row.application_id in declared)
    applications = [
        declared[row.application_id].as_applied(row.application_id, row.received_at, rule.on)
        for row in rows
    ]
    return InLine(rows, select(applications, rule, budget=budget, seed=call.seed))


def prepare_ranking(
    ledger: Ledger, call: Call, *, budget: Amount, officer: Officer, now: Instant
) -> Ranking:
    """Write the ranking down as a batch that waits; one that waited before is put aside.

    Errors: `NoRule`; `NothingToIssue` if nobody gets anything.
    """
    with ledger.reading() as db:
        found = rule_in_force(db, call)
    if found is None:
        raise NoRule(call.call_id)
    signed, rule = found
    line = in_line(ledger, call, rule, budget=budget)
    if not line.selection.total:
        raise NothingToIssue
    batch_rows = _batch_rows(line)
    draft = _draft(call, line, batch_rows, officer, now)

    def write(db: Connection) -> Ranking:
        _put_aside(db, call)
        kept = add_draft(db, draft, batch_rows)
        ranked = ranked_lines(kept.batch_id, line.selection)
        made = Ranking(
            kept.batch_id, call.call_id, signed.version, line.inputs_hash, lines_hash(ranked),
            budget, line.selection.total, line.selection.wanted, officer.person_id, now,
        )  # fmt: skip
        add_ranking(db, made, ranked)
        return made

    return ledger.write(write)


def _put_aside(db: Connection, call: Call) -> None:
    for one in rankings_of(db, call.call_id):
        waiting = read_draft(db, one.ranking_id)
        if waiting is not None and waiting.status == "prepared":
            set_draft_status(db, one.ranking_id, "withdrawn")


def _batch_rows(line: InLine) -> list[DraftRow]:
    families = {row.application_id: row.family_id for row in line.rows}
    awarded = line.selection.of(Outcome.AWARDED)
    return [
        DraftRow(number, families[one.application.id], one.amount)
        for number, one in enumerate(awarded, start=1)
    ]


def _draft(
    call: Call, line: InLine, rows: Sequence[DraftRow], officer: Officer, now: Instant
) -> Draft:
    target = Target(call.programme_id, call.fund, call.round)
    return Draft(
        batch_id=call.call_id,  # Until it is written: its own follows from what it holds.
        book_no=call.book_no,
        programme_id=call.programme_id,
        fund=call.fund,
        round=call.round,
        file_hash=line.inputs_hash,
        content_hash=content_hash(target, rows),
        total_cents=line.selection.total,
        row_count=len(rows),
        prepared_by=officer.person_id,
        prepared_at=now,
        status="prepared",
    )


def ranked_lines(ranking_id: UUID, selection: Selection) -> list[RankedRow]:
    """A selection as the rows of a ranking."""
    return [
        RankedRow(
            ranking_id, line.application.id, number, line.place, str(line.outcome),
            str(line.reason), line.due, line.amount,
        )
        for number, line in enumerate(selection.lines, start=1)
    ]  # fmt: skip


def lines_hash(rows: Sequence[RankedRow]) -> bytes:
    """What the second officer signs beside the batch: who waits, who is left out, and why."""
    words: list[Json] = [
        [
            row.application_id.hex,
            row.place,
            row.outcome,
            row.reason,
            row.due_cents,
            row.amount_cents,
        ]
        for row in sorted(rows, key=lambda one: one.line_no)
    ]
    return sha256(canonical(words)).digest()
