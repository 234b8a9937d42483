"""What a full book costs: a redemption beside one in a book of ten thousand, check, memory.

Two SQLite files, alike but for the number of transfers; redemptions go to them in turn, in
portions of one run. No HTTP here: `http` measures that. One figure a line (design 9).
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from ledger import Ledger, new_id, open_ledger
from ledger.core.redemption import Redemption
from ledger.operations.redeem import redeem
from ledger.operations.sign_in import calling_till, open_till_session
from ledger.reports.receipts import Receipts
from ledger.token.text import Environment
from ledger.token.verify import verify_payment
from scripts.bench.http import FACE, prepare
from scripts.bench.ledger import BULK, found_town

SMALL = 10_000
PORTION, PORTIONS = 40, 15
ACCOUNTS = 20_000


@dataclass(slots=True)
class Filled:
    """A ledger with so many transfers, and redemptions that can still be asked of it."""

    ledger: Ledger
    transfers: int
    asked: list[Redemption]
    cpu: float = 0.0
    wall: float = 0.0

    def redeem_portion(self, at: int) -> None:
        """Redeem some slips, one after the other, each durable before the next."""
        wall, cpu = time.perf_counter(), time.process_time()
        for one in self.asked[at : at + PORTION]:
            key, now = new_id(), self.ledger.clock()
            assert redeem(self.ledger, one, key=key, now=now).accepted  # type: ignore[arg-type]
        self.wall += time.perf_counter() - wall
        self.cpu += time.process_time() - cpu


def bench_volume(transfers: int) -> Iterator[dict[str, Any]]:
    """Fill two books, then measure. Figures come as they are known."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        small, big = (_filled(stack, folder / f"{count}.db", count) for count in (SMALL, transfers))
        yield {"bench": "volume_memory", "transfers": transfers, "rss_mb": resident_mb()}
        for at in range(PORTION, PORTION * PORTIONS, PORTION):
            small.redeem_portion(at)
            big.redeem_portion(at)
        yield _redemption(big, small)
        yield _check(big)


def _filled(stack: ExitStack, file: Path, transfers: int) -> Filled:
    ledger = stack.enter_context(open_ledger(f"sqlite:///{file}", create=True))
    secret, tokens = prepare(ledger, PORTION * PORTIONS)
    town = found_town(ledger, "bench", ACCOUNTS)
    for at in range(0, transfers, BULK):
        decisions = town.book.submit([town.request(at + number) for number in range(BULK)])
        assert all(decision.accepted for decision in decisions)
    filled = Filled(ledger, transfers, _asked(ledger, secret, tokens))
    filled.redeem_portion(0)  # The first ones warm caches and open accounts.
    filled.cpu = filled.wall = 0.0
    return filled


def _asked(ledger: Ledger, secret: str, tokens: list[str]) -> list[Redemption]:
    now = ledger.clock()
    opened = open_till_session(ledger, secret, now=now)
    assert opened is not None
    till = calling_till(ledger, opened.token, now=now)
    assert till is not None
    trust = Receipts(ledger, Environment.REAL).trust(now)
    slips = (verify_payment(token, trust, now=now // 10**6).id for token in tokens)
    return [Redemption(till.till_id, UUID(bytes=slip), FACE) for slip in slips]


def _redemption(big: Filled, small: Filled) -> dict[str, Any]:
    done = PORTION * (PORTIONS - 1)
    return {
        "bench": "volume_redemption",
        "transfers": big.transfers,
        "per_second": round(done / big.wall, 1),
        "cpu_us": round(big.cpu / done * 1e6, 1),
        "baseline": f"a book of {SMALL:,} transfers",
        "ratio": round(big.cpu / small.cpu, 3),
        "ratio_wall": round(big.wall / small.wall, 3),
    }


def _check(big: Filled) -> dict[str, Any]:
    """Replay the whole book; what it held in memory meanwhile is the growth of the resident set."""
    book = big.ledger.book("bench")
    before, began, used = resident_mb(), time.perf_counter(), time.process_time()
    assert list(book.check()) == []
    return {
        "bench": "volume_check",
        "decisions": book.head().size,
        "seconds": round(time.perf_counter() - began, 1),
        "cpu_us": round((time.process_time() - used) / book.head().size * 1e6, 1),
        "grown_mb": round(resident_mb() - before, 1),
    }


def resident_mb() -> float:
    """What this process holds in memory now, in MB; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return round(pages * 4096 / 1e6, 1)


def volume_row(figure: dict[str, Any]) -> str:
    """One figure as a line that a person reads."""
    name = figure["bench"]
    return f"{name:<18} " + "  ".join(f"{key} {figure[key]}" for key in figure if key != "bench")
