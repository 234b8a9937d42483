"""Tills that buy and never lose count: each writes down what it asks before it asks.

They speak HTTP over plain sockets, with a deadline for each attempt. What is not known afterwards
is resolved as a till would: by the same key again, by reading it, or by voiding it. Not here: what
kills the server meanwhile (the storms), and whether the book agrees (`oracle`).
"""

import asyncio
import json
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from ledger import new_id
from tests.faults.journal import BURNT, PAID, REFUNDED, REFUSED, UNKNOWN, Journal, Outcome, Sale
from tests.faults.market import Market, Paper, Shop

ATTEMPT_SECONDS = 4.0
DEFINITE = {409, 422}  # A no of the book; any other trouble leaves the outcome open.
TRIES = 200
ENDS = {
    "paid": PAID,
    "refused": REFUSED,
    "refunded": REFUNDED,
    "voided": BURNT,
    "partly_refunded": PAID,
}  # By state.
RESOLVED_WITHIN = 60.0  # Seconds, as promised to a till; a till that asks too often waits a while.


class Cut(Exception):
    """The connection ended before the whole answer came."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came over the wire."""

    status: int
    body: bytes

    def words(self) -> dict[str, Any]:
        """The body's JSON object."""
        return dict(json.loads(self.body))


class Line:
    """One till's connection, made again when it breaks."""

    def __init__(self, port: int) -> None:
        """Connect at the first call."""
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def call(
        self, method: str, path: str, shop: Shop, key: UUID | None = None, body: object = None
    ) -> Answer:
        """Send one request and read its whole answer. Errors: `Cut`, also after the deadline."""
        data = b"" if body is None else json.dumps(body).encode()
        lines = [
            f"{method} {path} HTTP/1.1",
            "Host: storm",
            f"Authorization: Bearer {shop.session}",
        ]
        if key is not None:
            lines.append(f"Idempotency-Key: {key}")
        if data:
            lines.append("Content-Type: application/json")
        lines.append(f"Content-Length: {len(data)}")
        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                return await self._exchange("\r\n".join([*lines, "", ""]).encode() + data)
        except (OSError, EOFError, TimeoutError) as error:
            self.hang_up()
            raise Cut from error

    async def _exchange(self, message: bytes) -> Answer:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(message)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
        body = await reader.readexactly(length)
        if b"connection: close" in head:
            self.hang_up()
        return Answer(int(head.split(b" ", 2)[1]), body)

    def hang_up(self) -> None:
        """Let go of the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


@dataclass(slots=True)
class Shoppers:
    """All tills of a market, at work against one server."""

    market: Market
    journal: Journal
    port: int
    chance: random.Random
    new_ids: bool = False  # Planted: a retry makes a new id, and nobody writes it down.
    slips: list[Paper] = field(default_factory=list)
    papers: dict[UUID, Paper] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Lay the slips out, and remember what each target is shown with."""
        self.slips = list(self.market.slips)
        self.papers = {one.target: one for one in (*self.market.slips, *self.market.families)}

    async def buy(self, lines: int, enough: Callable[[], bool]) -> None:
        """Buy over so many connections until it is enough."""
        await asyncio.gather(*(self._buy(enough) for _ in range(lines)))

    async def _buy(self, enough: Callable[[], bool]) -> None:
        line = Line(self.port)
        while not enough():
            sale = self._next_sale()
            self.journal.intend(sale)
            try:
                await self._ask(line, sale)
            except Cut:
                self.journal.tell(sale.key, Outcome(UNKNOWN))
            if self.journal.records[sale.key].last.how == UNKNOWN:
                await asyncio.sleep(0.02)
        line.hang_up()

    def _next_sale(self) -> Sale:
        """Mostly a fresh slip; sometimes one that was shown before, or a family's code."""
        shop = self.chance.choice(self.market.shops).shop_id
        lot = self.chance.random()
        if lot < 0.75 and self.slips:
            paper = self.slips.pop()
            return Sale(new_id(), paper.target, shop, paper.cents)
        if lot < 0.85:
            paper = self.chance.choice(self.market.slips)
            return Sale(new_id(), paper.target, shop, paper.cents)
        paper = self.chance.choice(self.market.families)
        return Sale(new_id(), paper.target, shop, self.chance.randint(1, 50))

    def _shop(self, sale: Sale) -> Shop:
        return next(one for one in self.market.shops if one.shop_id == sale.shop)

    async def _ask(self, line: Line, sale: Sale) -> None:
        paper = self.papers[sale.target]
        body: dict[str, object] = {"token": paper.token, "amount_cents": sale.cents}
        if paper.pin is not None:
            body["pin"] = paper.pin
        shop = self._shop(sale)
        key = new_id() if self.new_ids and self.journal.records[sale.key].outcomes else sale.key
        answer = await line.call("POST", "/api/v1/redemptions", shop, key, body)
        self.journal.tell(sale.key, outcome_of(answer))

    async def resolve(self) -> float:
        """Give every unknown story its end; gives the seconds that the slowest took."""
        loop, line = asyncio.get_running_loop(), Line(self.port)
        slowest = 0.0
        for record in self.journal.unknown():
            began = loop.time()
            await self._end(line, record.sale)
            slowest = max(slowest, loop.time() - began)
        line.hang_up()
        return slowest

    async def _end(self, line: Line, sale: Sale) -> None:
        way = self.chance.choice((self._ask, self._read_or_ask, self._void))
        loop = asyncio.get_running_loop()
        until, last = loop.time() + RESOLVED_WITHIN, self.journal.records[sale.key].last
        while loop.time() < until:
            with suppress(Cut):
                await way(line, sale)
            last = self.journal.records[sale.key].last
            if last.how != UNKNOWN:
                return
            await asyncio.sleep(0.05)
        message = f"an outcome stayed unknown by {way.__name__}: {last.status}"
        raise AssertionError(message)

    async def _read_or_ask(self, line: Line, sale: Sale) -> None:
        """Read the key; where nothing was decided, ask again."""
        answer = await line.call("GET", f"/api/v1/redemptions/{sale.key}", self._shop(sale))
        if answer.status == 404:
            await self._ask(line, sale)
            return
        words = answer.words() if answer.status == 200 else {}  # In trouble it knows no state.
        how = ENDS.get(words.get("state", ""), UNKNOWN)
        told = Outcome(how, answer.status, words.get("code", ""), answer.body.decode())
        self.journal.tell(sale.key, told)

    async def _void(self, line: Line, sale: Sale) -> None:
        path = f"/api/v1/redemptions/{sale.key}/void"
        answer = await line.call("POST", path, self._shop(sale), None, {})
        state = answer.words().get("state") if answer.status == 200 else None
        how = {"burnt": BURNT, "refunded": REFUNDED}.get(str(state), UNKNOWN)
        self.journal.tell(sale.key, Outcome(how, answer.status, "", answer.body.decode()))

    async def repeat(self, count: int) -> list[str]:
        """Ask some paid keys again: the same bytes must come. Gives what did not."""
        paid = [one for one in self.journal.records.values() if one.last.status == 201]
        line, wrong = Line(self.port), []
        for record in self.chance.sample(paid, min(count, len(paid))):
            before = record.last
            await self._ask_again(line, record.sale)
            if record.last != before:
                wrong.append(f"{record.sale.key}: another answer to the same key")
        line.hang_up()
        return wrong

    async def _ask_again(self, line: Line, sale: Sale) -> None:
        """Until there is an answer: the last backend to be killed may die just now."""
        for _ in range(TRIES):
            with suppress(Cut):
                await self._ask(line, sale)
                if self.journal.records[sale.key].last.how != UNKNOWN:
                    return
            await asyncio.sleep(0.02)


def outcome_of(answer: Answer) -> Outcome:
    """What an answer to a redemption means: paid, refused, or still to be found out."""
    if answer.status == 201:
        return Outcome(PAID, 201, "", answer.body.decode())
    if answer.status not in DEFINITE:
        return Outcome(UNKNOWN, answer.status)
    return Outcome(REFUSED, answer.status, str(answer.words()["code"]), answer.body.decode())


def counted(journal: Journal) -> dict[str, int]:
    """How many stories ended in which way."""
    hows: Sequence[str] = (PAID, REFUSED, BURNT, REFUNDED, UNKNOWN)
    return {how: journal.count(how) for how in hows}
