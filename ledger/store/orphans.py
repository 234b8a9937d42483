"""Sweeps the vault of those whom no book ever came to speak of: an import that broke off.

The vault is written first, then the book. Whoever waits a day without a family or a donation was
left behind, and a key without a person likewise; nobody may keep their names. Openings of
commitments that never came stay sealed, and go with their person. Source: design 3.3, 5.
"""

from dataclasses import dataclass
from functools import partial
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, delete, select

from ledger.core.quantities import DAY, Instant
from ledger.store.book import Ledger
from ledger.store.engines import Store
from ledger.store.keys import person_key
from ledger.store.schema import donation, family
from ledger.store.vault_schema import lookup, opening, paper, person

AGE: Final = DAY  # No import takes as long: what is younger may be on its way into a book.
PORTION: Final = 400


@dataclass(frozen=True, slots=True)
class Orphans:
    """Persons whom no book knows, and keys of nobody, all older than the age; in order."""

    people: tuple[UUID, ...]
    keys: tuple[UUID, ...]


def find_orphans(ledger: Ledger, *, now: Instant) -> Orphans:
    """Look for them; nothing is deleted."""
    with ledger.reading(Store.KEYS) as db:
        query = select(person_key.c.person_id).where(person_key.c.created_at < now - AGE)
        keys = set(db.execute(query).scalars())
    with ledger.reading(Store.VAULT) as db:
        query = select(person.c.person_id).where(person.c.created_at < now - AGE)
        old = set(db.execute(query).scalars())
        present = set(db.execute(select(person.c.person_id)).scalars())
    with ledger.reading() as db:  # Last: who had no family before may have one by now.
        wanted = set(db.execute(select(family.c.person_id)).scalars())
        wanted |= set(db.execute(select(donation.c.person_id)).scalars())
    return Orphans(tuple(sorted(old - wanted)), tuple(sorted(keys - present)))


def sweep_orphans(ledger: Ledger, *, now: Instant) -> Orphans:
    """Delete them for good, papers and key; safe to run beside an import and again.

    Gives who was deleted: an import that wanted one of them meanwhile has made them young.
    """
    found = find_orphans(ledger, now=now)
    swept: list[UUID] = []
    for at in range(0, len(found.people), PORTION):
        part = found.people[at : at + PORTION]
        swept += ledger.write(partial(_sweep, part, now), store=Store.VAULT)
    keys = (*swept, *found.keys)
    for at in range(0, len(keys), PORTION):
        ledger.write(partial(_drop_keys, keys[at : at + PORTION]), store=Store.KEYS)
    return Orphans(tuple(swept), found.keys)


def _sweep(people: tuple[UUID, ...], now: Instant, db: Connection) -> list[UUID]:
    """Delete those who are still old: the row's lock makes an import wait, or this pass them."""
    swept = []
    for who in people:
        still_old = (person.c.person_id == who) & (person.c.created_at < now - AGE)
        if db.execute(delete(person).where(still_old)).rowcount:
            swept.append(who)
    for table in (paper, lookup, opening):
        db.execute(delete(table).where(table.c.person_id.in_(swept)))
    return swept


def _drop_keys(people: tuple[UUID, ...], db: Connection) -> None:
    db.execute(delete(person_key).where(person_key.c.person_id.in_(people)))
