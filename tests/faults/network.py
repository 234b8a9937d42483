"""Row 8: the network lies, between tills and server and between server and database.

Each fault comes under load, stays a while, and goes; then everything that a till does not know is
asked again by its key, or voided. What is promised: it ends in one of done and not done, within a
minute; nothing acknowledged is lost, nothing is taken twice; and no call was worked at for longer
than half a minute. Not here: how a link lies (`proxy`).
"""

import asyncio
import random
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.faults.journal import PAID, REFUNDED, Journal
from tests.faults.market import open_market
from tests.faults.oracle import compare, told
from tests.faults.proxy import Fault, Proxy, by_way_of, open_proxy, place_of
from tests.faults.scoreboard import Asked, Row
from tests.faults.server import Server
from tests.faults.shoppers import Shoppers, counted

LINES = 6
SLIPS_A_FAULT = 250
SHORT, LONG = (0.4, 1.2), (5.0, 15.0)  # Seconds that a fault lasts; every third lasts long.
RESOLVED = 60.0
ALIVE = 30.0
LOOKS_EVERY = 0.01
GIVE_UP = 240.0  # What was promised is measured; only what never comes is a fault anywhere.
AT_TILLS = tuple(one for one in Fault if one not in {Fault.NONE, *list(Fault)[-2:]})
AT_DATABASE = tuple(one for one in Fault if one is not Fault.NONE)


@dataclass(slots=True)
class Trial:
    """What one run knows: its links, who buys, and the worst that was seen."""

    shoppers: Shoppers
    links: dict[str, Proxy]
    slowest: float = 0.0
    slowest_at: str = ""


def network(asked: Asked, url: str, folder: Path, *, new_ids: bool = False) -> Row:
    """Let each fault come so often on each hop; the row says how everything ended."""
    chance = random.Random(asked.seed)
    plan = _plan(asked)
    market = open_market(url, slips=SLIPS_A_FAULT * len(plan))
    journal = Journal(folder / "journal.jsonl")
    findings: list[str] = []
    with ExitStack() as stack:
        links, server = _links(asked.engine, url, chance, stack)
        server.start()
        stack.callback(server.kill)
        shoppers = Shoppers(market, journal, links["tills"].port, chance, new_ids=new_ids)
        trial = Trial(shoppers, links)
        for number, (hop, fault) in enumerate(plan, 1):
            lasting = chance.uniform(*(LONG if asked.n > 1 and number % 3 == 0 else SHORT))
            before = links[hop].struck
            asyncio.run(_suffer(trial, hop, fault, lasting))
            if links[hop].struck == before:
                findings.append(f"{fault} at {hop} struck nobody")
        findings += asyncio.run(shoppers.repeat(20))
        if not server.until_idle(GIVE_UP):
            findings.append("a call is still worked at")
        longest = server.longest
    findings = [*compare(url, journal), *findings]
    journal.close()
    ended = counted(journal)
    got = {
        "faults": len(plan),
        "struck": sum(link.struck for link in links.values()),
        "acknowledged": ended[PAID] + ended[REFUNDED],
        "wrong": len(findings),
        **ended,
        "slowest_unknown_s": round(trial.slowest, 2),
        "slowest_at": trial.slowest_at,
        "longest_call_s": round(longest, 2),
    }
    within = trial.slowest <= RESOLVED and longest <= ALIVE
    passed = not findings and within and ended[PAID] > 0
    goal = f"0 lost, 0 double; all known within {RESOLVED:.0f} s, no call over {ALIVE:.0f} s"
    return Row(8, "network", goal, got, passed, asked.seed, asked.engine, told(findings))


def _plan(asked: Asked) -> list[tuple[str, Fault]]:
    faults = [("tills", one) for one in AT_TILLS]
    if asked.engine == "postgresql":
        faults += [("database", one) for one in AT_DATABASE]
    plan = faults * asked.n
    random.Random(asked.seed).shuffle(plan)
    return plan


def _links(
    engine: str, url: str, chance: random.Random, stack: ExitStack
) -> tuple[dict[str, Proxy], Server]:
    """The links, and a server between them."""
    links = {}
    if engine == "postgresql":
        links["database"] = stack.enter_context(open_proxy(place_of(url), chance))
        url = by_way_of(links["database"], url)
    server = Server(url)
    links["tills"] = stack.enter_context(open_proxy(server.port, chance))
    return links, server


async def _suffer(trial: Trial, hop: str, fault: Fault, lasting: float) -> None:
    """Buy, break the link, mend it, and have every doubt ended."""
    shoppers, link, over = trial.shoppers, trial.links[hop], asyncio.Event()
    before = link.struck
    buying = asyncio.create_task(shoppers.buy(LINES, over.is_set))
    await asyncio.sleep(0.3)
    await asyncio.to_thread(link.set, fault)
    await asyncio.sleep(lasting)
    await _until_struck(link, before)
    await asyncio.to_thread(link.set, Fault.NONE)
    mended, sold = time.monotonic(), shoppers.journal.count(PAID)
    while shoppers.journal.count(PAID) <= sold + LINES:
        assert time.monotonic() < mended + GIVE_UP, f"nothing was sold again after {fault}"
        await asyncio.sleep(0.01)
    over.set()
    await buying
    await shoppers.resolve()
    spent = time.monotonic() - mended
    if spent > trial.slowest:
        trial.slowest, trial.slowest_at = spent, f"{hop}: {fault}, {lasting:.1f} s"


async def _until_struck(link: Proxy, before: int) -> None:
    """On a machine that has much to do nobody may have come by in the time that it lasted."""
    for _ in range(round(LONG[1] / LOOKS_EVERY)):
        if link.struck != before:
            return
        await asyncio.sleep(LOOKS_EVERY)
