"""Row 7: ids never expire: asked again, the same answer comes, byte for byte; never a second one.

Old sales are asked again over HTTP, old requests of every kind in process: while it runs, after a
restart, from the first schema upgraded, and from a backup restored elsewhere. Some come with other
words under the same id: those get 409 `key_reused`. At the end nothing was written by all of it.
"""

import asyncio
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from ledger import Code, Request, new_id, open_ledger
from ledger.operations.back_up import BackupOrder, back_up, make_backup_secret
from ledger.operations.restore_backup import BackupSource, restore_backup
from ledger.store.edges import now
from tests.faults.market import Market, Paper, Shop, open_market
from tests.faults.migrations_killed import _take_back as take_back
from tests.faults.migrations_killed import commits_alone
from tests.faults.nodes import base_backup, first_node, room_for
from tests.faults.scoreboard import Asked, Row
from tests.faults.server import LIMITS, Server
from tests.faults.shoppers import Answer, Line
from tests.rich_book import all_requests

BOOK = "replayed"
SLIPS, FAMILIES, LINES, AT_ONCE = 60, 8, 8, 64
OVER_HTTP, CHANGED = 0.3, 0.125
REDEMPTIONS = "/api/v1/redemptions"


@dataclass(frozen=True, slots=True)
class Sale:
    """What a till asked once, and what it was answered."""

    key: UUID
    shop: Shop
    body: dict[str, Any]
    answer: Answer


@dataclass(frozen=True, slots=True)
class Old:
    """What was decided long ago: sales over HTTP, and requests with the leaves they got."""

    sales: Sequence[Sale]
    requests: Sequence[Request]
    leaves: Sequence[bytes]


