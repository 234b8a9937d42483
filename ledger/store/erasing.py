"""Erases persons: a logged decision in every book that speaks of them, then their keys are gone.

In portions, each decided before its keys are destroyed; stopped anywhere and run again, it goes on.
Not here: who is to be erased (`retention`), the bytes that are left in files (`scrubbing`).
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, delete, select, update

from ledger.core.chart import EntryKind
from ledger.core.decisions import Decision
from ledger.core.ids import Commitment, RequestId, derived_id
from ledger.core.items import Erase
from ledger.core.quantities import Instant
from ledger.core.requests import Request
from ledger.store.applications import field_of
from ledger.store.book import Ledger
from ledger.store.engines import Store
from ledger.store.keys import person_key
from ledger.store.network.cards import drop_cards
from ledger.store.network.phones import revoke_phones_of
from ledger.store.registers.books import known_commitments
from ledger.store.schema import application, credential, family, session, voucher
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
        ledger.write(partial(_forget_cards, part))
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


def _forget_cards(people: Sequence[UUID], db: Connection) -> None:
    """Delete the keyed hashes of fiscal codes by which health cards opened their families."""
    own = select(family.c.family_id).where(family.c.person_id.in_(people))
    drop_cards(db, list(db.execute(own).scalars()))


def release(people: Sequence[UUID], before: Instant, db: Connection) -> list[UUID]:
    """Have nobody find these persons any more, but who was wanted since; gives who was let go.

    An import that finds one of them now waits for this row's lock, then writes them down anew; one
    that was faster has made them young, and they stay. In a transaction of the vault.
    """
    old = person.c.person_id.in_(people) & (person.c.created_at < before)
    db.execute(update(person).where(old).values(created_at=person.c.created_at))
    gone = list(db.execute(select(person.c.person_id).where(old)).scalars())
    db.execute(delete(lookup).where(lookup.c.person_id.in_(gone)))
    return gone


def forget_traces(people: Sequence[UUID], db: Connection) -> None:
    """What the book's store keeps of erased persons beside the books: codes that worked, sessions,
    and the keyed hash of a household's statement. In a transaction of it.
    """  # noqa: D205 -- one sentence.
    families = list(
        db.execute(select(family.c.family_id).where(family.c.person_id.in_(people))).scalars()
    )
    slips = select(voucher.c.voucher_id).where(voucher.c.family_id.in_(families))
    own = credential.c.target_id.in_([*families, *db.execute(slips).scalars()])
    codes = list(db.execute(select(credential.c.credential_id).where(own)).scalars())
    for at in range(0, len(codes), COMMITMENTS):
        part = codes[at : at + COMMITMENTS]
        db.execute(delete(session).where(session.c.subject_id.in_(part)))
        blocked = update(credential).where(credential.c.credential_id.in_(part))
        db.execute(blocked.values(status="blocked"))
    revoke_phones_of(db, families)
    unnamed = update(application).where(application.c.family_id.in_(families))
    db.execute(unnamed.values(household=None))


def forget_applications(ledger: Ledger, applications: Sequence[UUID]) -> None:
    """Delete what these applications hold, of persons who are kept; their outcome stays."""
    here = application.c.application_id.in_(applications)
    query = (
        select(family.c.person_id, application.c.digest)
        .join(application, application.c.family_id == family.c.family_id)
        .where(here)
    )
    with ledger.reading() as db:
        papers = [(row.person_id, field_of(bytes(row.digest))) for row in db.execute(query)]

    def drop(db: Connection) -> None:
        for who, name in papers:
            same = (paper.c.person_id == who) & (paper.c.field == name)
            db.execute(delete(paper).where(same))

    ledger.write(drop, store=Store.VAULT)
    unnamed = update(application).where(here).values(household=None)
    ledger.write(lambda db: db.execute(unnamed))


def _sweep(people: Sequence[UUID], db: Connection) -> None:
    for table in (paper, lookup, opening, person):
        db.execute(delete(table).where(table.c.person_id.in_(people)))
