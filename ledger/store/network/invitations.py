"""Codes by which a shop's owner adds a till: kept as keyed hashes, used once, over within minutes.

Not here: the till and the device that come of it (`shops`, `devices`).
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from ledger.core.quantities import Instant
from ledger.store.schema import till_invitation


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a code invites to: `till_id` of a new till, or of one that gets another device."""

    invitation_id: UUID
    shop_id: UUID
    till_id: UUID
    label: str
    made_at: Instant
    expires_at: Instant


def add_invitation(db: Connection, entry: Invitation, code_hmac: bytes) -> None:
    """Write a new code down; an earlier one for the same till ends."""
    earlier = till_invitation.c.till_id == entry.till_id
    db.execute(
        update(till_invitation)
        .where(earlier, till_invitation.c.used_at.is_(None))
        .values(used_at=entry.made_at)
    )
    values = {name: getattr(entry, name) for name in Invitation.__slots__}
    db.execute(insert(till_invitation).values(code_hmac=code_hmac, **values))


def take_invitation(db: Connection, code_hmac: bytes, now: Instant) -> Invitation | None:
    """Use a code, once; None for an unknown one, one that was used, or that is over."""
    used = db.execute(
        update(till_invitation)
        .where(
            till_invitation.c.code_hmac == code_hmac,
            till_invitation.c.used_at.is_(None),
            till_invitation.c.expires_at > now,
        )
        .values(used_at=now)
    )
    if used.rowcount != 1:
        return None
    query = select(till_invitation).where(till_invitation.c.code_hmac == code_hmac)
    row = db.execute(query).mappings().one()
    return Invitation(**{name: row[name] for name in Invitation.__slots__})
