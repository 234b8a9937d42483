"""Opens accounts that must be there before money can move; idempotent, safe under races."""

from collections.abc import Iterable

from ledger.core.chart import AccountKind, EntryKind
from ledger.core.ids import RequestId, derived_id
from ledger.core.items import OpenAccount
from ledger.core.quantities import Instant
from ledger.core.requests import Request
from ledger.store.book import Book
from ledger.store.registers.vouchers import missing_accounts


def open_missing(book: Book, accounts: Iterable[OpenAccount], *, now: Instant) -> None:
    """Open those of these accounts that the book does not have; each by a request of its own.

    The request's id follows from the account's, so two that meet get the same decision. What is
    there for ever is remembered; not caps, of which each day and family has one.
    """
    wanted = {
        account.id: account for account in accounts if account.id not in book.ledger.known_open
    }
    if not wanted:
        return
    with book.ledger.reading() as db:
        missing = missing_accounts(db, book.book_no, wanted)
    requests = [
        Request(
            id=RequestId(derived_id("opening", account)),
            kind=EntryKind.OPENING,
            items=(wanted[account],),
            actor="system",
            occurred_at=now,
            asked={"account": account.hex},
        )
        for account in sorted(missing)
    ]
    if requests:
        book.submit(requests)
    lasting = (account for account, one in wanted.items() if one.kind is not AccountKind.CAP)
    book.ledger.known_open.update(lasting)
