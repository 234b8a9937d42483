"""What applications hold, sealed with their person's key, and opened for those who may read it.

A paper is named by its contents' digest: a correction is another paper, the row says which counts.
Not here: the rows (`registers.calls`).
"""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from ledger.core.entitlement.declared import Declared, read_declared
from ledger.store.book import Ledger
from ledger.store.engines import Store
from ledger.store.keys import keyed_hash, open_sealed
from ledger.store.network.credentials import people_of
from ledger.store.people import CHUNK, add_papers, person_keys
from ledger.store.registers.calls import Applied
from ledger.store.vault_schema import paper

FIELD = "application:"


def field_of(digest: bytes) -> str:
    """The name of the paper that holds what this digest is of."""
    return f"{FIELD}{digest.hex()}"


def keep_declared(ledger: Ledger, said: Iterable[tuple[UUID, Declared]]) -> None:
    """Seal what persons declare; each has a salt of its own, so nothing is kept twice."""
    add_papers(ledger, [(who, field_of(one.digest()), one.text()) for who, one in said])


def opened(ledger: Ledger, rows: Sequence[Applied]) -> dict[UUID, Declared]:
    """What these applications hold, by application; nothing of who was erased."""
    with ledger.reading() as db:
        people = people_of(db, [row.family_id for row in rows])
    keys = person_keys(ledger, set(people.values()))
    found: dict[UUID, Declared] = {}
    for at in range(0, len(rows), CHUNK):
        found |= _portion(ledger, rows[at : at + CHUNK], people, keys)
    return found


def _portion(
    ledger: Ledger,
    rows: Sequence[Applied],
    people: Mapping[UUID, UUID],
    keys: Mapping[UUID, bytes],
) -> dict[UUID, Declared]:
    wanted = {field_of(row.digest): row for row in rows}
    with ledger.reading(Store.VAULT) as db:
        sealed = db.execute(select(paper).where(paper.c.field.in_(list(wanted)))).all()
    found: dict[UUID, Declared] = {}
    for one in sealed:
        row = wanted[one.field]
        if one.person_id in keys and people.get(row.family_id) == one.person_id:
            place = f"paper/{one.person_id.hex}/{one.field}"
            text = open_sealed(keys[one.person_id], bytes(one.sealed), place).decode()
            found[row.application_id] = read_declared(text)
    return found


def household_key(ledger: Ledger, call_id: UUID, dsu: str) -> bytes | None:
    """What two applications of one household have in common: a keyed hash of their statement's
    protocol, other in each call; None where no protocol was given.
    """  # noqa: D205 -- one sentence.
    if not dsu:
        return None
    return keyed_hash(ledger.keys["lookup"], b"household", call_id.bytes, dsu.upper().encode())
