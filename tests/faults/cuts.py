"""Where a server can be made to die: armed in the server's own process, before it serves.

Only the tests know this; the product has no switch for it. Each dies by SIGKILL, so nothing is
tidied up. Not here: deaths at any moment, which come from outside (`server.Server.kill`).
"""

import asyncio.selector_events
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event

from ledger.store import tickets, writer
from ledger.store.tickets import Ticket


@dataclass(frozen=True, slots=True)
class Cut:
    """Die at the `nth` time that this place is reached; `size`: bytes of the answer let out."""

    place: str
    nth: int
    size: int = 0

    def arm(self) -> None:
        """Set it up in this process."""
        PLACES[self.place](self)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _counted(nth: int) -> Callable[[], bool]:
    """Says yes the nth time that it is asked."""
    left = [nth]

    def is_now() -> bool:
        left[0] -= 1
        return left[0] == 0

    return is_now


def _before_commit(cut: Cut) -> None:
    """All of a batch is written, and nothing of it is durable."""
    is_now = _counted(cut.nth)

    def on_commit(_connection: object) -> None:
        if is_now():
            _die()

    event.listen(Engine, "commit", on_commit)


def _after_commit(cut: Cut) -> None:
    """A batch is durable, and nobody was told."""
    is_now, answer = _counted(cut.nth), tickets.answer

    def answer_or_die(told: list[Ticket[Any]]) -> None:
        if is_now():
            _die()
        answer(told)

    setattr(writer, "answer", answer_or_die)  # noqa: B010 -- planted.


def _in_the_answer(cut: Cut) -> None:
    """Some bytes of an answer have left, the rest never will."""
    is_now = _counted(cut.nth)
    transport: Any = asyncio.selector_events._SelectorSocketTransport  # type: ignore[attr-defined]
    write = transport.write

    def write_or_die(self: Any, data: bytes) -> None:  # noqa: ANN401
        if is_now():
            self._sock.send(data[: 1 + cut.size % len(data)])
            _die()
        write(self, data)

    transport.write = write_or_die


PLACES = {
    "before commit": _before_commit,
    "after commit": _after_commit,
    "in the answer": _in_the_answer,
}
