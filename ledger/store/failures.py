"""What a failed transaction may mean: to be tried again, one request's fault, or the disk's.

Not here: what is done about it (`writer`). Source: reliability.md section 3.
"""

import sqlite3
from typing import Final

import psycopg
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError

from ledger.store.engines import StoreError


class FenceLost(Exception):
    """Somebody else moved the head of the book while its row was ours to move: never go on."""


_RETRIED: Final = frozenset({"40001", "40P01", "55P03", "25P03", "25P04"})


def may_try_again(error: BaseException) -> bool:
    """The closed list: serialisation, deadlock, a time-out, busy, a lost connection."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, psycopg.Error):
        lost = isinstance(cause, psycopg.OperationalError) and cause.sqlstate is None
        return (
            lost or cause.sqlstate in _RETRIED or (cause.sqlstate or "").startswith(("57P", "08"))
        )
    if isinstance(cause, sqlite3.OperationalError):
        return cause.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
    return False


def is_of_one_request(error: BaseException) -> bool:
    """Whether a batch failed by what one request of it holds, not by the engine or the disk."""
    engine = (FenceLost, StoreError, OperationalError, InterfaceError, InternalError)
    drivers = (sqlite3.OperationalError, psycopg.OperationalError, sqlite3.InternalError)
    corrupt = isinstance(error, sqlite3.DatabaseError) and is_io_error(error)
    return not (isinstance(error, (*engine, *drivers)) or corrupt or may_try_again(error))


def is_io_error(error: BaseException) -> bool:
    """Whether SQLite told of its file, not of the statement."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, sqlite3.Error):
        return False
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    return code in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
