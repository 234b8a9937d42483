"""Two who take the same list in at once: each person and family once, whoever was first.

Threads test the queue; only processes test what the database guards (reliability.md 2.2, I18).
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import Pool
from multiprocessing.synchronize import Barrier
from uuid import UUID

import pytest
from sqlalchemy import func, select

from ledger import Ledger, open_ledger
from ledger.store.engines import Store
from ledger.store.keys import person_key
from ledger.store.people import NewPerson, keep_people, papers_of, with_families
from ledger.store.vault_schema import lookup, person
from tests.processes import forking
from tests.town import NOON, make_town

ROUNDS, PEOPLE = 12, 40
Told = list[tuple[dict[str, UUID], dict[UUID, UUID]]]
_together: list[Barrier] = []


def crowd(turn: int, *, backwards: bool) -> list[NewPerson]:
    """People nobody knows yet; whoever goes backwards meets the others in the middle."""
    names = [f"ROUND{turn}PERSON{number}" for number in range(PEOPLE)]
    people = [NewPerson(name, {"name": name}) for name in names]
    return people[::-1] if backwards else people


def take_in(
    ledger: Ledger, turn: int, *, backwards: bool
) -> tuple[dict[str, UUID], dict[UUID, UUID]]:
    ids = keep_people(ledger, crowd(turn, backwards=backwards), now=NOON)
    return ids, with_families(
        ledger, 1, list(ids.values()), lambda _db, families: dict(families), now=NOON
    )


def remember(barrier: Barrier) -> None:
    _together.append(barrier)


def take_part(url: str, number: int) -> Told:
    """What one process does: every round at once with the others."""
    with open_ledger(url) as ledger:
        told = []
        for turn in range(ROUNDS):
            _together[0].wait()
            told.append(take_in(ledger, turn, backwards=number % 2 == 1))
        return told


def in_processes(url: str, count: int) -> list[Told]:
    context = forking()
    barrier = context.Barrier(count)
    with context.Pool(count, initializer=remember, initargs=(barrier,)) as pool:
        return _spread(pool, url, count)


def _spread(pool: Pool, url: str, count: int) -> list[Told]:
    return pool.starmap(take_part, [(url, number) for number in range(count)], chunksize=1)


def assert_each_once(ledger: Ledger, told: Sequence[Told]) -> None:
    """Everybody was told the same, and no row is there twice or without its key."""
    for turns in zip(*told, strict=True):
        ids, families = turns[0]
        assert all(one == ids for one, _families in turns)
        assert {ids[name]: families[ids[name]] for name in ids}.items() <= families.items()
        assert all(one[who] == families[who] for _ids, one in turns for who in ids.values())
        assert papers_of(ledger, list(ids.values())) == {ids[n]: {"name": n} for n in ids}
    counts = []
    for table, store in ((person, Store.VAULT), (lookup, Store.VAULT), (person_key, Store.KEYS)):
        with ledger.reading(store) as db:
            counts.append(db.execute(select(func.count()).select_from(table)).scalar())
    assert counts == [ROUNDS * PEOPLE] * 3


@pytest.mark.parametrize("count", [2, 8])
def test_threads_keep_each_person_once(ledger: Ledger, count: int) -> None:
    make_town(ledger)
    told: list[Told] = [[] for _ in range(count)]
    with ThreadPoolExecutor(count) as pool:
        for turn in range(ROUNDS):
            asked = [pool.submit(take_in, ledger, turn, backwards=i % 2 == 1) for i in range(count)]
            for number, one in enumerate(asked):
                told[number].append(one.result())
    assert_each_once(ledger, told)


def test_processes_keep_each_person_once(url: str) -> None:
    with open_ledger(url) as ledger:
        make_town(ledger)
        assert_each_once(ledger, in_processes(url, 3))
