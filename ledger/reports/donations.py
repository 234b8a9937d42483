"""Donations of a comune by number; and who gave one, from the vault, for its receipt.

The list names nobody. Amounts in cents.
"""

import json
from dataclasses import dataclass
from uuid import UUID

from ledger.core.quantities import Amount, Instant, Unit
from ledger.reports.rows import query, rows
from ledger.store.book import Ledger
from ledger.store.people import papers_of
from ledger.store.registers.donations import read_donation


@dataclass(frozen=True, slots=True)
class DonationRow:
    """One donation: its number, for what, how much; `entry`: the line that booked the money."""

    donation_id: UUID
    year: int
    number: int
    received_on: str
    purpose: str
    amount_cents: Amount
    unit: Unit
    programme: str
    outcome: str
    entry: int | None
    booked_at: Instant | None
    leaf_hash: bytes | None

    @property
    def status(self) -> str:
        """Where it is, as a state."""
        return {"": "prepared", "confirmed": "approved", "withdrawn": "withdrawn"}[self.outcome]

    @property
    def name(self) -> str:
        """Its number as people write it."""
        return f"{self.number}/{self.year}"


DONATIONS = query(
    """
    SELECT n.donation_id, n.year, n.number, p.act_dated AS received_on, p.act_title AS purpose,
           p.amount_cents, one.unit, v.title AS programme, COALESCE(e.outcome, '') AS outcome,
           CASE WHEN e.outcome = 'confirmed' THEN e.log_index END AS entry,
           d.recorded_at AS booked_at, d.leaf_hash
      FROM donation n
      JOIN budget_proposal p ON p.book_no = n.book_no AND p.proposal_id = n.donation_id
      JOIN programme one ON one.book_no = p.book_no AND one.programme_id = p.programme_id
      JOIN programme_version v ON v.book_no = p.book_no AND v.programme_id = p.programme_id
       AND v.version = 1
      LEFT JOIN proposal_end e ON e.book_no = n.book_no AND e.proposal_id = n.donation_id
      LEFT JOIN decision d ON d.book_no = e.book_no AND d.log_index = e.log_index
     WHERE n.book_no = :book_no ORDER BY n.year DESC, n.number DESC
    """,
    DonationRow,
    ids="donation_id",
)


def donations(ledger: Ledger, book_no: int) -> tuple[DonationRow, ...]:
    """Every donation of a comune, newest first."""
    with ledger.reading() as db:
        return rows(db, DONATIONS, DonationRow, {"book_no": book_no})


@dataclass(frozen=True, slots=True)
class WhoGave:
    """Who gave, as the receipt names it."""

    name: str
    address: str
    fiscal_code: str


def who_gave(ledger: Ledger, book_no: int, donation_id: UUID) -> WhoGave | None:
    """Who gave one donation; None if it is unknown, or the person was erased."""
    with ledger.reading() as db:
        found = read_donation(db, book_no, donation_id)
    if found is None:
        return None
    papers = papers_of(ledger, [found.person_id], fields=[found.paper])
    text = papers.get(found.person_id, {}).get(found.paper)
    return None if text is None else WhoGave(**json.loads(text))
