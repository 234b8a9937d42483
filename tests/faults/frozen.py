"""Row 8: a server freezes with the book in its hand, another goes on, and the first wakes up.

SIGSTOP to one of two servers on the same stores, half of the times just before a COMMIT, when it
holds the book's lock; tills go on at the other. PostgreSQL ends the frozen one's transaction, and
its lock is free within seconds. SQLite cannot: nobody writes until it wakes, and whoever asks is
told so. Awake again it must find that the book has moved, and go on from there.
"""

import asyncio
import os
import random
import signal
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, event

from ledger.store import engines
from ledger.store.patience import Patience
from tests.faults.cuts import Cut
from tests.faults.journal import PAID, REFUNDED, Journal
from tests.faults.market import Market, open_market
from tests.faults.network import ALIVE, GIVE_UP, RESOLVED
from tests.faults.oracle import compare, told
from tests.faults.scoreboard import Asked, Row
from tests.faults.server import Server
from tests.faults.shoppers import Shoppers, counted

LINES: Final = 6
SLIPS_A_ROUND: Final = 1_500
SHORT, LONG = 8.0, 32.0  # Seconds of sleep: longer than each limit that must end it.
TAKEN_OVER = 7.5  # PostgreSQL waits 5 s for who idles in a transaction; the rest is trying again.
SMALL: Final = "writer-small"  # It writes no book on PostgreSQL, and everything on SQLite.
INSIDE: Final = "with the lock"


@dataclass(frozen=True, slots=True)
class Freeze(Cut):
    """Fall asleep just before the `nth` COMMIT. `endless`: planted, a pause has no limit."""

    endless: bool = False

    def arm(self) -> None:
        """Set it up in this process."""
        left = [self.nth]

        def on_commit(db: Connection) -> None:
            name = threading.current_thread().name
            holds = name.startswith("writer-") and (name != SMALL or db.dialect.name == "sqlite")
            left[0] -= holds
            if holds and left[0] == 0:
                os.kill(os.getpid(), signal.SIGSTOP)
                time.sleep(0.05)  # Another thread takes the signal, a moment later.

        event.listen(Engine, "commit", on_commit)
        if self.endless:
            vars(engines)["SALE"] = Patience(statement=2, lock=1, idle=600)


@dataclass(slots=True)
class Trial:
    """Two servers, who buys at each, and the worst that was seen."""

    first: Server
    second: Server
    at_first: Shoppers
    at_second: Shoppers
    is_sqlite: bool
    slowest: float = 0.0
    taken_over: float = 0.0
    longest: float = 0.0


def frozen(asked: Asked, url: str, folder: Path, *, endless: bool = False) -> Row:
    """Freeze and wake so often; the row says what was lost, and how soon the other took over."""
    chance = random.Random(asked.seed)
    market = open_market(url, slips=SLIPS_A_ROUND * asked.n)
    journal = Journal(folder / "journal.jsonl")
    trial = _trial(url, market, journal, chance, asked.engine)
    asleep = LONG if asked.n > 2 else SHORT
    findings: list[str] = []
    trial.second.start()
    try:
        for number in range(asked.n):
            freeze = None
            if number % 2 == 0:
                freeze = Freeze(INSIDE, nth=chance.randint(20, 60), endless=endless)
            findings += _round(trial, freeze, asleep)
            findings += compare(url, journal)
    finally:
        trial.second.kill()
    journal.close()
    return _row(asked, trial, journal, findings)


def _trial(url: str, market: Market, journal: Journal, chance: random.Random, engine: str) -> Trial:
    servers = Server(url), Server(url)
    first, second = (Shoppers(market, journal, one.port, chance) for one in servers)
    half = len(market.slips) // 2
    first.slips, second.slips = first.slips[:half], second.slips[half:]
    return Trial(*servers, first, second, is_sqlite=engine == "sqlite")


def _row(asked: Asked, trial: Trial, journal: Journal, findings: list[str]) -> Row:
    ended = counted(journal)
    got = {
        "freezes": asked.n,
        "acknowledged": ended[PAID] + ended[REFUNDED],
        "wrong": len(findings),
        **ended,
        "taken_over_s": round(trial.taken_over, 2),
        "slowest_unknown_s": round(trial.slowest, 2),
        "longest_call_s": round(trial.longest, 2),
    }
    within = trial.slowest <= RESOLVED and trial.longest <= ALIVE
    if not trial.is_sqlite:
        within = within and trial.taken_over <= TAKEN_OVER
    passed = not findings and within and ended[PAID] > 0
    goal = f"0 lost, 0 double in {asked.n} freezes; another takes over (PostgreSQL), or all wait"
    return Row(8, "frozen", goal, got, passed, asked.seed, asked.engine, told(findings))


def _round(trial: Trial, freeze: Freeze | None, asleep: float) -> list[str]:
    """Start the first, have it frozen and woken, and have every doubt ended; what was wrong."""
    trial.first.start(freeze)
    try:
        findings = asyncio.run(_sleep_and_wake(trial, freeze, asleep))
        if not (trial.first.until_idle(GIVE_UP) and trial.second.until_idle(GIVE_UP)):
            findings.append("a call is still worked at")
        awake = max(trial.second.longest, trial.first.longest - asleep)
        trial.longest = max(trial.longest, awake)
    finally:
        trial.first.kill()
    return findings


async def _sleep_and_wake(trial: Trial, freeze: Freeze | None, asleep: float) -> list[str]:
    findings, over = [], asyncio.Event()

    def sold() -> int:
        return trial.at_first.journal.count(PAID)

    first = asyncio.create_task(trial.at_first.buy(LINES, over.is_set))
    if freeze is None:
        await asyncio.sleep(trial.at_first.chance.uniform(0.2, 0.6))
        os.kill(trial.first.pid, signal.SIGSTOP)
    await asyncio.to_thread(_until_stopped, trial.first.pid)
    began = time.monotonic()
    await asyncio.sleep(0.1)  # Until its last answers were read: whatever is paid now is not its.
    before = sold()
    second = asyncio.create_task(trial.at_second.buy(LINES, over.is_set))
    while sold() == before and time.monotonic() < began + asleep:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    trial.taken_over = max(trial.taken_over, time.monotonic() - began)
    await asyncio.sleep(max(0.0, began + asleep - time.monotonic()))
    if trial.is_sqlite and freeze is not None and sold() > before:
        findings.append("somebody wrote while another held the file")
    os.kill(trial.first.pid, signal.SIGCONT)
    woken = time.monotonic()
    over.set()
    await asyncio.gather(first, second)
    await trial.at_first.resolve()  # At the one that slept: it must have come to itself.
    trial.slowest = max(trial.slowest, time.monotonic() - woken)
    return findings + await trial.at_first.repeat(10)


def _until_stopped(pid: int) -> None:
    give_up = time.monotonic() + 20
    while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
        assert time.monotonic() < give_up, "it does not fall asleep"
        time.sleep(0.005)
