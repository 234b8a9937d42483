"""Row 41: every book leaves as a bundle and comes in elsewhere with the same hashes.

The demo network is seeded; each comune's bundle is verified, brought with its registers into one
empty ledger, and held against what it came from: head, root, trial balance, and a full check. Then
families of every comune ask for all that is held about them.
"""

import time
from datetime import date
from pathlib import Path

from ledger import Book, Ledger, open_ledger
from ledger.exports.bundle import write_bundle
from ledger.exports.registers import write_registers
from ledger.imports.bundles import Registers, read_bundle, read_registers
from ledger.operations.bring_book import bring_book
from ledger.operations.publish_checkpoint import publish_checkpoint
from ledger.reports.bundle_rows import BundleRows
from ledger.reports.person_data import person_data
from ledger.reports.register_lines import register_lines
from ledger.store.network.credentials import families_of
from scripts.bench.verify import verified
from scripts.demo.seed import seed_demo
from tests.faults.explain import size_for
from tests.faults.scoreboard import Asked, Row
from wallet_web.person_pack import pack_of

TODAY = date(2026, 11, 22)
ASKING = 20  # Families of a comune.
ACCESS_SECONDS = 10


def portability(asked: Asked, url: str, folder: Path) -> Row:
    """Bring the books of `n` purchases in elsewhere; the row says how many came out the same."""
    seed_demo(url, size=size_for(asked.n), today=TODAY, tell=lambda *_said: None)
    elsewhere = f"sqlite:///{folder / 'elsewhere.db'}"
    findings: list[str] = []
    decisions, seconds = 0, 0.0
    with open_ledger(url) as ledger, open_ledger(elsewhere, create=True) as empty:
        for book in ledger.books():
            path = folder / f"{book.name}.zip"
            publish_checkpoint(ledger, book.name, domain="moves.example", now=ledger.clock())
            with path.open("wb") as file:
                write_bundle(BundleRows(book), file)
            if not verified(path)["ok"]:
                findings.append(f"{book.name}: the verifier says no")
            began = time.perf_counter()
            told = _registers(book, folder)
            decisions += bring_book(empty, read_bundle(path), told).size
            seconds += time.perf_counter() - began
            findings += _differences(ledger, empty, book.name)
        books = len(empty.books())
        slowest = _slowest_access(ledger, findings)
    got = {
        "books": books, "decisions": decisions, "seconds": round(seconds, 1),
        "slowest_access_seconds": round(slowest, 2),
    }  # fmt: skip
    goal = "export, import into an empty system: identical hashes; subject access in 10 s"
    passed = not findings and books > 0 and slowest <= ACCESS_SECONDS
    return Row(41, "portability", goal, got, passed, asked.seed, asked.engine, findings[:5])


def _slowest_access(ledger: Ledger, findings: list[str]) -> float:
    """Seconds until the slowest of some families of each comune had all that is held about it."""
    slowest = 0.0
    for book in ledger.books():
        with ledger.reading() as db:
            families = sorted(families_of(db, book.book_no).values())[:ASKING]
        for family in families:
            began = time.perf_counter()
            told = person_data(ledger, book.book_no, family, comune=book.name, now=ledger.clock())
            if told is None or not told.papers or not pack_of(told, "it"):
                findings.append(f"{book.name}: a family is told nothing")
            slowest = max(slowest, time.perf_counter() - began)
    return slowest


def _registers(book: Book, folder: Path) -> Registers:
    path, size = folder / f"{book.name}.jsonl", book.head().size
    with path.open("wb") as file:
        write_registers(book.name, size, register_lines(book, size), file)
    return read_registers(path)


def _differences(one: Ledger, other: Ledger, name: str) -> list[str]:
    before, after = one.book(name), other.book(name)
    wrong = [f"{name}: {finding}" for finding in after.check()]
    if before.head() != after.head():
        wrong.append(f"{name}: another head")
    if sorted(before.trial_balance(), key=repr) != sorted(after.trial_balance(), key=repr):
        wrong.append(f"{name}: another trial balance")
    return wrong
