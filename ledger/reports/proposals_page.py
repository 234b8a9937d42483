"""Proposals that wait for a second person, and how they ended. Cents; no names of families."""

from dataclasses import dataclass
from uuid import UUID

from ledger.core.quantities import Amount, Instant
from ledger.reports.rows import first_row, query, rows
from ledger.store.book import Ledger


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One proposal: what it does to what, who proposed and who ended it.

    `family_id`: of a voucher to be recalled. `entry_index`: of the entry to be corrected.
    """

    proposal_id: UUID
    kind: str
    subject: UUID
    amount_cents: Amount
    content_hash: bytes
    proposed_by: UUID
    proposed_name: str
    proposed_at: Instant
    log_index: int
    family_id: UUID | None
    programme: str
    entry_index: int | None
    entry_kind: str
    outcome: str
    ended_name: str
    end_index: int | None

    @property
    def status(self) -> str:
        """Where it is, as a state."""
        return {"": "prepared", "confirmed": "approved", "withdrawn": "withdrawn"}[self.outcome]


_PROPOSAL = """
    SELECT p.proposal_id, p.kind, p.subject, p.amount_cents, p.content_hash, p.proposed_by,
           COALESCE((SELECT MIN(o.user_name) FROM officer o
             WHERE o.book_no = p.book_no AND o.person_id = p.proposed_by), '') AS proposed_name,
           m.recorded_at AS proposed_at, p.log_index, v.family_id,
           COALESCE(t.title, '') AS programme,
           d.log_index AS entry_index, COALESCE(d.kind, '') AS entry_kind,
           COALESCE(e.outcome, '') AS outcome,
           COALESCE((SELECT MIN(o.user_name) FROM officer o
             WHERE o.book_no = p.book_no AND o.person_id = e.ended_by), '') AS ended_name,
           e.log_index AS end_index
      FROM proposal p
      JOIN decision m ON m.book_no = p.book_no AND m.log_index = p.log_index
      LEFT JOIN proposal_end e ON e.book_no = p.book_no AND e.proposal_id = p.proposal_id
      LEFT JOIN voucher v ON v.book_no = p.book_no AND v.voucher_id = p.subject
      LEFT JOIN programme_version t ON t.book_no = v.book_no
       AND t.programme_id = v.programme_id AND t.version = 1
      LEFT JOIN decision d ON d.book_no = p.book_no AND d.request_id = p.subject
     WHERE p.book_no = :book_no
"""
IDS = "proposal_id subject proposed_by family_id"
WAITING = query(
    _PROPOSAL + " AND e.proposal_id IS NULL ORDER BY p.log_index DESC", ProposalRow, ids=IDS
)
ONE = query(_PROPOSAL + " AND p.proposal_id = :proposal", ProposalRow, ids=IDS, given="proposal")


def waiting_proposals(ledger: Ledger, book_no: int) -> tuple[ProposalRow, ...]:
    """Those that nobody has confirmed or withdrawn, newest first."""
    with ledger.reading() as db:
        return rows(db, WAITING, ProposalRow, {"book_no": book_no})


def proposal(ledger: Ledger, book_no: int, proposal_id: UUID) -> ProposalRow | None:
    """One proposal, or None."""
    with ledger.reading() as db:
        return first_row(db, ONE, ProposalRow, {"book_no": book_no, "proposal": proposal_id})
