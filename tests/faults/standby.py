"""Row 45: the primary is lost with its disk, and the standby has all that was acknowledged.

PostgreSQL with synchronous replication; tills buy all the time. The link to the standby dies, then
the primary, or both at once; the standby is promoted, a server started on it, and a new standby is
made from it for the next round. Not here: who decides that a primary is dead, and fences it: that
is left to people or to tools that do it, so nothing is said of split brains.
"""

import asyncio
import os
import random
import signal
import time
from contextlib import ExitStack, suppress
from pathlib import Path

from tests.faults.journal import PAID, REFUNDED, Journal
from tests.faults.market import open_market
from tests.faults.nodes import STANDBY, Node, base_backup, first_node, room_for, set_for_all
from tests.faults.oracle import compare, told
from tests.faults.scoreboard import Asked, Row
from tests.faults.server import Server
from tests.faults.shoppers import Shoppers, counted

LINES = 8
SLIPS_A_FAILOVER = 1_000
RESUMED = 60.0  # Seconds from the primary's end to the next sale.
WAITS = 240.0
FLUSHED = (
    "SELECT COUNT(*) FROM pg_stat_replication"
    " WHERE sync_state = 'sync' AND state = 'streaming' AND flush_lsn >= '{lsn}'"
)


def standby(asked: Asked, url: str, folder: Path, *, defect: str | None = None) -> Row:
    """Fail over so often; the row says what was lost, and how long nothing was sold."""
    goal = f"0 lost in {asked.n} failovers, synchronous; sold again within {RESUMED:.0f} s"
    primary = first_node(url)
    if primary is None:
        why = ["PostgreSQL is not ours to kill"]
        return Row(45, "standby", goal, {}, None, asked.seed, asked.engine, why)
    chance = random.Random(asked.seed)
    market = open_market(url, slips=SLIPS_A_FAILOVER * asked.n)
    journal = Journal(folder / "journal.jsonl")
    with ExitStack() as stack:
        place = stack.enter_context(room_for(folder, primary.data.stat().st_uid))
        server = Server(primary.url)
        stack.callback(server.kill)
        shoppers = Shoppers(market, journal, server.port, chance)
        server.start()
        last, back = asyncio.run(_fail_over(asked.n, primary, place, server, shoppers, defect))
        slowest = asyncio.run(shoppers.resolve())
        findings = asyncio.run(shoppers.repeat(20))
        server.kill()
        findings += compare(last.url, journal)
    journal.close()
    ended, ranked = counted(journal), sorted(back)
    got = {
        "failovers": asked.n,
        "acknowledged": ended[PAID] + ended[REFUNDED],
        "wrong": len(findings),
        **ended,
        "rto_p50_s": round(ranked[len(ranked) // 2], 2),
        "rto_max_s": round(ranked[-1], 2),
        "slowest_unknown_s": round(slowest, 2),
    }
    passed = not findings and ranked[-1] <= RESUMED and ended[PAID] > 0
    return Row(45, "standby", goal, got, passed, asked.seed, asked.engine, told(findings))


async def _fail_over(  # noqa: PLR0917 -- how often, from where to where, who sells and buys.
    count: int,
    primary: Node,
    place: Path,
    server: Server,
    shoppers: Shoppers,
    defect: str | None,
) -> tuple[Node, list[float]]:
    """Buy, and lose one primary after the other; gives the last one, and the seconds of each."""
    over = asyncio.Event()
    buying = asyncio.create_task(shoppers.buy(LINES, over.is_set))
    back = []
    for number in range(count):
        following = await asyncio.to_thread(_attach, primary, place, f"node{number}", defect)
        await asyncio.sleep(shoppers.chance.uniform(0.3, 1.5))
        if number % 2:
            await asyncio.to_thread(_cut_link, primary)
            await asyncio.sleep(shoppers.chance.uniform(0.05, 0.4))
        began, before = time.monotonic(), shoppers.journal.count(PAID)
        await asyncio.to_thread(_replace, primary, following, server)
        primary = following
        while shoppers.journal.count(PAID) <= before + LINES:
            assert time.monotonic() - began < WAITS, "nothing was sold again"
            await asyncio.sleep(0.005)
        back.append(time.monotonic() - began)
    over.set()
    await buying
    return primary, back


def _attach(primary: Node, place: Path, name: str, defect: str | None) -> Node:
    """Make a standby, and from then on acknowledge only what it has on its disk too."""
    node = base_backup(primary, place, name, "-R")
    node.start()
    if defect == "asynchronous":
        return node
    set_for_all(primary, "synchronous_standby_names", f"FIRST 1 ({STANDBY})")
    give_up = time.monotonic() + WAITS
    time.sleep(0.5)  # Until every backend has been told.
    [[lsn]] = primary.ask("SELECT pg_current_wal_flush_lsn()")
    while primary.ask(FLUSHED.format(lsn=lsn)) != [(1,)]:
        assert time.monotonic() < give_up, "the standby does not follow"
        time.sleep(0.02)
    return node


def _cut_link(primary: Node) -> None:
    """The standby hears no more: from now on nothing may be acknowledged."""
    for (pid,) in primary.ask("SELECT pid FROM pg_stat_replication"):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)


def _replace(primary: Node, following: Node, server: Server) -> None:
    """The primary is gone; an administrator promotes the standby and starts a server on it."""
    primary.die()
    server.kill()
    following.promote()
    server.url = following.url
    server.start()
