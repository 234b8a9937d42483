"""From a call's applications to a list that waits for the second officer: the ranking is the batch.

Made of the rule in force, the complete applications, the call's seed and a budget, and of nothing
else: whoever makes it again gets the same lines. Who has this round's voucher already is not asked
again, so money that comes back calls the next in line by the same rule.
"""

from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

from ledger.core.canonical import Json, canonical
from ledger.core.entitlement.selection import Outcome, Selection, select
from ledger.core.quantities import Amount, Instant
from ledger.store.applications import InLine, in_line
from ledger.store.book import Ledger
from ledger.store.network.people import Officer
from ledger.store.registers.batches import (
    Draft,
    DraftRow,
    NothingToIssue,
    Target,
    content_hash,
)
from ledger.store.registers.calls import (
    Call,
    rule_in_force,
)
from ledger.store.registers.rankings import (
    RankedRow,
    Ranking,
    keep_ranking,
)

__all__ = ["NothingToIssue"]


class NoRule(LookupError):
    """No version of the call's rule has two signatures."""


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
    line = in_line(ledger, call)
    applications = line.applications(rule.on)
    selection = select(applications, rule, budget=budget, seed=call.seed)
    if not selection.total:
        raise NothingToIssue
    rows = _batch_rows(line, selection)
    draft = _draft(call, line, rows, total=selection.total, officer=officer, now=now)

    def ranked(ranking_id: UUID) -> tuple[Ranking, list[RankedRow]]:
        lines = ranked_lines(ranking_id, selection)
        made = Ranking(
            ranking_id, call.call_id, signed.version, line.inputs_hash, lines_hash(lines),
            budget, selection.total, selection.wanted, officer.person_id, now,
        )  # fmt: skip
        return made, lines

    return ledger.write(lambda db: keep_ranking(db, call, draft, rows, ranked))


def _batch_rows(line: InLine, selection: Selection) -> list[DraftRow]:
    families = {row.application_id: row.family_id for row in line.rows}
    awarded = selection.of(Outcome.AWARDED)
    return [
        DraftRow(number, families[one.application.id], one.amount)
        for number, one in enumerate(awarded, start=1)
    ]


def _draft(
    call: Call,
    line: InLine,
    rows: Sequence[DraftRow],
    *,
    total: Amount,
    officer: Officer,
    now: Instant,
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
        total_cents=total,
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
