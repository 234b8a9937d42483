"""Row 50: for hours at 100 sales a second, with everything that happens meanwhile, nothing grows.

Tills sell at their pace; some hang up before the answer, some void or refund. Officers read,
export, check and import. On PostgreSQL backends die. Afterwards every outcome is known, the oracle
finds no drift, and memory, files and connections are where they were after warming up.
"""

import asyncio
import random
import statistics
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from ledger import new_id
from tests.faults.journal import PAID, REFUNDED, UNKNOWN, Journal, Outcome, Record, Sale
from tests.faults.load_desk import Desk
from tests.faults.load_server import Product
from tests.faults.market import open_market
from tests.faults.oracle import compare
from tests.faults.scoreboard import Asked, Row
from tests.faults.shoppers import Cut, Line, Shoppers
from tests.faults.storm_pg import kill_backend, the_cluster

PACE, LINES = 100, 24
WARM = 0.25  # Of the whole time.
KILL_EVERY = 30.0
HANGS_UP, VOIDS, REFUNDS = 0.02, 0.02, 0.03
GROWTH, MOST_MB, MORE_OPEN = 0.05, 250.0, 8
MOST_CONNECTIONS = 64  # The pools full; a killed backend takes all others with it, to begin anew.
MOST_LOG_MB = 512  # It begins anew at 64 MB, unless something reads for minutes.
TROUBLE = "console trouble"  # A page that was asked for while a backend died says so.
SETTLED = 60  # Seconds from which all pools are full; in a shorter run they may still be filling.
FILLING = 30  # Files; one left open by each sale would be hundreds.
LONG = 600  # Seconds from which memory is judged: shorter, it is still warming up.


@dataclass(slots=True)
class Seen:
    """What the server held, a sample a second, and when nobody asked."""

    memory: list[float] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    connections: list[int] = field(default_factory=list)
    log_mb: list[int] = field(default_factory=list)


def endurance(asked: Asked, url: str, folder: Path) -> Row:
    """Go on for `n` seconds; the row says what grew, leaked or drifted."""
    chance, seen = random.Random(asked.seed), Seen()
    market = open_market(url, slips=min(20_000, 20 * asked.n), families=100)
    journal = Journal(folder / "journal.jsonl")
    did: Counter[str] = Counter()
    with Product(url) as product:
        shoppers = Shoppers(market, journal, product.port, chance)
        for share in (WARM, 1 - WARM):
            with Desk(product.port, pause=2.0) as desk:
                asyncio.run(_phase(url, product, shoppers, share * asked.n, seen, did))
            did += desk.did
            did.update({f"{TROUBLE} {name}": count for name, count in desk.faults.items()})
            asyncio.run(shoppers.resolve())
            _count_open(url, product, seen)
        findings = asyncio.run(shoppers.repeat(50))
    findings += compare(url, journal)
    journal.close()
    return _row(asked, journal, seen, did, findings)


async def _phase(  # noqa: PLR0917 -- one phase's whole setting.
    url: str,
    product: Product,
    shoppers: Shoppers,
    seconds: float,
    seen: Seen,
    did: Counter[str],
) -> None:
    """Sell at the pace for so long; look at the server each second, and kill its backends."""
    start, number = time.monotonic(), 0

    async def one_till() -> None:
        nonlocal number
        line = Line(shoppers.port)
        while (moment := start + number / PACE) < start + seconds:
            number += 1
            await asyncio.sleep(max(0.0, moment - time.monotonic()))
            await _sell(line, shoppers, did)
        line.hang_up()

    async def look() -> None:
        while time.monotonic() < start + seconds:
            seen.memory.append(product.resident_mb())
            await asyncio.sleep(1.0)

    async def kill() -> None:
        while url.startswith("postgresql") and the_cluster(url) is not None:
            await asyncio.sleep(min(KILL_EVERY, seconds / 2))
            await asyncio.to_thread(kill_backend, url, shoppers.chance)
            did["backends killed"] += 1

    killing = asyncio.create_task(kill())
    await asyncio.gather(look(), *(one_till() for _ in range(LINES)))
    killing.cancel()
    with suppress(asyncio.CancelledError):
        await killing


