"""One book, many who want the same: the fixture of races, and a process that takes part in one.

`race` runs one request from each of several threads at a barrier; `race_in_processes` does so from
several processes, each with a ledger of its own on the same stores. Not here: what must come out.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ledger import (
    AccountId,
    AccountKind,
    Book,
    Claim,
    ClaimId,
    Draw,
    EntryKind,
    Hold,
    HoldId,
    Ledger,
    Leg,
    OpenAccount,
    PostHold,
    Request,
    RequestId,
    Transfer,
    derived_id,
    new_id,
    open_ledger,
)
from tests.processes import forking

UNIT = "U"
NAME = "contested"
FAR = 4_000_000_000_000_000  # A time that no test lives to see.


def account(name: str) -> AccountId:
    return AccountId(derived_id("contest", name))


def pair(debit: str, credit: str) -> tuple[AccountId, AccountId]:
    return account(debit), account(credit)


def ask(kind: EntryKind, *items: object, number: int | None = None) -> Request:
    key = new_id() if number is None else derived_id("contest", "key", number)
    return Request(RequestId(key), kind, items, "racer")  # type: ignore[arg-type]


def prepare(ledger: Ledger, name: str = NAME, *, voucher: int = 10) -> Book:
    """A voucher, a fund with 10, a hold, a shop: what the racers want."""
    book = ledger.book(name, create=True)
    kinds = {
        "T": AccountKind.TREASURY, "F": AccountKind.FUND, "V": AccountKind.VOUCHER,
        "W": AccountKind.VOUCHER, "S": AccountKind.SHOP_PAYABLE,
    }  # fmt: skip
    opened = [OpenAccount(account(name), UNIT, kind) for name, kind in kinds.items()]
    funded = Transfer(account("T"), account("F"), 110 + voucher, UNIT)
    decisions = book.submit([
        ask(EntryKind.FUNDING, *opened, funded),
        ask(EntryKind.ISSUANCE, Transfer(account("F"), account("V"), voucher, UNIT)),
        ask(EntryKind.ISSUANCE, Transfer(account("F"), account("W"), 100, UNIT)),
        ask(EntryKind.REDEMPTION, Hold(HoldId(account("H")), *pair("W", "S"), 5, UNIT, FAR)),
    ])  # fmt: skip
    assert all(decision.accepted for decision in decisions)
    return book


@dataclass(frozen=True, slots=True)
class Contest:
    """What everybody asks for, and how many may get it out of `askers`."""

    ask: Callable[[], Request]
    winners: Callable[[int], int]


def spend() -> Request:
    return ask(EntryKind.REDEMPTION, Draw(1, (Leg(account("V"), account("S")),)))


def issue() -> Request:
    return ask(EntryKind.ISSUANCE, Transfer(account("F"), account("W"), 1, UNIT))


def use_the_hold() -> Request:
    return ask(EntryKind.REDEMPTION, PostHold(HoldId(account("H"))))


def claim() -> Request:
    return ask(EntryKind.REGISTRATION, Claim(ClaimId(account("mandate"))))


def same_key() -> Request:
    return ask(EntryKind.REDEMPTION, Draw(1, (Leg(account("V"), account("S")),)), number=1)


CONTESTS = {
    "voucher": Contest(spend, lambda askers: min(10, askers)),
    "fund": Contest(issue, lambda askers: min(10, askers)),
    "hold": Contest(use_the_hold, lambda _askers: 1),
    "claim": Contest(claim, lambda _askers: 1),
    "key": Contest(same_key, lambda askers: askers),
}
Outcome = tuple[bool, bool, bytes]  # Accepted, replayed, leaf.


def race(book: Book, requests: Sequence[Request]) -> list[Outcome]:
    """Submit each from a thread of its own, all at once."""
    barrier = threading.Barrier(len(requests))

    def run(request: Request) -> Outcome:
        barrier.wait()
        [decision] = book.submit([request])
        return decision.accepted, decision.replayed, decision.leaf()

    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(run, requests))


def take_part(url: str, threads: int) -> dict[str, list[Outcome]]:
    """What one process does: all contests, one after the other, each in a book of its own."""
    with open_ledger(url) as ledger:
        return {
            name: race(ledger.book(name), [contest.ask() for _ in range(threads)])
            for name, contest in CONTESTS.items()
        }


def race_in_processes(url: str, *, processes: int, threads: int) -> dict[str, list[Outcome]]:
    """The same contests from several processes that share nothing but the stores."""
    with forking().Pool(processes) as pool:
        given = [(url, threads)] * processes
        told = pool.starmap_async(take_part, given, chunksize=1).get(300)  # Else one has died.
    return {name: [one for outcomes in told for one in outcomes[name]] for name in CONTESTS}
