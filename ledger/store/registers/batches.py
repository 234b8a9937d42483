"""Batches: drafts with their rows, the approval and the completion that ride requests."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, case, insert, select, text, update
from sqlalchemy import column as c

from ledger.core.canonical import Json, canonical
from ledger.core.ids import AccountId, ClaimId, derived_id
from ledger.core.quantities import Amount, Instant
from ledger.core.requests import Row, Value
from ledger.store.columns import Id
from ledger.store.schema import batch_approval, batch_completion, import_draft, import_row


@dataclass(frozen=True, slots=True)
class Draft:
    """A prepared list: who prepared it, and the hash and total that an approval is bound to."""

    batch_id: UUID
    book_no: int
    programme_id: UUID
    fund: AccountId
    round: str
    file_hash: bytes
    content_hash: bytes
    total_cents: Amount
    row_count: int
    prepared_by: UUID
    prepared_at: Instant
    status: str


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One family's share, in cents."""

    row_no: int
    family_id: UUID
    amount_cents: Amount


@dataclass(frozen=True, slots=True)
class Target:
    """Which fund of which programme a list is for, and which round of it (a month, say)."""

    programme_id: UUID
    fund: AccountId
    round_name: str


class NothingToIssue(ValueError):
    """A list in which nobody is left to issue to: the same file twice, for instance."""


def content_hash(target: Target, rows: Sequence[DraftRow]) -> bytes:
    """What an approval is bound to: SHA-256 over the target and every row."""
    content: list[Json] = [[row.row_no, row.family_id.hex, row.amount_cents] for row in rows]
    head: list[Json] = [target.programme_id.hex, target.fund.hex, target.round_name]
    return sha256(canonical([*head, *content])).digest()


# What the book says goes before the draft's own word: that is written a moment later, or never.
_STATUS = case(
    (batch_completion.c.batch_id.is_not(None), "issued"),
    (batch_approval.c.batch_id.is_not(None), "approved"),
    else_=import_draft.c.status,
).label("status")
_DRAFTS = (
    select(*(column for column in import_draft.c if column.name != "status"), _STATUS)
    .outerjoin(
        batch_approval,
        (batch_approval.c.book_no == import_draft.c.book_no)
        & (batch_approval.c.batch_id == import_draft.c.batch_id),
    )
    .outerjoin(
        batch_completion,
        (batch_completion.c.book_no == import_draft.c.book_no)
        & (batch_completion.c.batch_id == import_draft.c.batch_id),
    )
)


def add_draft(db: Connection, draft: Draft, rows: Sequence[DraftRow]) -> Draft:
    """Write a prepared list down, or find that the same content waits already; gives the draft.

    Its id follows from the content, so that two who load the same file at once make one.
    """
    same = (import_draft.c.book_no == draft.book_no) & (
        import_draft.c.content_hash == draft.content_hash
    )
    earlier = [_draft(row) for row in db.execute(_DRAFTS.where(same)).mappings()]
    waiting = [one for one in earlier if one.status in {"prepared", "approved"}]
    if waiting:
        return waiting[0]
    content = draft.content_hash.hex()
    draft = replace(draft, batch_id=derived_id("draft", draft.book_no, content, len(earlier)))
    values = {name: getattr(draft, name) for name in Draft.__slots__}
    db.execute(insert(import_draft).values(**values))
    db.execute(
        insert(import_row),
        [
            {
                "batch_id": draft.batch_id,
                "row_no": row.row_no,
                "family_id": row.family_id,
                "amount_cents": row.amount_cents,
            }
            for row in rows
        ],
    )
    return draft


def set_draft_status(db: Connection, batch_id: UUID, status: str) -> None:
    """Say where a draft is: prepared, approved, issued, withdrawn."""
    row = import_draft.c.batch_id == batch_id
    db.execute(update(import_draft).where(row).values(status=status))


def read_draft(db: Connection, batch_id: UUID) -> Draft | None:
    """One draft."""
    query = _DRAFTS.where(import_draft.c.batch_id == batch_id)
    row = db.execute(query).mappings().first()
    return None if row is None else _draft(row)


