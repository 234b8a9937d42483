"""The circuit registers an association and gives one of its people a way in; or suspends it.

It holds credits like a family or a shop, and offers actions in return; it moves no money of the
circuit. Not here: its actions (`offer_action`). Source: design 1, 4.2.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger.core.chart import CIRCUIT_BOOK
from ledger.store.book import Ledger
from ledger.store.edges import random_id
from ledger.store.network.associations import (
    ACTIVE,
    ROLE,
    SUSPENDED,
    Association,
    add_association,
    set_association,
)
from ledger.store.network.people import Officer
from ledger.store.passwords import hash_password

MAY_REGISTER: Final = frozenset({"officer", "approver"})
LEAST, LONGEST = 12, 200


class NameTaken(ValueError):
    """An association, or a user, of that name is there already."""


@dataclass(frozen=True, slots=True)
class NewAssociation:
    """Its public name, and how the first of its people signs in; nobody's own name."""

    name: str
    user_name: str
    password: str


def register_association(
    ledger: Ledger, asked: NewAssociation, *, officer: Officer, association_id: UUID
) -> bool:
    """Write an association down with its first person; False: not by this officer. Safe to retry.

    Errors: `NameTaken`; `ValueError` for no name, or a password of less than twelve characters.
    """
    book_no = ledger.book(CIRCUIT_BOOK).book_no
    if officer.book_no != book_no or officer.role not in MAY_REGISTER:
        return False
    name, user = asked.name.strip(), asked.user_name.strip()
    if not (name and user) or max(len(name), len(user)) > LONGEST or len(asked.password) < LEAST:
        message = "an association has a name, a user, and a password of twelve characters"
        raise ValueError(message)
    person = Officer(random_id(), book_no, random_id(), user, ROLE, "active")
    kept = hash_password(asked.password)
    one = Association(association_id, name, ACTIVE)
    if not ledger.write(lambda db: add_association(db, one, person, kept)):
        raise NameTaken(name)
    return True


def suspend_association(
    ledger: Ledger, association_id: UUID, *, officer: Officer, active: bool
) -> bool:
    """Stop an association from acting, or let it act again; False: not by this officer."""
    book_no = ledger.book(CIRCUIT_BOOK).book_no
    if officer.book_no != book_no or officer.role not in MAY_REGISTER:
        return False
    status = ACTIVE if active else SUSPENDED
    ledger.write(lambda db: set_association(db, association_id, status))
    return True
