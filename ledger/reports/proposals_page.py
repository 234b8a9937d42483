"""Proposals that wait for a second person, and how they ended. Cents; no names of families."""

from dataclasses import dataclass
from uuid import UUID

from ledger.core.quantities import Amount, Instant
from ledger.reports.rows import query, rows
from ledger.store.book import Ledger


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One proposal: what it does to what, who proposed and who ended it.

    `family_id`: of a voucher to be recalled. `entry_index`: of the entry to be corrected. `act`,
    `source`: of money to be committed or given back, whose `subject` is the programme.
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
    unit: str
    act_number: str
    act_dated: str
    act_title: str
    source_kind: str
    source_name: str
    gift_allowed: int

    @property
    def status(self) -> str:
        """Where it is, as a state."""
        return {"": "prepared", "confirmed": "approved", "withdrawn": "withdrawn"}[self.outcome]


_BY = """
           COALESCE((SELECT MIN(o.user_name) FROM officer o
             WHERE o.book_no = p.book_no AND o.person_id = p.proposed_by), '') AS proposed_name,
           m.recorded_at AS proposed_at, p.log_index,
           COALESCE(e.outcome, '') AS outcome,
           COALESCE((SELECT MIN(o.user_name) FROM officer o
             WHERE o.book_no = p.book_no AND o.person_id = e.ended_by), '') AS ended_name,
           e.log_index AS end_index
"""
_ENDED = """
      JOIN decision m ON m.book_no = p.book_no AND m.log_index = p.log_index
      LEFT JOIN proposal_end e ON e.book_no = p.book_no AND e.proposal_id = p.proposal_id
"""
_CHANGE = f"""
    SELECT p.proposal_id, p.kind, p.subject, p.amount_cents, p.content_hash, p.proposed_by,
           {_BY}, v.family_id, COALESCE(t.title, '') AS programme,
           d.log_index AS entry_index, COALESCE(d.kind, '') AS entry_kind,
           '' AS unit, '' AS act_number, '' AS act_dated, '' AS act_title,
           '' AS source_kind, '' AS source_name, 0 AS gift_allowed
      FROM proposal p {_ENDED}
      LEFT JOIN voucher v ON v.book_no = p.book_no AND v.voucher_id = p.subject
      LEFT JOIN programme_version t ON t.book_no = v.book_no
       AND t.programme_id = v.programme_id AND t.version = 1
      LEFT JOIN decision d ON d.book_no = p.book_no AND d.request_id = p.subject
     WHERE p.book_no = :book_no
"""  # noqa: S608 -- fragments of our own, here and below.
_BUDGET = f"""
    SELECT p.proposal_id, p.kind, p.programme_id AS subject, p.amount_cents, p.content_hash,
           p.proposed_by, {_BY}, NULL AS family_id, t.title AS programme,
           NULL AS entry_index, '' AS entry_kind,
           one.unit, p.act_number, p.act_dated, p.act_title, p.source_kind, p.source_name,
           p.gift_allowed
      FROM budget_proposal p {_ENDED}
      JOIN programme one ON one.book_no = p.book_no AND one.programme_id = p.programme_id
      JOIN programme_version t ON t.book_no = p.book_no AND t.programme_id = p.programme_id
       AND t.version = 1
     WHERE p.book_no = :book_no
"""  # noqa: S608
IDS = "proposal_id subject proposed_by family_id"
WAITING = tuple(
    query(part + " AND e.proposal_id IS NULL", ProposalRow, ids=IDS) for part in (_CHANGE, _BUDGET)
)
ONE = tuple(
    query(part + " AND p.proposal_id = :proposal", ProposalRow, ids=IDS, given="proposal")
    for part in (_CHANGE, _BUDGET)
)


def waiting_proposals(ledger: Ledger, book_no: int) -> tuple[ProposalRow, ...]:
    """Those that nobody has confirmed or withdrawn, newest first."""
    with ledger.reading() as db:
        found = [
            row for part in WAITING for row in rows(db, part, ProposalRow, {"book_no": book_no})
        ]
    return tuple(sorted(found, key=lambda row: -row.log_index))


def proposal(ledger: Ledger, book_no: int, proposal_id: UUID) -> ProposalRow | None:
    """One proposal, or None."""
    asked = {"book_no": book_no, "proposal": proposal_id}
    with ledger.reading() as db:
        found = [row for part in ONE for row in rows(db, part, ProposalRow, asked)]
    return found[0] if found else None
