"""No call stays open for ever: who was not answered in time is told that nobody knows yet.

What was begun goes on to its own end, which the time limits of the store bring; only its answer is
heard by nobody, and a till asks for it by its key. Two things may last longer: an answer that has
begun (a long file), and a file that is still being sent to us. Not here: in which words it is told.
Source: reliability.md 1.
"""

import asyncio
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECONDS: Final = 20.0  # Less than the 30 that nothing may last: the telling takes time as well.
UPLOADS: Final = 9  # Times as long for a file that is still on its way: three minutes.


class Deadline:
    """Stands before everything."""

    def __init__(self, app: ASGIApp, *, late: ASGIApp, seconds: float = SECONDS) -> None:
        """Give `app` so long to begin its answer; then `late` answers in its place."""
        self._app = app
        self._late = late
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a call on, and answer it in time."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        one = Call(receive, send)
        if Headers(scope=scope).get("content-type", "").startswith("multipart/form-data"):
            one.uploads = UPLOADS
        loop = asyncio.get_running_loop()

        def ring() -> None:
            if one.uploads > 0:
                one.uploads -= 1
                one.alarm = loop.call_later(self._seconds, ring)
            elif not one.has_begun:
                one.is_late = True
                one.telling = asyncio.ensure_future(self._late(scope, receive, send))

        one.alarm = loop.call_later(self._seconds, ring)
        try:
            await self._app(scope, one.receive if one.uploads else receive, one.send)
        finally:
            one.alarm.cancel()
        if one.telling is not None:
            await one.telling


class Call:
    """How far one call has come."""

    def __init__(self, receive: Receive, send: Send) -> None:
        """Nothing was said yet."""
        self._receive = receive
        self._send = send
        self.uploads = 0  # How often its alarm may still be put off.
        self.has_begun = False
        self.is_late = False
        self.alarm: asyncio.TimerHandle
        self.telling: asyncio.Future[None] | None = None

    async def receive(self) -> Message:
        """Hear the caller; a file that is here altogether puts nothing off any more."""
        message = await self._receive()
        if not message.get("more_body"):
            self.uploads = 0
        return message

    async def send(self, message: Message) -> None:
        """Say it, unless something else was said in its place."""
        if not self.is_late:
            self.has_begun = True
            await self._send(message)
