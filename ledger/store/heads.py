"""How far each book was told, written down outside the stores: a restored ledger is behind it.

A small file beside the book, replaced every second in which something was committed, and when the
ledger is closed. It holds sizes, roots and times, and nothing of anybody. A book that ends before
what was told is opened to be read only; one that ends there with another root is not the same
book. Not here: checkpoints that others sign (a later issue). Source: reliability.md 5, row 17.
"""

import fcntl
import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, text

from ledger.core.quantities import Instant
from ledger.proof.merkle import Frontier, read_frontier
from ledger.store.engines import StoreError

EVERY: Final = 1.0  # Seconds in which a crash can leave the file behind the books.
PRESENT: Final = text("SELECT name, next_index, recorded_at, frontier FROM book")


@dataclass(frozen=True, slots=True)
class Told:
    """How far a book had come: leaves, root of its log, the last decision's time."""

    size: int
    root: str
    recorded_at: Instant


@dataclass(frozen=True, slots=True)
class Behind:
    """A book that ends before what was told of it; `recorded_at`: its last decision's time."""

    book: str
    size: int
    told: Told
    recorded_at: Instant = 0

    @property
    def missing(self) -> int:
        """How many decisions are missing at its end."""
        return self.told.size - self.size


class HeadsFile:
    """The file of one ledger; safe from many threads and processes."""

    def __init__(self, path: Path, ledger_id: UUID) -> None:
        """Nothing is read or written yet."""
        self.path = path
        self._id = str(ledger_id)
        self._fresh: dict[str, tuple[Frontier, Instant]] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def note(self, book: str, frontier: Frontier, recorded_at: Instant) -> None:
        """Remember how far a book has come, after its COMMIT; written down within a second."""
        with self._lock:
            self._fresh[book] = frontier, recorded_at
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="heads", daemon=True)
                self._thread.start()

    def read(self) -> Mapping[str, Told]:
        """What was told of each book. Errors: `StoreError` for a file of another ledger."""
        return self._read()

    def replace(self, heads: Mapping[str, Told]) -> None:
        """Say that the books are right as they are now, though more had been told."""
        with self._alone():
            self._write(heads)

    def close(self) -> None:
        """Write down what is left."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join()
        self._flush()

    def _run(self) -> None:
        while not self._closing.wait(EVERY):
            self._flush()

    def _flush(self) -> None:
        with self._lock:
            fresh, self._fresh = self._fresh, {}
        if not fresh:
            return
        heads = {
            book: Told(frontier.size, frontier.root().hex(), at)
            for book, (frontier, at) in fresh.items()
        }
        try:
            self._merge(heads)
        except (OSError, StoreError):  # Money never waits for this file; it is tried again.
            with self._lock:
                self._fresh = fresh | self._fresh

    def _merge(self, heads: Mapping[str, Told]) -> None:
        with self._alone():
            known = dict(self._read())
            for book, told in heads.items():  # Another process may have come further.
                if book not in known or known[book].size < told.size:
                    known[book] = told
            self._write(known)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        lock = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _read(self) -> dict[str, Told]:
        if not self.path.exists():
            return {}
        try:
            words: dict[str, Any] = json.loads(self.path.read_text())
            heads = {book: Told(**told) for book, told in words["books"].items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            message = f"{self.path.name} cannot be read: look at it, then move it away"
            raise StoreError(message) from error
        if words.get("ledger") != self._id:
            message = f"{self.path.name} is of another ledger: move it away, or restore the right"
            raise StoreError(message + " book")
        return heads

    def _write(self, heads: Mapping[str, Told]) -> None:
        books = {
            book: {"size": told.size, "root": told.root, "recorded_at": told.recorded_at}
            for book, told in sorted(heads.items())
        }
        draft = self.path.with_suffix(".draft")
        with draft.open("w", encoding="utf-8") as file:
            json.dump({"ledger": self._id, "books": books}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)


def present_heads(db: Connection) -> dict[str, Told]:
    """How far each book has come in the store itself."""
    heads = {}
    for name, size, recorded_at, frontier in db.execute(PRESENT):
        root = read_frontier(size, bytes(frontier)).root().hex()
        heads[name] = Told(size, root, recorded_at)
    return heads


def books_behind(told: Mapping[str, Told], present: Mapping[str, Told]) -> tuple[Behind, ...]:
    """The books that end before what was told of them.

    Errors: `StoreError` for one that ends where it should, but is not the same.
    """
    behind = []
    for book, one in told.items():
        now = present.get(book)
        size = 0 if now is None else now.size
        if size < one.size:
            behind.append(Behind(book, size, one, 0 if now is None else now.recorded_at))
        elif now is not None and size == one.size and now.root != one.root:
            message = f"the book of {book} is not the one whose head was told: do not use it"
            raise StoreError(message)
    return tuple(behind)
