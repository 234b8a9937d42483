"""Rows 5 and 7: many want the same voucher at the same moment, and one gets it.

Threads of one process meet at the queue of its writer; processes, each with a writer of its own,
meet at the database's guards alone. Every voucher holds enough for one of those who ask; of some,
all ask for one cent under one and the same key, and one cent is taken.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
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
from tests.processes import forking

BOOK, UNIT = "race", "U"
ONE_KEY = " by one key"
WAITS = 20.0
THREADS = (2, 8, 32)
PROCESSES = (2, 4)
LIMITS = Limits(forward_jump_seconds=10.0**9)
Told = dict[str, list[tuple[UUID, bool]]]  # Voucher -> who asked, and whether it was accepted.


def race(asked: Asked, url: str, _folder: Path, *, defect: str | None = None) -> Row:
    """Contest `n` vouchers in each way; the row says how many were spent twice, or by nobody."""
    ways = [f"{count} threads" for count in THREADS] + [f"{count} processes" for count in PROCESSES]
    vouchers = [name for way in ways for name in _names(way, asked.n)]
    with open_ledger(url, limits=LIMITS) as ledger:
        _found(ledger.book(BOOK, create=True), vouchers)
    defects.loosen(url, defect)
    told: list[Told] = []
    for way in ways:
        names = _names(way, asked.n)
        count = int(way.split()[0])
        if way.endswith("threads"):
            told.append(contest(url, names, count, defect))
        else:
            told += _in_processes(url, names, count, defect)
    findings = list(_wrong(url, told))
    contested = len(vouchers)
    asks = sum(len(answers) for one in told for answers in one.values())
    got = {"contested": contested, "asks": asks, "wrong": len(findings)}
    goal = f"0 of {contested} vouchers spent twice or by nobody"
    return Row(5, "race", goal, got, not findings, asked.seed, asked.engine, findings[:5])


def _names(way: str, count: int) -> list[str]:
    """The vouchers of one way; every fourth is asked for by one key."""
    return [f"{way} {one}{'' if one % 4 else ONE_KEY}" for one in range(count)]


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


def spend_by_draw(name: str) -> Request:
    """All that is on a voucher, to the shop; or one cent of it, under the one key of all."""
    leg = Leg(_account(name), _account("S"))
    is_one = name.endswith(ONE_KEY)
    key = derived_id("race", "key", name) if is_one else new_id()
    draw = Draw(1 if is_one else 10, (leg,))
    return Request(RequestId(key), EntryKind.REDEMPTION, (draw,), "race")


spend = spend_by_draw  # A defect puts another way of asking here.


def contest(url: str, names: list[str], threads: int, defect: str | None) -> Told:
    """So many threads go through the same vouchers, and meet before each of them."""
    if defect is not None:
        defects.plant(defect)
    together = _together or threading.Barrier(threads)
    told: Told = {name: [] for name in names}
    with open_ledger(url, limits=LIMITS) as ledger, ThreadPoolExecutor(threads) as pool:
        book = ledger.book(BOOK)

        def run(_number: int) -> None:
            for name in names:
                request = spend(name)
                meet(together)
                [decision] = book.submit([request])
                told[name].append((request.id, decision.accepted))

        list(pool.map(run, range(threads)))
    return told


def _in_processes(url: str, names: list[str], processes: int, defect: str | None) -> list[Told]:
    """The same from processes, of two threads each, that share nothing but stores and start."""
    given = [(url, names, 2, defect)] * processes
    context = forking()
    start = context.Barrier(2 * processes)
    with context.Pool(processes, initializer=_meet_at, initargs=(start,)) as pool:
        return pool.starmap_async(contest, given, chunksize=1).get(300)  # Else one has died.


def meet(barrier: Any) -> None:  # noqa: ANN401 -- of threads, or of processes.
    """Wait for the others. Errors: `AssertionError` if somebody fell out of the race."""
    try:
        barrier.wait(WAITS)
    except threading.BrokenBarrierError as error:
        raise AssertionError("somebody fell out of the race") from error


_together: Any = None  # Where the threads of several processes meet.


def _meet_at(barrier: object) -> None:
    global _together  # noqa: PLW0603 -- a pool hands a barrier over in no other way.
    _together = barrier


def _wrong(url: str, told: list[Told]) -> Iterator[str]:
    """Vouchers that not exactly one got, by what was told; and what the book says of itself."""
    accepted: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for one in told:
        for name, answers in one.items():
            asked[name] += len(answers)
            accepted[name] += sum(yes for _key, yes in answers)
    for name, count in accepted.items():
        if count != (asked[name] if name.endswith(ONE_KEY) else 1):
            yield f"{name}: {count} of {asked[name]} were told yes"
    due = sum(1 if name.endswith(ONE_KEY) else 10 for name in accepted)
    with open_ledger(url, limits=LIMITS) as ledger:
        book = ledger.book(BOOK)
        if book.balance(_account("S")) != due:
            yield f"the shop got {book.balance(_account('S'))} of {due}"
        yield from (str(finding) for finding in book.check())
