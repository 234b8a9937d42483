"""Counts what a key signed: each code once, in the transaction that also sees the key alive.

So signatures are the rows of what was issued, always, also where two processes print one sheet.
Not here: signing (`signing`). Source: qr.md 8.
"""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from ledger.store.book import Ledger
from ledger.store.engines import Store
from ledger.store.key_register import CHUNK, is_ended
from ledger.store.keys import signed_code, signing_key


class KeyEnded(Exception):
    """A key that another process has ended while this one still held it open."""


def count_signed(ledger: Ledger, kid: bytes, codes: Sequence[UUID]) -> None:
    """Count those that this key had not signed before; the same text again is no more.

    Errors: `KeyEnded`.
    """
    while True:
        with ledger.reading(Store.KEYS) as db:
            if is_ended(db, kid):
                raise KeyEnded
            known = _signed_among(db, kid, codes)
        fresh = [code for code in codes if code not in known]
        if not fresh:
            return None
        try:
            return ledger.write(partial(_add, kid, fresh), store=Store.KEYS)
        except IntegrityError:
            continue  # Another process printed one of them just now: look again.


def _signed_among(db: Connection, kid: bytes, codes: Sequence[UUID]) -> frozenset[UUID]:
    found: set[UUID] = set()
    for at in range(0, len(codes), CHUNK):
        part = signed_code.c.credential_id.in_(codes[at : at + CHUNK])
        query = select(signed_code.c.credential_id).where(part, signed_code.c.kid == kid)
        found.update(db.execute(query).scalars())
    return frozenset(found)


def _add(kid: bytes, codes: Sequence[UUID], db: Connection) -> None:
    if is_ended(db, kid):
        raise KeyEnded
    db.execute(insert(signed_code), [{"credential_id": code, "kid": kid} for code in codes])
    count = signing_key.c.signed + len(codes)
    db.execute(update(signing_key).where(signing_key.c.kid == kid).values(signed=count))
