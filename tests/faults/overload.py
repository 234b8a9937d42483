"""Row 48: five times more than it can do comes, and it goes on doing what it can.

First the peak is measured: a few connections, each as fast as it is answered. Then so many more
arrive at their own pace, answered or not. What cannot be served must be told so soon, the rest be
served nearly as before, memory stay where it was, and all be well again afterwards.
"""

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path

from ledger import new_id
from tests.faults.market import Market, Paper, Shop, open_market
from tests.faults.scoreboard import Asked, Row
from tests.faults.server import Server
from tests.faults.shoppers import Cut, Line

LINES, CROWD, TIMES = 16, 160, 5
GOODPUT, SOON_MS, GROWN_MB, WELL_WITHIN = 0.8, 50.0, 30.0, 10.0


@dataclass(slots=True)
class Load:
    """What came of so much asking: sales, refusals and how long each refusal took."""

    paid: int = 0
    refused: list[float] = field(default_factory=list)
    lost: int = 0
    other: int = 0


def overload(asked: Asked, url: str, _folder: Path) -> Row:
    """Overload it for `n` seconds; the row says what was served, and how soon the rest was told."""
    market = open_market(url, slips=2_000 + 700 * (asked.n + 6))
    papers = list(market.slips)
    server = Server(url)
    server.start()
    asyncio.run(_ask(server.port, market, papers, LINES, 1.0, None))  # To warm it.
    before = _resident_mb(server.pid)
    peak = asyncio.run(_ask(server.port, market, papers, LINES, 3.0, None)).paid / 3
    pace = TIMES * peak
    over = asyncio.run(_ask(server.port, market, papers, CROWD, float(asked.n), pace))
    grown = _resident_mb(server.pid) - before
    again = asyncio.run(_ask(server.port, market, papers, LINES, 3.0, None)).paid / 3
    server.kill()
    return _row(asked, peak, over, grown, again)


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


async def _ask(  # noqa: PLR0917 -- one load's whole setting.
    port: int, market: Market, papers: list[Paper], lines: int, seconds: float, pace: float | None
) -> Load:
    """Redeem slips over so many connections for so long; with a pace, each at its own moment."""
    load, number = Load(), 0
    start = time.perf_counter()

    async def one_till() -> None:
        nonlocal number
        line, shop = Line(port), market.shops[0]
        while (now := time.perf_counter()) < start + seconds and papers:
            if pace is not None:
                number += 1
                moment = start + number / pace
                await asyncio.sleep(max(0.0, moment - now))
            await _redeem(line, shop, papers, load)
        line.hang_up()

    await asyncio.gather(*(one_till() for _ in range(lines)))
    return load


async def _redeem(line: Line, shop: Shop, papers: list[Paper], load: Load) -> None:
    paper, began = papers.pop(), time.perf_counter()
    body = {"token": paper.token, "amount_cents": paper.cents}
    try:
        answer = await line.call("POST", "/api/v1/redemptions", shop, new_id(), body)
    except Cut:
        load.lost += 1
        return
    if answer.status == 201:
        load.paid += 1
    elif answer.status == 503 and answer.words()["code"] == "busy":
        load.refused.append(time.perf_counter() - began)
        papers.insert(0, paper)
    else:
        load.other += 1


def _resident_mb(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 / 1e6
    except OSError:
        return 0.0
