"""Books being checked by this process, a thread each, so that the page can show how far it is.

A long book takes minutes beside tills at work: whoever asks again sees the same check, never a
second one. Not here: the check itself (`ledger.operations.check_book`).
"""

import threading
from dataclasses import dataclass
from typing import Final

import structlog

from ledger import Book
from ledger.core.quantities import Instant
from ledger.operations.check_book import check_book

log = structlog.get_logger()
AT_ONCE_SECONDS: Final = 2.0  # A book that is checked within them is told without a wait.


@dataclass(slots=True)
class Progress:
    """How many decisions of a book were replayed, and how many it had at the start."""

    done: int
    size: int


class Checking:
    """Which books are being checked, and which check broke off."""

    def __init__(self) -> None:
        """None is."""
        self._running: dict[int, Progress] = {}
        self._broken: set[int] = set()
        self._lock = threading.Lock()

    def progress(self, book_no: int) -> Progress | None:
        """How far the check of this book is; None: there is none."""
        return self._running.get(book_no)

    def broke_off(self, book_no: int) -> bool:
        """Whether the last check here ended without saying what it found."""
        return book_no in self._broken

    def start(self, book: Book, *, now: Instant) -> None:
        """Check a book, once at a time; gives back soon, also where it goes on."""
        with self._lock:
            if book.book_no in self._running:
                return
            self._running[book.book_no] = Progress(0, book.head().size)
            self._broken.discard(book.book_no)
        name = f"check-{book.book_no}"
        run = threading.Thread(target=self._check, args=(book, now), name=name, daemon=True)
        run.start()
        run.join(AT_ONCE_SECONDS)

    def _check(self, book: Book, now: Instant) -> None:
        progress = self._running[book.book_no]

        def tell(done: int) -> None:
            progress.done = done

        try:
            found = check_book(book, now=now, tell=tell)
            log.info("book_checked", book=book.name, size=found.size, wrong=len(found.findings))
        except Exception as error:  # noqa: BLE001 -- whatever it was, the page tells.
            self._broken.add(book.book_no)
            log.warning("check_broke_off", book=book.name, why=type(error).__name__)
        finally:
            del self._running[book.book_no]
