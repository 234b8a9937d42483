"""Who may come in at once, by how urgent it is: a till that redeems comes before any list.

Each lane has so many places, and so many who may wait for one; whoever comes when both are full is
told so at once, before anything is asked of the database. Nobody holds a place while a body is
still on its way: who sends it drop by drop waits outside, under the applications' own time limit.
Not here: in which words a no is told. Source: reliability.md 6.2.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REDEMPTIONS: Final = "/api/v1/redemptions"
SMALL: Final = 65_536  # Bytes; longer ones (uploads) are read outside of the lanes.
PATIENCE: Final = 1.0  # Seconds.
FILES: Final = (".csv", ".xlsx", ".pdf", ".zip")


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
        if places.is_full():
            await self._refuse(scope, receive, send)
            return
        body = Body(receive)
        if not await body.came(Headers(scope=scope)):
            await self._app(scope, body.receive, send)
            return
        if places.is_full():  # Others came while the body did.
            await self._refuse(scope, body.receive, send)
            return
        await places.serve(lambda: self._app(scope, body.receive, send))


class Body:
    """What came of a call's body so far, handed on as if it came now."""

    def __init__(self, receive: Receive) -> None:
        """Nothing came yet."""
        self._receive = receive
        self._kept: list[Message] = []

    async def came(self, headers: Headers) -> bool:
        """Wait a moment for a small body; whether all of it is here."""
        length = headers.get("content-length", "0")
        if "transfer-encoding" in headers or not length.isdecimal() or int(length) > SMALL:
            return False
        if int(length) == 0:
            return True
        more = True
        try:
            async with asyncio.timeout(PATIENCE):
                while more:
                    self._kept.append(await self._receive())
                    more = bool(self._kept[-1].get("more_body"))
        except TimeoutError:
            return False
        return True

    async def receive(self) -> Message:
        """The next message: what was kept first, then what comes."""
        return self._kept.pop(0) if self._kept else await self._receive()
