"""Give back a part of a redemption, or all: Annulla within minutes, Storna any time later.

New entries to the same voucher, also after payout: what the shop does not have to receive any more
becomes a claim on it. Nothing is deleted.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from ledger.core.decisions import Decision
from ledger.core.ids import RequestId
from ledger.core.quantities import Instant
from ledger.core.redemption import SALES, UNDO_WINDOW, read_paid
from ledger.core.refunding import Refund, plan_refund
from ledger.store.book import Book, Ledger
from ledger.store.network.operators import TillAtWork, read_operator, refund_limit_of
from ledger.store.network.shops import read_shop, read_till
from ledger.store.openings import open_missing
from ledger.store.registers.books import book_of_key
from ledger.store.registers.refunds import claim_openings, given_of, refunded_of

REASONS = ("mistake", "goods_returned", "wrong_amount", "void", "other")


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks: the till whose sale it was."""

    till_id: UUID


class Wanted(StrEnum):
    """Who else is wanted before money goes back."""

    NOBODY = "nobody"
    RIGHT = "right"  # Somebody with the right to refund: who stands here has none.
    SECOND = "second"  # Another operator too: it is above the shop's limit.


def refund(
    ledger: Ledger, book: Book, asked: Refund, *, by: Asking, key: RequestId, now: Instant
) -> Decision:
    """Refund a redemption of this till; safe to retry.

    Units: cents. Errors: `LookupError` if the till has no such accepted redemption, `ValueError`
    for an unknown reason; a no is a decision (`refund_exceeds`). Source: design 4.1, 6.
    """
    if asked.reason not in REASONS:
        raise ValueError("an unknown reason")
    earlier = book.decision(asked.redemption)
    if earlier is None or earlier.request.scope != by.till_id or not earlier.accepted:
        raise LookupError(asked.redemption)
    with ledger.reading() as db:
        till = read_till(db, by.till_id)
        shop = None if till is None else read_shop(db, till.shop_id)
        if shop is None:
            raise LookupError(by.till_id)
        given = given_of(db, book.book_no, earlier, shop.id)
    open_missing(book, claim_openings(given), now=now)
    [decision] = book.submit([plan_refund(asked, given, key=key, now=now, scope=by.till_id)])
    return decision


def wanted_to_refund(
    ledger: Ledger, till: TillAtWork, asked: Refund, *, second: UUID | None
) -> Wanted:
    """Who is missing, if this till's operator gives back so much; `second`: who agreed by a PIN.

    The limit counts what was given back of the sale before, so that parts of it are no way round.
    """
    if not till.may("refund"):
        return Wanted.RIGHT
    earlier = _own_sale(ledger, till, asked.redemption)
    with ledger.reading() as db:
        limit = refund_limit_of(db, till.shop_id)
        agreed = None if second is None else read_operator(db, till.shop_id, second)
        before = 0 if earlier is None else refunded_of(db, earlier[0].book_no, earlier[1])
    if limit is None or not till.has_operators or before + asked.amount_cents <= limit:
        return Wanted.NOBODY
    may = agreed is not None and agreed.rights != "scan" and second != till.operator_id
    return Wanted.NOBODY if may else Wanted.SECOND


def wanted_to_undo(ledger: Ledger, till: TillAtWork, key: RequestId, *, now: Instant) -> Wanted:
    """Who is missing, if this till's operator undoes a sale; nobody, where none was paid.

    Anybody undoes within minutes, for a slip of the finger; later it is a refund.
    """
    earlier = _own_sale(ledger, till, key)
    if earlier is None or not till.has_operators:
        return Wanted.NOBODY
    book, decision = earlier
    paid = read_paid(decision).amount_cents
    with ledger.reading() as db:
        limit = refund_limit_of(db, till.shop_id)
        back = refunded_of(db, book.book_no, decision)
    if back == paid:
        return Wanted.NOBODY
    if not till.may("refund") and decision.recorded_at + UNDO_WINDOW <= now:
        return Wanted.RIGHT
    return Wanted.SECOND if limit is not None and paid > limit else Wanted.NOBODY


def _own_sale(ledger: Ledger, till: TillAtWork, key: RequestId) -> tuple[Book, Decision] | None:
    """What this till was paid under a key, and in which book."""
    book = book_of_key(ledger, till.till_id, key)
    decision = None if book is None else book.decision(key)
    if book is None or decision is None or not decision.accepted:
        return None
    mine = decision.request.scope == till.till_id
    return (book, decision) if mine and decision.request.kind in SALES else None
