"""What waits for the writer, and how its callers are woken.

Not here: the thread that serves them (`writer`).
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

from ledger.core.requests import Request
from ledger.store.edges import steady
from ledger.store.engines import Store

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Ticket(Generic[T]):
    """One submission, and where its answer goes: `wake` runs once, on the writer's thread."""

    size: int
    book_no: int = 0
    requests: Sequence[Request] = ()
    store: Store = Store.BOOK
    function: Callable[[Connection], T] | None = None
    wake: Callable[[], None] = lambda: None
    loop: asyncio.AbstractEventLoop | None = None
    sent_at: float = field(default_factory=steady)
    answer: T | None = None
    error: BaseException | None = None
    is_told: bool = False

    def result(self) -> T:
        """The answer, or the error raised here."""
        if self.error is not None:
            raise self.error
        return self.answer  # type: ignore[return-value]


def groups(tickets: list[Ticket[Any]]) -> list[list[Ticket[Any]]]:
    """Tickets that one transaction can take together, in the order of their first."""
    found: dict[tuple[bool, int, Store], list[Ticket[Any]]] = {}
    for ticket in tickets:
        found.setdefault((ticket.function is None, ticket.book_no, ticket.store), []).append(ticket)
    return list(found.values())


def answer(tickets: list[Ticket[Any]]) -> None:
    """Wake the callers; those of one event loop by one call."""
    loops: dict[asyncio.AbstractEventLoop, list[Callable[[], None]]] = {}
    for ticket in tickets:
        ticket.is_told = True
        if ticket.loop is None:
            ticket.wake()
        else:
            loops.setdefault(ticket.loop, []).append(ticket.wake)
    for loop, wakes in loops.items():
        with suppress(RuntimeError):  # A loop that was closed has nobody left who waits.
            loop.call_soon_threadsafe(_wake_all, wakes)


def _wake_all(wakes: list[Callable[[], None]]) -> None:
    for wake in wakes:
        wake()
