"""What the independent verifier costs: one book of many transfers, its bundle, time and memory.

The book is an SQLite file: vouchers issued in bulk and sales with refunds among them; the bundle
is the ledger's own. The verifier runs in a process of its own, so that its memory is its own. One
figure a line (design 9).
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ledger import (
    AccountId,
    AccountKind,
    Draw,
    EntryKind,
    Leg,
    OpenAccount,
    Request,
    RequestId,
    new_id,
    open_ledger,
    random_id,
)
from ledger.core.canonical import Json
from ledger.exports.bundle import write_bundle
from ledger.operations.publish_checkpoint import publish_checkpoint
from ledger.reports.bundle_rows import BundleRows
from scripts.bench.ledger import BULK, UNIT, Town, found_town

ACCOUNTS = 20_000
SHOPS = 200
# The peak of a child's memory is told by itself: its parent's is counted in what the parent sees.
PROGRAM = """
import sys
from pathlib import Path
from scripts.verifier.command import run_verifier
code = run_verifier(sys.argv[1:])
status = Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
peak = next((line.split()[1] for line in lines if line.startswith("VmHWM")), "0")
sys.stderr.write(peak)
sys.exit(code)
"""
EVERY = 20  # Of so many requests one is a refund.


def bench_verify(transfers: int) -> Iterator[dict[str, Any]]:
    """Make a book of so many transfers, write its bundle, verify it."""
    with tempfile.TemporaryDirectory() as name:
        bundle = Path(name) / "bundle.zip"
        yield make_bundle(Path(name), bundle, transfers)
        yield verified(bundle)


def make_bundle(folder: Path, bundle: Path, transfers: int) -> dict[str, Any]:
    """Fill a book and write its bundle; the figure is of the writing alone."""
    with open_ledger(f"sqlite:///{folder}/big.db", create=True) as ledger:
        town = found_town(ledger, "bench", ACCOUNTS)
        shops = _shops(town)
        for at in range(0, transfers, BULK):
            town.book.submit([_request(town, shops, at + number) for number in range(BULK)])
        publish_checkpoint(ledger, "bench", domain="bench.example", now=ledger.clock())
        wall, cpu = time.perf_counter(), time.process_time()
        with bundle.open("wb") as file:
            write_bundle(BundleRows(town.book), file)
        spent = {
            "seconds": round(time.perf_counter() - wall, 2),
            "cpu_seconds": round(time.process_time() - cpu, 2),
        }
    return {"bench": "bundle", "megabytes": round(bundle.stat().st_size / 1e6, 1)} | spent


def _shops(town: Town) -> list[AccountId]:
    shops = [AccountId(random_id()) for _ in range(SHOPS)]
    items = tuple(OpenAccount(shop, UNIT, AccountKind.SHOP_PAYABLE) for shop in shops)
    town.book.submit([Request(RequestId(new_id()), EntryKind.OPENING, items, "bench")])
    return shops


def _request(town: Town, shops: list[AccountId], number: int) -> Request:
    """Half are issued, half are spent as a till would, and some are given back at once."""
    if number % 2 == 0:
        return town.request(number // 2)
    voucher = town.vouchers[number // 2 % len(town.vouchers)]
    shop = shops[number % len(shops)]
    asked: dict[str, Json] = {"amount": 1, "shop": shop.hex, "till": "bench", "token": number}
    kind, leg = EntryKind.REDEMPTION, Leg(voucher, shop)
    if number % EVERY == 1 and number > EVERY:
        kind, leg = EntryKind.REFUND, Leg(*_sold(town, shops, number - 2), number)
    return Request(RequestId(new_id()), kind, (Draw(1, (leg,)),), "till:bench", number, asked)


def _sold(town: Town, shops: list[AccountId], number: int) -> tuple[AccountId, AccountId]:
    """The ends of a sale, turned round; its seq is its number and two."""
    return shops[number % len(shops)], town.vouchers[number // 2 % len(town.vouchers)]


def verified(bundle: Path) -> dict[str, Any]:
    """Run the verifier on a bundle; seconds, CPU and its largest memory."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall = time.perf_counter()
    command = [sys.executable, "-c", PROGRAM, str(bundle), "--json"]
    told = subprocess.run(command, capture_output=True, check=False)
    spent = time.perf_counter() - wall
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    report = json.loads(told.stdout)
    return {
        "bench": "verify", "ok": report["ok"], "transfers": report["transfers"],
        "seconds": round(spent, 2), "per_second": round(report["transfers"] / spent),
        "cpu_us": round((after.ru_utime - before.ru_utime) / report["transfers"] * 1e6, 1),
        "peak_mb": int(told.stderr or 0) // 1024, "codes": report["codes"],
        "units": report["units"],
    }  # fmt: skip
