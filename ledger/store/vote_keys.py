"""The key that signs a vote's ballots without seeing them: made when it opens, gone when it closes.

Afterwards nobody, whoever holds the server, can make a ballot for it. Not here: what is signed
(`ledger.token.blind_signatures`), and for whom (`ledger.operations`).
"""

from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from sqlalchemy import Connection, delete, insert, select

from ledger.core.quantities import Instant
from ledger.store.book import Ledger
from ledger.store.edges import random_bytes
from ledger.store.engines import Store
from ledger.store.keys import vote_key
from ledger.store.masters import masters_in, masters_to_wrap, vote_place
from ledger.token.blind_signatures import KEY_BITS

EXPONENT = 65537


def make_vote_key(ledger: Ledger, vote_id: UUID, *, now: Instant) -> RSAPrivateKey:
    """The key of a vote, the same one however often it is asked for."""
    made = generate_private_key(EXPONENT, KEY_BITS)
    der = made.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    def keep(db: Connection) -> None:
        if db.execute(select(vote_key).where(vote_key.c.vote_id == vote_id)).first() is None:
            wrapped = masters_to_wrap(db).wrap(der, vote_place(vote_id))
            db.execute(insert(vote_key).values(vote_id=vote_id, wrapped=wrapped, created_at=now))

    ledger.write(keep, store=Store.KEYS)
    kept = read_vote_key(ledger, vote_id)
    assert kept is not None
    return kept


def read_vote_key(ledger: Ledger, vote_id: UUID) -> RSAPrivateKey | None:
    """The key of a vote; None: it never was open, or is closed."""
    with ledger.reading(Store.KEYS) as db:
        row = db.execute(select(vote_key.c.wrapped).where(vote_key.c.vote_id == vote_id)).scalar()
        if row is None:
            return None
        der = masters_in(db).unwrap(bytes(row), vote_place(vote_id))
    found = load_der_private_key(der, None)
    assert isinstance(found, RSAPrivateKey)
    return found


def destroy_vote_key(ledger: Ledger, vote_id: UUID) -> None:
    """Let nobody sign a ballot of this vote any more."""
    statement = delete(vote_key).where(vote_key.c.vote_id == vote_id)
    ledger.write(lambda db: db.execute(statement), store=Store.KEYS)


def random_mask(secret: RSAPrivateKey) -> int:
    """A random number below a key's modulus, to work behind."""
    modulus = secret.public_key().public_numbers().n
    drawn = random_bytes(modulus.bit_length() // 8 + 16)  # So many more that none is likelier.
    return int.from_bytes(drawn, "big") % (modulus - 2) + 2
