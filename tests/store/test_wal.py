"""The log of SQLite begins anew while readers never stop; it grew without end before."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ledger import Ledger, OpenAccount, Request, RequestId, new_id, open_ledger, random_id
from ledger.core.chart import AccountKind, EntryKind
from ledger.store import wal
from ledger.store.engines import Store
from tests.engines import sqlite_copy

LONG = 512 * 1024
SALES = 400


@pytest.fixture
def file(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[Ledger, Path]]:
    url = sqlite_copy(sqlite_template, tmp_path)
    with open_ledger(url) as ledger:
        yield ledger, Path(url.removeprefix("sqlite:///") + "-wal")


def opening() -> Request:
    account = OpenAccount(random_id(), "U", AccountKind.FUND)  # type: ignore[arg-type]
    return Request(RequestId(new_id()), EntryKind.OPENING, (account,), "somebody" * 100, 0)


class Readers:
    """Snapshots that overlap, so that at no moment nobody reads."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger, self.stop = ledger, threading.Event()
        self.threads = [threading.Thread(target=self.read, args=(turn,)) for turn in range(3)]

    def read(self, turn: int) -> None:
        self.stop.wait(turn * 0.004)
        while not self.stop.is_set():
            with self.ledger.reading() as db:
                db.exec_driver_sql("SELECT COUNT(*) FROM book").fetchall()
                self.stop.wait(0.012)

    def __enter__(self) -> None:
        for thread in self.threads:
            thread.start()

    def __exit__(self, *_ended: object) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join()


def grown(ledger: Ledger, log: Path) -> int:
    """The longest that the log was while entries and readers never stopped."""
    book, longest = ledger.book(random_id().hex, create=True), 0
    with Readers(ledger):
        for _ in range(SALES):
            book.submit([opening()])
            longest = max(longest, log.stat().st_size)
    assert list(book.check()) == []
    return longest


def test_the_log_begins_anew_under_readers_that_never_stop(
    file: tuple[Ledger, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wal, "LONG_BYTES", LONG)
    monkeypatch.setattr(wal, "EVERY_SECONDS", 0.05)
    longest = grown(*file)
    monkeypatch.setattr(wal, "LONG_BYTES", 2**40)  # As it was: never begun anew.
    assert longest < grown(*file) / 2


def test_a_reader_of_minutes_is_not_waited_for(
    file: tuple[Ledger, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It keeps its snapshot, sales go on, and the log is short again once it has ended."""
    monkeypatch.setattr(wal, "LONG_BYTES", LONG)
    monkeypatch.setattr(wal, "EVERY_SECONDS", 0.0)
    ledger, log = file
    book = ledger.book("busy", create=True)
    with ExitStack() as stack:
        db = stack.enter_context(ledger.reading(Store.BOOK))
        before = db.exec_driver_sql("SELECT COUNT(*) FROM decision").scalar()
        for _ in range(150):
            book.submit([opening()])
        assert db.exec_driver_sql("SELECT COUNT(*) FROM decision").scalar() == before
        assert log.stat().st_size > LONG
    book.submit([opening()])
    assert log.stat().st_size < LONG
