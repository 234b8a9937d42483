"""Ten planted defects: each a small wrong turn that a hurried hand could have taken.

They exist in processes of the tests alone, which plant one before they begin; where the database
would refuse, its guard is taken out too (`loosen`), so that all guards are out. A trial that stays
green with the defect that it claims to see proves nothing. Source: reliability.md 3.5.
"""

import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, Final, TypeAlias

import psycopg
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError

from ledger import Book, Draw, EntryKind, Ledger, Request, Transfer
from ledger.core import apply
from ledger.core.codes import Code
from ledger.proof.merkle import Frontier
from ledger.store import drivers, engines, keys, loading, migrate, opening, writer, writing
from ledger.store.engines import Store
from ledger.store.writer import Writer

Work: TypeAlias = Callable[[Connection], object]


def plant(name: str) -> None:
    """Make this process wrong, for as long as it lives."""
    DEFECTS[name]()


def _put(place: Any, name: str, new: object) -> None:  # noqa: ANN401 -- a module or a class.
    setattr(place, name, new)


def _normal() -> None:
    """1: SQLite does not sync at every commit, and nobody looks."""

    def relax(connection: Any, _record: object) -> None:  # noqa: ANN401
        connection.execute("PRAGMA synchronous=NORMAL")

    event.listen(Engine, "connect", relax)
    _put(opening, "assert_durable", lambda _engine: None)


def _read_then_update() -> None:
    """2: no row is locked and the head is not compared; counters are written as absolute values."""
    unlocked = replace(drivers.POSTGRESQL, lock="")
    _put(writer, "driver_of", lambda name: drivers.SQLITE if name == "sqlite" else unlocked)

    def move_anyway(self: writing.Writing, frontier: Frontier, _before: object) -> None:
        head, on = self.state.head, self.on
        on.cursor.execute(
            on.driver.sql(
                "UPDATE book SET next_index = ?, next_seq = ?, recorded_at = ?, period = ?,"
                " frontier = ? WHERE book_no = ?"
            ),
            (*head, frontier.to_bytes(), on.book_no),
        )

    load = loading.Loader.load

    def load_slowly(self: loading.Loader, *given: Any) -> object:  # noqa: ANN401
        read = load(self, *given)
        time.sleep(0.002)  # What was read grows old.
        return read

    _put(writing.Writing, "_move_head", move_anyway)
    _put(loading.Loader, "load", load_slowly)


def _checked_before() -> None:
    """3: the balance is looked at before a plain transfer is handed over, and nowhere else."""
    _put(apply, "_kept_bounds", lambda *_given: Code.ACCEPTED)
    race = sys.modules["tests.faults.race"]
    _put(race, "spend", lambda name: _all_of(race.spend_by_draw(name)))
    submit = Book.submit

    def look_and_submit(self: Book, requests: Sequence[Request]) -> object:
        [request] = requests
        if request.kind == EntryKind.REDEMPTION:
            [transfer] = request.items
            assert isinstance(transfer, Transfer)
            if self.balance(transfer.debit) < transfer.amount:
                return [SimpleNamespace(request=request, accepted=False)]
        return submit(self, requests)

    _put(Book, "submit", look_and_submit)


def _all_of(request: Request) -> Request:
    """The same by a transfer, which takes what it is told to, whatever is there."""
    [draw] = request.items
    assert isinstance(draw, Draw)
    leg = draw.legs[0]
    moved = Transfer(leg.debit, leg.credit, draw.total or 0, "U")
    return replace(request, items=(moved,))


def _decision_apart() -> None:
    """4: the decision's row is committed by itself, and its transfers after it."""
    write = writing.Writing._write_decisions

    def write_and_commit(self: writing.Writing, *given: Any) -> None:  # noqa: ANN401
        write(self, *given)
        self.on.cursor.execute("COMMIT")
        self.on.cursor.execute("BEGIN IMMEDIATE")

    _put(writing.Writing, "_write_decisions", write_and_commit)


def _told_before() -> None:
    """5: the caller hears yes, then the batch is committed."""
    late: list[Any] = []

    def tell_first(self: Writer, store: Store, work: Work, _forget: object = None) -> object:
        while late:
            late.pop().commit()
        if store is not Store.BOOK:
            with self._connection(store).begin():
                return work(self._connection(store))
        late.append(self._connection(store).begin())
        result = work(self._connection(store))
        self._limits = replace(self._limits, idle_seconds=0.05)  # So it is committed soon.
        return result

    _put(Writer, "_transaction", tell_first)


def _no_unique_key() -> None:
    """6: nobody looks a request's id up, and no key forbids a second decision."""
    _put(loading.Loader, "look_up_ids", lambda _self, _ids: None)


def _swallowed() -> None:
    """8: whatever the disk says at COMMIT, the caller hears yes."""

    def commit_or_not(self: Writer, store: Store, work: Work, _forget: object = None) -> object:
        db = self._connection(store)
        with suppress(DBAPIError), db.begin():
            result = work(db)
        return result

    _put(Writer, "_transaction", commit_or_not)


def _recreated() -> None:
    """9: a missing file is made anew, as if it belonged there, and nothing is said."""
    really_open = opening.open_ledger

    def open_anyway(url: str, **more: Any) -> Ledger:  # noqa: ANN401
        place = engines.read_place(url)
        if place.is_sqlite and not more:
            missing = [store for store in Store if not place.path(store).exists()]
            present = [store for store in Store if store not in missing]
            for store in missing:
                _make_anew(place, store, beside=present[0])
        return really_open(url, **more)

    _put(sys.modules["tests.faults.startguards"], "open_ledger", open_anyway)


def _make_anew(place: engines.Place, store: Store, *, beside: Store) -> None:
    with engines.writing_engine(place, beside).connect() as db:
        ledger_id = migrate.read_identity(db, beside)
    assert ledger_id is not None
    engine = engines.writing_engine(place, store, create=True)
    migrate.upgrade(engine, store)
    with engine.begin() as db:
        migrate.write_identity(db, store, ledger_id, 0)
        if store is Store.KEYS:
            keys.make_named_keys(db, 0)


DEFECTS: Final[dict[str, Callable[[], None]]] = {
    "synchronous=NORMAL": _normal,
    "read, then update": _read_then_update,
    "checked before": _checked_before,
    "decision apart": _decision_apart,
    "told before COMMIT": _told_before,
    "no unique key": _no_unique_key,
    "swallowed error": _swallowed,
    "recreated file": _recreated,
}

# What the database would refuse by itself: taken out as well, where the defect is to be seen.
LOOSE: Final[dict[str, tuple[str, ...]]] = {
    "read, then update": (
        "ALTER TABLE decision DROP CONSTRAINT pk_decision",
        "ALTER TABLE decision DROP CONSTRAINT uq_decision_book_no_request_id",
        "ALTER TABLE transfer DROP CONSTRAINT pk_transfer",
        "ALTER TABLE transfer DROP CONSTRAINT uq_transfer_book_no_debit_debit_version",
        "ALTER TABLE transfer DROP CONSTRAINT uq_transfer_book_no_credit_credit_version",
    ),
    "checked before": ("ALTER TABLE account DROP CONSTRAINT ck_account_floor",),
    "no unique key": ("ALTER TABLE decision DROP CONSTRAINT uq_decision_book_no_request_id",),
}


def loosen(url: str, name: str | None) -> None:
    """Take the database's own guards against this defect out, on PostgreSQL."""
    if name in LOOSE and not url.startswith("sqlite"):
        with psycopg.connect(url, options="-c search_path=book") as db:
            for statement in LOOSE[name]:
                db.execute(statement.encode())
