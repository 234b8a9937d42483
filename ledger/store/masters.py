"""The master keys: what wraps every other key, and how one is replaced while all goes on.

Nobody keeps a master in memory: each transaction reads those of its own moment, so a rotation is
never missed. A row is wrapped inside the transaction that writes it, under the newest; while a
rotation runs there are two. Not here: the sealed form (`keys`). Source: VAULT.md 3.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, Connection, Table, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from ledger.core.quantities import Instant
from ledger.store.book import Ledger
from ledger.store.edges import random_bytes
from ledger.store.engines import Store
from ledger.store.keys import (
    KEY_SIZE,
    CannotOpen,
    key_number,
    master_key,
    note_key,
    open_sealed,
    person_key,
    seal,
    signing_key,
    vote_key,
)

PORTION: Final = 500  # Rows wrapped anew in one transaction: nobody waits longer than for these.
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Masters:
    """The master keys of one moment, by number."""

    secrets: Mapping[int, bytes]

    @property
    def newest(self) -> int:
        """The number of the one that wraps."""
        return max(self.secrets)

    def wrap(self, key: bytes, place: str) -> bytes:
        """Seal a key under the newest master."""
        return seal(self.secrets[self.newest], key, place, number=self.newest)

    def unwrap(self, wrapped: bytes, place: str) -> bytes:
        """Open a key under the master that it names. Errors: `CannotOpen`, also if that is gone."""
        secret = self.secrets.get(key_number(wrapped))
        if secret is None:
            raise CannotOpen(place)
        return open_sealed(secret, wrapped, place)


def masters_in(db: Connection) -> Masters:
    """The masters of this snapshot, to open with."""
    return _masters(db.execute(select(master_key)))


def masters_to_wrap(db: Connection) -> Masters:
    """The masters, to wrap with in this transaction: none of them is retired before its end."""
    return _masters(db.execute(select(master_key).with_for_update(read=True)))


def person_place(who: UUID) -> str:
    """Where a person's key is sealed for."""
    return f"person_key/{who.hex}"


def signing_place(kid: bytes) -> str:
    """Where a signing key is sealed for."""
    return f"signing_key/{kid.hex()}"


def note_place(name: str) -> str:
    """Where a log's key is sealed for."""
    return f"note_key/{name}"


def vote_place(vote_id: UUID) -> str:
    """Where the key of a vote is sealed for."""
    return f"vote_key/{vote_id.hex}"


def read_person_key(db: Connection, person: UUID) -> bytes | None:
    """One person's key, or None if it was destroyed."""
    row = db.execute(select(person_key.c.wrapped).where(person_key.c.person_id == person)).scalar()
    return None if row is None else masters_in(db).unwrap(bytes(row), person_place(person))


def keep_person_keys(db: Connection, keys: Mapping[UUID, bytes], now: Instant) -> None:
    """Store new persons' keys, wrapped."""
    masters = masters_to_wrap(db)
    rows = [
        {"person_id": who, "wrapped": masters.wrap(key, person_place(who)), "created_at": now}
        for who, key in keys.items()
    ]
    if rows:
        db.execute(insert(person_key), rows)


WRAPPED: Final[tuple[tuple[Table, Column[Any], Callable[[Any], str]], ...]] = (
    (person_key, person_key.c.person_id, person_place),
    (signing_key, signing_key.c.kid, lambda kid: signing_place(bytes(kid))),
    (note_key, note_key.c.name, note_place),
    (vote_key, vote_key.c.vote_id, vote_place),
)


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did: the number of the master that is left, and how many keys moved."""

    number: int
    moved: int


def rotate_master(ledger: Ledger, *, now: Instant, tell: Tell) -> Rotated:
    """Replace the master key: a new one, every key wrapped under it, then the old one is gone.

    Readers and writers go on meanwhile. Stopped anywhere and run again, it ends what was begun.
    Copies from before hold the old master still: VAULT.md 3 says what follows.
    """
    try:
        number = ledger.write(partial(_begin, now), store=Store.KEYS)
    except IntegrityError:  # Another process began at the same moment: end it together.
        number = ledger.write(partial(_begin, now), store=Store.KEYS)
    moved = 0
    while True:
        for table, key, place in WRAPPED:
            moved += _move(ledger, table, key, place, tell)
        if ledger.write(partial(_retire, number), store=Store.KEYS):
            return Rotated(number, moved)


def _begin(now: Instant, db: Connection) -> int:
    """The newest master's number: a new one, unless a rotation was interrupted."""
    masters = _masters(db.execute(select(master_key).with_for_update()))
    if len(masters.secrets) > 1:
        return masters.newest
    number, secret = masters.newest + 1, random_bytes(KEY_SIZE)
    db.execute(insert(master_key).values(number=number, secret=secret, created_at=now))
    return number


def _move(
    ledger: Ledger, table: Table, key: Column[Any], place: Callable[[Any], str], tell: Tell
) -> int:
    """Wrap every key of a table under the newest master, in portions."""
    with ledger.reading(Store.KEYS) as db:
        keys = list(db.execute(select(key).order_by(key)).scalars())
    moved = 0
    for at in range(0, len(keys), PORTION):
        part = keys[at : at + PORTION]
        moved += ledger.write(partial(_move_portion, table, key, place, part), store=Store.KEYS)
        tell(min(at + PORTION, len(keys)), len(keys))
    return moved


def _move_portion(
    table: Table, key: Column[Any], place: Callable[[Any], str], part: list[Any], db: Connection
) -> int:
    masters = masters_to_wrap(db)
    old = [
        {"at": row[0], "was": bytes(row[1]),
         "now": masters.wrap(masters.unwrap(bytes(row[1]), place(row[0])), place(row[0]))}
        for row in db.execute(select(key, table.c.wrapped).where(key.in_(part)))
        if key_number(bytes(row[1])) != masters.newest
    ]  # fmt: skip
    if old:  # Who was erased meanwhile stays erased: the row is gone, or is as it was read.
        same = (key == bindparam("at")) & (table.c.wrapped == bindparam("was"))
        db.execute(update(table).where(same).values(wrapped=bindparam("now")), old)
    return len(old)


def _retire(number: int, db: Connection) -> bool:
    """Delete the masters before this one, unless some key still needs one of them."""
    db.execute(select(master_key).with_for_update()).all()
    for table, _key, _place in WRAPPED:
        for wrapped in db.execute(select(table.c.wrapped)).scalars():
            if key_number(bytes(wrapped)) != number:
                return False
    db.execute(delete(master_key).where(master_key.c.number < number))
    return True


def _masters(rows: Any) -> Masters:  # noqa: ANN401 -- SQLAlchemy's result.
    return Masters({row.number: bytes(row.secret) for row in rows})
