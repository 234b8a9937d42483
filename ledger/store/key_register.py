"""The register of signing keys: whose each is, for what, how often it signed, and how it ended.

And the root's public side, with the lists that it signed. Not here: private keys (`signing`), what
a till is told of all this (`trust`). Source: qr.md 8; docs/KEYS.md.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, func, insert, select, update

from ledger.core.quantities import Instant
from ledger.store.book import Ledger
from ledger.store.engines import Store
from ledger.store.keys import (
    key_end,
    key_programme,
    root_key,
    signed_code,
    signed_list,
    signing_key,
)

KEY_LIST, DENY_LIST = 7, 8
CHUNK: Final = 400


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One signing key. `programme`: 0, or the only one it signs for; `ended_at`: 0 while it lives.

    `asked_by`: who asked for its end. `delisted_at`: when tills began to be told so, or 0.
    """

    kid: bytes
    use: str
    issuer: str
    programme: int
    public: bytes
    not_before: Instant
    not_after: Instant
    signed: int
    why: str
    asked_by: UUID | None
    ended_at: Instant
    delisted_at: Instant

    def is_believed(self, at: Instant | None = None) -> bool:
        """Whether it counts now; or counted for a till that met the server at that moment."""
        if at is None:
            return not self.ended_at
        return not self.delisted_at or at < self.delisted_at


_ROWS = (
    select(
        signing_key,
        func.coalesce(key_programme.c.programme, 0).label("programme"),
        func.coalesce(key_end.c.why, "").label("why"),
        key_end.c.asked_by,
        func.coalesce(key_end.c.ended_at, 0).label("ended_at"),
        func.coalesce(key_end.c.delisted_at, 0).label("delisted_at"),
    )
    .outerjoin(key_programme, key_programme.c.kid == signing_key.c.kid)
    .outerjoin(key_end, key_end.c.kid == signing_key.c.kid)
    .order_by(signing_key.c.issuer, signing_key.c.use, signing_key.c.not_before.desc())
)


def key_rows(db: Connection) -> tuple[KeyRow, ...]:
    """Every signing key, the newest of each use first."""
    names = KeyRow.__slots__
    found = db.execute(_ROWS).mappings()
    return tuple(KeyRow(**{name: _plain(row[name]) for name in names}) for row in found)


def _plain(value: Any) -> Any:  # noqa: ANN401 -- as the engine has it.
    return bytes(value) if isinstance(value, memoryview) else value


def find_key(ledger: Ledger, kid: bytes) -> KeyRow:
    """One key by its name. Errors: `LookupError`."""
    with ledger.reading(Store.KEYS) as db:
        found = next((one for one in key_rows(db) if one.kid == kid), None)
    if found is None:
        raise LookupError(kid.hex())
    return found


def is_ended(db: Connection, kid: bytes) -> bool:
    """Whether a key may sign no more."""
    query = select(key_end.c.kid).where(key_end.c.kid == kid, key_end.c.ended_at.is_not(None))
    return db.execute(query).first() is not None


def ask_end(db: Connection, kid: bytes, why: str, person: UUID, now: Instant) -> None:
    """One person asks for a key's end; asked again, the first stands."""
    if db.execute(select(key_end.c.kid).where(key_end.c.kid == kid)).first() is None:
        row = {"kid": kid, "why": why, "asked_by": person, "asked_at": now}
        db.execute(insert(key_end).values(**row))


def confirm_end(db: Connection, kid: bytes, person: UUID, now: Instant) -> bool:
    """Another person confirms it; false where it was not asked for, or by the same person.

    Tills without a root's list are told at their next contact.
    """
    asked = (key_end.c.kid == kid) & (key_end.c.asked_by != person) & key_end.c.ended_at.is_(None)
    rooted = db.execute(select(root_key.c.kid)).first() is not None
    ended = {"ended_by": person, "ended_at": now, "delisted_at": None if rooted else now}
    return db.execute(update(key_end).where(asked).values(**ended)).rowcount == 1


def signed_codes(db: Connection, kid: bytes) -> list[UUID]:
    """The codes that a key has signed, each once."""
    query = select(signed_code.c.credential_id).where(signed_code.c.kid == kid)
    return list(db.execute(query.order_by(signed_code.c.credential_id)).scalars())


def signed_by_living(db: Connection, like: KeyRow) -> frozenset[UUID]:
    """The codes that living keys of the same comune and use have signed."""
    same = (like.issuer, like.use)
    living = [o for o in key_rows(db) if (o.issuer, o.use) == same and o.is_believed()]
    return frozenset(code for one in living for code in signed_codes(db, one.kid))


def counted(db: Connection) -> dict[bytes, int]:
    """How many codes stand as signed by each key."""
    query = select(signed_code.c.kid, func.count()).group_by(signed_code.c.kid)
    return {bytes(kid): count for kid, count in db.execute(query)}


def scope_key(db: Connection, kid: bytes, programme: int) -> None:
    """Have a key sign for one programme alone."""
    db.execute(insert(key_programme).values(kid=kid, programme=programme))


def add_root(db: Connection, kid: bytes, public: bytes, now: Instant) -> None:
    """Believe a root from now on; the same again changes nothing."""
    if db.execute(select(root_key.c.kid).where(root_key.c.kid == kid)).first() is None:
        db.execute(insert(root_key).values(kid=kid, public=public, created_at=now))


def roots(db: Connection) -> tuple[bytes, ...]:
    """The roots' public keys, the oldest first; none: this network has no root yet."""
    query = select(root_key.c.public).order_by(root_key.c.created_at, root_key.c.kid)
    return tuple(bytes(one) for one in db.execute(query).scalars())


@dataclass(frozen=True, slots=True)
class SignedList:
    """A list as the root signed it; `kind`: 7 keys, 8 denied codes."""

    kind: int
    version: int
    raw: bytes
    taken_at: Instant


def newest_lists(db: Connection) -> dict[int, SignedList]:
    """The newest list of each kind."""
    found: dict[int, SignedList] = {}
    for row in db.execute(select(signed_list).order_by(signed_list.c.version)):
        found[row.kind] = SignedList(row.kind, row.version, bytes(row.raw), row.taken_at)
    return found


def add_lists(db: Connection, lists: Collection[SignedList], listed: Collection[bytes]) -> None:
    """Tell tills these lists from now on; ended keys that are not `listed` are gone for them."""
    rows = [{name: getattr(one, name) for name in SignedList.__slots__} for one in lists]
    db.execute(insert(signed_list), rows)
    taken_at = max(one.taken_at for one in lists)
    gone = key_end.c.ended_at.is_not(None) & key_end.c.delisted_at.is_(None)
    for kid in db.execute(select(key_end.c.kid).where(gone)).scalars().all():
        if bytes(kid) not in listed:
            mine = update(key_end).where(key_end.c.kid == kid)
            db.execute(mine.values(delisted_at=taken_at))
