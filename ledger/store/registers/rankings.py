"""Rankings: lines that are written with their batch, the signature that rides, and reads.

Not here: calls and applications (`calls`), and how a ranking is made (`selection`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select

from ledger.core.entitlement.declared import inputs_hash
from ledger.core.quantities import Amount, Instant
from ledger.core.requests import Row
from ledger.store.registers.batches import (
    Draft,
    DraftRow,
    add_draft,
    read_draft,
    set_draft_status,
)
from ledger.store.registers.calls import Call, add_rows, applications_of, read_row
from ledger.store.schema import ranking, ranking_row


@dataclass(frozen=True, slots=True)
class Ranking:
    """One ranking: of which rule, of which applications, for which money; its id is its batch's."""

    ranking_id: UUID
    call_id: UUID
    version: int
    inputs_hash: bytes
    lines_hash: bytes
    budget_cents: Amount
    total_cents: Amount
    wanted_cents: Amount
    prepared_by: UUID
    prepared_at: Instant


@dataclass(frozen=True, slots=True)
class RankedRow:
    """One application's place and result; amounts in cents."""

    ranking_id: UUID
    application_id: UUID
    line_no: int
    place: int
    outcome: str
    reason: str
    due_cents: Amount
    amount_cents: Amount


def keep_ranking(
    db: Connection,
    one: Call,
    draft: Draft,
    batch_rows: Sequence[DraftRow],
    ranked: Callable[[UUID], tuple[Ranking, Sequence[RankedRow]]],
) -> Ranking:
    """Write a ranking and its batch down together; one that waited before is put aside.

    `ranked` is told the batch's id, which follows from what it holds, and is the ranking's too.
    """
    for earlier in rankings_of(db, one.call_id):
        waiting = read_draft(db, earlier.ranking_id)
        if waiting is not None and waiting.status == "prepared":
            set_draft_status(db, earlier.ranking_id, "withdrawn")
    made, rows = ranked(add_draft(db, draft, batch_rows).batch_id)
    add_rows(db, ranking, [made])
    add_rows(db, ranking_row, rows)
    return made


def ranking_stands(db: Connection, one: Ranking) -> bool:
    """Whether its applications are still what they were when it was made."""
    among = {row.application_id for row in ranked_rows(db, one.ranking_id)}
    now = [
        (row.application_id, row.digest)
        for row in applications_of(db, one.call_id)
        if row.application_id in among and row.status == "complete"
    ]
    return inputs_hash(now) == one.inputs_hash


def read_ranking(db: Connection, ranking_id: UUID) -> Ranking | None:
    """One ranking."""
    row = db.execute(select(ranking).where(ranking.c.ranking_id == ranking_id)).mappings().first()
    return None if row is None else read_row(Ranking, row)


def rankings_of(db: Connection, call_id: UUID) -> tuple[Ranking, ...]:
    """A call's rankings, the newest first."""
    where = ranking.c.call_id == call_id
    query = select(ranking).where(where).order_by(ranking.c.prepared_at.desc())
    return tuple(read_row(Ranking, row) for row in db.execute(query).mappings())


def ranked_rows(db: Connection, ranking_id: UUID) -> tuple[RankedRow, ...]:
    """A ranking's lines, in order."""
    where = ranking_row.c.ranking_id == ranking_id
    query = select(ranking_row).where(where).order_by(ranking_row.c.line_no)
    return tuple(read_row(RankedRow, row) for row in db.execute(query).mappings())


def ranking_row_of(one: Ranking, approved_by: UUID) -> Row:
    """What the second officer signed; the database refuses the same person twice."""
    names = (
        "ranking_id", "call_id", "version", "inputs_hash", "lines_hash", "budget_cents",
        "total_cents", "prepared_by",
    )  # fmt: skip
    values = {name: getattr(one, name) for name in names}
    return Row("ranking_approval", values | {"approved_by": approved_by})
