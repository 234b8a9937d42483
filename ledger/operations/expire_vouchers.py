"""The end date came: what was not spent returns to its source. Not here: recall by two persons."""

from ledger.core.chart import EntryKind
from ledger.core.ids import RequestId, derived_id
from ledger.core.items import CloseAccount, Draw, Leg
from ledger.core.quantities import Amount, Instant
from ledger.core.requests import Request
from ledger.core.vouchers import Voucher
from ledger.store.book import Ledger
from ledger.store.registers.vouchers import ended_vouchers

PORTION = 256


def expire_vouchers(ledger: Ledger, comune: str, *, now: Instant) -> tuple[int, Amount]:
    """Close every voucher whose last day is over; gives how many, and the cents that went back.

    Each by a request of its own, so that stopping and running again does no harm.
    """
    book = ledger.book(comune)
    count, cents = 0, 0
    while True:
        with ledger.reading() as db:
            ended = ended_vouchers(db, book.book_no, now=now, limit=PORTION)
        decisions = book.submit([_expiry(one, now) for one in ended]) if ended else []
        accepted = [item for item in decisions if item.accepted and not item.replayed]
        count += len(accepted)
        cents += sum(move.amount for item in accepted for move in item.transfers)
        if not accepted:
            return count, cents


def _expiry(one: Voucher, now: Instant) -> Request:
    return Request(
        id=RequestId(derived_id("expiry", one.id)),
        kind=EntryKind.EXPIRY,
        items=(Draw(None, (Leg(one.id, one.fund),)), CloseAccount(one.id)),
        actor="system",
        occurred_at=now,
        asked={"voucher": one.id.hex},
    )
