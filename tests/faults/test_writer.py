"""The writer under faults: answered once, after COMMIT, rightly; or told that nothing is known.

Faults are injected where they happen in life: in the engine's commit, in the driver, in the file,
in the clock. Not here: the death of processes and of power, which have levels of their own.
"""
# long: one fault under the other, so that the list of what is survived reads as a list.

import asyncio
import random
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from ledger import (
    Book,
    Decision,
    EntryKind,
    Hold,
    HoldId,
    Ledger,
    Limits,
    QueueFull,
    Request,
    RequestId,
    StoreError,
    WriterStopped,
    derived_id,
    open_ledger,
)  # fmt: skip
from ledger.store import batch, engines, schema, writer
from ledger.store.engines import Store, assert_durable, read_place, writing_engine
from tests.engines import sqlite_copy
from tests.faults.contest import UNIT, account, ask, pair, prepare, spend
from tests.loops import run_alone
from tests.store.rich_store import register_row

MINUTE = 60_000_000


class Gate:
    """Holds the writer between two transactions, so that what comes meanwhile is one batch."""

    def __init__(self, book: Book) -> None:
        self._writer = book.ledger.writer(book.book_no)
        self._open, self._reached = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._hold, daemon=True)
        self._thread.start()
        assert self._reached.wait(20)

    def _hold(self) -> None:
        def wait(_db: object) -> None:
            self._reached.set()
            self._open.wait(20)

        self._writer.write(Store.VAULT, wait)

    def waiting(self, size: int) -> None:
        """Go on once so many requests wait."""
        until = time.monotonic() + 20
        while self._writer._size < size and time.monotonic() < until:
            time.sleep(0.001)

    def let_go(self) -> None:
        self._open.set()
        self._thread.join()


def in_one_batch(book: Book, requests: list[Request]) -> list[Future[list[Decision]]]:
    """Submit each from a thread of its own; the writer finds them waiting together."""
    gate = Gate(book)
    with ThreadPoolExecutor(len(requests)) as pool:
        futures = [pool.submit(book.submit, [request]) for request in requests]
        gate.waiting(len(requests))
        gate.let_go()
    return futures


def engine_of(book: Book) -> Any:  # noqa: ANN401 -- an Engine whose dialect is wrapped.
    return book.ledger._engines[Store.BOOK]


@contextmanager
def commits(book: Book, instead: Callable[[Callable[[], None], Any], None]) -> Iterator[None]:
    """Run `instead(commit, dbapi)` in the place of the engine's commit."""
    dialect = engine_of(book).dialect
    commit = dialect.do_commit
    dialect.do_commit = lambda dbapi: instead(lambda: commit(dbapi), dbapi)
    try:
        yield
    finally:
        dialect.do_commit = commit


