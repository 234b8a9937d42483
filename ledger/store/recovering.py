"""After a restore: why a ledger is read only, and which of its books let no till take money yet.

A book that was put back from before waits until its lost sales are booked again, or an officer says
that there are no more (`network.recoveries`): else families could spend again what they have spent.
Not here: which sales (`ledger.core.recovery`).
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Final, TypeAlias

from sqlalchemy import Connection

from ledger.core.quantities import SECOND, Instant
from ledger.core.recovery import WAITS
from ledger.core.requests import Request
from ledger.store.heads import Behind
from ledger.store.limits import ReadOnly
from ledger.store.network.recoveries import waiting_books

LOOKS_EVERY: Final = 5 * SECOND  # While a book waits; another process may have ended it.
PROOF: Final = "found_again"  # The row that rides a lost sale.
Reading: TypeAlias = Callable[[], AbstractContextManager[Connection]]


def why_read_only(behind: Sequence[Behind]) -> str | None:
    """Why no money may move: books that end before what was told; None: none does."""
    if not behind:
        return None
    gaps = ", ".join(f"{one.book}: {one.missing} decisions after {one.size}" for one in behind)
    return (
        f"read only, since what was told is missing ({gaps}). Restore a later backup; or, once"
        " the gap is understood, `portavalori db accept-loss`"
    )


class Waiting:
    """Which books wait, as this process knows; in most ledgers none, and then nothing is read."""

    def __init__(self, reading: Reading, clock: Callable[[], Instant]) -> None:
        """Look once."""
        self._reading, self._clock = reading, clock
        self._books: frozenset[int] = frozenset()
        self._looked_at: Instant = 0
        self.look()

    def look(self) -> None:
        """Read again who waits."""
        with self._reading() as db:
            self._books = waiting_books(db)
        self._looked_at = self._clock()

    def holds(self, book_no: int) -> bool:
        """Whether this book's tills wait."""
        if book_no in self._books and self._clock() - self._looked_at > LOOKS_EVERY:
            self.look()
        return book_no in self._books

    def let_through(self, book_no: int, requests: Sequence[Request]) -> None:
        """Hold up what would take the money of lost sales, but for these. Errors: `ReadOnly`."""
        if not self._books or not self.holds(book_no):
            return
        for request in requests:
            found = any(row.table == PROOF for row in request.rows)
            if request.kind in WAITS and not found:
                raise ReadOnly("this book's lost sales are being booked again")
