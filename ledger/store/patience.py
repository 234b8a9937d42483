"""How long PostgreSQL is waited for: what it is told, and when we give it up by ourselves.

Its own time limits need it to be well: a server that froze, or a network that lost it without a
word, keeps none of them. So each connection has a limit of ours behind them, after which it is
closed and its outcome unknown. Not here: what is tried again (`writer`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Self, TypeVar

import psycopg
from psycopg.abc import PQGen
from sqlalchemy import Connection

T = TypeVar("T")

GRACE: Final = 2  # Seconds that our limit comes after PostgreSQL's own, so that it may say so.
CONNECT_SECONDS: Final = 2
LIMITS_TRANSACTIONS: Final = 17_00_00  # The version from which PostgreSQL can.
LOOKS_EVERY: Final = 0.1  # Seconds, as psycopg has it: how often it looks whether to give up.


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: of one statement, for a lock, idle inside a transaction, of all it; 0 is no end."""

    statement: int
    lock: int
    idle: int
    transaction: int = 0

    def limits(self) -> dict[str, int]:
        """The same, by the names that PostgreSQL has for them.

        The last is that of version 17. It alone ends who froze between two messages of a pipeline:
        until the last of them PostgreSQL does not call that idle.
        """
        return {
            "statement_timeout": self.statement,
            "lock_timeout": self.lock,
            "idle_in_transaction_session_timeout": self.idle,
            "transaction_timeout": self.transaction,
        }


SALE: Final = Patience(statement=2, lock=1, idle=5, transaction=5)
"""What a till waits for: the book's writer, and the single reads of a redemption."""
PAGE: Final = Patience(statement=15, lock=1, idle=5, transaction=30)
"""What a person waits for: lists, and what is written into the vault."""
LONG: Final = Patience(statement=600, lock=5, idle=60)
"""What nobody waits for: checks, copies, migrations."""


class PatientConnection(psycopg.Connection[Any]):
    """A connection that is given up where no answer comes at all."""

    patience: Patience = LONG

    @classmethod
    def opened(cls, patience: Patience, words: tuple[Any, ...], given: dict[str, Any]) -> Self:
        """Connect, and have both sides keep these limits. Errors: `psycopg.OperationalError`."""
        connection = cls.connect(*words, **given)
        try:
            connection.keep(patience)
            connection.commit()
        except BaseException:
            connection.close()  # Nobody else knows of it yet.
            raise
        return connection

    def keep(self, patience: Patience, *, scope: str = "SESSION") -> None:
        """Have both sides keep these limits; PostgreSQL in this session, or transaction (LOCAL)."""
        self.patience = patience
        limits = patience.limits()
        if self.info.server_version < LIMITS_TRANSACTIONS:
            del limits["transaction_timeout"]
        self.execute(
            "; ".join(f"SET {scope} {name} = '{limits[name]}s'" for name in limits).encode()
        )

    def wait(self, gen: PQGen[T], interval: float = LOOKS_EVERY, timeout: float | None = None) -> T:
        """Wait for an answer, and no longer. Errors: `psycopg.OperationalError` without a code."""
        most = self.patience.statement + GRACE
        try:
            return super().wait(gen, interval, most if timeout is None else timeout)
        except psycopg.OperationalError as error:
            if error.sqlstate is None:  # Nobody knows what became of it: never ask here again.
                self.close()
            raise


@contextmanager
def waiting(db: Connection, patience: Patience) -> Iterator[None]:
    """Wait this long in the transaction that has just begun; on SQLite there is no limit."""
    connection: Any = db.connection.dbapi_connection
    if not isinstance(connection, PatientConnection):
        yield
        return
    before = connection.patience
    connection.keep(patience, scope="LOCAL")
    try:
        yield
    finally:
        connection.patience = before
