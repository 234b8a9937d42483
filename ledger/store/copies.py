"""Copies of SQLite stores: taken while others write, looked at as what they are, put in place.

A copy is one moment of its store. Not here: how it is encrypted (`sealed_files`) and named
(`backup_sets`). Source: reliability.md section 5.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final
from uuid import UUID

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, select
from sqlalchemy.exc import DatabaseError

from ledger.store.comparing import Finding
from ledger.store.engines import (
    Place,
    Store,
    StoreError,
    read_place,
    reading_engine,
    writing_engine,
)
from ledger.store.heads import Told, present_heads
from ledger.store.keys import CannotOpen, person_key, read_log_keys, read_named_keys
from ledger.store.masters import masters_in, person_place
from ledger.store.migrate import configuration, read_identity, upgrade
from ledger.store.replay import check
from ledger.store.schema import book as book_table

PAGES: Final = 2_000  # In one step, between two looks at who waits for progress.
ASIDE: Final = ("", "-wal", "-shm", "-journal")


def sqlite_place(url: str) -> Place:
    """Where an SQLite ledger is. Errors: `StoreError` for PostgreSQL: it has tools of its own."""
    place = read_place(url)
    if not place.is_sqlite:
        message = (
            "PostgreSQL is backed up and restored by its own tools, pg_basebackup and its archive"
            " of WAL: see docs/OPERATIONS.md"
        )
        raise StoreError(message)
    return place


def place_at(path: Path) -> Place:
    """The ledger whose book is this file."""
    return Place(URL.create("sqlite", database=str(path)))


def copy_store(place: Place, store: Store, target: Path, tell: Callable[[int, int], None]) -> None:
    """Copy one moment of a store into a new file, while others read and write it.

    The moment is that of the first page: our own reading transaction holds it until the last.
    """
    engine = reading_engine(place, store)
    try:
        with engine.connect() as db, db.begin(), closing(sqlite3.connect(target)) as copy:
            target.chmod(0o600)
            db.exec_driver_sql("SELECT COUNT(*) FROM sqlite_master").scalar()
            source = db.connection.driver_connection
            assert isinstance(source, sqlite3.Connection)
            source.backup(
                copy,
                pages=PAGES,
                progress=lambda _status, left, all_: tell(all_ - left, all_),
            )
    finally:
        engine.dispose()


def identity_of(place: Place, store: Store) -> tuple[UUID | None, str]:
    """Which ledger a store is of, and its schema's revision. Errors: `StoreError` if corrupt."""
    with looking_at(place, store) as db:
        revision = MigrationContext.configure(db).get_current_revision()
        return read_identity(db, store), revision or "none"


def heads_of(place: Place) -> Mapping[str, Told]:
    """How far each book has come."""
    with looking_at(place, Store.BOOK) as db:
        return present_heads(db)


def assert_sound(place: Place) -> None:
    """Have SQLite look at every page and index. Errors: `StoreError`."""
    for store in Store:
        with looking_at(place, store) as db:
            said = [row[0] for row in db.exec_driver_sql("PRAGMA integrity_check")]
            if said != ["ok"]:
                raise StoreError(f"the {store} is damaged: {said[0]}")


def replayed(place: Place, tell: Callable[[int, int], None]) -> Iterator[tuple[str, Finding]]:
    """Replay every book; gives what is wrong with which."""
    with looking_at(place, Store.KEYS) as kept:
        keys = read_log_keys(kept)
    with looking_at(place, Store.BOOK) as db:
        books = list(db.execute(select(book_table.c.book_no, book_table.c.name)))
        for number, (book_no, name) in enumerate(books):
            tell(number, len(books))
            yield from ((name, finding) for finding in check(db, book_no, name, keys))
        tell(len(books), len(books))


def assert_readable(store: Store, revision: str) -> None:
    """Refuse a schema that this program does not know. Errors: `StoreError`."""
    scripts = ScriptDirectory.from_config(configuration(store))
    if revision not in {script.revision for script in scripts.walk_revisions()}:
        message = f"this backup's {store} has schema {revision}, which a newer program wrote"
        raise StoreError(message + ": restore it with that program")


def bring_up_to_date(place: Place) -> None:
    """Bring restored stores to this program's schema."""
    for store in Store:
        engine = writing_engine(place, store)
        try:
            upgrade(engine, store)
        finally:
            engine.dispose()


def assert_empty(place: Place) -> None:
    """Refuse a place where any file of a ledger lies. Errors: `StoreError`."""
    for store in Store:
        path = place.path(store)
        for suffix in ASIDE:
            if (path.parent / (path.name + suffix)).exists():
                message = f"there is {path.name}{suffix} already: restore into an empty place"
                raise StoreError(message)


def move_stores(source: Place, target: Place) -> None:
    """Give restored stores their place: the book last, so that a part of them is no ledger."""
    for store in reversed(Store):
        path = source.path(store)
        for suffix in ASIDE[1:]:
            left = path.parent / (path.name + suffix)
            assert not left.exists(), f"{left.name} was not closed"
        path.replace(target.path(store))


def assert_keys_open(place: Place) -> None:
    """Open every key of a person, once the schema is ours. Errors: `StoreError`."""
    try:
        with looking_at(place, Store.KEYS) as db:
            read_named_keys(db)
            masters = masters_in(db)
            for who, wrapped in db.execute(select(person_key.c.person_id, person_key.c.wrapped)):
                masters.unwrap(bytes(wrapped), person_place(who))
    except CannotOpen as error:
        message = "the keys do not open: they are not this ledger's, or were changed"
        raise StoreError(message) from error


@contextmanager
def looking_at(place: Place, store: Store) -> Iterator[Connection]:
    """A connection to a copy that cannot write. Errors: `StoreError` for what is no database."""
    engine = reading_engine(place, store)
    try:
        with engine.connect() as db, db.begin():
            yield db
    except DatabaseError as error:
        raise StoreError(f"the {store} cannot be read: {error.orig}") from error
    finally:
        engine.dispose()
