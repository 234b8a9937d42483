"""How each engine's driver writes parameters, ids and row locks, for statements of our own."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Driver:
    """How one engine's driver writes parameters, ids and the row lock."""

    mark: str
    lock: str
    id_out: Callable[[UUID], Any]
    id_in: Callable[[Any], UUID]
    together: Callable[[Any], AbstractContextManager[object]]
    """Statements of a cursor that need no answer before the next: one journey, where it is far."""

    def sql(self, statement: str) -> str:
        """A statement, with this driver's mark for its parameters."""
        return statement if self.mark == "?" else statement.replace("?", self.mark)


SQLITE = Driver(
    "?", "", lambda value: value.bytes, lambda value: UUID(bytes=value), lambda _: nullcontext()
)
POSTGRESQL = Driver(
    "%s",
    " FOR UPDATE",
    lambda value: value,
    lambda value: value,
    lambda cursor: cursor.connection.pipeline(),
)


def driver_of(dialect: str) -> Driver:
    """The driver of an engine, by SQLAlchemy's name for it."""
    return SQLITE if dialect == "sqlite" else POSTGRESQL
