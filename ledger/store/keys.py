"""The keys store: the master key, one key per person, the keyed hashes, the signing keys.

Kept and backed up apart from book and vault, so that destroying a person's key erases the person
also from every backup of the vault. Not here: what is encrypted (`vault`), what is signed
(`signing`). Source: design 5.
"""

import hmac
from collections.abc import Callable
from hashlib import sha256
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, Connection, MetaData, Table, delete, insert, select

from ledger.core.quantities import Instant
from ledger.proof.notes import LOG_KEY, NoteKey
from ledger.store.columns import Bytes, Count, Id, Small, Words
from ledger.store.edges import random_bytes
from ledger.store.schema import NAMING

keys_store = MetaData(naming_convention=NAMING)

keys_identity = Table(
    "keys_identity",
    keys_store,
    Column("one", Small(), primary_key=True, autoincrement=False),
    Column("ledger_id", Id(), nullable=False),
    Column("created_at", Count(), nullable=False),
    sqlite_with_rowid=False,
)
named_key = Table(
    "named_key",
    keys_store,
    Column("name", Words(), primary_key=True),
    Column("secret", Bytes(), nullable=False),
    Column("created_at", Count(), nullable=False),
    sqlite_with_rowid=False,
)
person_key = Table(
    "person_key",
    keys_store,
    Column("person_id", Id(), primary_key=True),
    Column("wrapped", Bytes(), nullable=False),
    Column("created_at", Count(), nullable=False),
    sqlite_with_rowid=False,
)
signing_key = Table(
    "signing_key",
    keys_store,
    Column("kid", Bytes(), primary_key=True),
    Column("use", Words(), nullable=False),
    Column("issuer", Words(), nullable=False),
    Column("public", Bytes(), nullable=False),
    Column("wrapped", Bytes(), nullable=False),
    Column("not_before", Count(), nullable=False),
    Column("not_after", Count(), nullable=False),
    Column("signed", Count(), nullable=False),
    sqlite_with_rowid=False,
)

signed_code = Table(
    "signed_code",
    keys_store,
    Column("credential_id", Id(), primary_key=True),
    Column("kid", Bytes(), primary_key=True),
    sqlite_with_rowid=False,
)

note_key = Table(
    "note_key",
    keys_store,
    Column("name", Words(), primary_key=True),
    Column("public", Bytes(), nullable=False),
    Column("wrapped", Bytes(), nullable=False),
    Column("created_at", Count(), nullable=False),
    sqlite_with_rowid=False,
)

NONCE_SIZE: Final = 12
KEY_SIZE: Final = 32
VERSION: Final = b"\x01"  # Of key and algorithm, in front of every sealed value.
NAMES: Final = ("master", "pin", "code", "lookup")


class CannotOpen(Exception):
    """A sealed value whose key is gone, or that is not what was sealed in that place."""


def seal(key: bytes, value: bytes, place: str) -> bytes:
    """Encrypt with AES-256-GCM; `place` (row and column) is authenticated, not stored."""
    nonce = random_bytes(NONCE_SIZE)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, value, place.encode())


def open_sealed(key: bytes, sealed: bytes, place: str) -> bytes:
    """Decrypt what `seal` wrote for the same place. Errors: `CannotOpen`."""
    nonce, rest = sealed[1 : 1 + NONCE_SIZE], sealed[1 + NONCE_SIZE :]
    try:
        if sealed[:1] != VERSION:
            raise CannotOpen(place)
        return AESGCM(key).decrypt(nonce, rest, place.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotOpen(place) from error


def keyed_hash(key: bytes, *parts: bytes) -> bytes:
    """HMAC-SHA-256 over the parts, each with its length, so that no two lists meet."""
    framed = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hmac.new(key, framed, sha256).digest()


def make_named_keys(db: Connection, now: Instant) -> None:
    """Make the ledger's own keys, once."""
    for name in NAMES:
        secret = random_bytes(KEY_SIZE)
        db.execute(insert(named_key).values(name=name, secret=secret, created_at=now))


def read_named_keys(db: Connection) -> dict[str, bytes]:
    """The ledger's own keys by name. Errors: `CannotOpen` if one is missing."""
    keys = {row.name: bytes(row.secret) for row in db.execute(select(named_key))}
    if set(keys) != set(NAMES):
        message = "the keys store does not hold this ledger's keys"
        raise CannotOpen(message)
    return keys


def read_log_keys(db: Connection) -> dict[str, NoteKey]:
    """The public keys by which logs sign their checkpoints, by origin."""
    rows = db.execute(select(note_key.c.name, note_key.c.public))
    return {row.name: NoteKey(row.name, LOG_KEY, bytes(row.public)) for row in rows}


def make_person_key(
    person: UUID, master: bytes, now: Instant
) -> tuple[bytes, Callable[[Connection], None]]:
    """A new key for one person, and the write that stores it wrapped by the master."""
    key = random_bytes(KEY_SIZE)
    wrapped = seal(master, key, f"person_key/{person.hex}")

    def store(db: Connection) -> None:
        row = insert(person_key).values(person_id=person, wrapped=wrapped, created_at=now)
        db.execute(row)

    return key, store


def read_person_key(db: Connection, person: UUID, master: bytes) -> bytes | None:
    """One person's key, or None if it was destroyed."""
    row = db.execute(select(person_key.c.wrapped).where(person_key.c.person_id == person)).scalar()
    return None if row is None else open_sealed(master, bytes(row), f"person_key/{person.hex}")


def destroy_person_key(db: Connection, person: UUID) -> None:
    """Make everything sealed for this person unreadable, for ever."""
    db.execute(delete(person_key).where(person_key.c.person_id == person))
