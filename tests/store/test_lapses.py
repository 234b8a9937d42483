"""Only the writer lets a hold lapse: a caller's lapse is a no, and the book stays provable."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from ledger import Book, Limits, open_ledger
from ledger.core.chart import EntryKind
from ledger.core.codes import Code
from ledger.core.ids import RequestId, derived_id
from ledger.core.items import ExpireHold, PostHold
from ledger.core.quantities import DAY, Instant
from ledger.core.requests import Request
from ledger.store.schema import decision
from tests.loops import run_alone
from tests.rich_book import BOOK, NOW, ask, held, hold, move, opening
from tests.verifier.books import replayed

OWN = RequestId(derived_id("hold_expiry", BOOK, hold("H")))


class Times:
    """A clock that is set."""

    now: Instant = NOW

    def __call__(self) -> Instant:
        return self.now


@pytest.fixture
def book(url: str) -> Iterator[Book]:
    """A book with a hold that is due in a day."""
    limits = Limits(forward_jump_seconds=10.0**9)
    with open_ledger(url, clock=Times(), limits=limits) as ledger:
        made = ledger.book(BOOK, create=True)
        made.submit([
            opening(),
            ask("funding", EntryKind.FUNDING, move("treasury", "fund", 90_00)),
            ask("issue", EntryKind.ISSUANCE, move("fund", "V2", 50_00)),
            ask("hold", EntryKind.REDEMPTION, held("H", 5_00, NOW + DAY)),
        ])  # fmt: skip
        yield made


def lapse(name: str = "mine", *, key: RequestId | None = None) -> Request:
    asked = ask(name, EntryKind.HOLD_EXPIRY, ExpireHold(hold("H")))
    return asked if key is None else Request(key, asked.kind, asked.items, "writer")


def leaves(book: Book) -> list[bytes]:
    query = select(decision.c.leaf).order_by(decision.c.log_index)
    with book.ledger.reading() as db:
        return [bytes(row.leaf) for row in db.execute(query)]


def is_proved(book: Book) -> bool:
    """By our own check, and by the program that was written apart."""
    return not list(book.check()) and replayed(leaves(book)) is None


@pytest.mark.parametrize("days", [0, 2])
def test_a_caller_lets_no_hold_lapse_before_its_end_or_after(book: Book, days: int) -> None:
    book.ledger.clock.now = NOW + days * DAY  # type: ignore[attr-defined]
    [done] = book.submit([lapse()])
    assert (done.code, done.transfers) == (Code.ITEM_NOT_ALLOWED, ())
    [again] = run_alone(book.asubmit([lapse()]))
    assert (again.code, again.replayed, again.log_index) == (done.code, True, done.log_index)
    [another] = run_alone(book.asubmit([lapse("another")]))
    assert another.code is Code.ITEM_NOT_ALLOWED
    assert is_proved(book)


def test_an_entry_of_that_kind_without_a_hold_is_a_no_as_well(book: Book) -> None:
    [done] = book.submit([ask("empty", EntryKind.HOLD_EXPIRY)])
    assert done.code is Code.ITEM_NOT_ALLOWED
    assert is_proved(book)


def test_who_takes_the_name_of_a_lapse_does_not_hold_it_up(book: Book) -> None:
    [taken] = book.submit([lapse(key=OWN)])
    assert taken.code is Code.ITEM_NOT_ALLOWED
    book.ledger.clock.now = NOW + 2 * DAY  # type: ignore[attr-defined]
    [late] = book.submit([ask("late", EntryKind.REDEMPTION, PostHold(hold("H")))])
    assert late.code is Code.HOLD_EXPIRED
    second = book.decision(RequestId(derived_id("hold_expiry", BOOK, hold("H"), 1)))
    assert second is not None
    assert second.accepted
    assert is_proved(book)
