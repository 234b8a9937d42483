"""Keep how benefits are told to the SIUSS, and who took such a file away: it names families."""

from datetime import date
from hashlib import sha256
from uuid import UUID

from ledger.core.quantities import Instant
from ledger.store.book import Book
from ledger.store.registers.siuss import TakenFile, keep_siuss_words, keep_taken


def keep_siuss_mapping(book: Book, words: dict[str, str], *, by: UUID, now: Instant) -> None:
    """Write down what a comune typed, in place of what it had typed before."""
    book.ledger.write(lambda db: keep_siuss_words(db, book.book_no, words, by=by, now=now))


def note_siuss_file(
    book: Book, data: bytes, rows: int, span: tuple[date, date], *, by: UUID, now: Instant
) -> None:
    """Note that a file leaves, before it does: by whom, of which days, how many rows, its hash."""
    first, last = (day.isoformat() for day in span)
    one = TakenFile(book.book_no, now, by, first, last, rows, sha256(data).digest())
    book.ledger.write(lambda db: keep_taken(db, one))
