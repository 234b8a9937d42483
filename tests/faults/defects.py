"""Ten planted defects: each a small wrong turn that a hurried hand could have taken.

They exist in processes of the tests alone, which plant one before they begin. A trial that stays
green with the defect that it claims to see proves nothing. Source: reliability.md 3.5.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeAlias

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError

from ledger.store import opening
from ledger.store.engines import Store
from ledger.store.writer import Writer

Work: TypeAlias = Callable[[Connection], object]


def plant(name: str) -> None:
    """Make this process wrong, for as long as it lives."""
    DEFECTS[name]()


def _normal() -> None:
    """1: SQLite does not sync at every commit, and nobody looks."""

    def relax(connection: Any, _record: object) -> None:  # noqa: ANN401
        connection.execute("PRAGMA synchronous=NORMAL")

    event.listen(Engine, "connect", relax)
    setattr(opening, "assert_durable", lambda engine: engine)  # noqa: B010 -- not exported there.


def _swallowed() -> None:
    """8: whatever the disk says at COMMIT, the caller hears yes."""

    def commit_or_not(self: Writer, store: Store, work: Work, _forget: object = None) -> object:
        db = self._connection(store)
        with suppress(DBAPIError), db.begin():
            result = work(db)
        return result

    setattr(Writer, "_transaction", commit_or_not)  # noqa: B010 -- planted.


DEFECTS: dict[str, Callable[[], None]] = {
    "synchronous=NORMAL": _normal,
    "swallowed error": _swallowed,
}
