"""End any doubt about a key: unknown, it is burnt; paid, it is refunded in full."""

from enum import StrEnum
from uuid import UUID

from ledger.core.codes import Code
from ledger.core.decisions import Decision
from ledger.core.ids import RequestId, derived_id
from ledger.core.quantities import Instant
from ledger.core.redemption import SALES, plan_void
from ledger.core.refunding import Refund, plan_refund
from ledger.store.book import Book, Ledger
from ledger.store.network.shops import home_of, read_shop, read_till
from ledger.store.openings import open_missing
from ledger.store.registers.books import book_of_key
from ledger.store.registers.refunds import claim_openings, given_of


class Voided(StrEnum):
    """How a doubt ended."""

    BURNT = "burnt"
    REFUNDED = "refunded"
    REFUSED = "refused"  # It had been refused: there was nothing to undo.


def void_redemption(
    ledger: Ledger, till_id: UUID, *, key: RequestId, now: Instant, operator: str | None = None
) -> Voided:
    """Make sure that a key has taken nothing, now and later; safe to retry.

    A key that no book knows is burnt in the book of the shop's own comune; its route keeps it
    from being decided in any other. Errors: `LookupError` for a key of another till, or an
    unknown till. `operator`: who stood there. Source: design 6.
    """
    book = book_of_key(ledger, till_id, key) or _home_book(ledger, till_id)
    [decision] = book.submit([plan_void(key=key, till_id=till_id, now=now, operator=operator)])
    if decision.code is Code.VOIDED:
        return Voided.BURNT
    earlier = book.decision(key)
    assert earlier is not None
    if earlier.request.scope != till_id:
        raise LookupError(key)
    if not earlier.accepted or earlier.request.kind not in SALES:
        return Voided.REFUSED
    _refund_all(book, earlier, till_id, operator, now)
    return Voided.REFUNDED


def _home_book(ledger: Ledger, till_id: UUID) -> Book:
    with ledger.reading() as db:
        till = read_till(db, till_id)
        book_no = None if till is None else home_of(db, till.shop_id)
    if book_no is None:
        raise LookupError(till_id)
    return ledger.book_numbered(book_no)


def _refund_all(
    book: Book, earlier: Decision, till_id: UUID, operator: str | None, now: Instant
) -> None:
    with book.ledger.reading() as db:
        till = read_till(db, till_id)
        shop = None if till is None else read_shop(db, till.shop_id)
        assert shop is not None
        given = given_of(db, book.book_no, earlier, shop.id)
    if given.rest_cents == 0:
        return
    open_missing(book, claim_openings(given), now=now)
    asked = Refund(earlier.request.id, given.rest_cents, "void", f"till:{till_id.hex}", operator)
    key = RequestId(derived_id("void", earlier.request.id))
    book.submit([plan_refund(asked, given, key=key, now=now, scope=None)])