def busy(code: int, text_of_it: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(text_of_it)
    error.sqlite_errorcode = code
    return error


TRANSIENT: dict[str, Callable[[], Exception]] = {
    "40001": lambda: psycopg.errors.SerializationFailure("could not serialize access"),
    "40P01": lambda: psycopg.errors.DeadlockDetected("deadlock detected"),
    "55P03": lambda: psycopg.errors.LockNotAvailable("lock timeout"),
    "25P03": lambda: psycopg.errors.IdleInTransactionSessionTimeout("idle"),
    "25P04": lambda: psycopg.errors.TransactionTimeout("transaction"),
    "57P01": lambda: psycopg.errors.AdminShutdown("terminating connection"),
    "busy": lambda: busy(sqlite3.SQLITE_BUSY, "database is locked"),
    "locked": lambda: busy(sqlite3.SQLITE_LOCKED, "database table is locked"),
}


def transient(name: str) -> Exception:
    return TRANSIENT[name]()


@pytest.mark.parametrize("name", TRANSIENT)
def test_a_transient_error_is_tried_again(ledger: Ledger, name: str) -> None:
    book = prepare(ledger)
    faults = iter([transient(name), transient(name)])

    def fail_twice(commit: Callable[[], None], _dbapi: object) -> None:
        if (error := next(faults, None)) is not None:
            raise error
        commit()

    with commits(book, fail_twice):
        [decision] = book.submit([spend()])
    assert (decision.accepted, decision.replayed) == (True, False)
    assert next(faults, None) is None
    assert book.balance(account("V")) == 9
    assert list(book.check()) == []


def test_after_a_standstill_it_is_tried_once_more_and_then_told(url: str) -> None:
    """A machine that stood still for longer than anybody waits has failed nobody yet."""
    with open_ledger(url, limits=Limits(age_seconds=0.3)) as ledger:
        book = prepare(ledger)
        faults = 1

        def stand_still(commit: Callable[[], None], _dbapi: object) -> None:
            nonlocal faults
            faults -= 1
            if faults >= 0:
                time.sleep(0.4)
                raise transient("25P04")
            commit()

        with commits(book, stand_still):
            assert book.submit([spend()])[0].accepted
            faults = 2
            with pytest.raises((DBAPIError, psycopg.Error), match="transaction"):
                book.submit([spend()])
        assert list(book.check()) == []


def test_an_error_that_stays_is_told_and_nothing_is_written(url: str) -> None:
    with open_ledger(url, limits=Limits(tries=3)) as ledger:
        book = prepare(ledger)

        def fail(_commit: object, _dbapi: object) -> None:
            raise transient("40001")

        request = spend()
        with commits(book, fail), pytest.raises((DBAPIError, psycopg.Error), match="serialize"):
            book.submit([request])
        assert book.decision(request.id) is None
        [decision] = book.submit([request])  # The cache was dropped: nothing of it is left.
        assert (decision.accepted, decision.log_index) == (True, 4)
        assert list(book.check()) == []


def test_a_lost_answer_to_commit_is_found_out(ledger: Ledger) -> None:
    """The connection dies after the real commit: the caller is told what was decided, once."""
    book = prepare(ledger)
    lost = iter([True])
    request = spend()

    def commit_and_die(commit: Callable[[], None], dbapi: Any) -> None:  # noqa: ANN401
        commit()
        if next(lost, False):
            if isinstance(getattr(dbapi, "driver_connection", dbapi), sqlite3.Connection):
                raise busy(sqlite3.SQLITE_BUSY, "the answer was lost")
            dbapi.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with commits(book, commit_and_die):
        [decision] = book.submit([request])
    assert (decision.accepted, decision.replayed) == (True, False)
    [again] = book.submit([request])
    assert (again.replayed, again.leaf()) == (True, decision.leaf())
    assert book.balance(account("V")) == 9
    assert list(book.check()) == []


def test_a_replay_stays_a_replay_when_an_answer_to_commit_is_lost(ledger: Ledger) -> None:
    book = prepare(ledger)
    first = spend()
    book.submit([first])
    lost = iter([True])

    def commit_and_lose(commit: Callable[[], None], _dbapi: object) -> None:
        commit()
        if next(lost, False):
            raise transient("busy")

    with commits(book, commit_and_lose):
        old, new = book.submit([first, spend()])
    assert (old.replayed, new.replayed) == (True, False)
    assert book.balance(account("V")) == 8


def test_one_bad_request_fails_alone(ledger: Ledger) -> None:
    book = prepare(ledger)
    act = register_row(schema.act)
    good = [spend() for _ in range(6)]
    bad = Request(RequestId(derived_id("contest", "bad")), EntryKind.REGISTRATION, rows=(act,))
    book.submit(
        [Request(RequestId(derived_id("contest", "act")), EntryKind.REGISTRATION, rows=(act,))]
    )
    *answers, failed = in_one_batch(book, [*good, bad])
    assert all(answer.result()[0].accepted for answer in answers)
    with pytest.raises(Exception, match=r"(?i)unique"):
        failed.result()
    assert book.decision(bad.id) is None
    assert list(book.check()) == []


def test_a_request_that_breaks_the_writer_fails_alone(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any error of ours, not only a constraint's: it belongs to the request that brought it."""
    book = prepare(ledger)
    poison = spend()
    run = batch.Batch.run

    def run_or_choke(self: Any, requests: Any, now: int) -> Any:  # noqa: ANN401
        if poison in requests:
            raise TypeError("choked")
        return run(self, requests, now)

    monkeypatch.setattr(batch.Batch, "run", run_or_choke)
    *answers, failed = in_one_batch(book, [*(spend() for _ in range(5)), poison])
    assert all(answer.result()[0].accepted for answer in answers)
    with pytest.raises(TypeError, match="choked"):
        failed.result()
    assert list(book.check()) == []


def test_an_io_error_stops_the_writer_for_all_who_wait(
    sqlite_template: Path, tmp_path: Path
) -> None:
    with open_ledger(sqlite_copy(sqlite_template, tmp_path)) as ledger:
        book = prepare(ledger)

        def fail(_commit: object, _dbapi: object) -> None:
            raise busy(sqlite3.SQLITE_IOERR, "disk I/O error")

        with commits(book, fail), pytest.raises(DBAPIError, match="I/O"):
            book.submit([spend()])
        with pytest.raises(WriterStopped, match="disk"):
            book.submit([spend()])
        assert book.balance(account("V")) == 10
        ledger.confirm_clock()  # Is no way around it.
        with pytest.raises(WriterStopped, match="disk"):
            book.submit([spend()])


def test_who_waits_behind_an_io_error_is_not_executed(
    sqlite_template: Path, tmp_path: Path
) -> None:
    limits = Limits(batch=1)
    with open_ledger(sqlite_copy(sqlite_template, tmp_path), limits=limits) as ledger:
        book = prepare(ledger)
        before = book.head()

        def fail(commit: Callable[[], None], _dbapi: object) -> None:
            if threading.current_thread().name.startswith("writer") and failing:
                raise busy(sqlite3.SQLITE_IOERR, "disk I/O error")
            commit()

        failing: list[bool] = []
        gate = Gate(book)
        with commits(book, fail), ThreadPoolExecutor(3) as pool:
            futures = [pool.submit(book.submit, [spend()]) for _ in range(3)]
            gate.waiting(3)
            failing.append(True)
            gate.let_go()
            errors = {type(future.exception()) for future in futures}
        assert errors == {OperationalError, WriterStopped}
        assert book.head() == before


def test_a_full_disk_answers_errors_and_goes_on(sqlite_template: Path, tmp_path: Path) -> None:
    with open_ledger(sqlite_copy(sqlite_template, tmp_path)) as ledger:
        book = prepare(ledger, voucher=1000)
        ledger.write(lambda db: db.exec_driver_sql("PRAGMA max_page_count=1"))
        with pytest.raises(Exception, match="full"):
            book.submit([spend() for _ in range(500)])
        decisions = book.submit([spend() for _ in range(500)])  # There is space again.
        assert all(decision.accepted for decision in decisions)
        assert book.balance(account("V")) == 500
        assert list(book.check()) == []


def test_a_file_that_was_moved_away_is_not_written_on(
    sqlite_template: Path, tmp_path: Path
) -> None:
    with open_ledger(sqlite_copy(sqlite_template, tmp_path)) as ledger:
        book = prepare(ledger)
        shutil.move(tmp_path / "portavalori.db", tmp_path / "elsewhere.db")
        with pytest.raises(StoreError, match="moved or deleted"):
            book.submit([spend()])
        with pytest.raises(WriterStopped, match="moved or deleted"):
            book.submit([spend()])


def test_a_file_locked_by_somebody_else_is_waited_for(
    sqlite_template: Path, tmp_path: Path
) -> None:
    with (
        open_ledger(sqlite_copy(sqlite_template, tmp_path)) as ledger,
        ThreadPoolExecutor(1) as pool,
    ):
        book = prepare(ledger)
        other = sqlite3.connect(tmp_path / "portavalori.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        future = pool.submit(book.submit, [spend()])
        time.sleep(0.2)
        assert not future.done()
        other.execute("ROLLBACK")
        other.close()
        assert future.result(20)[0].accepted


# What refuses to start.


@pytest.mark.parametrize("store", Store)
def test_a_missing_file_is_refused(sqlite_template: Path, tmp_path: Path, store: Store) -> None:
    url = sqlite_copy(sqlite_template, tmp_path)
    path = read_place(url).path(store)
    path.unlink()
    for create in (False, True):  # Not made again behind our back, either.
        with pytest.raises(StoreError, match="missing"):
            open_ledger(url, create=create)
    assert not path.exists()


@pytest.mark.parametrize("store", Store)
def test_a_store_of_another_ledger_is_refused(
    sqlite_template: Path, tmp_path: Path, store: Store
) -> None:
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    mine.mkdir()
    theirs.mkdir()
    url = sqlite_copy(sqlite_template, mine)
    open_ledger(f"sqlite:///{theirs / 'portavalori.db'}", create=True).close()
    place = read_place(url)
    shutil.copy(theirs / place.path(store).name, place.path(store))
    with pytest.raises(StoreError, match="different ledgers"):
        open_ledger(url)


def test_another_schema_is_refused(url: str) -> None:
    place = read_place(url)
    for store in Store:
        engine = writing_engine(place, store)
        with engine.begin() as db:
            version = db.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
            db.execute(text("UPDATE alembic_version SET version_num = 'z999'"))
        with pytest.raises(StoreError, match="newer program"):
            open_ledger(url)
        with engine.begin() as db:
            db.execute(text("DELETE FROM alembic_version"))
        with pytest.raises(StoreError, match="db upgrade"):
            open_ledger(url)
        with engine.begin() as db:
            db.execute(
                text("INSERT INTO alembic_version (version_num) VALUES (:v)"), {"v": version}
            )
        engine.dispose()
    open_ledger(url).close()


def test_sqlite_that_could_lose_what_it_acknowledged_is_refused(
    sqlite_template: Path, tmp_path: Path
) -> None:
    engine = writing_engine(read_place(sqlite_copy(sqlite_template, tmp_path)), Store.BOOK)
    assert_durable(engine)
    for unsafe in ("PRAGMA synchronous=NORMAL", "PRAGMA journal_mode=DELETE"):
        with engine.connect() as db:
            raw: Any = db.connection.dbapi_connection
            raw.execute("PRAGMA synchronous=FULL")
            db.rollback()
            raw.execute(unsafe)
        with pytest.raises(StoreError, match="synchronous=FULL"):
            assert_durable(engine)
    engine.dispose()


@pytest.mark.pg_only
def test_postgresql_that_could_lose_what_it_acknowledged_is_refused(url: str) -> None:
    if url.startswith("sqlite"):
        pytest.skip("PostgreSQL alone")
    with psycopg.connect(url, autocommit=True) as db:
        [name] = db.execute("SELECT current_database()").fetchone() or [""]
        db.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off'.encode())
    with pytest.raises(StoreError, match="synchronous_commit=off"):
        open_ledger(url)


def test_another_engine_or_no_file_is_refused() -> None:
    for url in ("mysql://host/book", "sqlite://", "sqlite:///:memory:"):
        with pytest.raises(StoreError):
            read_place(url)
    assert engines.read_place("postgresql://h/b").url.drivername == "postgresql+psycopg"


# How much may wait, and how long.


def test_a_full_queue_says_so_before_any_work(url: str) -> None:
    with open_ledger(url, limits=Limits(queue=2)) as ledger:
        book = prepare(ledger)
        gate = Gate(book)
        with ThreadPoolExecutor(2) as pool:
            waiting = [pool.submit(book.submit, [spend()]) for _ in range(2)]
            gate.waiting(2)
            began = time.monotonic()
            with pytest.raises(QueueFull):
                book.submit([spend()])
            assert time.monotonic() - began < 0.5
            gate.let_go()
            assert all(future.result()[0].accepted for future in waiting)
        assert book.balance(account("V")) == 8


def test_what_waited_too_long_is_not_executed(url: str) -> None:
    with open_ledger(url, limits=Limits(age_seconds=0.05)) as ledger:
        book = prepare(ledger)
        request = spend()
        gate = Gate(book)
        with ThreadPoolExecutor(1) as pool:
            late = pool.submit(book.submit, [request])
            gate.waiting(1)
            time.sleep(0.1)
            gate.let_go()
            with pytest.raises(QueueFull, match="not executed"):
                late.result()
        assert book.decision(request.id) is None


def test_who_waits_at_the_end_is_answered(url: str) -> None:
    ledger = open_ledger(url)
    book = prepare(ledger)
    gate = Gate(book)
    with ThreadPoolExecutor(2) as pool:
        waiting = pool.submit(book.submit, [spend()])
        gate.waiting(1)
        closing = pool.submit(ledger.close)
        gate.let_go()
        closing.result()
        assert waiting.result()[0].accepted
    with pytest.raises(WriterStopped):
        book.submit([spend()])


def test_nobody_waits_for_ever_when_the_writer_dies(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = prepare(ledger)
    gate = Gate(book)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(book.submit, [spend()])
        gate.waiting(1)
        monkeypatch.setattr(writer, "groups", lambda _tickets: 1 // 0)
        monkeypatch.setattr(threading, "excepthook", lambda _args: None)
        gate.let_go()
        with pytest.raises((WriterStopped, ZeroDivisionError)):
            waiting.result(10)
    with pytest.raises(WriterStopped):
        book.submit([spend()])


def test_the_writer_cannot_wait_for_itself(ledger: Ledger) -> None:
    book = prepare(ledger)
    inside = book.ledger.writer(book.book_no)
    with pytest.raises(RuntimeError, match="itself"):
        inside.write(Store.BOOK, lambda _db: inside.submit(book.book_no, [spend()]))


def test_a_small_write_that_fails_fails_alone(ledger: Ledger) -> None:
    book = prepare(ledger)
    inside = book.ledger.writer(book.book_no)
    gate = Gate(book)

    def fail(_db: object) -> None:
        raise LookupError("mine")

    with ThreadPoolExecutor(3) as pool:
        functions = [lambda _db: 1, fail, lambda _db: 3]
        futures = [pool.submit(inside.write, Store.KEYS, function) for function in functions]
        gate.waiting(3)
        gate.let_go()
        assert [futures[0].result(), futures[2].result()] == [1, 3]
        with pytest.raises(LookupError, match="mine"):
            futures[1].result()


# Time.


def test_a_forward_jump_stops_writing_until_somebody_confirms_it(url: str) -> None:
    clock = [1_795_000_000_000_000]
    with open_ledger(url, clock=lambda: clock[0]) as ledger:
        book = prepare(ledger)
        clock[0] += 9 * MINUTE
        assert book.submit([spend()])[0].accepted
        clock[0] -= 60 * MINUTE  # Backwards: time in the book goes on, one by one.
        assert book.submit([spend()])[0].accepted
        clock[0] += 70 * MINUTE
        request = spend()
        for _ in range(2):
            with pytest.raises(WriterStopped, match="clock"):
                book.submit([request])
        assert book.decision(request.id) is None
        ledger.confirm_clock()
        assert book.submit([request])[0].accepted
        assert list(book.check()) == []


def holding(until: int) -> Request:
    return ask(EntryKind.REDEMPTION, Hold(HoldId(account("H2")), *pair("V", "S"), 10, UNIT, until))


def lapsed(book: Book) -> bool:
    return any(line.phase == "freed" for line in book.statement(account("V")))


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_due_hold_lapses_though_nobody_asks_anything(url: str) -> None:
    clock = [1_795_000_000_000_000]
    limits = Limits(idle_seconds=0.05)
    with open_ledger(url, limits=limits, clock=lambda: clock[0]) as ledger:
        book = prepare(ledger)
        assert book.submit([holding(clock[0] + MINUTE)])[0].accepted
        time.sleep(0.2)
        assert not lapsed(book)
        clock[0] += MINUTE
        wait_until(lambda: lapsed(book))
        assert list(book.check()) == []


def test_a_due_hold_lapses_after_a_restart_though_nobody_asks_anything(url: str) -> None:
    clock = [1_795_000_000_000_000]
    limits = Limits(idle_seconds=0.05)
    with open_ledger(url, limits=limits, clock=lambda: clock[0]) as ledger:
        prepare(ledger).submit([holding(clock[0] + MINUTE)])
    clock[0] += MINUTE
    with open_ledger(url, limits=limits, clock=lambda: clock[0]) as ledger:
        book = ledger.book("contested")
        wait_until(lambda: lapsed(book))


def test_an_expiry_whose_id_somebody_burnt_comes_under_the_next(url: str) -> None:
    clock = [1_795_000_000_000_000]
    with open_ledger(url, clock=lambda: clock[0]) as ledger:
        book = prepare(ledger)
        book.submit([holding(clock[0] + MINUTE)])
        for parts in (("contested", account("H2")), ("contested", account("H2"), 1)):
            burnt = Request(RequestId(derived_id("hold_expiry", *parts)), EntryKind.OPENING)
            assert book.submit([burnt])[0].accepted
        clock[0] += MINUTE
        assert book.submit([spend()])[0].accepted
        assert lapsed(book)
        assert list(book.check()) == []


def test_many_due_holds_lapse_in_portions_touched_ones_first(url: str) -> None:
    clock = [1_795_000_000_000_000]
    with open_ledger(url, limits=Limits(idle_seconds=60), clock=lambda: clock[0]) as ledger:
        book = prepare(ledger, voucher=1)
        holds = [
            ask(
                EntryKind.REDEMPTION,
                Hold(HoldId(derived_id("h", at)), *pair("W", "S"), 1, UNIT, clock[0] + MINUTE),
            )
            for at in range(80)
        ]
        last = Hold(HoldId(account("H3")), *pair("V", "S"), 1, UNIT, clock[0] + MINUTE + 1)
        assert all(
            decision.accepted for decision in book.submit([*holds, ask(EntryKind.REDEMPTION, last)])
        )
        clock[0] += 2 * MINUTE
        size = book.head().size
        assert book.submit([spend()])[0].accepted  # Its hold was the last of 81 due.
        assert book.head().size >= size + 65
        book.submit([])
        assert book.head().size == size + 82
        assert list(book.check()) == []


# Awaited callers.


def test_cancelled_callers_change_nothing_of_what_is_decided(ledger: Ledger) -> None:
    book = prepare(ledger, voucher=1000)
    chance = random.Random(7)
    requests = [spend() for _ in range(60)]

    async def impatient(request: Request) -> bool:
        task = asyncio.create_task(book.asubmit([request]))
        await asyncio.sleep(chance.random() * 0.004)
        task.cancel()
        try:
            return (await task)[0].accepted
        except asyncio.CancelledError:
            return False

    async def crowd() -> list[bool]:
        return await asyncio.gather(*map(impatient, requests))

    answered = run_alone(crowd())
    book.submit([])  # All that was sent before is decided now.
    decided = [book.decision(request.id) is not None for request in requests]
    assert all(done for done, told in zip(decided, answered, strict=True) if told)
    assert book.balance(account("V")) == 1000 - decided.count(True)
    assert list(book.check()) == []


def test_a_loop_that_ended_does_not_stop_the_writer(ledger: Ledger) -> None:
    book = prepare(ledger)
    gate = Gate(book)

    async def leave() -> None:
        task = asyncio.create_task(book.asubmit([spend()]))
        await asyncio.sleep(0)
        task.cancel()

    run_alone(leave())
    gate.let_go()
    assert book.submit([spend()])[0].accepted


def test_an_awaited_error_is_raised_where_it_is_awaited(ledger: Ledger) -> None:
    book = prepare(ledger)

    def fail(_commit: object, _dbapi: object) -> None:
        raise LookupError("no commit")

    async def ask_once() -> object:
        return await book.asubmit([spend()])

    with commits(book, fail), pytest.raises(LookupError, match="no commit"):
        run_alone(ask_once())
    assert run_alone(ask_once())
