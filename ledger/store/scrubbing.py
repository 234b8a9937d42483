"""Takes destroyed keys out of the files too: freed pages, write-ahead log, dead rows.

Deleting a row leaves its bytes where they lay until something else is written there. A key that
can still be read there erases nobody. Not here: backups and PostgreSQL's archive of WAL, which end
by their own days. Source: VAULT.md 4.
"""

import sqlite3
from typing import Final

from psycopg import Connection as PostgresqlConnection

from ledger.store.book import Ledger
from ledger.store.engines import BUSY_SECONDS, Store, StoreError, writing_engine
from ledger.store.patience import LONG

TRIES: Final = 20  # Of `BUSY_SECONDS` each: a reader ends within its own patience.
NAMING_PEOPLE: Final = ("paper", "lookup", "opening", "person")


def scrub(ledger: Ledger) -> None:
    """Leave no byte of what was deleted from keys and vault. Others may read and write meanwhile.

    Safe to repeat. Errors: `StoreError` if somebody kept reading for too long.
    """
    for store in (Store.KEYS, Store.VAULT):
        engine = writing_engine(ledger.place, store, patience=LONG)
        connection = engine.raw_connection()
        try:
            driver = connection.driver_connection
            if isinstance(driver, sqlite3.Connection):
                _scrub_sqlite(driver, store)
            else:
                assert isinstance(driver, PostgresqlConnection)
                _scrub_postgresql(driver, store)
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


def _scrub_postgresql(db: PostgresqlConnection, store: Store) -> None:
    """Write the tables anew: a plain VACUUM would leave the dead rows' bytes in their pages."""
    db.autocommit = True
    tables = ("person_key", "master_key") if store is Store.KEYS else NAMING_PEOPLE
    for table in tables:
        db.execute(f"VACUUM FULL {table}".encode())
    db.autocommit = False
