"""Two officers who load the same list of applications at once: everybody once, whoever was first.

Threads test the queue; only processes test what the database guards (reliability.md I18).
"""

from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Barrier
from uuid import UUID

from ledger import Ledger, open_ledger
from ledger.operations.receive_applications import Arrived, Received, receive_applications
from ledger.store.applications import in_line
from ledger.store.registers.calls import Call, applications_of, read_call
from tests.operations.test_calls import arrived, opened_call
from tests.processes import forking
from tests.town import NOON, make_town

PEOPLE = 30
_together: list[Barrier] = []


def a_list(*, backwards: bool) -> list[Arrived]:
    """Thirty households, some of whose members are in the other list as another person."""
    people = [
        arrived(number + (100 if backwards and number % 10 == 0 else 0), 9_000_00,
                dsu=f"INPS-ISEE-2026-{number:08d}A-00")
        for number in range(1, PEOPLE + 1)
    ]  # fmt: skip
    return people[::-1] if backwards else people


def take(ledger: Ledger, call: Call, officer: UUID, *, backwards: bool) -> Received:
    some = a_list(backwards=backwards)
    return receive_applications(ledger, call, some, officer=officer, now=NOON)


def assert_each_once(ledger: Ledger, call: Call, told: list[Received]) -> None:
    with ledger.reading() as db:
        rows = applications_of(db, call.call_id)
    assert len(rows) == PEOPLE
    assert len({row.household for row in rows}) == PEOPLE
    assert len(in_line(ledger, call).rows) == PEOPLE  # What is sealed is what the row says.
    assert sum(one.new for one in told) == PEOPLE
    assert {one.new + len(one.again) + len(one.same_household) for one in told} == {PEOPLE}


def test_threads_take_each_application_once(ledger: Ledger) -> None:
    ledger.clock = lambda: NOON
    town = make_town(ledger)
    for round_no in range(3):
        call = opened_call(town, act=f"9{round_no}")
        with ThreadPoolExecutor(4) as pool:
            asked = [
                pool.submit(take, ledger, call, town.officer.person_id, backwards=n % 2 == 1)
                for n in range(4)
            ]
            told = [one.result() for one in asked]
        assert_each_once(ledger, call, told)


def remember(barrier: Barrier) -> None:
    _together.append(barrier)


def take_part(url: str, call_id: UUID, officer: UUID, number: int) -> Received:
    """What one process does: the list at once with the others."""
    with open_ledger(url, clock=lambda: NOON) as ledger:
        with ledger.reading() as db:
            call = read_call(db, call_id)
        assert call
        _together[0].wait()
        return take(ledger, call, officer, backwards=number % 2 == 1)


def test_processes_take_each_application_once(url: str) -> None:
    with open_ledger(url, clock=lambda: NOON) as ledger:
        town = make_town(ledger)
        call = opened_call(town)
        context = forking()
        barrier = context.Barrier(3)
        officer = town.officer.person_id
        given = [(url, call.call_id, officer, number) for number in range(3)]
        with context.Pool(3, initializer=remember, initargs=(barrier,)) as pool:
            told = pool.starmap(take_part, given, chunksize=1)
        assert_each_once(ledger, call, told)
