"""Single statements of the hot path, through the driver itself, a connection per thread.

SQLAlchemy would cost more than such a statement does. Each sees what was committed when it began;
what must agree with what it reads is decided in `apply()`. Nothing is written here.
"""

import threading
from collections.abc import Sequence
from typing import Any, Final, Protocol
from uuid import UUID

import psycopg
from sqlalchemy import Engine

from ledger.store.drivers import driver_of
from ledger.store.edges import steady
from ledger.store.patience import SALE

LONG_IN_VAIN: Final = 0.5  # Seconds; whoever is refused at once may ask again at once.
SHUT_SECONDS: Final = 2.0


class Statements(Protocol):
    """What the hot path needs of a driver's connection."""

    @property
    def closed(self) -> bool:
        """Whether it has ended (asked of PostgreSQL alone)."""

    def execute(self, sql: str, given: Sequence[Any], /) -> Any:  # noqa: ANN401
        """Run one statement."""

    def close(self) -> None:
        """Let go of it."""


class QuickReader:
    """Runs single statements; safe from many threads, since each has its own connection."""

    def __init__(self, engine: Engine) -> None:
        """Read from this store; `engine` is one for readers."""
        self._engine = engine
        self._driver = driver_of(engine.dialect.name)
        self._of_thread = threading.local()
        self._all: list[Statements] = []
        self._lock = threading.Lock()
        self._shut_until = 0.0

    def rows(self, sql: str, given: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Every row of one statement; ids are given as UUID, and come as the engine has them.

        A connection that the server has cut since is made anew, once: reading twice harms nobody.
        """
        out = self._driver.id_out
        plain = [out(one) if isinstance(one, UUID) else one for one in given]
        try:
            return self._fetch(sql, plain)
        except psycopg.OperationalError:
            if not self._connection().closed:
                raise
        self._forget()
        return self._fetch(sql, plain)

    def _fetch(self, sql: str, plain: Sequence[Any]) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = (
            self._connection().execute(self._driver.sql(sql), plain).fetchall()
        )
        return found

    def id(self, value: Any) -> UUID:  # noqa: ANN401 -- as the engine has it.
        """An id of a row."""
        return self._driver.id_in(value)

    def close(self) -> None:
        """Let go of every thread's connection."""
        for connection in self._all:
            connection.close()

    def _forget(self) -> None:
        with self._lock:
            self._all.remove(self._of_thread.connection)
        self._of_thread.connection = None

    def _connection(self) -> Statements:
        connection: Statements | None = getattr(self._of_thread, "connection", None)
        if connection is None:
            connection = self._open()
            self._of_thread.connection = connection
        return connection

    def _open(self) -> Statements:
        """Connect; where that took long in vain, nobody tries for a moment: all share one loop."""
        began = steady()
        if began < self._shut_until:
            raise psycopg.OperationalError("the database was not reached a moment ago")
        try:
            raw = self._engine.raw_connection()
        except psycopg.OperationalError:
            if steady() - began > LONG_IN_VAIN:
                self._shut_until = steady() + SHUT_SECONDS
            raise
        raw.detach()
        connection: Any = raw.dbapi_connection
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()  # Detached: its pool lets go of it no more.
            raise
        with self._lock:
            self._all.append(connection)
        return connection  # type: ignore[no-any-return]

    def _prepare(self, connection: Any) -> None:  # noqa: ANN401 -- psycopg's, or sqlite3's.
        if self._engine.dialect.name == "sqlite":
            return
        connection.rollback()
        connection.autocommit = True  # Each statement its own snapshot.
        connection.read_only = True
        connection.keep(SALE)