async def _sell(line: Line, shoppers: Shoppers, did: Counter[str]) -> None:
    """One sale, to its end; now and then somebody hangs up, voids it, or brings a part back."""
    journal, lot = shoppers.journal, shoppers.chance.random()
    sale = _next_sale(shoppers)
    journal.intend(sale)
    asking = shoppers._ask(line, sale)
    try:
        await (asyncio.wait_for(asking, 0.004) if lot < HANGS_UP else asking)
    except (Cut, TimeoutError):
        line.hang_up()
        journal.tell(sale.key, Outcome(UNKNOWN))
        did["hung up"] += 1
    record = journal.records[sale.key]
    if record.last.how == UNKNOWN:
        await shoppers._end(line, sale)
    elif lot > 1 - VOIDS and record.last.how == PAID:
        await _void(line, shoppers, record, did)
    elif lot > 1 - VOIDS - REFUNDS and record.last.how == PAID:
        await _refund(line, shoppers, record, did)
    did["sales"] += 1


def _next_sale(shoppers: Shoppers) -> Sale:
    """Mostly a family that buys a little; else a slip, now and then one that was shown before."""
    chance, market = shoppers.chance, shoppers.market
    shop, lot = chance.choice(market.shops).shop_id, chance.random()
    if lot < 0.2 and shoppers.slips:
        paper = shoppers.slips.pop()
        return Sale(new_id(), paper.target, shop, chance.randint(1, paper.cents))
    if lot < 0.25:
        return Sale(new_id(), chance.choice(market.slips).target, shop, 1)
    return Sale(new_id(), chance.choice(market.families).target, shop, chance.randint(1, 50))


async def _void(line: Line, shoppers: Shoppers, record: Record, did: Counter[str]) -> None:
    try:
        await shoppers._void(line, record.sale)
    except Cut:
        shoppers.journal.tell(record.sale.key, Outcome(UNKNOWN))
    if record.last.how == UNKNOWN:
        await shoppers._end(line, record.sale)
    did["voided"] += 1


async def _refund(line: Line, shoppers: Shoppers, record: Record, did: Counter[str]) -> None:
    path, key = f"/api/v1/redemptions/{record.sale.key}/refunds", new_id()
    cents = shoppers.chance.randint(1, record.sale.cents)
    body = {"amount_cents": cents, "reason": "goods_returned"}
    with suppress(Cut):
        answer = await line.call("POST", path, shoppers._shop(record.sale), key, body)
        did[f"refund {answer.status}"] += 1


def _count_open(url: str, product: Product, seen: Seen) -> None:
    """Count when nobody asks any more."""
    time.sleep(1.0)
    seen.files.append(product.open_files())
    if url.startswith("sqlite"):
        log = Path(url.removeprefix("sqlite:///") + "-wal")
        seen.log_mb.append(round(log.stat().st_size / 2**20) if log.exists() else 0)
    if url.startswith("postgresql"):
        query = b"SELECT COUNT(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
        with psycopg.connect(url) as db:
            seen.connections.append(int(db.execute(query).fetchall()[0][0]))


def _row(
    asked: Asked, journal: Journal, seen: Seen, did: Mapping[str, int], findings: list[str]
) -> Row:
    tenth = max(1, len(seen.memory) // 10)
    warm = int(len(seen.memory) * WARM)
    before = statistics.median(seen.memory[warm : warm + tenth])
    after = statistics.median(seen.memory[-tenth:])
    troubles = sum(count for name, count in did.items() if name.startswith(TROUBLE))
    growth, highest = after / before - 1, max(seen.memory)
    more = MORE_OPEN if asked.n >= SETTLED else FILLING
    got = {
        "sales": did["sales"],
        "acknowledged": journal.count(PAID) + journal.count(REFUNDED),
        "memory_mb": round(after),
        "highest_mb": round(highest),
        "growth_percent": round(growth * 100, 1),
        "files": seen.files,
        "log_mb": seen.log_mb,
        "connections": seen.connections,
        "did": dict(sorted(did.items())),
    }
    faults = {
        "fewer sales than the pace": did["sales"] < asked.n * PACE * 0.9,
        f"memory grew by over {GROWTH:.0%}": asked.n >= LONG and growth > GROWTH,
        f"memory over {MOST_MB:.0f} MB": highest > MOST_MB,
        "files stayed open": seen.files[-1] > seen.files[0] + more,
        f"the log grew over {MOST_LOG_MB} MB": max(seen.log_mb, default=0) > MOST_LOG_MB,
        "connections stayed open": max(seen.connections, default=0) > MOST_CONNECTIONS,
        "an outcome stayed unknown": bool(journal.unknown()),
        "the console had faults": troubles > 2 * did.get("backends killed", 0),
    }
    missed = findings + [name for name, is_so in faults.items() if is_so]
    goal = (
        f"{asked.n} s at {PACE}/s with faults: growth < {GROWTH:.0%}, <= {MOST_MB:.0f} MB,"
        " no drift, nothing left open"
    )
    return Row(50, "endurance", goal, got, not missed, asked.seed, asked.engine, missed[:5])
