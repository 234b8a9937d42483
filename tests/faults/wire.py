"""One connection that asks at the least cost: bytes out, status and body back.

Made for crowds, where what the askers cost is taken from the server they share two cores with. Not
here: what is asked, and tills that remember what they asked (`shoppers`).
"""

import asyncio
from typing import Final

ATTEMPT_SECONDS: Final = 10.0
LENGTH: Final = b"content-length: "


class Wire(asyncio.Protocol):
    """A connection, made at the first question and again when it breaks; one question at a time."""

    def __init__(self, port: int) -> None:
        """Nothing is open yet."""
        self._port = port
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._came = b""

    async def ask(self, message: bytes) -> tuple[int, bytes]:
        """Send one request as it is; gives status and body.

        Errors: `OSError` where the connection broke, or nothing came in ten seconds.
        """
        loop = asyncio.get_running_loop()
        if self._transport is None:
            self._transport, _ = await loop.create_connection(lambda: self, "127.0.0.1", self._port)
        self._answer, self._came = loop.create_future(), b""
        late = loop.call_later(ATTEMPT_SECONDS, self._give_up)
        self._transport.write(message)
        try:
            return await self._answer
        finally:
            late.cancel()

    def data_received(self, data: bytes) -> None:
        """Gather an answer until it is whole."""
        self._came += data
        head, gap, body = self._came.partition(b"\r\n\r\n")
        if not gap or self._answer is None or self._answer.done():
            return
        words = head.lower()
        length = int(words[words.index(LENGTH) + len(LENGTH) :].split(b"\r\n", 1)[0])
        if len(body) >= length:
            self._answer.set_result((int(head.split(b" ", 2)[1]), body))

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits; the next question opens another."""
        self._transport = None
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError())

    def hang_up(self) -> None:
        """Let go of the connection."""
        if self._transport is not None:
            self._transport.close()

    def _give_up(self) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(TimeoutError())
        self.hang_up()
