"""Whether the vault and the keys of a copy open what its book names: the three moments fit.

Not here: the replay, which knows of the book only.
"""

from uuid import UUID

from sqlalchemy import Connection, select

from ledger.store.copies import looking_at
from ledger.store.engines import Place, Store
from ledger.store.keys import CannotOpen, open_sealed, person_key
from ledger.store.masters import masters_in, person_place
from ledger.store.schema import commitment
from ledger.store.vault_schema import opening


def names_that_stay_closed(place: Place) -> int:
    """How many commitments of the books, not erased, have no opening that a key opens."""
    with looking_at(place, Store.KEYS) as keys, looking_at(place, Store.VAULT) as vault:
        opened = opened_commitments(vault, keys)
    with looking_at(place, Store.BOOK) as db:
        query = select(commitment.c.commitment).where(commitment.c.erased == 0)
        return sum(bytes(row[0]) not in opened for row in db.execute(query))


def opened_commitments(vault: Connection, keys: Connection) -> frozenset[bytes]:
    """The commitments that the vault and the keys can open now."""
    secrets = _person_keys(keys)
    return frozenset(
        bytes(row.commitment)
        for row in vault.execute(select(opening))
        if _opens(secrets.get(row.person_id), bytes(row.commitment), bytes(row.sealed))
    )


def _person_keys(db: Connection) -> dict[UUID, bytes]:
    masters = masters_in(db)
    rows = db.execute(select(person_key.c.person_id, person_key.c.wrapped))
    return {
        person: masters.unwrap(bytes(wrapped), person_place(person)) for person, wrapped in rows
    }


def _opens(key: bytes | None, name: bytes, sealed: bytes) -> bool:
    try:
        return key is not None and bool(open_sealed(key, sealed, f"opening/{name.hex()}"))
    except CannotOpen:
        return False
