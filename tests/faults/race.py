"""Row 5: many want the same voucher at the same moment, and one gets it.

Threads of one process meet at the queue of its writer; processes, each with a writer of its own,
meet at the database's guards alone. Every voucher holds enough for one of those who ask.
"""

import multiprocessing
import random
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

from ledger import (
    AccountId,
    AccountKind,
    Book,
    Draw,
    EntryKind,
    Leg,
    Limits,
    OpenAccount,
    Request,
    RequestId,
    Transfer,
    derived_id,
    new_id,
    open_ledger,
)
from tests.faults import defects
from tests.faults.scoreboard import Asked, Row

BOOK, UNIT = "race", "U"
THREADS = (2, 8, 32)
PROCESSES = (2, 4)
LIMITS = Limits(forward_jump_seconds=10.0**9)
Told = dict[str, list[tuple[UUID, bool]]]  # Voucher -> who asked, and whether it was accepted.


def race(asked: Asked, url: str, _folder: Path, *, defect: str | None = None) -> Row:
    """Contest `n` vouchers in each way; the row says how many were spent twice, or by nobody."""
    ways = [f"{count} threads" for count in THREADS] + [f"{count} processes" for count in PROCESSES]
    with open_ledger(url, limits=LIMITS) as ledger:
        _found(
            ledger.book(BOOK, create=True), [f"{way} {n}" for way in ways for n in range(asked.n)]
        )
    told: list[Told] = []
    for way in ways:
        names = [f"{way} {number}" for number in range(asked.n)]
        count = int(way.split()[0])
        if way.endswith("threads"):
            told.append(contest(url, names, count, asked.seed, defect))
        else:
            told += _in_processes(url, names, count, asked.seed, defect)
    findings = list(_wrong(url, told))
    contested = asked.n * len(ways)
    asks = sum(len(answers) for one in told for answers in one.values())
    got = {"contested": contested, "asks": asks, "wrong": len(findings)}
    goal = f"0 of {contested} vouchers spent twice or by nobody"
    return Row(5, "race", goal, got, not findings, asked.seed, asked.engine, findings[:5])


def _account(name: str) -> AccountId:
    return AccountId(derived_id("race", name))


def _found(book: Book, names: list[str]) -> None:
    kinds = {"T": AccountKind.TREASURY, "F": AccountKind.FUND, "S": AccountKind.SHOP_PAYABLE}
    opened = [OpenAccount(_account(name), UNIT, kind) for name, kind in kinds.items()]
    funded = Transfer(_account("T"), _account("F"), 10 * len(names), UNIT)
    requests = [Request(RequestId(new_id()), EntryKind.FUNDING, (*opened, funded), "race")]
    for name in names:
        voucher = OpenAccount(_account(name), UNIT, AccountKind.VOUCHER)
        filled = Transfer(_account("F"), _account(name), 10, UNIT)
        requests.append(Request(RequestId(new_id()), EntryKind.ISSUANCE, (voucher, filled), "race"))
    for at in range(0, len(requests), 512):
        assert all(one.accepted for one in book.submit(requests[at : at + 512]))


def spend(name: str) -> Request:
    """All that is on a voucher, to the shop."""
    leg = Leg(_account(name), _account("S"))
    return Request(RequestId(new_id()), EntryKind.REDEMPTION, (Draw(10, (leg,)),), "race")


def contest(url: str, names: list[str], threads: int, seed: int, defect: str | None) -> Told:
    """So many threads go through the same vouchers, each in nearly the same order, all at once."""
    if defect is not None:
        defects.plant(defect)
    barrier = threading.Barrier(threads)
    told: Told = {name: [] for name in names}
    with open_ledger(url, limits=LIMITS) as ledger, ThreadPoolExecutor(threads) as pool:
        book = ledger.book(BOOK)
        orders = [_shuffled(names, random.Random(seed + number)) for number in range(threads)]

        def run(order: list[str]) -> None:
            barrier.wait()
            for name in order:
                request = spend(name)
                [decision] = book.submit([request])
                told[name].append((request.id, decision.accepted))

        list(pool.map(run, orders))
    return told


def _shuffled(names: list[str], chance: random.Random) -> list[str]:
    """The same order but for neighbours: they meet often, and not always the same comes first."""
    places = {name: at + chance.uniform(0, 2) for at, name in enumerate(names)}
    return sorted(names, key=places.__getitem__)


def _in_processes(
    url: str, names: list[str], processes: int, seed: int, defect: str | None
) -> list[Told]:
    given = [(url, names, 2, seed + number, defect) for number in range(processes)]
    with multiprocessing.get_context("forkserver").Pool(processes) as pool:
        return pool.starmap(contest, given, chunksize=1)


def _wrong(url: str, told: list[Told]) -> Iterator[str]:
    """Vouchers that not exactly one got, by what was told; and what the book says of itself."""
    winners: Counter[str] = Counter()
    for one in told:
        for name, answers in one.items():
            winners[name] += sum(accepted for _key, accepted in answers)
    yield from (f"{name}: {count} got it" for name, count in winners.items() if count != 1)
    with open_ledger(url) as ledger:
        book = ledger.book(BOOK)
        yield from (str(finding) for finding in book.check())
        if book.balance(_account("S")) != 10 * len(winners):
            yield f"the shop got {book.balance(_account('S'))} of {10 * len(winners)}"
