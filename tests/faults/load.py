"""Rows 46 and 47: how many redemptions a second, and how long the slowest of them wait.

First sixteen tills as fast as they are answered; then an open load, where each sale has its moment
and its wait counts from there: at 100 a second, at 80 % of what was reached, and at 100 a second
while an officer exports, imports and checks and a backup is made, again and again. What is sent is
the code of `portavalori bench http`, to the whole product. Beside an empty POST: the bench itself.
"""

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ledger.operations.back_up import make_backup_secret
from scripts.bench.http import send_all
from tests.faults.load_desk import Desk
from tests.faults.load_server import Product
from tests.faults.market import open_market
from tests.faults.nodes import programs
from tests.faults.scoreboard import Asked, Row

FLOOR, PACE, SHARE = 250, 100, 0.8  # A second; a second; of what was reached.
P99_MS, P99_FULL_MS, SLOWEST_MS = 200.0, 400.0, 2_000.0
TILLS, CROWD, WARMING = 16, 60, 200
MOST = 1_200  # Redemptions a second that slips are made for.


@dataclass(frozen=True, slots=True)
class Waits:
    """What one stage came to: how many a second, and how long they waited, in milliseconds."""

    per_second: float
    p99: float
    slowest: float


def load(asked: Asked, url: str, folder: Path) -> Row:
    """Load it for `n` seconds in each stage; the row says what was reached."""
    stages = asked.n * (FLOOR + MOST * SHARE / 2 + 2 * PACE)
    market = open_market(url, slips=WARMING + int(stages) + 1)
    with Product(url) as product:
        sales = market.sales()
        asyncio.run(send_all(product.port, _some(sales, WARMING), TILLS))
        full = _measure(product.port, _some(sales, FLOOR * asked.n), TILLS)
        calm = _measure(product.port, _some(sales, PACE * asked.n), CROWD, PACE)
        pace = min(full.per_second, MOST) * SHARE
        most = _measure(product.port, _some(sales, int(pace * asked.n / 2)), CROWD, pace)
        with Desk(product.port) as desk, _backed_up(url, folder) as backups:
            busy = _measure(product.port, _some(sales, PACE * asked.n), CROWD, PACE)
    got = {
        "per_second": round(full.per_second),
        **_told("at_100", calm),
        **_told("at_80_percent", most),
        **_told("busy", busy),
        "backups": len(backups),
        **{name.replace(" ", "_"): count for name, count in sorted(desk.did.items())},
    }
    missed = [
        *_missed(full, calm, most, busy),
        *(f"the console: {fault} ({count} times)" for fault, count in desk.faults.items()),
        *(f"a backup ended with {code}" for code in backups if code),
    ]
    goal = (
        f">= {FLOOR}/s; p99 <= {P99_MS:.0f} ms at {PACE}/s, also beside backup, export and import,"
        f" <= {P99_FULL_MS:.0f} ms at {SHARE:.0%} of capacity; none over {SLOWEST_MS:.0f} ms"
    )
    return Row(46, "load", goal, got, not missed, asked.seed, asked.engine, missed)


def _missed(full: Waits, calm: Waits, most: Waits, busy: Waits) -> list[str]:
    slowest = max(one.slowest for one in (calm, most, busy))
    faults = {
        f"under {FLOOR} a second": full.per_second < FLOOR,
        f"p99 over {P99_MS:.0f} ms at {PACE} a second": calm.p99 > P99_MS,
        f"p99 over {P99_MS:.0f} ms beside other work": busy.p99 > P99_MS,
        f"p99 over {P99_FULL_MS:.0f} ms at {SHARE:.0%} of capacity": most.p99 > P99_FULL_MS,
        f"somebody waited over {SLOWEST_MS:.0f} ms": slowest > SLOWEST_MS,
    }
    return [name for name, is_so in faults.items() if is_so]


def _told(name: str, waits: Waits) -> dict[str, float]:
    return {f"{name}_p99_ms": round(waits.p99, 1), f"{name}_max_ms": round(waits.slowest, 1)}


def _some(sales: list[bytes], count: int) -> list[bytes]:
    """Take so many of the sales that are left."""
    taken = sales[-count:]
    del sales[-count:]
    return taken


def _measure(port: int, sales: Sequence[bytes], lines: int, pace: float | None = None) -> Waits:
    began = time.perf_counter()
    taken = sorted(asyncio.run(send_all(port, sales, lines, per_second=pace)))
    spent = time.perf_counter() - began
    return Waits(len(taken) / spent, taken[len(taken) * 99 // 100] * 1000, taken[-1] * 1000)


@contextmanager
def _backed_up(url: str, folder: Path) -> Iterator[list[int]]:
    """Back up again and again; gives how each ended."""
    over, codes = threading.Event(), list[int]()
    command = _backup_command(url, folder)

    def work() -> None:
        while not over.is_set():
            done = subprocess.run(command, check=False, capture_output=True)
            codes.append(done.returncode)
            over.wait(1.0)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield codes
    finally:
        over.set()
        thread.join()


def _backup_command(url: str, folder: Path) -> list[str]:
    """The product's own for SQLite; PostgreSQL's own for PostgreSQL, as its papers say."""
    if not url.startswith("sqlite"):
        return [str(programs() / "pg_dump"), "-Fc", "-f", str(folder / "dump"), url]
    secrets = folder / "data.secret", folder / "keys.secret"
    for secret in secrets:
        make_backup_secret(secret)
    words = [
        "--database", url, "--to", folder / "data", "--secret", secrets[0],
        "--keys-to", folder / "keys", "--keys-secret", secrets[1], "--quick",
    ]  # fmt: skip
    return [sys.executable, "-m", "scripts.cli", "backup", *map(str, words)]
