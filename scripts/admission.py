"""Who may come in at once, by how urgent it is: a till that redeems comes before any list.

Each lane has so many places, and so many who may wait for one; whoever comes when both are full is
told so at once, before anything is read or asked of the database. Not here: in which words.
Source: reliability.md 6.2.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

REDEMPTIONS: Final = "/api/v1/redemptions"
FILES: Final = (".csv", ".xlsx", ".pdf")


@dataclass(frozen=True, slots=True)
class Lane:
    """How many are served at once, and how many more may wait."""

    at_once: int
    waiting: int


# Few at once: more would not be served sooner, only wait inside. The loop stays quick to say no.
LANES: Final[Mapping[str, Lane]] = {
    "redeem": Lane(16, 48),
    "status": Lane(8, 48),
    "balance": Lane(8, 32),
    "console": Lane(4, 32),
    "export": Lane(1, 8),
}


def lane_of(method: str, path: str, query: bytes = b"") -> str | None:
    """The lane of a call; None for what costs nothing: static files, and whether it serves."""
    if path == "/status" or path.startswith("/static/"):
        return None
    if path.startswith(REDEMPTIONS):
        return "redeem" if method == "POST" else "status"
    if path.startswith("/comune/"):
        return "export" if path.endswith(FILES) or b"formato=" in query else "console"
    return "balance"


class Places:
    """The places of one lane, and who waits for them; of one event loop."""

    def __init__(self, lane: Lane) -> None:
        """All are free."""
        self._turn = asyncio.Semaphore(lane.at_once)
        self._most = lane.at_once + lane.waiting
        self._here = 0

    @property
    def is_full(self) -> bool:
        """Whether nobody more may even wait."""
        return self._here >= self._most

    async def serve(self, work: Callable[[], Awaitable[None]]) -> None:
        """Wait for a place, and work in it."""
        self._here += 1
        try:
            async with self._turn:
                await work()
        finally:
            self._here -= 1


class Admission:
    """Stands before both applications."""

    def __init__(self, app: ASGIApp, *, refuse: ASGIApp, lanes: Mapping[str, Lane] = LANES) -> None:
        """Let in as the lanes say; `refuse` answers who is too many."""
        self._app = app
        self._refuse = refuse
        self._places = {name: Places(lane) for name, lane in lanes.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a call on in its turn, or have it refused."""
        name = None
        if scope["type"] == "http":
            name = lane_of(scope["method"], scope["path"], scope["query_string"])
        if name is None:
            await self._app(scope, receive, send)
            return
        places = self._places[name]
        if places.is_full:
            await self._refuse(scope, receive, send)
            return
        await places.serve(lambda: self._app(scope, receive, send))
