"""Erases persons: a logged decision in every book that speaks of them, then their keys are gone.

In portions, each decided before its keys are destroyed; stopped anywhere and run again, it goes on.
Not here: who is to be erased (`retention`), the bytes that are left in files (`scrubbing`).
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, delete, select

from ledger.core.chart import EntryKind
from ledger.core.decisions import Decision
from ledger.core.ids import Commitment, RequestId, derived_id
from ledger.core.items import Erase
from ledger.core.quantities import Instant
from ledger.core.requests import Request
from ledger.store.book import Ledger
from ledger.store.engines import Store
from ledger.store.keys import person_key
from ledger.store.registers.books import known_commitments
from ledger.store.vault_schema import lookup, opening, paper, person

PORTION: Final = 200
COMMITMENTS: Final = 400  # In one IN list.


def erase_people(
    ledger: Ledger,
    people: Sequence[UUID],
    *,
    officer: UUID,
    now: Instant,
    tell: Callable[[int, int], None] = lambda _done, _all: None,
) -> list[Decision]:
    """Make everything said of these persons unreadable for ever; balances and proofs unchanged."""
    decisions: list[Decision] = []
    for at in range(0, len(people), PORTION):
        part = people[at : at + PORTION]
        decisions += _decided(ledger, part, officer, now)
        ledger.write(partial(_destroy_keys, part), store=Store.KEYS)
        ledger.write(partial(_sweep, part), store=Store.VAULT)
        tell(min(at + PORTION, len(people)), len(people))
    return decisions


def _decided(ledger: Ledger, people: Sequence[UUID], officer: UUID, now: Instant) -> list[Decision]:
    """Have each book say which of its commitments nobody can open any more."""
    whose = _commitments_of(ledger, people)
    decisions: list[Decision] = []
    for book in ledger.books():
        here = _known(ledger, book.book_no, list(whose))
        named: dict[UUID, list[Commitment]] = {}
        for one in here:
            named.setdefault(whose[one], []).append(one)
        requests = [
            Request(
                id=RequestId(derived_id("erasure", book.name, who)),
                kind=EntryKind.ERASURE,
                items=(Erase(tuple(sorted(own))),),
                actor=f"officer:{officer.hex}",
                occurred_at=now,
                asked={"person": who.hex},
            )
            for who, own in sorted(named.items())
        ]
        if requests:
            decisions += book.submit(requests)
    return decisions


def _commitments_of(ledger: Ledger, people: Sequence[UUID]) -> dict[Commitment, UUID]:
    """Every commitment whose opening speaks of these persons, and of whom."""
    query = select(opening.c.commitment, opening.c.person_id).where(opening.c.person_id.in_(people))
    with ledger.reading(Store.VAULT) as db:
        return {Commitment(bytes(row.commitment)): row.person_id for row in db.execute(query)}


def _known(ledger: Ledger, book_no: int, commitments: Sequence[Commitment]) -> list[Commitment]:
    found: list[Commitment] = []
    with ledger.reading() as db:
        for at in range(0, len(commitments), COMMITMENTS):
            found += known_commitments(db, book_no, commitments[at : at + COMMITMENTS])
    return found


def _destroy_keys(people: Sequence[UUID], db: Connection) -> None:
    """Make everything sealed for these persons unreadable, in every copy of the vault."""
    db.execute(delete(person_key).where(person_key.c.person_id.in_(people)))


def _sweep(people: Sequence[UUID], db: Connection) -> None:
    for table in (paper, lookup, opening, person):
        db.execute(delete(table).where(table.c.person_id.in_(people)))
