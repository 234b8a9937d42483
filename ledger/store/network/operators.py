"""Who stands at a shop's tills: a nickname, a PIN, and what they may do.

The nickname is the shop's own word, told to be no full name; it goes when they leave, and the
book's entries keep a random id. Not here: whose turn it is (`people`, the session).
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, RowMapping, insert, select, update

from ledger.core.quantities import Instant
from ledger.store.schema import session, shop, till_operator

PIN_TRIES: Final = 5
NOBODY: Final = b""
RIGHTS: Final = ("scan", "refund", "owner")  # Each with all before it.


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator of a shop; `rights` is one of `RIGHTS`."""

    operator_id: UUID
    shop_id: UUID
    nickname: str
    rights: str
    status: str
    tries: int
    made_at: Instant

    @property
    def is_locked(self) -> bool:
        """Whether the PIN was wrong too often; the owner unlocks."""
        return self.tries >= PIN_TRIES


@dataclass(frozen=True, slots=True)
class TillAtWork:
    """A till that asks: whose shop, who stands there, and what they may do.

    A shop without operators has one implied one, who may do all. `status` is revoked, too, where
    the device whose key opened the session was.
    """

    till_id: UUID
    shop_id: UUID
    label: str
    status: str
    device_id: UUID | None
    operator_id: UUID | None
    rights: str
    has_operators: bool

    @property
    def is_locked(self) -> bool:
        """Whether somebody has to come in by a PIN first."""
        return self.has_operators and self.operator_id is None

    def may(self, right: str) -> bool:
        """Whether who stands here has this right."""
        if not self.has_operators:
            return True
        return not self.is_locked and RIGHTS.index(self.rights) >= RIGHTS.index(right)


def add_operator(db: Connection, entry: Operator, pin_hmac: bytes) -> None:
    """Write an operator down; of the PIN only the keyed hash."""
    values = {name: getattr(entry, name) for name in Operator.__slots__}
    db.execute(insert(till_operator).values(pin_hmac=pin_hmac, **values))


def operators_of(db: Connection, shop_id: UUID) -> tuple[Operator, ...]:
    """The operators of a shop who have not left, in the order in which they came."""
    mine = (till_operator.c.shop_id == shop_id) & (till_operator.c.status == "active")
    order = till_operator.c.made_at, till_operator.c.operator_id
    rows = db.execute(select(till_operator).where(mine).order_by(*order)).mappings()
    return tuple(_read(row) for row in rows)


def read_operator(db: Connection, shop_id: UUID, operator_id: UUID) -> Operator | None:
    """One operator of this shop who has not left."""
    mine = (till_operator.c.operator_id == operator_id) & (till_operator.c.shop_id == shop_id)
    query = select(till_operator).where(mine, till_operator.c.status == "active")
    row = db.execute(query).mappings().first()
    return None if row is None else _read(row)


def is_operator_of(db: Connection, shop_id: UUID, operator_id: UUID) -> bool:
    """Whether this is, or was, an operator of the shop."""
    mine = (till_operator.c.operator_id == operator_id) & (till_operator.c.shop_id == shop_id)
    return db.execute(select(till_operator.c.status).where(mine)).first() is not None


def _read(row: RowMapping) -> Operator:
    return Operator(**{name: row[name] for name in Operator.__slots__})


def count_operator_try(db: Connection, operator_id: UUID) -> bytes | None:
    """Count one try, before it is compared; the PIN's hash, or None when it is locked."""
    mine = till_operator.c.operator_id == operator_id
    open_still = (till_operator.c.tries < PIN_TRIES) & (till_operator.c.status == "active")
    more = update(till_operator).where(mine, open_still).values(tries=till_operator.c.tries + 1)
    if db.execute(more).rowcount != 1:
        return None
    return bytes(db.execute(select(till_operator.c.pin_hmac).where(mine)).scalar_one())


def forgive_operator(db: Connection, operator_id: UUID) -> None:
    """Start counting anew: after the right PIN, or when the owner unlocks."""
    mine = till_operator.c.operator_id == operator_id
    db.execute(update(till_operator).where(mine).values(tries=0))


def change_operator_pin(db: Connection, operator_id: UUID, pin_hmac: bytes) -> None:
    """Give an operator another PIN, with all its tries; who came in by the old one is out."""
    mine = till_operator.c.operator_id == operator_id
    db.execute(update(till_operator).where(mine).values(pin_hmac=pin_hmac, tries=0))
    _end_turns(db, operator_id)


def take_leave(db: Connection, operator_id: UUID) -> None:
    """An operator goes: nickname and PIN are forgotten, at once and for good."""
    mine = till_operator.c.operator_id == operator_id
    gone = {"status": "left", "nickname": "", "pin_hmac": NOBODY, "tries": 0}
    db.execute(update(till_operator).where(mine).values(**gone))
    _end_turns(db, operator_id)


def take_all_leave(db: Connection, shop_id: UUID) -> None:
    """All operators of a shop go."""
    for one in operators_of(db, shop_id):
        take_leave(db, one.operator_id)


def _end_turns(db: Connection, operator_id: UUID) -> None:
    theirs = session.c.operator_id == operator_id
    db.execute(update(session).where(theirs).values(operator_id=None))


def set_refund_limit(db: Connection, shop_id: UUID, cents: int | None) -> None:
    """From more than how much a refund wants a second operator; None: never."""
    db.execute(update(shop).where(shop.c.shop_id == shop_id).values(refund_limit_cents=cents))


def refund_limit_of(db: Connection, shop_id: UUID) -> int | None:
    """From more than how much (cents) a refund wants a second operator; None: never."""
    query = select(shop.c.refund_limit_cents).where(shop.c.shop_id == shop_id)
    return db.execute(query).scalar()
