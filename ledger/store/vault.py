"""The vault: names, fiscal codes, papers and free texts, each sealed with its person's own key.

Looked up by keyed hash, never by value. What the book must prove of a person it holds as a salted
commitment, whose opening is here. Not here: the keys (`keys`). Source: design 5, 7.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Connection, insert, select

from ledger.core.canonical import Json, canonical
from ledger.core.ids import Commitment
from ledger.core.quantities import Instant
from ledger.store.book import Ledger
from ledger.store.edges import random_bytes, random_id
from ledger.store.engines import Store
from ledger.store.keys import (
    KEY_SIZE,
    CannotOpen,
    keyed_hash,
    open_sealed,
    seal,
)
from ledger.store.masters import keep_person_keys, read_person_key
from ledger.store.vault_schema import lookup, opening, paper, person

SALT_SIZE = 32


def commitment_to(salt: bytes, values: Mapping[str, Json]) -> Commitment:
    """The salted commitment to a group of fields: SHA-256 over salt and canonical values."""
    return Commitment(sha256(salt + canonical(dict(values))).digest())


def keep_person(
    ledger: Ledger, papers: Mapping[str, str], *, found_by: Mapping[str, str], now: Instant
) -> UUID:
    """Write one person down: papers sealed by field, and the values they are found by.

    Keys first, then vault: a key without papers is swept, papers without a key never exist.
    """
    who = random_id()
    key = random_bytes(KEY_SIZE)
    ledger.write(lambda db: keep_person_keys(db, {who: key}, now), store=Store.KEYS)
    sealed = [
        {"person_id": who, "field": field, "sealed": seal(key, text.encode(), _place(who, field))}
        for field, text in papers.items()
    ]
    digests = [
        {"person_id": who, "digest": lookup_digest(ledger.keys["lookup"], field, text)}
        for field, text in found_by.items()
    ]

    def store(db: Connection) -> None:
        db.execute(insert(person).values(person_id=who, created_at=now))
        if sealed:
            db.execute(insert(paper), sealed)
        if digests:
            db.execute(insert(lookup), digests)

    ledger.write(store, store=Store.VAULT)
    return who


def find_person(ledger: Ledger, field: str, text: str) -> UUID | None:
    """Who has this value in this field, by keyed hash."""
    digest = lookup_digest(ledger.keys["lookup"], field, text)
    with ledger.reading(Store.VAULT) as db:
        return db.execute(select(lookup.c.person_id).where(lookup.c.digest == digest)).scalar()


def lookup_digest(key: bytes, field: str, text: str) -> bytes:
    """The keyed hash under which a value is found."""
    return keyed_hash(key, field.encode(), text.encode())


def read_papers(ledger: Ledger, who: UUID) -> dict[str, str]:
    """A person's papers by field; nothing if the person was erased."""
    with ledger.reading(Store.KEYS) as db:
        key = read_person_key(db, who)
    if key is None:
        return {}
    with ledger.reading(Store.VAULT) as db:
        rows = db.execute(select(paper).where(paper.c.person_id == who)).all()
    return {
        row.field: open_sealed(key, bytes(row.sealed), _place(who, row.field)).decode()
        for row in rows
    }


def commit_to(ledger: Ledger, who: UUID, values: Mapping[str, Json]) -> Commitment:
    """Make a salted commitment to what is said of a person, and keep its opening here.

    The vault is written before the book; an opening whose commitment never came stays sealed.
    Errors: `CannotOpen` if the person was erased.
    """
    with ledger.reading(Store.KEYS) as db:
        key = read_person_key(db, who)
    if key is None:
        message = "this person was erased"
        raise CannotOpen(message)
    salt = random_bytes(SALT_SIZE)
    commitment = commitment_to(salt, values)
    text = canonical({"salt": salt.hex(), "values": dict(values)})
    sealed = seal(key, text, f"opening/{commitment.hex()}")
    row = insert(opening).values(commitment=commitment, person_id=who, sealed=sealed)
    ledger.write(lambda db: db.execute(row), store=Store.VAULT)
    return commitment


def open_commitment(ledger: Ledger, commitment: Commitment) -> dict[str, Json] | None:
    """What a commitment stands for, proved by recomputing it; None if nobody can open it."""
    opened = read_opening(ledger, commitment)
    return None if opened is None else opened[1]


def read_opening(ledger: Ledger, commitment: Commitment) -> tuple[bytes, dict[str, Json]] | None:
    """The salt and the values that a commitment was made of; None if nobody can open it."""
    with ledger.reading(Store.VAULT) as db:
        row = db.execute(select(opening).where(opening.c.commitment == commitment)).first()
    if row is None:
        return None
    with ledger.reading(Store.KEYS) as db:
        key = read_person_key(db, row.person_id)
    if key is None:
        return None
    words = json.loads(open_sealed(key, bytes(row.sealed), f"opening/{commitment.hex()}"))
    salt, values = bytes.fromhex(words["salt"]), words["values"]
    return (salt, values) if commitment_to(salt, values) == commitment else None


def commitments_of(ledger: Ledger, who: UUID) -> tuple[Commitment, ...]:
    """All commitments whose openings speak of this person, in order."""
    with ledger.reading(Store.VAULT) as db:
        rows = db.execute(select(opening.c.commitment).where(opening.c.person_id == who))
        return tuple(sorted(Commitment(bytes(row[0])) for row in rows))


def _place(who: UUID, field: str) -> str:
    return f"paper/{who.hex}/{field}"
