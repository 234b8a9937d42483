"""How actions ended in a period: alfa, what was planned; beta, what came on top. Never money.

Of a comune: the actions of its families. Not here: hours as figures (`five_rs`).
"""

from dataclasses import dataclass

from ledger.core.chart import CIRCUIT_BOOK
from ledger.reports.five_rs import Asked
from ledger.reports.rows import query, rows
from ledger.store.book import Ledger


@dataclass(frozen=True, slots=True)
class EndedAction:
    """So many times an action ended so, with so many minutes given in all."""

    alfa: str
    beta: str
    times: int
    minutes: int


ENDED = query(
    """
    SELECT o.alfa, o.beta, COUNT(*) AS times, CAST(SUM(o.minutes) AS BIGINT) AS minutes
      FROM action_done o
      JOIN decision d ON d.book_no = o.book_no AND d.log_index = o.log_index
      JOIN family f ON f.family_id = o.family_id
     WHERE o.book_no = :book_no AND d.recorded_at >= :since AND d.recorded_at < :until
       AND (:home = 0 OR f.book_no = :home)
     GROUP BY o.alfa, o.beta ORDER BY o.alfa DESC, o.beta
    """,
    EndedAction,
)


def ended_actions(ledger: Ledger, asked: Asked) -> tuple[EndedAction, ...]:
    """By how they ended; none where there is no circuit. Errors: `LookupError` for no comune."""
    books = {book.name: book.book_no for book in ledger.books()}
    if CIRCUIT_BOOK not in books:
        return ()
    given = {
        "book_no": books[CIRCUIT_BOOK], "since": asked.since, "until": asked.until,
        "home": ledger.book(asked.comune).book_no if asked.comune else 0,
    }  # fmt: skip
    with ledger.reading() as db:
        return rows(db, ENDED, EndedAction, given)
