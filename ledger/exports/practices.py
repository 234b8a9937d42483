"""A practice or its figures as a signed file. Not here: what they say, and who may have them.

Source: ledger/imports/PRACTICE.md.
"""

from ledger.core.canonical import canonical
from ledger.core.indicators import Indicators
from ledger.core.practices import Practice
from ledger.imports.practice_files import signed_bytes
from ledger.proof.checkpoint import read_checkpoint
from ledger.store.book import Book
from ledger.store.log import read_kept
from ledger.store.note_keys import sign_file


class NotPublished(LookupError):
    """The comune's log was never published, so nobody could know its key."""


def practice_file(book: Book, practice: Practice) -> bytes:
    """A practice, signed by the key of the comune's log. Errors: `NotPublished`."""
    return _signed(book, "practice", practice)


def figures_file(book: Book, figures: Indicators) -> bytes:
    """Figures, signed likewise. Errors: `NotPublished`."""
    return _signed(book, "figures", figures)


def _signed(book: Book, kind: str, told: Practice | Indicators) -> bytes:
    with book.ledger.reading() as db:
        last = read_kept(db, book.book_no)
    if last is None:
        raise NotPublished(book.name)
    origin, words = read_checkpoint(last.note.text).origin, told.words()
    key, note = sign_file(book.ledger, origin, kind, canonical(words))
    return signed_bytes(kind, words, key, note.whole())
