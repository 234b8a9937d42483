"""What is kept after a restore: which books wait, what tills brought back, which tills answered.

Not money: what is booked again is in the books. Source: reliability.md 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select, update

from ledger.core.codes import Code
from ledger.core.ids import RequestId
from ledger.core.quantities import SECOND, Amount, Instant
from ledger.core.recovery import Returned
from ledger.core.redemption import Shop
from ledger.store.schema import (
    credential,
    decision,
    phone,
    phone_credential,
    recovery,
    returned_receipt,
    shop,
    till,
    till_return,
)

LATE: Final = 60 * 86_400 * SECOND  # So long after a restore a till still tells what it knows.


@dataclass(frozen=True, slots=True)
class Recovery:
    """A book that was put back from before: from its last decision to the last one ever told.

    `ended_at`: when its tills took money again; None: they wait.
    """

    book_no: int
    size: int
    missing: int
    from_at: Instant
    until_at: Instant
    accepted_at: Instant
    ended_at: Instant | None = None
    ended_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class Brought:
    """One receipt as a till brings it; `text`: as the server signed it. Cents above zero."""

    book_no: int
    receipt_id: UUID
    till_id: UUID
    sale_id: UUID | None
    amount_cents: Amount
    reference: bytes
    issued_at: Instant
    received_at: Instant
    raw: str


def begin_recovery(db: Connection, begun: Recovery) -> None:
    """From now on the tills of a book wait; a second restore to the same place begins anew."""
    place = (recovery.c.book_no == begun.book_no) & (recovery.c.size == begun.size)
    db.execute(delete(recovery).where(place))
    db.execute(insert(recovery).values({name: getattr(begun, name) for name in Recovery.__slots__}))


def end_recovery(db: Connection, book_no: int, by: UUID, now: Instant) -> bool:
    """The tills of a book take money again; whether they waited."""
    waits = (recovery.c.book_no == book_no) & recovery.c.ended_at.is_(None)
    done = db.execute(update(recovery).where(waits).values(ended_at=now, ended_by=by))
    return bool(done.rowcount)


def waiting_books(db: Connection) -> frozenset[int]:
    """The books whose lost sales are being booked again."""
    query = select(recovery.c.book_no).where(recovery.c.ended_at.is_(None))
    return frozenset(row[0] for row in db.execute(query))


def recovery_of(db: Connection, book_no: int) -> Recovery | None:
    """The last time a book was put back from before."""
    query = select(recovery).where(recovery.c.book_no == book_no)
    row = db.execute(query.order_by(recovery.c.accepted_at.desc()).limit(1)).mappings().first()
    return None if row is None else Recovery(**row)


def wanted_since(db: Connection, now: Instant) -> Instant | None:
    """From when on tills are asked for their receipts; None: nothing was lost lately."""
    query = select(func.min(recovery.c.from_at)).where(recovery.c.accepted_at > now - LATE)
    found: Instant | None = db.execute(query).scalar()
    return found


def lost_from(db: Connection, book_no: int, then: Instant) -> Instant | None:
    """From when on a book lost what it knew, if a moment lies in that; None: it does not."""
    query = select(func.max(recovery.c.from_at)).where(
        recovery.c.book_no == book_no, recovery.c.from_at <= then, recovery.c.until_at >= then
    )
    found: Instant | None = db.execute(query).scalar()
    return found


def keep_brought(db: Connection, brought: Brought) -> None:
    """Keep a receipt; the same again changes nothing."""
    here = (returned_receipt.c.book_no == brought.book_no) & (
        returned_receipt.c.receipt_id == brought.receipt_id
    )
    if db.execute(select(returned_receipt.c.received_at).where(here)).first() is None:
        values = {name: getattr(brought, name) for name in Brought.__slots__}
        db.execute(insert(returned_receipt).values(**values))


def note_return(db: Connection, till_id: UUID, since: Instant, now: Instant) -> None:
    """Remember that a till has told all it had."""
    here = (till_return.c.till_id == till_id) & (till_return.c.since == since)
    db.execute(delete(till_return).where(here))
    db.execute(insert(till_return).values(till_id=till_id, since=since, received_at=now))


def list_in(db: Connection, book_no: int, receipts: Sequence[RequestId], proposal_id: UUID) -> None:
    """Say which proposal a receipt stands in; the last one counts."""
    here = returned_receipt.c.book_no == book_no
    for one in receipts:
        mine = returned_receipt.c.receipt_id == one
        db.execute(update(returned_receipt).where(here & mine).values(listed_in=proposal_id))


def returned_to(
    db: Connection, book_no: int, proposal_id: UUID | None = None
) -> tuple[Returned, ...]:
    """Receipts that were brought back to a book: all, or those of a proposal; oldest first."""
    kept = returned_receipt.c
    query = (
        select(
            kept.receipt_id, kept.till_id, kept.amount_cents, kept.reference, kept.issued_at,
            kept.sale_id, shop.c.shop_id, shop.c.shop_no, shop.c.name, shop.c.category,
            shop.c.status,
        )
        .join(till, till.c.till_id == kept.till_id)
        .join(shop, shop.c.shop_id == till.c.shop_id)
        .where(kept.book_no == book_no)
        .order_by(kept.issued_at, kept.receipt_id)
    )  # fmt: skip
    if proposal_id is not None:
        query = query.where(kept.listed_in == proposal_id)
    rows = db.execute(query)
    return tuple(
        Returned(one, of_till, Shop(*of_shop), cents, bytes(reference), issued_at, sale)
        for one, of_till, cents, reference, issued_at, sale, *of_shop in rows
    )


def decided_among(
    db: Connection, book_no: int, receipts: Sequence[RequestId]
) -> dict[RequestId, bool]:
    """Which of these ids the book has decided, and whether it accepted."""
    found: dict[RequestId, bool] = {}
    for start in range(0, len(receipts), 500):
        query = select(decision.c.request_id, decision.c.code).where(
            decision.c.book_no == book_no,
            decision.c.request_id.in_(receipts[start : start + 500]),
        )
        found |= {RequestId(one): code == Code.ACCEPTED for one, code in db.execute(query)}
    return found


def codes_of(db: Connection, book_no: int) -> list[UUID]:
    """The ids of all credentials of a book, on paper and on phones, whatever their state."""
    paper = select(credential.c.credential_id).where(credential.c.book_no == book_no)
    shown = (
        select(phone_credential.c.credential_id)
        .join(phone, phone.c.phone_id == phone_credential.c.phone_id)
        .where(phone.c.book_no == book_no)
    )
    return [row[0] for query in (paper, shown) for row in db.execute(query)]
