"""Row 18: an upgrade of a full ledger is killed at any moment, and the next one completes it.

A ledger of the first schema with `TRANSFERS` is upgraded by a process that is killed; then by one
that is not. Each time all totals, heads and counts are as before; at the end the book is replayed.
Not here: an old program beside a new schema (`startguards`).
"""

import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.ddl.impl import DefaultImpl
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, event

from ledger import (
    AccountKind,
    Claim,
    ClaimId,
    EntryKind,
    Ledger,
    OpenAccount,
    Request,
    RequestId,
    Transfer,
    derived_id,
    new_id,
    open_ledger,
)
from ledger.core.quantities import Instant
from ledger.operations.fund_programme import Funding
from ledger.operations.join_network import OfficerIds
from ledger.reports.unit_totals import unit_totals
from ledger.store.engines import Store, read_place, writing_engine
from ledger.store.migrate import configuration
from ledger.store.registers.programmes import act_row, programme, source_row
from scripts.bench.ledger import BULK, found_town
from tests.engines import postgresql_copy, with_database
from tests.faults.market import open_market
from tests.faults.scoreboard import Asked, Row
from tests.faults.server import STARTS_WITHIN
from tests.processes import forking

FIRST: Final = {Store.BOOK: "b001", Store.VAULT: "v001", Store.KEYS: "k001"}
WITHIN = 60.0
FEW, MANY, SOAK = 20_000, 1_000_000, 50
ACCOUNTS = 2_000


@dataclass(frozen=True, slots=True)
class Kill:
    """When an upgrade dies: before its so many-th statement, or after so many seconds."""

    at_statement: int | None = None
    after: float | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """How far an upgrade goes until its last revision; None: it did not come to its end."""

    statements: int
    seconds: float


NEVER = Kill()


def migrations(asked: Asked, url: str, folder: Path, *, defect: str | None = None) -> Row:
    """Kill so many upgrades; the row says what was not as before."""
    size = MANY if asked.n >= SOAK else FEW
    goal = f"{size} transfers upgraded within {WITHIN:.0f} s; {asked.n} kills, 0 broken"
    chance, findings = random.Random(asked.seed), []
    _fill(url, size)
    before = _totals(url)
    _take_back(url)
    stood: Counter[str] = Counter()
    with _copy(url, folder) as whole:
        began = time.perf_counter()
        reach = _upgrade(whole)
        seconds = time.perf_counter() - began
        assert reach is not None, "it does not upgrade"
        findings += _differences(whole, before, "not killed")
    for number in range(asked.n):
        with _copy(url, folder) as copy:
            kill = Kill(at_statement=chance.randint(1, reach.statements + 1))
            if number % 2:
                kill = Kill(after=chance.uniform(0, reach.seconds))
            _upgrade(copy, kill, defect)
            stood[_stands(copy)] += 1
            if _upgrade(copy) is None:
                findings.append(f"{kill}: the next upgrade fails")
                continue
            findings += _differences(copy, before, str(kill))
            if number == asked.n - 1:
                findings += _replayed(copy)
    got = {
        "transfers": size,
        "upgrade_s": round(seconds, 2),
        "statements": reach.statements,
        "kills": asked.n,
        "stood_after_kill": dict(stood),
        "wrong": len(findings),
    }
    passed = not findings and seconds <= WITHIN
    return Row(18, "migrations", goal, got, passed, asked.seed, asked.engine, findings[:5])


def _fill(url: str, size: int) -> None:
    """A market with families, codes and slips, and a book full of transfers."""
    open_market(url, slips=50, commits=commits_alone)
    with open_ledger(url) as ledger:
        town = found_town(ledger, "filled", ACCOUNTS)
        for at in range(0, size, BULK):
            assert town.book.submit([town.request(at + number) for number in range(BULK)])


