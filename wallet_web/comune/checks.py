"""When each book was last replayed and what was found, for the badge "I conti tornano".

Remembered by this process only: a check proves what it saw, so after a restart one asks again.
"""

from dataclasses import dataclass

from ledger import Book, Finding
from ledger.core.quantities import Instant


@dataclass(frozen=True, slots=True)
class LastCheck:
    """One full replay: when, how far the log was then, its root, and what was not right."""

    at: Instant
    size: int
    root: bytes
    findings: tuple[Finding, ...]

    @property
    def is_right(self) -> bool:
        """Whether every row was as the log says."""
        return not self.findings


class LastChecks:
    """The last check of each book."""

    def __init__(self) -> None:
        """Nothing was checked yet."""
        self._last: dict[int, LastCheck] = {}

    def of(self, book: Book) -> LastCheck | None:
        """The last check of a book since this process started, or None."""
        return self._last.get(book.book_no)

    def run(self, book: Book, *, now: Instant) -> LastCheck:
        """Replay the whole book now, and remember what was found."""
        head = book.head()
        check = LastCheck(now, head.size, head.root, tuple(book.check()))
        self._last[book.book_no] = check
        return check
