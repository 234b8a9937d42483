"""What the door shows: `Ledger` and `Book`.

Not here: how it is opened (`opening`), written (`writer`, `batch`), read (`reader`), checked
(`replay`).
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import TracebackType
from typing import Self, TypeVar

from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import IntegrityError

from ledger.core.chart import EntryKind
from ledger.core.codes import Code
from ledger.core.decisions import Decision
from ledger.core.ids import AccountId, RequestId
from ledger.core.quantities import Instant
from ledger.core.requests import Request
from ledger.proof.merkle import Frontier
from ledger.store import reader, replay
from ledger.store.comparing import Finding
from ledger.store.engines import (
    Place,
    Store,
    reading_engine,
    writing_engine,
)
from ledger.store.heads import Behind, HeadsFile
from ledger.store.keys import read_log_keys, read_named_keys
from ledger.store.limits import Limits, ReadOnly
from ledger.store.patience import LONG, waiting
from ledger.store.quick import QuickReader
from ledger.store.recovering import Waiting, why_read_only
from ledger.store.schema import book as book_table
from ledger.store.schema import hold as hold_table
from ledger.store.writer import Writer
from ledger.store.writing import check_rows

T = TypeVar("T")


class Ledger:
    """All books of one network, with their vault and keys. Safe from many threads."""

    def __init__(
        self,
        place: Place,
        *,
        limits: Limits,
        clock: Callable[[], Instant],
        heads: HeadsFile | None = None,
        behind: tuple[Behind, ...] = (),
    ) -> None:
        """Open the three stores; see `open_ledger`. `behind`: books that end too early, if any."""
        self.behind = behind
        self.read_only = why_read_only(behind)
        self._heads = heads
        self._place = place
        self._limits = limits
        self.clock = clock
        self._engines = {store: writing_engine(place, store) for store in Store}
        self._readers = {store: reading_engine(place, store) for store in Store}
        self.quick = QuickReader(self._readers[Store.BOOK])
        self.keys = self._read_keys()
        self._writers: dict[int, Writer] = {}
        self._opening = threading.Lock()  # Two threads that ask first get one and the same writer.
        self._small_writer = self._start_writer("small")
        self._books: dict[str, Book] = {}
        self._names: dict[int, str] = {}
        self.known_open: set[AccountId] = set()
        self.waiting = Waiting(self.reading, clock)
        for book_no in () if behind else self._books_with_holds():
            self.writer(book_no).look_after(book_no)

    @property
    def place(self) -> Place:
        """Where the three stores are."""
        return self._place

    def _read_keys(self) -> dict[str, bytes]:
        with self.reading(Store.KEYS) as db:
            return read_named_keys(db)

    def _start_writer(self, name: str) -> Writer:
        return Writer(
            name, self._engines, limits=self._limits, clock=self.clock, tell=self._note_head
        )

    def _note_head(self, book: str, frontier: Frontier, recorded_at: Instant) -> None:
        if self._heads is not None:
            self._heads.note(book, frontier, recorded_at)

    def writer(self, book_no: int) -> Writer:
        """The one writer of a book: on SQLite the same for everything in the file."""
        if self._place.is_sqlite:
            return self._small_writer
        writer = self._writers.get(book_no)
        if writer is None:
            with self._opening:
                if book_no not in self._writers:
                    self._writers[book_no] = self._start_writer(f"book-{book_no}")
                writer = self._writers[book_no]
        return writer

    def _books_with_holds(self) -> list[int]:
        """Books in which money is held: somebody must let it lapse."""
        query = select(hold_table.c.book_no).where(hold_table.c.state == "held").distinct()
        with self.reading() as db:
            return [row[0] for row in db.execute(query)]

    def book(self, name: str, *, create: bool = False) -> "Book":
        """The book of that name. Errors: `LookupError` if there is none and `create` is false."""
        if name not in self._books:
            book_no = self._find_book(name)
            if book_no is None:
                if not create:
                    raise LookupError(name)
                book_no = self._make_book(name)
            self._books.setdefault(name, Book(self, book_no, name))
        return self._books[name]

    def book_numbered(self, book_no: int) -> "Book":
        """The book of that number. Errors: `LookupError`."""
        if book_no not in self._names:
            query = select(book_table.c.name).where(book_table.c.book_no == book_no)
            with self.reading() as db:
                name = db.execute(query).scalar()
            if name is None:
                raise LookupError(book_no)
            self._names[book_no] = name
        return self.book(self._names[book_no])

    def _make_book(self, name: str) -> int:
        """Make a book, or find that another process was faster."""
        try:
            return self.write(lambda db: _make_book(db, name))
        except IntegrityError:
            book_no = self._find_book(name)
            return self._make_book(name) if book_no is None else book_no

    def _find_book(self, name: str) -> int | None:
        query = select(book_table.c.book_no).where(book_table.c.name == name)
        with self.reading() as db:
            return db.execute(query).scalar()

    def books(self) -> tuple["Book", ...]:
        """All books, in the order of their numbers."""
        query = select(book_table.c.name).order_by(book_table.c.book_no)
        with self.reading() as db:
            names = [row[0] for row in db.execute(query)]
        return tuple(self.book(name) for name in names)

    @contextmanager
    def reading(self, store: Store = Store.BOOK) -> Iterator[Connection]:
        """A connection that cannot write, on one snapshot of a store."""
        with self._readers[store].connect() as db, db.begin():
            yield db

    def write(self, function: Callable[[Connection], T], *, store: Store = Store.BOOK) -> T:
        """Have the writer run one short function that is not money; back after COMMIT.

        Errors: what the function raises; `QueueFull`, `WriterStopped`.
        """
        return self._small_writer.write(store, function)

    def confirm_clock(self) -> None:
        """Say that a forward jump of the clock was right, and write on. Source: design 3.3."""
        for writer in (self._small_writer, *self._writers.values()):
            writer.confirm_clock()

    def close(self) -> None:
        """Answer what waits, then let go of every connection."""
        for writer in (self._small_writer, *self._writers.values()):
            writer.close()
        if self._heads is not None:
            self._heads.close()
        self.quick.close()
        for engine in (*self._readers.values(), *self._engines.values()):
            engine.dispose()

    def __enter__(self) -> Self:
        """Use it in a `with`."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()