def commits_alone(
    ledger: Ledger, slug: str, asked: Funding, *, by: tuple[OfficerIds, OfficerIds], now: Instant
) -> None:
    """Commit money as programs before b009 did: one officer, and no proposal."""
    book = ledger.book(slug)
    with ledger.reading() as db:
        found = programme(db, book.book_no, asked.programme_id)
    key = RequestId(new_id())
    one, fund = asked.change(key, by[0].person_id), asked.fund()
    act = asked.act.number, asked.act.dated.isoformat(), asked.act.title
    request = Request(
        id=key,
        kind=EntryKind.FUNDING,
        items=(
            Claim(ClaimId(derived_id("act", slug, asked.act.number))),
            OpenAccount(fund, found.unit, AccountKind.FUND, owner=asked.programme_id),
            Transfer(found.treasury, fund, asked.amount_cents, found.unit),
        ),
        actor=f"officer:{by[0].officer_id.hex}",
        occurred_at=now,
        asked={"act": asked.act.number, "amount": asked.amount_cents},
        rows=(
            act_row(derived_id("act_row", key), *act, asked.amount_cents),
            source_row(one.source()),
        ),
    )
    [decision] = book.submit([request])
    assert decision.accepted, decision.code


def _totals(url: str) -> dict[str, object]:
    """Head, transfers and totals by unit, of each book."""
    with open_ledger(url) as ledger:
        return {
            book.name: (book.head(), unit_totals(ledger, book.book_no)) for book in ledger.books()
        }


def _take_back(url: str) -> None:
    """Give the stores their first schema, as the first program left it."""
    for store, revision in FIRST.items():
        engine = writing_engine(read_place(url), store)
        with engine.begin() as db:
            command.downgrade(configuration(store, db), revision)
        engine.dispose()


@contextmanager
def _copy(url: str, folder: Path) -> Iterator[str]:
    """The old ledger again."""
    if not url.startswith("sqlite"):
        template = url.partition("?")[0].rpartition("/")[2]
        with postgresql_copy(with_database(url, "template1"), template) as copy:
            yield copy
        return
    place = folder / "copy"
    place.mkdir()
    for path in folder.glob("portavalori*.db"):
        shutil.copy(path, place)
    yield f"sqlite:///{place / 'portavalori.db'}"
    shutil.rmtree(place)


def _upgrade(url: str, kill: Kill = NEVER, defect: str | None = None) -> Reach | None:
    """Upgrade in a process of its own, killed as is said; gives how far it went, if to its end."""
    context = forking()
    ours, theirs = context.Pipe()
    process = context.Process(target=_child, args=(url, theirs, kill, defect), daemon=True)
    process.start()
    theirs.close()
    assert ours.poll(STARTS_WITHIN), "the process that upgrades did not start"
    ours.recv()
    if kill.after is not None:
        time.sleep(kill.after)
        process.kill()
    reach = None
    with suppress(EOFError):  # From one that was killed comes nothing more.
        reach = ours.recv()
    process.join()
    return reach


def _child(url: str, parent: Connection, kill: Kill, defect: str | None) -> None:
    """What `portavalori db upgrade` does; it counts its statements, and may die at one."""
    if defect == "no transaction":
        _commit_each_statement()
    said, reach = 0, Reach(0, 0.0)

    @event.listens_for(Engine, "before_cursor_execute")
    def count(_db: object, _cursor: object, statement: str, *_rest: object) -> None:
        nonlocal said, reach
        said += 1
        if said == kill.at_statement:
            os.kill(os.getpid(), signal.SIGKILL)
        if statement.startswith("UPDATE alembic_version"):
            reach = Reach(said, time.perf_counter() - began)

    parent.send("ready")
    began = time.perf_counter()
    open_ledger(url, create=True).close()
    parent.send(reach)


def _commit_each_statement() -> None:
    """The defect: every statement of a migration is its own transaction."""
    execute = DefaultImpl._exec

    def and_commit(self: DefaultImpl, *words: Any, **more: Any) -> Any:  # noqa: ANN401
        done = execute(self, *words, **more)
        assert self.connection is not None
        self.connection.exec_driver_sql("COMMIT")
        self.connection.exec_driver_sql("BEGIN")
        return done

    DefaultImpl._exec = and_commit  # type: ignore[method-assign]


def _stands(url: str) -> str:
    """How far the killed upgrade had come."""
    found = []
    for store in Store:
        engine = writing_engine(read_place(url), store)
        with engine.connect() as db:
            found.append(MigrationContext.configure(db).get_current_revision() or "none")
        engine.dispose()
    return " ".join(found)


def _differences(url: str, before: dict[str, object], at: str) -> list[str]:
    now = _totals(url)
    return [f"{at}: {book} is not as before" for book in before if now.get(book) != before[book]]


def _replayed(url: str) -> list[str]:
    with open_ledger(url) as ledger:
        return [str(found) for book in ledger.books() for found in book.check()]
