"""Donations of a book: rows that ride the proposal that commits them, and reads.

The name of who gave is in the vault, in a paper of that person. Source: domain.md 1.4, 2.4.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, func, select

from ledger.core.ids import ClaimId, derived_id
from ledger.core.items import Claim
from ledger.core.requests import Row
from ledger.store.schema import donation


@dataclass(frozen=True, slots=True)
class Donation:
    """What somebody of the vault gave: its number in a year, and the proposal that commits it."""

    donation_id: UUID
    year: int
    number: int
    person_id: UUID

    @property
    def paper(self) -> str:
        """The field of the vault that says who gave."""
        return f"donation/{self.donation_id.hex}"

    def claim(self, comune: str) -> Claim:
        """A number is given once a year."""
        return Claim(ClaimId(derived_id("donation", comune, self.year, self.number)))

    def row(self) -> Row:
        """The row that rides its proposal."""
        return Row("donation", {name: getattr(self, name) for name in Donation.__slots__})


def next_number(db: Connection, book_no: int, year: int) -> int:
    """The number after the last that was given in a year; also of what was withdrawn."""
    query = select(func.max(donation.c.number)).where(
        donation.c.book_no == book_no, donation.c.year == year
    )
    return (db.execute(query).scalar() or 0) + 1


def read_donation(db: Connection, book_no: int, donation_id: UUID) -> Donation | None:
    """One donation, or None."""
    query = select(donation).where(
        donation.c.book_no == book_no, donation.c.donation_id == donation_id
    )
    row = db.execute(query).mappings().first()
    return None if row is None else Donation(**{name: row[name] for name in Donation.__slots__})
