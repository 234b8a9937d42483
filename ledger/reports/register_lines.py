"""The rows of a book's registers, decision by decision: what its log names by a hash alone.

With the auditor's bundle they make the whole book again elsewhere. They name shops, acts and
officers by number; persons are not in them. Not here: the file (`ledger.exports.registers`).
Source: PROOF.md 8.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import groupby
from operator import itemgetter

from ledger.core.canonical import Json
from ledger.core.requests import Row
from ledger.store.book import Book
from ledger.store.comparing import placed_rows
from ledger.store.streams import Reader


def register_lines(book: Book, until: int) -> Iterator[tuple[int, list[Json]]]:
    """Each decision below `until` that wrote rows: its index, and the rows in their order."""
    with ExitStack() as opened:
        db = opened.enter_context(book.ledger.reading())
        rows = placed_rows(Reader(db, book.book_no, opened))
        for index, together in groupby(rows, itemgetter(0)):
            if index >= until:
                return
            yield index, [Row(**row).words() for _index, _row_no, row in together]
