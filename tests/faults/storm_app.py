"""Row 1: the server dies again and again, and nothing that it acknowledged is lost.

Each round starts the server, lets tills buy, kills it (at any moment, or at a named place), starts
it again, and has every unknown outcome resolved. The oracle looks at the end, and now and then.
"""

import asyncio
import random
import statistics
from pathlib import Path

from tests.faults.cuts import PLACES, Cut
from tests.faults.journal import PAID, REFUNDED, Journal
from tests.faults.market import open_market
from tests.faults.oracle import compare, told
from tests.faults.scoreboard import Asked, Row
from tests.faults.server import Server
from tests.faults.shoppers import Shoppers, counted

LINES = 16
NEW_ID = "a retry makes a new id"
SLIPS_A_ROUND = 25
LOOK_EVERY = 100
SLOWEST = 60.0


def storm(asked: Asked, url: str, folder: Path, *, defect: str | None = None) -> Row:
    """Kill so often; the row says how many acknowledgements survived, and what was lost.

    `defect`: planted in the server; or, if it is `NEW_ID`, in the tills.
    """
    chance = random.Random(asked.seed)
    market = open_market(url, slips=SLIPS_A_ROUND * asked.n + 200)
    journal = Journal(folder / "journal.jsonl")
    server = Server(url, defect=None if defect == NEW_ID else defect)
    shoppers = Shoppers(market, journal, server.port, chance, new_ids=defect == NEW_ID)
    findings: list[str] = []
    back: list[float] = []
    slowest = 0.0
    for number in range(1, asked.n + 1):
        server.start(_cut(chance))
        asyncio.run(_until_killed(server, shoppers, chance))
        back.append(server.start())
        slowest = max(slowest, asyncio.run(shoppers.resolve()))
        findings += asyncio.run(shoppers.repeat(3))
        server.kill()
        if number % LOOK_EVERY == 0 or number == asked.n or findings:
            findings += compare(url, journal)
        if findings:
            break
    journal.close()
    ended = counted(journal)
    got = {
        "kills": 2 * len(back),
        "acknowledged": ended[PAID] + ended[REFUNDED],
        "wrong": len(findings),
        **ended,
        "back_ms": round(statistics.median(back) * 1000),
        "slowest_unknown_s": round(slowest, 2),
    }
    passed = not findings and slowest <= SLOWEST and ended[PAID] > 0
    goal = f"0 lost in {asked.n} storms, unknown outcomes resolved within {SLOWEST:.0f} s"
    return Row(1, "storm_app", goal, got, passed, asked.seed, asked.engine, told(findings))


def _cut(chance: random.Random) -> Cut | None:
    """Half of the deaths come at any moment, half at a named place."""
    if chance.random() < 0.5:
        return None
    place = chance.choice(sorted(PLACES))
    return Cut(place, nth=chance.randint(1, 40), size=chance.randint(0, 2000))


async def _until_killed(server: Server, shoppers: Shoppers, chance: random.Random) -> None:
    buying = asyncio.create_task(shoppers.buy(LINES, lambda: not server.is_alive()))
    await asyncio.wait([buying], timeout=chance.uniform(0.02, 0.4))
    server.kill()
    await buying
