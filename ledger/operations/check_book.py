"""Replay a whole book and keep what was found, so that it can be told after a restart too.

Not here: the replay itself (`Book.check`), and the command that checks every book.
"""

from collections.abc import Callable
from typing import TypeAlias

from ledger.core.quantities import Instant
from ledger.store.book import Book
from ledger.store.registers.checks import LastCheck as Kept
from ledger.store.registers.checks import keep_check, read_check

LastCheck: TypeAlias = Kept


def check_book(
    book: Book, *, now: Instant, tell: Callable[[int], None] = lambda _done: None
) -> LastCheck:
    """Replay a book and keep the outcome; nothing of the book itself is changed.

    `tell`: is told now and then how many decisions were replayed.
    """
    head = book.head()
    check = LastCheck(now, head.size, head.root, tuple(book.check(tell)))
    book.ledger.write(lambda db: keep_check(db, book.book_no, check))
    return check


def last_check(book: Book) -> LastCheck | None:
    """The last check of a book, or None: it was never checked."""
    with book.ledger.reading() as db:
        return read_check(db, book.book_no)
