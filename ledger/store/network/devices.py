"""The devices of tills: the public keys that sign what they accept without network.

Not here: a till's secret and session (`shops`, `people`), and what was accepted (`offline`).
"""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from ledger.core.quantities import Instant
from ledger.store.schema import device, shop


@dataclass(frozen=True, slots=True)
class Device:
    """One device of a till. `status`: waiting (to be confirmed), active, frozen, or revoked."""

    device_id: UUID
    shop_id: UUID
    till_id: UUID
    device_no: int
    public: bytes
    status: str
    made_at: Instant


def add_device(db: Connection, made: Device) -> Device:
    """Register a device under the next number of its shop; the till's earlier one is revoked."""
    mine = device.c.shop_id == made.shop_id
    number = (db.execute(select(func.max(device.c.device_no)).where(mine)).scalar() or 0) + 1
    earlier = (device.c.till_id == made.till_id) & (device.c.status != "revoked")
    db.execute(update(device).where(earlier).values(status="revoked"))
    values = {name: getattr(made, name) for name in Device.__slots__}
    db.execute(insert(device).values(**values | {"device_no": number}, uploads=0))
    return replace(made, device_no=number)


def devices_made(db: Connection) -> int:
    """How many devices there are, of all shops: it grows with each."""
    return db.execute(select(func.count()).select_from(device)).scalar() or 0


def find_device(db: Connection, shop_no: int, device_no: int) -> Device | None:
    """The device that an acceptance says it is of."""
    joined = select(device).join_from(device, shop, shop.c.shop_id == device.c.shop_id)
    query = joined.where(shop.c.shop_no == shop_no, device.c.device_no == device_no)
    row = db.execute(query).mappings().first()
    return None if row is None else _read(row)


def devices_of_number(db: Connection, shop_no: int) -> tuple[Device, ...]:
    """Every device of the shop with this number."""
    joined = select(device).join_from(device, shop, shop.c.shop_id == device.c.shop_id)
    return tuple(map(_read, db.execute(joined.where(shop.c.shop_no == shop_no)).mappings()))


def device_with_key(db: Connection, public: bytes) -> Device | None:
    """The device that this key was registered for."""
    row = db.execute(select(device).where(device.c.public == public)).mappings().first()
    return None if row is None else _read(row)


def read_device(db: Connection, device_id: UUID) -> Device | None:
    """One device, also one whose rights were taken away."""
    row = db.execute(select(device).where(device.c.device_id == device_id)).mappings().first()
    return None if row is None else _read(row)


def device_of_till(db: Connection, till_id: UUID) -> Device | None:
    """The device that a till has now, if it is not revoked."""
    query = select(device).where(device.c.till_id == till_id, device.c.status != "revoked")
    row = db.execute(query).mappings().first()
    return None if row is None else _read(row)


def active_devices(db: Connection, shop_id: UUID) -> int:
    """How many devices share what a shop may take."""
    mine = (device.c.shop_id == shop_id) & (device.c.status == "active")
    return db.execute(select(func.count()).select_from(device).where(mine)).scalar() or 0


def set_device_status(db: Connection, device_id: UUID, status: str) -> None:
    """Confirm, freeze or revoke a device, at once."""
    db.execute(update(device).where(device.c.device_id == device_id).values(status=status))


def pass_challenge(db: Connection, device_id: UUID, asked_at: Instant) -> bool:
    """Open a session with a challenge that was asked then; false where a later one did already."""
    unused = device.c.challenged_at.is_(None) | (device.c.challenged_at < asked_at)
    mine = device.c.device_id == device_id
    passed = db.execute(update(device).where(mine, unused).values(challenged_at=asked_at))
    return passed.rowcount == 1


def _read(row: RowMapping) -> Device:
    values = {name: row[name] for name in Device.__slots__}
    return Device(**values | {"public": bytes(row["public"])})
