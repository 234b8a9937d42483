"""The driver in four words, for the statements of one batch on one book.

Not here: which statements (`loading`, `writing`), and what the engines differ in (`drivers`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from ledger.store.drivers import Driver

CHUNK = 400  # Ids in one IN list.


class Cursor(Protocol):
    """What a batch needs of the driver's cursor."""

    rowcount: int

    def execute(self, sql: str, given: Sequence[Any] = ..., /) -> object:
        """Run one statement."""

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> object:
        """Run one statement for many rows."""

    def fetchall(self) -> list[Any]:
        """The rows of the last statement."""


@dataclass(frozen=True, slots=True)
class Statements:
    """Runs statements that are written once for both engines, with `?` for a value."""

    cursor: Cursor
    driver: Driver
    book_no: int

    def rows(self, sql: str, parameters: Sequence[Any]) -> list[Any]:
        """All rows of one query."""
        self.cursor.execute(self.driver.sql(sql), parameters)
        return self.cursor.fetchall()

    def among(self, sql: str, keys: Iterable[Any]) -> Iterator[Any]:
        """Rows whose last column is one of `keys`, in portions."""
        out = self.driver.id_out
        ids = [out(key) if isinstance(key, UUID) else key for key in keys]
        for at in range(0, len(ids), CHUNK):
            part = ids[at : at + CHUNK]
            marks = ", ".join("?" * len(part))
            yield from self.rows(f"{sql} IN ({marks})", (self.book_no, *part))

    def many(self, insert: str, rows: list[tuple[Any, ...]]) -> None:
        """One INSERT for all rows; none for no rows."""
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self.update(f"{insert} VALUES ({marks})", rows)

    def update(self, sql: str, rows: list[tuple[Any, ...]]) -> None:
        """One statement for all rows; none for no rows."""
        if len(rows) == 1:
            self.cursor.execute(self.driver.sql(sql), rows[0])
        elif rows:
            self.cursor.executemany(self.driver.sql(sql), rows)
