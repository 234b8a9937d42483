"""What one person proposed to book again after a restore: the row that rides the proposal.

Not here: the receipts (`network.recoveries`), and who may (`ledger.operations.recover`).
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select

from ledger.core.proposals import Signed
from ledger.core.quantities import Amount
from ledger.core.requests import Row
from ledger.store.schema import recovery_proposal


@dataclass(frozen=True, slots=True)
class RecoveryProposal:
    """So many receipts of so much (cents, refunds taken off), and a hash over all of them."""

    proposal_id: UUID
    receipts: int
    amount_cents: Amount
    content_hash: bytes
    proposed_by: UUID

    def signed(self) -> Signed:
        """It as its end keeps it."""
        return Signed(self.proposal_id, self.content_hash, self.proposed_by)

    def row(self) -> Row:
        """The row that rides it."""
        return Row("recovery_proposal", {name: getattr(self, name) for name in self.__slots__})


def read_recovery_proposal(
    db: Connection, book_no: int, proposal_id: UUID
) -> RecoveryProposal | None:
    """One proposal, ended or not."""
    query = select(recovery_proposal).where(
        recovery_proposal.c.book_no == book_no, recovery_proposal.c.proposal_id == proposal_id
    )
    row = db.execute(query).mappings().first()
    if row is None:
        return None
    values = {name: row[name] for name in RecoveryProposal.__slots__}
    return RecoveryProposal(**values | {"content_hash": bytes(row["content_hash"])})