def _draft(row: Any) -> Draft:  # noqa: ANN401 -- a row of SQLAlchemy's.
    values = {name: row[name] for name in Draft.__slots__}
    for name in ("file_hash", "content_hash"):
        values[name] = bytes(values[name])
    return Draft(**values)


def draft_rows(db: Connection, batch_id: UUID, *, after: int, limit: int) -> tuple[DraftRow, ...]:
    """A draft's rows in their order, in portions."""
    query = (
        select(import_row)
        .where(import_row.c.batch_id == batch_id, import_row.c.row_no > after)
        .order_by(import_row.c.row_no)
        .limit(limit)
    )
    return tuple(DraftRow(r.row_no, r.family_id, r.amount_cents) for r in db.execute(query))


def is_as_drafted(db: Connection, draft: Draft) -> bool:
    """Whether a draft's rows are still those that its hash is of."""
    rows = draft_rows(db, draft.batch_id, after=0, limit=draft.row_count + 1)
    target = Target(draft.programme_id, draft.fund, draft.round)
    return content_hash(target, rows) == draft.content_hash


def is_signed(db: Connection, draft: Draft) -> bool:
    """Whether two persons signed what the draft holds now: the book says so, not the draft."""
    columns = batch_approval.c
    query = select(columns.content_hash).where(
        columns.book_no == draft.book_no, columns.batch_id == draft.batch_id
    )
    signed = db.execute(query).scalar()
    is_same = signed is not None and bytes(signed) == draft.content_hash
    return is_same and is_as_drafted(db, draft)


CLAIMED = (
    text("SELECT claim_id FROM claim WHERE book_no = :book_no AND claim_id IN :claims")
    .bindparams(bindparam("claims", expanding=True, type_=Id()))
    .columns(c("claim_id", Id()))
)


def claimed_among(db: Connection, book_no: int, claims: Sequence[ClaimId]) -> frozenset[ClaimId]:
    """Those of these claims that were taken already."""
    taken: set[ClaimId] = set()
    for at in range(0, len(claims), 400):
        part = claims[at : at + 400]
        rows = db.execute(CLAIMED, {"book_no": book_no, "claims": part})
        taken.update(ClaimId(row[0]) for row in rows)
    return frozenset(taken)


def entitlement_claim(programme_id: UUID, family_id: UUID, round_name: str) -> ClaimId:
    """One voucher a family, programme and round: what makes a list issue nothing twice."""
    return ClaimId(derived_id("entitlement", programme_id, family_id, round_name))


def approval_row(draft: Draft, batch_account: AccountId, approved_by: UUID) -> Row:
    """Who prepared and who approved what; the database refuses the same person twice."""
    return Row(
        "batch_approval",
        {
            "batch_id": draft.batch_id,
            "programme_id": draft.programme_id,
            "fund": draft.fund,
            "batch_account": batch_account,
            "content_hash": draft.content_hash,
            "total_cents": draft.total_cents,
            "row_count": draft.row_count,
            "prepared_by": draft.prepared_by,
            "approved_by": approved_by,
        },
    )


def completion_row(batch_id: UUID, issued: int, issued_cents: Amount) -> Row:
    """How many vouchers, and how much, a batch has become."""
    values: dict[str, Value | None] = {
        "batch_id": batch_id,
        "issued": issued,
        "issued_cents": issued_cents,
    }
    return Row("batch_completion", values)


ISSUED = text("""
    SELECT COUNT(*) AS vouchers, CAST(COALESCE(SUM(face_cents), 0) AS BIGINT) AS cents
      FROM voucher WHERE book_no = :book_no AND batch_id = :batch_id
""").bindparams(bindparam("batch_id", type_=Id()))


def issued_of(db: Connection, book_no: int, batch_id: UUID) -> tuple[int, Amount]:
    """How many vouchers a batch has become so far, and their sum in cents."""
    row = db.execute(ISSUED, {"book_no": book_no, "batch_id": batch_id}).one()
    return row.vouchers, row.cents
