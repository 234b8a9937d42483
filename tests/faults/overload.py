"""Row 48: five times more than it can do comes, and it goes on doing what it can.

The peak is measured by a few connections, each as fast as it is answered. Then so many more come
at their own pace, answered or not; in turns with the peak, since others use the machine too and
what it can do changes within a minute. What cannot be served must be told so soon, the rest be
served nearly as before, memory stay where it was, and all be well again afterwards. The crowd
shares the machine's two cores with the server, so asking costs as little as can be (`wire`).
"""

import asyncio
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvloop

from tests.faults.load_server import Product
from tests.faults.market import open_market
from tests.faults.scoreboard import Asked, Row
from tests.faults.wire import Wire

LINES, CROWD, TIMES = 16, 160, 5
TURNS, CALM_SECONDS = 4, 2.0
GOODPUT, SOON_MS, GROWN_MB, WELL_WITHIN = 0.8, 50.0, 30.0, 10.0
PAID, BUSY = 201, 503


@dataclass(slots=True)
class Load:
    """What came of so much asking: sales, refusals and how long each refusal took."""

    paid: int = 0
    refused: list[float] = field(default_factory=list)
    lost: int = 0
    other: int = 0

    def add(self, other: "Load") -> None:
        """Count another turn's with it."""
        self.paid += other.paid
        self.refused += other.refused
        self.lost += other.lost
        self.other += other.other


def overload(asked: Asked, url: str, _folder: Path) -> Row:
    """Overload it for `n` seconds; the row says what was served, and how soon the rest was told."""
    market = open_market(url, slips=2_000 + 900 * (asked.n + 12))
    with Product(url) as product:
        crowd = Crowd(product.port, market.sales())
        _run(crowd.ask(LINES, 1.0))  # To warm it.
        before = product.resident_mb()
        calm, over = Load(), Load()
        for _turn in range(TURNS):
            peak = _run(crowd.ask(LINES, CALM_SECONDS))
            calm.add(peak)
            pace = TIMES * peak.paid / CALM_SECONDS
            over.add(_run(crowd.ask(CROWD, asked.n / TURNS, pace=pace)))
        grown = product.resident_mb() - before
        again = _run(crowd.ask(LINES, 3.0)).paid / 3
    return _row(asked, calm.paid / (TURNS * CALM_SECONDS), over, grown, again)


def _run(work: Coroutine[Any, Any, Load]) -> Load:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


@dataclass(slots=True)
class Crowd:
    """Tills at one server's door, and the sales that nobody made yet."""

    port: int
    sales: list[bytes]
    refused: list[bytes] = field(default_factory=list)

    async def ask(self, lines: int, seconds: float, *, pace: float | None = None) -> Load:
        """Ask over so many connections for so long; with a pace, each at its own moment."""
        load, number = Load(), 0
        start = time.perf_counter()

        async def one_till() -> None:
            nonlocal number
            wire = Wire(self.port)
            while (now := time.perf_counter()) < start + seconds and (self.sales or self.refused):
                if pace is not None:
                    number += 1
                    await asyncio.sleep(max(0.0, start + number / pace - now))
                await self._sell(wire, load)
            wire.hang_up()

        await asyncio.gather(*(one_till() for _ in range(lines)))
        return load

    async def _sell(self, wire: Wire, load: Load) -> None:
        sale = (self.sales or self.refused).pop()
        began = time.perf_counter()
        try:
            status, body = await wire.ask(sale)
        except OSError:
            load.lost += 1
            return
        if status == PAID:
            load.paid += 1
        elif status == BUSY and b'"code":"busy"' in body:
            load.refused.append(time.perf_counter() - began)
            self.refused.append(sale)
        else:
            load.other += 1


def _row(asked: Asked, peak: float, over: Load, grown: float, again: float) -> Row:
    good = over.paid / asked.n
    soon = sorted(over.refused)
    p99 = soon[len(soon) * 99 // 100] * 1000 if soon else 0.0
    got = {
        "peak_per_second": round(peak),
        "goodput_per_second": round(good),
        "refused": len(soon),
        "refusal_p50_ms": round(soon[len(soon) // 2] * 1000, 1) if soon else 0.0,
        "refusal_p99_ms": round(p99, 1),
        "unanswered": over.lost + over.other,
        "grown_mb": round(grown, 1),
        "after_per_second": round(again),
    }
    missed = [
        name
        for name, is_so in {
            f"goodput under {GOODPUT:.0%} of the peak": good < GOODPUT * peak,
            f"a hundredth of refusals took over {SOON_MS:.0f} ms": p99 > SOON_MS,
            "nobody was refused: it was no overload": not soon,
            "somebody was not answered": over.lost + over.other > 0,
            f"memory grew by over {GROWN_MB:.0f} MB": grown > GROWN_MB,
            "not well again": again < GOODPUT * peak,
        }.items()
        if is_so
    ]
    goal = f"at {TIMES} x capacity goodput >= {GOODPUT:.0%}, refusals < {SOON_MS:.0f} ms, flat"
    return Row(48, "overload", goal, got, not missed, asked.seed, asked.engine, missed)
