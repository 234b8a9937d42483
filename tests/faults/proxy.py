"""A link that lies: a small TCP proxy that stands on any hop and breaks what it carries.

It knows nothing of what goes over it, but for one thing: how PostgreSQL is asked to commit. It runs
in a thread with a loop of its own. Not here: what must hold meanwhile (`network`).
"""

import asyncio
import random
import socket
import struct
import threading
from asyncio import StreamReader, StreamWriter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from psycopg.conninfo import conninfo_to_dict

from tests.faults.server import LOOPBACK, free_port, listen

CHUNK: Final = 65_536
GOODBYE: Final = struct.pack("ii", 1, 0)  # Linger for no time at all: the other side gets a reset.
COMMIT: Final = b"Q\x00\x00\x00\x0bCOMMIT\x00"  # As psycopg asks for it.
STEP: Final = 0.002  # Seconds between two bytes of a trickle.
SLOW: Final = 0.15  # Seconds that a delayed piece waits, on average.
RARELY: Final = 0.3  # How often a fault of one piece strikes.


def place_of(url: str) -> int | str:
    """Where a PostgreSQL on this machine takes calls: a port, or a Unix socket."""
    words = conninfo_to_dict(url)
    host, port = str(words.get("host", "")), words.get("port") or 5432
    return f"{host}/.s.PGSQL.{port}" if host.startswith("/") else int(port)


def by_way_of(proxy: "Proxy", url: str) -> str:
    """The same PostgreSQL database, called through the link."""
    words = conninfo_to_dict(url)
    return f"postgresql://{words['user']}@{LOOPBACK}:{proxy.port}/{words['dbname']}"


class Fault(StrEnum):
    """What is wrong with the link now."""

    NONE = "none"
    DELAY = "delay"
    DROP = "drop"  # Nothing comes through any more, and nobody is told: half-open.
    CUT_BEFORE = "reset before delivery"
    CUT_AFTER = "reset after delivery"
    TRICKLE = "trickle"
    DOWN = "down"  # Nobody answers at all, and every connection has ended.
    LOST_COMMIT = "answer to COMMIT lost"
    SILENT_COMMIT = "no answer to COMMIT"


@dataclass(eq=False)
class Carried:
    """One connection through the link: who asks, who answers."""

    asking: StreamWriter
    answering: StreamWriter
    is_dead: bool = False  # Half-open until one side gives up.
    is_doomed: bool = False  # It is cut as soon as an answer comes: it was delivered.
    pumps: list[asyncio.Task[None]] = field(default_factory=list)

    def cut(self) -> None:
        """End it with a reset on both sides."""
        for writer in (self.asking, self.answering):
            wire = writer.get_extra_info("socket")
            if wire is not None and wire.family != socket.AF_UNIX:
                with suppress(OSError):
                    wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, GOODBYE)
            writer.transport.abort()


class Proxy:
    """Listens at `port` and carries to a port of this machine, or to a Unix socket."""

    def __init__(self, target: int | str, chance: random.Random) -> None:
        """Take a port; nothing is carried before `open_proxy`."""
        self.port = free_port()
        self.struck = 0
        self._target = target
        self._chance = chance
        self._fault = Fault.NONE
        self._carried: set[Carried] = set()
        self._server: asyncio.Server | None = None
        self.loop = asyncio.new_event_loop()

    def set(self, fault: Fault) -> None:
        """From now on the link has this fault; what is half-open stays so until a side ends it."""
        asyncio.run_coroutine_threadsafe(self._set(fault), self.loop).result(30)

    async def _set(self, fault: Fault) -> None:
        self._fault = fault
        if fault is Fault.DOWN:
            await self.stop()
        elif self._server is None:
            await self.listen()
        if fault is Fault.DROP:
            self.struck += len(self._carried)
            for one in self._carried:
                one.is_dead = True

    async def listen(self) -> None:
        """Take calls."""
        self._server = await asyncio.start_server(self._carry, sock=listen(LOOPBACK, self.port))

    async def stop(self) -> None:
        """Take no more calls, and cut those that are on."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.struck += len(self._carried)
        pumps = [pump for one in self._carried for pump in one.pumps]
        for one in tuple(self._carried):
            one.cut()
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)

    async def _carry(self, from_asking: StreamReader, asking: StreamWriter) -> None:
        try:
            from_answering, answering = await self._call()
        except OSError:
            asking.transport.abort()
            return
        one = Carried(asking, answering, is_dead=self._fault is Fault.DROP)
        self._carried.add(one)
        self.struck += one.is_dead
        one.pumps = [
            asyncio.create_task(self._pump(one, from_asking, answering, is_question=True)),
            asyncio.create_task(self._pump(one, from_answering, asking, is_question=False)),
        ]
        await asyncio.gather(*one.pumps, return_exceptions=True)
        self._carried.discard(one)
        one.cut()

    async def _call(self) -> tuple[StreamReader, StreamWriter]:
        if isinstance(self._target, str):
            return await asyncio.open_unix_connection(self._target)
        return await asyncio.open_connection(LOOPBACK, self._target)

    async def _pump(
        self, one: Carried, source: StreamReader, sink: StreamWriter, *, is_question: bool
    ) -> None:
        """Carry one way until a side ends; then so does the other, unless nobody tells it."""
        with suppress(OSError):
            while piece := await source.read(CHUNK):
                if one.is_dead or sink.is_closing():
                    continue
                if self._strikes(one, piece, is_question=is_question):
                    self.struck += 1
                    one.cut()
                    return
                if not one.is_dead:
                    await self._hand_on(sink, piece)
        if not one.is_dead:
            one.cut()

    def _strikes(self, one: Carried, piece: bytes, *, is_question: bool) -> bool:
        """Whether the connection ends here, before this piece; or it is marked for later."""
        if one.is_doomed and not is_question:
            one.is_dead = self._fault is Fault.SILENT_COMMIT
            one.is_doomed = False
            self.struck += one.is_dead
            return not one.is_dead
        if self._fault is Fault.CUT_BEFORE:
            return is_question and self._chance.random() < RARELY
        if is_question and self._fault is Fault.CUT_AFTER:
            one.is_doomed = self._chance.random() < RARELY
        if self._fault in {Fault.LOST_COMMIT, Fault.SILENT_COMMIT} and piece.endswith(COMMIT):
            one.is_doomed = self._chance.random() < RARELY
        return False

    def _has(self, fault: Fault) -> bool:
        return self._fault is fault

    async def _hand_on(self, sink: StreamWriter, piece: bytes) -> None:
        if self._fault is Fault.DELAY:
            self.struck += 1
            await asyncio.sleep(self._chance.expovariate(1 / SLOW))
        self.struck += self._has(Fault.TRICKLE)
        while piece and self._has(Fault.TRICKLE):
            if sink.is_closing():
                return
            sink.write(piece[:1])
            piece = piece[1:]
            await asyncio.sleep(STEP)
        sink.write(piece)
        await sink.drain()


@contextmanager
def open_proxy(target: int | str, chance: random.Random) -> Iterator[Proxy]:
    """A link without faults, for as long as this lasts."""
    proxy = Proxy(target, chance)
    running = threading.Thread(target=proxy.loop.run_forever, name="proxy", daemon=True)
    running.start()
    proxy.set(Fault.NONE)
    try:
        yield proxy
    finally:
        proxy.set(Fault.DOWN)
        proxy.loop.call_soon_threadsafe(proxy.loop.stop)
        running.join()
        proxy.loop.close()