class Book:
    """One comune's ledger: a unit of order, of lock, of log. Source: design 3.1."""

    def __init__(self, ledger: Ledger, book_no: int, name: str) -> None:
        """Made by `Ledger.book`."""
        self.ledger = ledger
        self.book_no = book_no
        self.name = name

    def submit(self, requests: Sequence[Request]) -> list[Decision]:
        """Have requests decided and written; blocks until they are durable.

        Safe from many threads, safe to retry: the same id and words, the same decision. A no is a
        value. Errors: `MalformedRequest`, `QueueFull`, `ReadOnly`, `WriterStopped`; after any
        other, the outcome is unknown: ask again with the same ids.
        """
        return self.ledger.writer(self.book_no).submit(self.book_no, self._asked(requests))

    async def asubmit(self, requests: Sequence[Request]) -> list[Decision]:
        """The awaitable twin of `submit`."""
        return await self.ledger.writer(self.book_no).asubmit(self.book_no, self._asked(requests))

    def _asked(self, requests: Sequence[Request]) -> list[Request]:
        if self.ledger.read_only is not None:
            raise ReadOnly(self.ledger.read_only)
        self.ledger.waiting.let_through(self.book_no, requests)
        for request in requests:
            check_rows(request.rows)
        return [_as_a_caller(request) for request in requests]

    def decision(self, request: RequestId) -> Decision | None:
        """The decision of a request, or None: nothing was decided under this id."""
        with self.ledger.reading() as db:
            return reader.decision(db, self.book_no, request)

    def balance(self, account: AccountId, at_seq: int | None = None) -> int:
        """Posted balance on the account's own side, now or after transfer `at_seq`; minor units.

        Errors: `LookupError` for an account that the book does not have.
        """
        with self.ledger.reading() as db:
            return reader.balance(db, self.book_no, account, at_seq)

    def statement(
        self, account: AccountId, after_version: int = 0, limit: int = 100
    ) -> tuple[reader.StatementLine, ...]:
        """Lines of one account, oldest first, from the version after `after_version`."""
        with self.ledger.reading() as db:
            return reader.statement(db, self.book_no, account, after_version, limit)

    def trial_balance(self, at_seq: int | None = None) -> tuple[reader.TrialLine, ...]:
        """Every account with its totals and balance, now or after transfer `at_seq`."""
        with self.ledger.reading() as db:
            return reader.trial_balance(db, self.book_no, at_seq)

    def check(self, tell: Callable[[int], None] = lambda _done: None) -> Iterator[Finding]:
        """Replay the whole book through `apply()` and compare every row; finds nothing if right.

        `tell`: is told now and then how many decisions were replayed.
        """
        with self.ledger.reading(Store.KEYS) as kept:
            keys = read_log_keys(kept)
        with self.ledger.reading() as db, waiting(db, LONG):
            yield from replay.check(db, self.book_no, self.name, keys, tell)

    def receipt(self, request: RequestId) -> reader.Receipt | None:
        """What proves that a request was decided: its leaf, its hash, its place; None if not."""
        with self.ledger.reading() as db:
            return reader.receipt(db, self.book_no, request)

    def head(self) -> reader.BookHead:
        """Size and root of the log, last seq and time, open period."""
        with self.ledger.reading() as db:
            return reader.head(db, self.book_no)


def _make_book(db: Connection, name: str) -> int:
    known = db.execute(select(book_table.c.book_no).where(book_table.c.name == name)).scalar()
    if known is not None:
        return int(known)
    taken = db.execute(text("SELECT CAST(MAX(book_no) AS BIGINT) FROM book")).scalar()
    book_no = (taken or 0) + 1
    db.execute(
        insert(book_table).values(
            book_no=book_no, name=name, next_index=0, next_seq=1, recorded_at=0, period=1,
            frontier=Frontier().to_bytes(),
        )
    )  # fmt: skip
    return book_no


def _as_a_caller(request: Request) -> Request:
    """Only the writer lets holds lapse, by ids that follow from them: asked by others it is a no.

    An outsider who recomputes the book finds any lapse of another's. Source: FORMAT.md 2, 3.
    """
    if request.kind != EntryKind.HOLD_EXPIRY or request.refuse is not None:
        return request
    return replace(request, refuse=Code.ITEM_NOT_ALLOWED)
