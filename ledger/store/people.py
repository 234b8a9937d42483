"""Persons in bulk: vault and keys written for a whole list at once, and read back for letters.

One person at a time is in `vault`. Keys first, then vault, then the network register.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, insert, select

from ledger.core.canonical import Json, canonical
from ledger.core.ids import Commitment
from ledger.core.quantities import Instant
from ledger.store.book import Ledger
from ledger.store.edges import random_bytes, random_id
from ledger.store.engines import Store
from ledger.store.keys import KEY_SIZE, open_sealed, person_key, seal
from ledger.store.vault import SALT_SIZE, commitment_to, lookup_digest
from ledger.store.vault_schema import lookup, opening, paper, person

CHUNK = 400


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
    """Write many persons down: fiscal code -> person."""
    master = ledger.keys["master"]
    ids = {one.fiscal_code: random_id() for one in people}
    secrets = {who: random_bytes(KEY_SIZE) for who in ids.values()}
    wrapped = [
        {
            "person_id": who,
            "wrapped": seal(master, key, f"person_key/{who.hex}"),
            "created_at": now,
        }
        for who, key in secrets.items()
    ]
    papers = [
        {"person_id": ids[one.fiscal_code], "field": field, "sealed": _sealed(
            secrets[ids[one.fiscal_code]], ids[one.fiscal_code], field, text)}
        for one in people
        for field, text in one.papers.items()
    ]  # fmt: skip
    digests = [
        {"person_id": who, "digest": lookup_digest(ledger.keys["lookup"], "fiscal_code", code)}
        for code, who in ids.items()
    ]
    if people:
        ledger.write(lambda db: db.execute(insert(person_key), wrapped), store=Store.KEYS)
        rows = [{"person_id": who, "created_at": now} for who in ids.values()]
        ledger.write(lambda db: _insert(db, rows, papers, digests), store=Store.VAULT)
    return ids


def _insert(
    db: Connection,
    people: list[dict[str, object]],
    papers: list[dict[str, object]],
    digests: list[dict[str, object]],
) -> None:
    db.execute(insert(person), people)
    db.execute(insert(paper), papers)
    db.execute(insert(lookup), digests)


def _sealed(key: bytes, who: UUID, field: str, text: str) -> bytes:
    return seal(key, text.encode(), f"paper/{who.hex}/{field}")


def person_keys(ledger: Ledger, people: Iterable[UUID]) -> dict[UUID, bytes]:
    """The keys of those who were not erased."""
    wanted, master = list(people), ledger.keys["master"]
    keys: dict[UUID, bytes] = {}
    with ledger.reading(Store.KEYS) as db:
        for at in range(0, len(wanted), CHUNK):
            query = select(person_key).where(person_key.c.person_id.in_(wanted[at : at + CHUNK]))
            for row in db.execute(query):
                place = f"person_key/{row.person_id.hex}"
                keys[row.person_id] = open_sealed(master, bytes(row.wrapped), place)
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


def papers_of(ledger: Ledger, people: Sequence[UUID]) -> dict[UUID, dict[str, str]]:
    """The papers of many persons, opened; nothing for those who were erased."""
    keys = person_keys(ledger, people)
    found: dict[UUID, dict[str, str]] = {who: {} for who in keys}
    wanted = list(keys)
    with ledger.reading(Store.VAULT) as db:
        for at in range(0, len(wanted), CHUNK):
            query = select(paper).where(paper.c.person_id.in_(wanted[at : at + CHUNK]))
            for row in db.execute(query):
                place = f"paper/{row.person_id.hex}/{row.field}"
                text = open_sealed(keys[row.person_id], bytes(row.sealed), place).decode()
                found[row.person_id][row.field] = text
    return found


def commit_to_all(
    ledger: Ledger, said: Sequence[tuple[UUID, Mapping[str, Json]]]
) -> list[Commitment]:
    """Commit to what is said of each person, in order; the openings are kept in the vault."""
    keys = person_keys(ledger, {who for who, _values in said})
    commitments, rows = [], []
    for who, values in said:
        salt = random_bytes(SALT_SIZE)
        commitment = commitment_to(salt, values)
        text = canonical({"salt": salt.hex(), "values": dict(values)})
        sealed = seal(keys[who], text, f"opening/{commitment.hex()}")
        rows.append({"commitment": commitment, "person_id": who, "sealed": sealed})
        commitments.append(commitment)
    if rows:
        ledger.write(lambda db: db.execute(insert(opening), rows), store=Store.VAULT)
    return commitments
