"""A book's stored rows as they are read for a check: in the order of the log, in portions.

Not here: what they are compared with (`comparing`, `replay`).
"""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    Select,
    Table,
    bindparam,
    select,
    type_coerce,
)

from ledger.store.columns import Id
from ledger.store.drivers import driver_of

PORTION: Final = 1000
NOWHERE: Final = 2**63


class Stream:
    """Stored rows in the order of one column; what is passed over was not in the log."""

    __slots__ = ("_rows", "next")

    def __init__(self, rows: Iterator[tuple[int, Any]]) -> None:
        """Take pairs of place and row."""
        self._rows = rows
        self.next = next(rows, None)

    def below(self, place: int | None = None) -> Iterator[Any]:
        """Take the rows before `place`; None: all that is left."""
        while self.next is not None and (place is None or self.next[0] < place):
            yield self.next[1]
            self.next = next(self._rows, None)

    def take(self, place: int) -> Any:  # noqa: ANN401 -- a row.
        """Take the row at `place`, or None if it is not the next one."""
        if self.next is None or self.next[0] != place:
            return None
        row = self.next[1]
        self.next = next(self._rows, None)
        return row


class Reader:
    """Reads whole tables in portions, and lets go of them when the check ends, however it ends."""

    def __init__(self, db: Connection, book_no: int, opened: ExitStack) -> None:
        """Read one book."""
        self.db, self.book_no, self._opened = db, book_no, opened
        self._id_out = driver_of(db.dialect.name).id_out

    def rows(self, table: Table, *order: str) -> Iterator[Any]:
        """The book's rows of one table; ids as the driver gives them."""
        return self.all(_rows_of(table, order, self.db.dialect.name))

    def out(self, item: UUID | None) -> object:
        """An id as the driver gives it: cheaper than to make an id of each that is read."""
        return item if item is None else self._id_out(item)

    def all(self, query: Select[Any]) -> Iterator[Any]:
        """The rows of a query."""
        given = {"book_no": self.book_no}
        result = self.db.execute(query, given, execution_options={"yield_per": PORTION})
        return iter(self._opened.enter_context(result))

    def stream(self, table: Table, order: str) -> Stream:
        """The book's rows of one table, each with its place."""
        at = list(table.c.keys()).index(order)
        return Stream((place(row[at]), row) for row in self.rows(table, order))


@cache
def _rows_of(table: Table, order: tuple[str, ...], dialect: str) -> Select[Any]:
    """The rows of one table and book, in an order; on SQLite ids as the bytes that they are."""

    def as_stored(column: Column[Any]) -> ColumnElement[Any]:
        raw = dialect == "sqlite" and isinstance(column.type, Id)
        return type_coerce(column, LargeBinary).label(column.name) if raw else column

    query = select(*map(as_stored, table.c)).where(table.c.book_no == bindparam("book_no"))
    return query.order_by(*(table.c[name] for name in order))


def place(stored: object) -> int:
    """A row's place in the log; after all others if somebody wrote no number there."""
    return stored if isinstance(stored, int) else NOWHERE
