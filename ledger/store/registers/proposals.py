"""What one person proposes and another confirms: rows that ride requests, and who closed a period.

Not here: who may (`ledger.operations.change_by_two`, `fund_programme`).
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select

from ledger.core.ids import ClaimId, derived_id
from ledger.core.items import Claim
from ledger.core.proposals import Signed
from ledger.core.quantities import Amount
from ledger.core.requests import Row
from ledger.store.schema import officer, proposal, proposal_end, settlement


@dataclass(frozen=True, slots=True)
class Proposal:
    """A recall or a reversal that waits for another person; `subject`: a voucher, or an entry.

    `content_hash`: of all that it will do; `amount_cents` is what a person reads of that.
    """

    proposal_id: UUID
    kind: str
    subject: UUID
    amount_cents: Amount
    content_hash: bytes
    proposed_by: UUID

    def signed(self) -> Signed:
        """It as its end keeps it."""
        return Signed(self.proposal_id, self.content_hash, self.proposed_by)


def proposal_claim(proposal_id: UUID) -> Claim:
    """A proposal is made once."""
    return Claim(ClaimId(derived_id("proposal", proposal_id)))


def end_claim(proposal_id: UUID) -> Claim:
    """A proposal ends once: confirmed or withdrawn, whoever is first."""
    return Claim(ClaimId(derived_id("proposal_end", proposal_id)))


def read_proposal(db: Connection, book_no: int, proposal_id: UUID) -> Proposal | None:
    """One proposal, ended or not."""
    query = select(proposal).where(
        proposal.c.book_no == book_no, proposal.c.proposal_id == proposal_id
    )
    row = db.execute(query).mappings().first()
    if row is None:
        return None
    values = {name: row[name] for name in Proposal.__slots__}
    return Proposal(**values | {"content_hash": bytes(row["content_hash"])})


def ended_as(db: Connection, book_no: int, proposal_id: UUID) -> str | None:
    """Whether a proposal was confirmed or withdrawn; None while it waits."""
    query = select(proposal_end.c.outcome).where(
        proposal_end.c.book_no == book_no, proposal_end.c.proposal_id == proposal_id
    )
    return db.execute(query).scalar()


def proposal_row(one: Proposal) -> Row:
    """The row that rides a proposal."""
    return Row("proposal", {name: getattr(one, name) for name in Proposal.__slots__})


def end_row(one: Signed, outcome: str, ended_by: UUID) -> Row:
    """How a proposal ended; the database refuses a confirmation by who proposed."""
    return Row(
        "proposal_end",
        {
            "proposal_id": one.proposal_id,
            "outcome": outcome,
            "content_hash": one.content_hash,
            "proposed_by": one.proposed_by,
            "ended_by": ended_by,
        },
    )


def person_who_closed(db: Connection, book_no: int, period: int) -> UUID | None:
    """The person who closed a period; None while it is open."""
    query = (
        select(officer.c.person_id)
        .join(settlement, settlement.c.closed_by == officer.c.officer_id)
        .where(settlement.c.book_no == book_no, settlement.c.period == period)
    )
    return db.execute(query).scalar()
