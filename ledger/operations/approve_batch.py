"""The second officer: bound to the batch's hash and total, and another person than who prepared.

The approved total leaves its fund for the batch, so that it cannot be promised twice.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from ledger.core.chart import AccountKind, EntryKind
from ledger.core.codes import Code
from ledger.core.decisions import Decision
from ledger.core.ids import AccountId, RequestId, derived_id
from ledger.core.items import OpenAccount, Transfer
from ledger.core.quantities import Amount, Instant, Unit
from ledger.core.requests import Request
from ledger.store.book import Ledger
from ledger.store.network.people import Officer
from ledger.store.registers.batches import (
    Draft,
    approval_row,
    is_as_drafted,
    read_draft,
    set_draft_status,
)
from ledger.store.registers.programmes import programme
from ledger.store.registers.rankings import (
    ranking_row_of,
    ranking_stands,
    read_ranking,
)


@dataclass(frozen=True, slots=True)
class Approval:
    """What the second officer saw: the batch, its hash and its total in cents."""

    batch_id: UUID
    content_hash: bytes
    total_cents: Amount


def batch_account(batch_id: UUID) -> AccountId:
    """The account of what is approved and not yet issued."""
    return AccountId(derived_id("batch", batch_id))


def approve_batch(
    ledger: Ledger,
    comune: str,
    asked: Approval,
    *,
    approver: Officer,
    key: RequestId,
    now: Instant,
) -> Decision:
    """Approve a prepared list; safe to retry.

    Errors: `LookupError` for an unknown batch; a no is a decision (`not_approved`: the same
    person, another content or total, a batch that is not waiting, or a ranking whose applications
    changed since). Source: design 5.
    """
    book = ledger.book(comune)
    with ledger.reading() as db:
        draft = read_draft(db, asked.batch_id)
        if draft is None or draft.book_no != book.book_no:
            raise LookupError(asked.batch_id)
        unit = programme(db, book.book_no, draft.programme_id).unit
        ranked = read_ranking(db, asked.batch_id)
        stands = is_as_drafted(db, draft) and (ranked is None or ranking_stands(db, ranked))
    refuse = _refusal(draft, asked, approver) if stands else Code.NOT_APPROVED
    request = _approval(draft, asked, unit, approver, key=key, now=now)
    request = replace(request, refuse=refuse)
    if ranked is not None:
        rows = (*request.rows, ranking_row_of(ranked, approver.person_id))
        request = replace(request, rows=rows, rows_digest="")
    [decision] = book.submit([request])
    if decision.accepted:
        ledger.write(lambda db: set_draft_status(db, draft.batch_id, "approved"))
    return decision


def _approval(
    draft: Draft,
    asked: Approval,
    unit: Unit,
    approver: Officer,
    *,
    key: RequestId,
    now: Instant,
) -> Request:
    account = batch_account(draft.batch_id)
    return Request(
        id=key,
        kind=EntryKind.APPROVAL,
        items=(
            OpenAccount(account, unit, AccountKind.BATCH, owner=draft.batch_id),
            Transfer(draft.fund, account, draft.total_cents, unit),
        ),
        actor=f"officer:{approver.officer_id.hex}",
        occurred_at=now,
        asked={
            "batch": asked.batch_id.hex,
            "content": asked.content_hash.hex(),
            "total": asked.total_cents,
        },
        rows=(approval_row(draft, account, approver.person_id),),
    )


def _refusal(draft: Draft, asked: Approval, approver: Officer) -> Code | None:
    same = draft.content_hash == asked.content_hash and draft.total_cents == asked.total_cents
    is_other = approver.person_id != draft.prepared_by and approver.book_no == draft.book_no
    allowed = approver.role == "approver" and is_other
    waiting = draft.status in {"prepared", "approved", "issued"}  # A retry may come late.
    return None if same and allowed and waiting else Code.NOT_APPROVED
