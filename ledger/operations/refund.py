"""Give back a part of a redemption, or all: Annulla within minutes, Storna any time later.

New entries to the same voucher, also after payout: what the shop does not have to receive any more
becomes a claim on it. Nothing is deleted.
"""

from dataclasses import dataclass
from uuid import UUID

from ledger.core.decisions import Decision
from ledger.core.ids import RequestId
from ledger.core.quantities import Instant
from ledger.core.refunding import Refund, plan_refund
from ledger.store.book import Book, Ledger
from ledger.store.network.shops import read_shop, read_till
from ledger.store.openings import open_missing
from ledger.store.registers.refunds import claim_openings, given_of

REASONS = ("mistake", "goods_returned", "wrong_amount", "void", "other")


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks: the till whose sale it was."""

    till_id: UUID


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
