"""Persons in bulk: vault and keys written for a whole list at once, and read back for letters.

One person at a time is in `vault`. Keys first, then vault, then the network register.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from ledger.core.canonical import Json, canonical
from ledger.core.ids import Commitment
from ledger.core.quantities import Instant
from ledger.store.book import Ledger
from ledger.store.edges import random_bytes, random_id
from ledger.store.engines import Store
from ledger.store.keys import KEY_SIZE, open_sealed, person_key, seal
from ledger.store.masters import keep_person_keys, masters_in, person_place
from ledger.store.network.credentials import add_families, families_of
from ledger.store.vault import SALT_SIZE, commitment_to, lookup_digest
from ledger.store.vault_schema import lookup, opening, paper, person

T = TypeVar("T")
CHUNK = 400


class Swept(Exception):
    """Somebody who was found a moment ago, and was swept before being used."""


class NewPerson(NamedTuple):
    """Somebody to be written down: papers by field; found by fiscal code."""

    fiscal_code: str
    papers: Mapping[str, str]


def find_people(ledger: Ledger, fiscal_codes: Sequence[str]) -> dict[str, UUID]:
    """Who of these is known, by keyed hash: fiscal code -> person."""
    key = ledger.keys["lookup"]
    digests = {lookup_digest(key, "fiscal_code", code): code for code in fiscal_codes}
    wanted = list(digests)
    found: dict[str, UUID] = {}
    with ledger.reading(Store.VAULT) as db:
        for at in range(0, len(wanted), CHUNK):
            query = select(lookup).where(lookup.c.digest.in_(wanted[at : at + CHUNK]))
            found |= {digests[bytes(row.digest)]: row.person_id for row in db.execute(query)}
    return found


def keep_people(ledger: Ledger, people: Sequence[NewPerson], *, now: Instant) -> dict[str, UUID]:
    """Have many persons written down, each once however many ask: fiscal code -> person.

    Who is known stays as written, and counts as used now: `sweep_orphans` leaves them alone.
    """
    found: dict[str, UUID] = {}
    for at in range(0, len(people), CHUNK):
        found |= _keep_portion(ledger, people[at : at + CHUNK], now)
    return found


def _keep_portion(ledger: Ledger, people: Sequence[NewPerson], now: Instant) -> dict[str, UUID]:
    """Persons in one transaction of the vault, tried again if another process was faster."""
    while True:
        known = find_people(ledger, [one.fiscal_code for one in people])
        fresh = {one.fiscal_code: one for one in people if one.fiscal_code not in known}
        ids = {code: random_id() for code in fresh}
        try:
            _write(ledger, fresh, ids, tuple(known.values()), now)
        except (IntegrityError, Swept):
            _drop_keys(ledger, list(ids.values()))
        else:
            return known | ids


def _drop_keys(ledger: Ledger, people: Sequence[UUID]) -> None:
    """Let go of keys that nothing was sealed with."""
    unused = delete(person_key).where(person_key.c.person_id.in_(people))
    ledger.write(lambda db: db.execute(unused), store=Store.KEYS)


def _write(
    ledger: Ledger,
    fresh: Mapping[str, NewPerson],
    ids: Mapping[str, UUID],
    known: Sequence[UUID],
    now: Instant,
) -> None:
    """Keys first, then the vault: papers without a key never exist."""
    secrets = {who: random_bytes(KEY_SIZE) for who in ids.values()}
    lookup_key = ledger.keys["lookup"]
    papers = [
        {"person_id": ids[code], "field": field,
         "sealed": _sealed(secrets[ids[code]], ids[code], field, text)}
        for code, one in fresh.items()
        for field, text in one.papers.items()
    ]  # fmt: skip
    digests = [
        {"person_id": who, "digest": lookup_digest(lookup_key, "fiscal_code", code)}
        for code, who in ids.items()
    ]
    # Two lists with the same people in another order wait for each other, and do not deadlock.
    digests.sort(key=itemgetter("digest"))
    people = [{"person_id": who, "created_at": now} for who in ids.values()]
    if secrets:
        ledger.write(lambda db: keep_person_keys(db, secrets, now), store=Store.KEYS)
    rows = {lookup: digests, person: people, paper: papers}

    def store(db: Connection) -> None:
        _use(db, known, now)
        for table, values in rows.items():
            if values:
                db.execute(insert(table), values)

    ledger.write(store, store=Store.VAULT)


def _use(db: Connection, known: Sequence[UUID], now: Instant) -> None:
    """Say that these persons are wanted now. Errors: `Swept`, also for who is being erased."""
    if known:
        wanted = person.c.person_id.in_(known)
        if db.execute(update(person).where(wanted).values(created_at=now)).rowcount != len(known):
            raise Swept
        query = select(lookup.c.person_id).where(lookup.c.person_id.in_(known)).distinct()
        if len(db.execute(query).all()) != len(known):
            raise Swept


def with_families(
    ledger: Ledger,
    book_no: int,
    people: Sequence[UUID],
    write: Callable[[Connection, Mapping[UUID, UUID]], T],
    *,
    now: Instant,
) -> T:
    """Give each of these persons a family in a book, one however many ask.

    `write` is told person -> family, and what it writes stands or falls with the new families.
    """
    while True:
        with ledger.reading() as db:
            known = families_of(db, book_no)
        rows = [(random_id(), book_no, who, now) for who in people if who not in known]
        families = known | {who: family for family, _book_no, who, _now in rows}
        try:
            return ledger.write(partial(_add_families, rows, write, families))
        except IntegrityError:
            with ledger.reading() as db:
                faster = families_of(db, book_no)
            if not any(who in faster for _family, _book_no, who, _now in rows):
                raise  # Nobody was faster: something else is wrong.


def _add_families(
    rows: Sequence[tuple[UUID, int, UUID, Instant]],
    write: Callable[[Connection, Mapping[UUID, UUID]], T],
    families: Mapping[UUID, UUID],
    db: Connection,
) -> T:
    add_families(db, rows)
    return write(db, families)


def _sealed(key: bytes, who: UUID, field: str, text: str) -> bytes:
    return seal(key, text.encode(), f"paper/{who.hex}/{field}")


def person_keys(ledger: Ledger, people: Iterable[UUID]) -> dict[UUID, bytes]:
    """The keys of those who were not erased."""
    wanted = list(people)
    keys: dict[UUID, bytes] = {}
    with ledger.reading(Store.KEYS) as db:
        masters = masters_in(db)
        for at in range(0, len(wanted), CHUNK):
            query = select(person_key).where(person_key.c.person_id.in_(wanted[at : at + CHUNK]))
            for row in db.execute(query):
                place = person_place(row.person_id)
                keys[row.person_id] = masters.unwrap(bytes(row.wrapped), place)
    return keys


def add_papers(ledger: Ledger, papers: Sequence[tuple[UUID, str, str]]) -> None:
    """Seal further papers (person, field, text), for instance a code until it is printed."""
    keys = person_keys(ledger, {who for who, _field, _text in papers})
    rows = [
        {"person_id": who, "field": field, "sealed": _sealed(keys[who], who, field, text)}
        for who, field, text in papers
        if who in keys
    ]
    if rows:
        ledger.write(lambda db: db.execute(insert(paper), rows), store=Store.VAULT)


def papers_of(
    ledger: Ledger, people: Sequence[UUID], *, fields: Sequence[str] = ()
) -> dict[UUID, dict[str, str]]:
    """The papers of many persons, opened, all or those fields; nothing for who was erased."""
    keys = person_keys(ledger, people)
    found: dict[UUID, dict[str, str]] = {who: {} for who in keys}
    wanted = list(keys)
    with ledger.reading(Store.VAULT) as db:
        for at in range(0, len(wanted), CHUNK):
            query = select(paper).where(paper.c.person_id.in_(wanted[at : at + CHUNK]))
            if fields:
                query = query.where(paper.c.field.in_(fields))
            for row in db.execute(query):
                place = f"paper/{row.person_id.hex}/{row.field}"
                text = open_sealed(keys[row.person_id], bytes(row.sealed), place).decode()
                found[row.person_id][row.field] = text
    return found


def commit_to_all(
    ledger: Ledger, said: Sequence[tuple[UUID, Mapping[str, Json]]]
) -> list[Commitment | None]:
    """Commit to what is said of each person, in order; the openings are kept in the vault.

    None for a person who was erased: nothing can be said of them any more.
    """
    keys = person_keys(ledger, {who for who, _values in said})
    commitments: list[Commitment | None] = []
    rows = []
    for who, values in said:
        if who not in keys:
            commitments.append(None)
            continue
        salt = random_bytes(SALT_SIZE)
        commitment = commitment_to(salt, values)
        text = canonical({"salt": salt.hex(), "values": dict(values)})
        sealed = seal(keys[who], text, f"opening/{commitment.hex()}")
        rows.append({"commitment": commitment, "person_id": who, "sealed": sealed})
        commitments.append(commitment)
    if rows:
        ledger.write(lambda db: db.execute(insert(opening), rows), store=Store.VAULT)
    return commitments
