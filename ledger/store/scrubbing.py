"""Takes destroyed keys out of the files too: freed pages, write-ahead log, dead rows.

Deleting a row leaves its bytes where they lay until something else is written there. A key that
can still be read there erases nobody. Not here: backups and PostgreSQL's archive of WAL, which end
by their own days. Source: VAULT.md 4.
"""

import sqlite3
from collections.abc import Mapping
from typing import Final

from psycopg import Connection as PostgresqlConnection
from psycopg import OperationalError as PostgresqlError

from ledger.store.book import Ledger
from ledger.store.engines import BUSY_SECONDS, Store, StoreError, writing_engine
from ledger.store.patience import LONG

TRIES: Final = 20  # Of `BUSY_SECONDS` each: a reader ends within its own patience.
REWRITTEN: Final[Mapping[Store, tuple[str, ...]]] = {
    Store.KEYS: ("person_key",),
    Store.VAULT: ("paper", "lookup", "opening", "person"),
}


def scrub(ledger: Ledger) -> None:
    """Leave no byte of who was deleted from keys and vault. Others may read and write meanwhile;
    on PostgreSQL they wait while a table is written anew.

    Safe to repeat. Errors: `StoreError` if somebody was in the way for too long.
    """  # noqa: D205 -- one sentence.
    _scrub(ledger, REWRITTEN)


def scrub_masters(ledger: Ledger) -> None:
    """Leave no byte of a master that was retired: without it, what it wrapped is noise.

    On PostgreSQL its small table alone is written anew, so that nobody waits. Errors: as `scrub`.
    """
    _scrub(ledger, {Store.KEYS: ("master_key",)})


def _scrub(ledger: Ledger, tables: Mapping[Store, tuple[str, ...]]) -> None:
    for store, some in tables.items():
        engine = writing_engine(ledger.place, store, patience=LONG)
        connection = engine.raw_connection()
        try:
            driver = connection.driver_connection
            if isinstance(driver, sqlite3.Connection):
                _scrub_sqlite(driver, store)
            else:
                assert isinstance(driver, PostgresqlConnection)
                _scrub_postgresql(driver, some)
        except (sqlite3.OperationalError, PostgresqlError) as error:
            message = f"the {store} was in use: what was deleted may stand in its files still"
            raise StoreError(message + "; run this again") from error
        finally:
            connection.close()
            engine.dispose()


def _scrub_sqlite(db: sqlite3.Connection, store: Store) -> None:
    """Rewrite the small file of keys, then have both files hold all, and their WAL nothing.

    The vault is large, and what was deleted there is zeros already (`secure_delete`).
    """
    db.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
    if store is Store.KEYS:
        db.execute("VACUUM")
    for _try in range(TRIES):
        [[busy, _pages, _moved]] = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        if not busy:
            return
    message = f"the {store} was read all the time: what was deleted stands in its WAL still"
    raise StoreError(message + "; run this again")


def _scrub_postgresql(db: PostgresqlConnection, tables: tuple[str, ...]) -> None:
    """Write the tables anew: a plain VACUUM would leave the dead rows' bytes in their pages."""
    db.autocommit = True
    for table in tables:
        db.execute(f"VACUUM FULL {table}".encode())
    db.autocommit = False
