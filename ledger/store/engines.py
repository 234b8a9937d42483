"""Connections: three stores (book, vault, keys), an SQLite file or a PostgreSQL schema each.

Refuses to start on a setting under which an acknowledgement could be lost. Not here: migrations,
and what is written (`writer`). Source: design 3.3, 3.4; reliability.md section 2.
"""

import sqlite3
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.pool import QueuePool

from ledger.store.patience import CONNECT_SECONDS, PAGE, SALE, Patience, PatientConnection

BUSY_SECONDS = 2.0  # As long as a statement may last where a till waits.
NO_LIMIT = 0  # To the pool: as many books, as many writers, and each keeps its connection.
POOL_SECONDS = 1.0  # That a reader waits for a connection.
KEPT = 8  # SQLite's readers that stay open: each holds its own pages of the file.
WRITERS_KIB = -16384  # Of pages; negative, since SQLite counts pages else.
READERS_KIB = -2048
READERS = 48  # At least the threads that read: a pool smaller than them would deadlock.


class StoreError(Exception):
    """A store that cannot be used as it is; the text says what to do."""


class Store(StrEnum):
    """The three stores: money; people, encrypted; the keys, kept and backed up apart."""

    BOOK = "book"
    VAULT = "vault"
    KEYS = "keys"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the three stores are. `url`: of the book's file, or of the PostgreSQL database."""

    url: URL

    @property
    def is_sqlite(self) -> bool:
        """Whether the stores are files of ours."""
        return self.url.get_backend_name() == "sqlite"

    def path(self, store: Store) -> Path:
        """The SQLite file of a store: `name.db`, `name.vault.db`, `name.keys.db`."""
        path = Path(self.url.database or "")
        return path if store is Store.BOOK else path.with_suffix(f".{store}{path.suffix}")


def read_place(url: str) -> Place:
    """Understand a database address. Errors: `StoreError` for what we do not run on."""
    place = Place(make_url(url))
    if place.is_sqlite:
        if not place.url.database or place.url.database == ":memory:":
            message = "an SQLite book lives in a file: sqlite:////path/portavalori.db"
            raise StoreError(message)
        return place
    if place.url.get_backend_name() != "postgresql":
        message = f"a book runs on sqlite or postgresql, not on {place.url.get_backend_name()}"
        raise StoreError(message)
    return Place(place.url.set(drivername="postgresql+psycopg"))


def writing_engine(
    place: Place, store: Store, *, create: bool = False, patience: Patience | None = None
) -> Engine:
    """Open a store for its one writer. Errors: `StoreError` if a file is missing.

    A missing file is never recreated silently: only `create` makes one (reliability.md 2.7).
    """
    if not place.is_sqlite:
        waits = patience or (SALE if store is Store.BOOK else PAGE)
        return _postgresql(place, store, waits, pool_size=NO_LIMIT)
    path = place.path(store)
    if create:
        path.parent.mkdir(parents=True, exist_ok=True)
    elif not path.exists():
        message = f"the {store} is missing: {path}. Restore it, or create a new ledger elsewhere"
        raise StoreError(message)
    mode = "rwc" if create else "rw"
    erases = store is not Store.BOOK
    return _sqlite(path, mode=mode, begin="BEGIN IMMEDIATE", size=2, erases=erases)


def reading_engine(place: Place, store: Store) -> Engine:
    """Open a store for readers: each transaction is one snapshot, and nothing can be written."""
    if not place.is_sqlite:
        engine = _postgresql(place, store, PAGE, pool_size=READERS)
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return _sqlite(place.path(store), mode="rw", begin="BEGIN", size=KEPT, query_only=True)


def _sqlite(
    path: Path, *, mode: str, begin: str, size: int, query_only: bool = False, erases: bool = False
) -> Engine:
    address = f"file:{quote(str(path.absolute()))}?mode={mode}"
    pragmas = (
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",
        "PRAGMA foreign_keys=ON",
        f"PRAGMA wal_autocheckpoint={0 if query_only else 1000}",
        f"PRAGMA cache_size={READERS_KIB if query_only else WRITERS_KIB}",
        *(("PRAGMA query_only=ON",) if query_only else ()),
        *(("PRAGMA secure_delete=ON",) if erases else ()),  # What is deleted becomes zeros.
    )

    def connect() -> sqlite3.Connection:
        given: dict[str, Any] = {"uri": True, "timeout": BUSY_SECONDS, "check_same_thread": False}
        # Autocommit, since we say BEGIN ourselves.
        connection: sqlite3.Connection = sqlite3.connect(address, isolation_level=None, **given)
        for pragma in pragmas:
            connection.execute(pragma)
        return connection

    engine = create_engine(
        "sqlite://",
        creator=connect,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=2 * READERS - size,
        pool_use_lifo=True,  # As few as can be are warm; the others hold no pages.
        hide_parameters=True,
    )
    at_first = _inode(path)

    @event.listens_for(engine, "begin")
    def say_begin(connection: Connection) -> None:
        if at_first not in {None, _inode(path)}:  # What we write would be found by nobody.
            raise StoreError(f"{path.name} was moved or deleted under us: stop, and put it back")
        connection.exec_driver_sql(begin)

    return engine


def _inode(path: Path) -> int | None:
    """Which file stands at a path, by its number; None: no file."""
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return None


def _postgresql(place: Place, store: Store, patience: Patience, *, pool_size: int) -> Engine:
    options = f"-c search_path={store} -c timezone=UTC"
    waits = {"connect_timeout": CONNECT_SECONDS, "tcp_user_timeout": 1000 * patience.statement}
    engine = create_engine(
        place.url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=POOL_SECONDS,
        hide_parameters=True,
        connect_args={"options": options, "prepare_threshold": 3, **waits},
    )

    @event.listens_for(engine, "do_connect")
    def connect(
        _dialect: object, _record: object, words: list[Any], given: dict[str, Any]
    ) -> PatientConnection:
        return PatientConnection.opened(patience, tuple(words), given)

    return engine


def create_schemas(place: Place) -> None:
    """Make the three PostgreSQL schemas, where they are missing."""
    engine = create_engine(place.url, hide_parameters=True)
    with engine.begin() as db:
        for store in Store:
            db.execute(text(f"CREATE SCHEMA IF NOT EXISTS {store}"))
    engine.dispose()


_UNSAFE_POSTGRESQL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


def assert_durable(engine: Engine) -> None:
    """Refuse an engine that could lose what it acknowledged. Errors: `StoreError`."""
    with engine.connect() as db:
        if engine.dialect.name == "sqlite":
            level = db.exec_driver_sql("PRAGMA synchronous").scalar()
            journal = db.exec_driver_sql("PRAGMA journal_mode").scalar()
            if level != 2 or journal != "wal":  # noqa: PLR2004 -- FULL
                message = f"SQLite must run in WAL with synchronous=FULL, not {journal}/{level}"
                raise StoreError(message)
            return
        for name, unsafe in _UNSAFE_POSTGRESQL.items():
            if db.execute(text(f"SHOW {name}")).scalar() == unsafe:
                message = f"PostgreSQL runs with {name}={unsafe}: acknowledged money could be lost"
                raise StoreError(message)
