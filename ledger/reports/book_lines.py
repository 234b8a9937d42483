"""Every posted transfer of a book with its entry, for programs that add it all up again.

Read in portions up to a transfer that stands, so that a book being written to is told as it was.
Not here: the files (`ledger.exports.plain_text_books`). Held and freed money is no posting.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger.core.quantities import Amount, Instant, Unit
from ledger.reports.rows import query, rows
from ledger.store.book import Book

PORTION: Final = 2000  # Transfers in a portion.


@dataclass(frozen=True, slots=True)
class BookLine:
    """One posted transfer: its entry, its two accounts, their balances after it on their sides."""

    seq: int
    log_index: int
    request_id: UUID
    kind: str
    recorded_at: Instant
    undoes: int | None
    unit: Unit
    amount: Amount
    debit: UUID
    debit_kind: str
    debit_balance: int
    credit: UUID
    credit_kind: str
    credit_balance: int


LINES = query(
    """
    SELECT t.seq, t.log_index, d.request_id, d.kind, d.recorded_at, t.undoes, t.unit, t.amount,
           t.debit, da.kind AS debit_kind, t.debit_balance,
           t.credit, ca.kind AS credit_kind, t.credit_balance
      FROM transfer t
      JOIN decision d ON d.book_no = t.book_no AND d.log_index = t.log_index
      JOIN account da ON da.book_no = t.book_no AND da.account_id = t.debit
      JOIN account ca ON ca.book_no = t.book_no AND ca.account_id = t.credit
     WHERE t.book_no = :book_no AND t.seq > :after AND t.seq <= :until
       AND t.phase IN ('posted', 'used')
     ORDER BY t.seq
    """,
    BookLine,
    ids="request_id debit credit",
)


@dataclass(frozen=True, slots=True)
class _ActAt:
    log_index: int
    number: str


ACTS = query("SELECT log_index, number FROM act WHERE book_no = :book_no ORDER BY number", _ActAt)


def book_lines(book: Book) -> Iterator[BookLine]:
    """The posted transfers of a book, by seq, up to the last one at this moment."""
    last = book.head().last_seq
    for after in range(0, last, PORTION):
        until = min(after + PORTION, last)
        given = {"book_no": book.book_no, "after": after, "until": until}
        with book.ledger.reading() as db:
            found = rows(db, LINES, BookLine, given)
        yield from found


def acts_by_entry(book: Book) -> Mapping[int, tuple[str, ...]]:
    """The numbers of the acts that entries rest on, by the entry's place in the log."""
    with book.ledger.reading() as db:
        found = rows(db, ACTS, _ActAt, {"book_no": book.book_no})
    by_entry = defaultdict[int, tuple[str, ...]](tuple)
    for one in found:
        by_entry[one.log_index] += (one.number,)
    return by_entry
