"""Associations of the circuit, and who acts for one of them. Public names; persons by random ids.

Who acts for one is an officer of the circuit's book whose role moves nothing there.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from ledger.store.network.people import Officer, add_officer, find_officer
from ledger.store.schema import association, association_person

ACTIVE, SUSPENDED = "active", "suspended"
ROLE: Final = "auditor"  # It looks, and moves nothing; its own rights come from the association.


@dataclass(frozen=True, slots=True)
class Association:
    """One association; `status`: active or suspended."""

    association_id: UUID
    name: str
    status: str


def add_association(db: Connection, one: Association, person: Officer, kept: str) -> bool:
    """Write it down with its first person; sent twice it is one. False: a name is taken.

    `kept`: that person's password, as it is kept.
    """
    known = read_associations(db)
    if any(other.association_id == one.association_id for other in known):
        return True
    taken = find_officer(db, person.book_no, person.user_name) is not None
    if taken or any(other.name == one.name for other in known):
        return False
    db.execute(insert(association).values({n: getattr(one, n) for n in Association.__slots__}))
    add_officer(db, person, kept)
    values = {"officer_id": person.officer_id, "association_id": one.association_id}
    db.execute(insert(association_person).values(values))
    return True


def read_associations(db: Connection) -> tuple[Association, ...]:
    """All of them, by name."""
    found = db.execute(select(association).order_by(association.c.name)).mappings()
    return tuple(Association(**{n: row[n] for n in Association.__slots__}) for row in found)


def association_of(db: Connection, officer_id: UUID) -> Association | None:
    """Whom an officer acts for; None: for the circuit itself."""
    query = (
        select(association)
        .join(
            association_person,
            association_person.c.association_id == association.c.association_id,
        )
        .where(association_person.c.officer_id == officer_id)
    )
    row = db.execute(query).mappings().first()
    return None if row is None else Association(**{n: row[n] for n in Association.__slots__})


def set_association(db: Connection, association_id: UUID, status: str) -> None:
    """Suspend it, or let it act again."""
    one = association.c.association_id == association_id
    db.execute(update(association).where(one).values(status=status))
