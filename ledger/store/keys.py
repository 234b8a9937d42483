"""The keys store: the master keys, one key per person, the keyed hashes, the signing keys.

Kept and backed up apart from book and vault, so that destroying a person's key erases the person
also from every backup of the vault. Not here: what is encrypted (`vault`), what is signed
(`signing`), how a master key is replaced (`masters`). Source: design 5; VAULT.md.
"""

import hmac
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import CheckConstraint, Column, Connection, MetaData, Table, insert, select

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
master_key = Table(
    "master_key",
    keys_store,
    Column("number", Count(), primary_key=True, autoincrement=False),
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

# Which programme a key signs for alone; a key without a row signs for all of its comune.
key_programme = Table(
    "key_programme",
    keys_store,
    Column("kid", Bytes(), primary_key=True),
    Column("programme", Count(), nullable=False),
    sqlite_with_rowid=False,
)

# The key that signs the ballots of one vote without seeing them; gone when it closes.
vote_key = Table(
    "vote_key",
    keys_store,
    Column("vote_id", Id(), primary_key=True),
    Column("wrapped", Bytes(), nullable=False),
    Column("created_at", Count(), nullable=False),
    sqlite_with_rowid=False,
)

# A key that signs no more and is believed no more: asked by one person, confirmed by another.
key_end = Table(
    "key_end",
    keys_store,
    Column("kid", Bytes(), primary_key=True),
    Column("why", Words(), nullable=False),
    Column("asked_by", Id(), nullable=False),
    Column("asked_at", Count(), nullable=False),
    Column("ended_by", Id(), nullable=True),
    Column("ended_at", Count(), nullable=True),
    Column("delisted_at", Count(), nullable=True),
    CheckConstraint("ended_by <> asked_by", name="two_persons"),
    CheckConstraint("(ended_by IS NULL) = (ended_at IS NULL)", name="ended"),
    CheckConstraint("delisted_at IS NULL OR ended_at IS NOT NULL", name="delisted"),
    sqlite_with_rowid=False,
)

# The public side of the root, and the lists that it signed.
root_key = Table(
    "root_key",
    keys_store,
    Column("kid", Bytes(), primary_key=True),
    Column("public", Bytes(), nullable=False),
    Column("created_at", Count(), nullable=False),
    sqlite_with_rowid=False,
)
signed_list = Table(
    "signed_list",
    keys_store,
    Column("kind", Small(), primary_key=True, autoincrement=False),
    Column("version", Count(), primary_key=True, autoincrement=False),
    Column("raw", Bytes(), nullable=False),
    Column("taken_at", Count(), nullable=False),
    CheckConstraint("kind IN (7, 8)", name="kind"),
    sqlite_with_rowid=False,
)

NONCE_SIZE: Final = 12
KEY_SIZE: Final = 32
NUMBER_SIZE: Final = 4
FIRST: Final = 1  # The number of a key that was never replaced: so are all keys of persons.
AES_GCM: Final = b"\x02"  # The algorithm and what it authenticates, in front of every value.
AES_GCM_UNNUMBERED: Final = b"\x01"  # Before keys had numbers: read still, never written.
NAMES: Final = ("pin", "code", "lookup")


class CannotOpen(Exception):
    """A sealed value whose key is gone, or that is not what was sealed in that place."""


def seal(key: bytes, value: bytes, place: str, *, number: int = FIRST) -> bytes:
    """Encrypt with AES-256-GCM: algorithm, key's number, nonce, text and tag.

    `place` (row and column), algorithm and number are authenticated; the place is not stored.
    """
    head, nonce = AES_GCM + number.to_bytes(NUMBER_SIZE, "big"), random_bytes(NONCE_SIZE)
    return head + nonce + AESGCM(key).encrypt(nonce, value, head + place.encode())


def open_sealed(key: bytes, sealed: bytes, place: str) -> bytes:
    """Decrypt what `seal` wrote for the same place. Errors: `CannotOpen`."""
    size, bound = (1, b"") if sealed[:1] == AES_GCM_UNNUMBERED else (1 + NUMBER_SIZE, sealed[:5])
    nonce, rest = sealed[size : size + NONCE_SIZE], sealed[size + NONCE_SIZE :]
    try:
        if sealed[:1] not in {AES_GCM, AES_GCM_UNNUMBERED}:
            raise CannotOpen(place)
        return AESGCM(key).decrypt(nonce, rest, bound + place.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotOpen(place) from error


def key_number(sealed: bytes) -> int:
    """Which key a value says that it was sealed with."""
    numbered = sealed[:1] == AES_GCM
    return int.from_bytes(sealed[1 : 1 + NUMBER_SIZE], "big") if numbered else FIRST


def keyed_hash(key: bytes, *parts: bytes) -> bytes:
    """HMAC-SHA-256 over the parts, each with its length, so that no two lists meet."""
    framed = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hmac.new(key, framed, sha256).digest()


def make_named_keys(db: Connection, now: Instant) -> None:
    """Make the ledger's own keys and the first master, once."""
    for name in NAMES:
        secret = random_bytes(KEY_SIZE)
        db.execute(insert(named_key).values(name=name, secret=secret, created_at=now))
    first = insert(master_key).values(number=FIRST, secret=random_bytes(KEY_SIZE), created_at=now)
    db.execute(first)


def read_named_keys(db: Connection) -> dict[str, bytes]:
    """The keys of keyed hashes by name. Errors: `CannotOpen` if one, or the master, is missing."""
    keys = {row.name: bytes(row.secret) for row in db.execute(select(named_key))}
    masters = db.execute(select(master_key.c.number).where(master_key.c.number >= FIRST))
    if set(keys) != set(NAMES) or masters.first() is None:
        message = "the keys store does not hold this ledger's keys"
        raise CannotOpen(message)
    return keys


def read_log_keys(db: Connection) -> dict[str, NoteKey]:
    """The public keys by which logs sign their checkpoints, by origin."""
    rows = db.execute(select(note_key.c.name, note_key.c.public))
    return {row.name: NoteKey(row.name, LOG_KEY, bytes(row.public)) for row in rows}
