"""Shops and tills: who may be paid. Not here: what they are owed (the books)."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Connection, func, insert, select, update

from ledger.core.redemption import Shop
from ledger.store.schema import shop, till


@dataclass(frozen=True, slots=True)
class ShopEntry:
    """What is written down of a shop when it is accredited. `book_no`: its own comune."""

    shop_id: UUID
    book_no: int
    name: str
    category: str
    address: str
    vat_number: str
    iban: str


@dataclass(frozen=True, slots=True)
class Till:
    """A shop's device."""

    till_id: UUID
    shop_id: UUID
    label: str
    status: str


def last_shop_no(db: Connection) -> int:
    """The highest number of a shop in the network; 0 where there is none."""
    return db.execute(select(func.max(shop.c.shop_no))).scalar() or 0


def add_shop(db: Connection, entry: ShopEntry) -> int:
    """Write a shop down; gives its number in the network."""
    number = last_shop_no(db) + 1
    values = {name: getattr(entry, name) for name in ShopEntry.__slots__}
    db.execute(insert(shop).values(shop_no=number, status="active", **values))
    return number


def add_shops(db: Connection, entries: list[ShopEntry]) -> int:
    """Write many shops down at once; gives the first number."""
    first = last_shop_no(db) + 1
    rows = [
        {name: getattr(entry, name) for name in ShopEntry.__slots__}
        | {"shop_no": first + at, "status": "active"}
        for at, entry in enumerate(entries)
    ]
    db.execute(insert(shop), rows)
    return first


def set_shop_status(db: Connection, shop_id: UUID, status: str) -> None:
    """Suspend a shop, or admit it again."""
    db.execute(update(shop).where(shop.c.shop_id == shop_id).values(status=status))


def read_shop(db: Connection, shop_id: UUID) -> Shop | None:
    """A shop as a redemption sees it."""
    row = db.execute(select(shop).where(shop.c.shop_id == shop_id)).first()
    if row is None:
        return None
    return Shop(row.shop_id, row.shop_no, row.name, row.category, row.status)


def home_of(db: Connection, shop_id: UUID) -> int | None:
    """The number of the book of a shop's own comune."""
    return db.execute(select(shop.c.book_no).where(shop.c.shop_id == shop_id)).scalar()


def add_till(db: Connection, entry: Till, secret: bytes) -> None:
    """Enrol a till; only the hash of its secret is kept."""
    db.execute(
        insert(till).values(
            till_id=entry.till_id,
            shop_id=entry.shop_id,
            label=entry.label,
            status=entry.status,
            secret_hash=sha256(secret).digest(),
        )
    )


def add_tills(db: Connection, tills: Sequence[tuple[Till, bytes]]) -> None:
    """Enrol many tills at once."""
    for entry, secret in tills:
        add_till(db, entry, secret)


def find_till(db: Connection, secret: bytes) -> Till | None:
    """The active till that knows this secret."""
    found = till.c.secret_hash == sha256(secret).digest()
    row = db.execute(select(till).where(found, till.c.status == "active")).first()
    return None if row is None else Till(row.till_id, row.shop_id, row.label, row.status)


def read_till(db: Connection, till_id: UUID) -> Till | None:
    """One till."""
    row = db.execute(select(till).where(till.c.till_id == till_id)).first()
    return None if row is None else Till(row.till_id, row.shop_id, row.label, row.status)


def revoke_till(db: Connection, till_id: UUID) -> None:
    """Take a till's rights away, at once."""
    db.execute(update(till).where(till.c.till_id == till_id).values(status="revoked"))