def replays(asked: Asked, url: str, folder: Path) -> Row:
    """Ask `n` times again, a quarter in each condition; the row says what was not the same."""
    chance = random.Random(asked.seed)
    goal = f"the same answer {asked.n} times, byte for byte; other words: 409 key_reused"
    old, findings, told = _decide(url, chance), list[str](), {"same": 0, "key_reused": 0}

    def again(where: str, place: str) -> None:
        before = _heads(place)
        for one in _ask_again(place, old, asked.n // 4, chance, told):
            findings.append(f"{where}: {one}")
        if _heads(place) != before:
            findings.append(f"{where}: something was written")

    again("while it runs", url)
    again("restarted", url)
    take_back(url)
    open_ledger(url, create=True).close()
    again("upgraded", url)
    with _restored(url, folder) as place:
        if place is not None:
            again("restored", place)
    got = {**told, "sales": len(old.sales), "requests": len(old.requests), "wrong": len(findings)}
    enough = sum(told.values()) >= asked.n // 4 * 3
    passed = not findings and enough
    return Row(7, "replays", goal, got, passed, asked.seed, asked.engine, findings[:5])


# What is old.


def _decide(url: str, chance: random.Random) -> Old:
    market = open_market(url, slips=SLIPS, families=FAMILIES, commits=commits_alone)
    with open_ledger(url, limits=LIMITS) as ledger:
        book = ledger.book(BOOK, create=True)
        requests = [replace(one, commitments=()) for one in all_requests()]  # Nobody's names.
        leaves = [book.submit([request])[0].leaf() for request in requests]
    with _served(url) as port:
        sales = asyncio.run(_sell(port, market, chance))
    return Old(sales, requests, leaves)


async def _sell(port: int, market: Market, chance: random.Random) -> list[Sale]:
    """Slips that are paid, shown twice, and asked too much of; families that buy little."""
    line, sales = Line(port), []
    papers = [*market.slips, *chance.choices(market.slips, k=SLIPS // 2), *market.families * 3]
    for paper in papers:
        shop, key, body = chance.choice(market.shops), new_id(), _body(paper, chance)
        answer = await line.call("POST", REDEMPTIONS, shop, key, body)
        assert answer.status in {201, 409, 422}, answer
        sales.append(Sale(key, shop, body, answer))
    line.hang_up()
    return sales


def _body(paper: Paper, chance: random.Random) -> dict[str, Any]:
    cents = chance.choice((1, 10_00, 10_01)) if paper.pin is None else chance.randint(1, 50)
    pin = {} if paper.pin is None else {"pin": paper.pin}
    return {"token": paper.token, "amount_cents": cents} | pin


# Again.


def _ask_again(
    url: str, old: Old, count: int, chance: random.Random, told: dict[str, int]
) -> Iterator[str]:
    over_http = int(count * OVER_HTTP)
    with _served(url) as port:
        yield from asyncio.run(_at_tills(port, old, over_http, chance, told))
    with open_ledger(url, limits=LIMITS) as ledger:
        book = ledger.book(BOOK)
        rest = count - over_http
        for at in range(0, rest, AT_ONCE):
            numbers = chance.choices(range(len(old.requests)), k=min(AT_ONCE, rest - at))
            requests = [_perhaps_changed(old.requests[one], chance) for one in numbers]
            for one, request, decision in zip(
                numbers, requests, book.submit(requests), strict=True
            ):
                is_same = request is old.requests[one]
                right = decision.replayed and decision.leaf() == old.leaves[one]
                if not (right if is_same else decision.code == "key_reused"):
                    yield f"request {one} of {request.kind} was answered with {decision.code}"
                told["same" if is_same else "key_reused"] += 1


def _perhaps_changed(request: Request, chance: random.Random) -> Request:
    """Itself, or the same id with other words; a burnt id answers the same to any words."""
    if request.refuse == Code.VOIDED or chance.random() >= CHANGED:
        return request
    return replace(request, asked={**(request.asked or {}), "other": True})


async def _at_tills(
    port: int, old: Old, count: int, chance: random.Random, told: dict[str, int]
) -> list[str]:
    waiting, wrong = chance.choices(old.sales, k=count), list[str]()

    async def one_till() -> None:
        line = Line(port)
        while waiting:
            sale = waiting.pop()
            is_same = chance.random() >= CHANGED
            more = {} if is_same else {"amount_cents": sale.body["amount_cents"] + 1}
            answer = await line.call("POST", REDEMPTIONS, sale.shop, sale.key, sale.body | more)
            if is_same and answer != sale.answer:
                wrong.append(f"{sale.key} was answered with {answer.status}")
            if not is_same and (answer.status, answer.words()["code"]) != (409, "key_reused"):
                wrong.append(f"{sale.key}, with other words, was answered with {answer.status}")
            told["same" if is_same else "key_reused"] += 1
        line.hang_up()

    await asyncio.gather(*(one_till() for _ in range(LINES)))
    return wrong


@contextmanager
def _served(url: str) -> Iterator[int]:
    server = Server(url)
    server.start()
    try:
        yield server.port
    finally:
        server.kill()


def _heads(url: str) -> list[tuple[str, int, bytes]]:
    with open_ledger(url, limits=LIMITS) as ledger:
        return [(one.name, one.head().size, one.head().root) for one in ledger.books()]


# Elsewhere.


@contextmanager
def _restored(url: str, folder: Path) -> Iterator[str | None]:
    """A copy that came back from a backup; None where PostgreSQL is not ours to copy."""
    if url.startswith("sqlite"):
        yield _restore(url, folder)
        return
    primary = first_node(url)
    if primary is None:
        yield None
        return
    with room_for(folder, primary.data.stat().st_uid) as place:
        copy = base_backup(primary, place, "restored")
        copy.start()
        yield copy.url


def _restore(url: str, folder: Path) -> str:
    """By the product's own backup, encrypted and proved."""
    secrets = folder / "data.secret", folder / "keys.secret"
    for secret in secrets:
        make_backup_secret(secret)
    data, keys = folder / "backups", folder / "backups of keys"
    back_up(
        url, BackupOrder(data, secrets[0], keys, secrets[1]), now=now(), replay=True, tell=_nobody
    )
    (folder / "restored").mkdir()
    place = f"sqlite:///{folder / 'restored' / 'portavalori.db'}"
    restore_backup(
        place, BackupSource(data, secrets[0], keys, secrets[1]), replay=True, tell=_nobody
    )
    return place


def _nobody(_step: str, _done: int, _all: int) -> None:
    """Tell nobody how far it is."""
