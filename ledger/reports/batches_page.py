"""Lists of entitled families: prepared by one officer, approved by another, issued.

Not here: the families themselves (the vault), and the checks of an import (the verb). Cents.
"""

from dataclasses import dataclass
from uuid import UUID

from ledger.core.quantities import Amount, Instant
from ledger.reports.rows import first_row, query, rows
from ledger.store.book import Ledger


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One batch: what it holds, who prepared and approved it, how far its issue has come."""

    batch_id: UUID
    programme_id: UUID
    programme: str
    source: str
    round: str
    total_cents: Amount
    row_count: int
    prepared_by: UUID
    prepared_name: str
    prepared_at: Instant
    status: str
    content_hash: bytes
    approved_name: str
    approval_index: int | None
    issued: int
    issued_cents: Amount
    completion_index: int | None

    @property
    def is_complete(self) -> bool:
        """Whether every row was answered."""
        return self.completion_index is not None


_BATCH = """
    SELECT i.batch_id, i.programme_id, v.title AS programme,
           COALESCE(f.name, '') AS source, i.round,
           i.total_cents, i.row_count, i.prepared_by,
           COALESCE((SELECT MIN(o.user_name) FROM officer o
             WHERE o.book_no = i.book_no AND o.person_id = i.prepared_by), '') AS prepared_name,
           i.prepared_at, i.content_hash,
           CASE WHEN d.batch_id IS NOT NULL THEN 'issued'
                WHEN a.batch_id IS NOT NULL THEN 'approved' ELSE i.status END AS status,
           COALESCE((SELECT MIN(o.user_name) FROM officer o
             WHERE o.book_no = i.book_no AND o.person_id = a.approved_by), '') AS approved_name,
           a.log_index AS approval_index,
           (SELECT COUNT(*) FROM voucher w
             WHERE w.book_no = i.book_no AND w.batch_id = i.batch_id) AS issued,
           CAST(COALESCE((SELECT SUM(w.face_cents) FROM voucher w
             WHERE w.book_no = i.book_no AND w.batch_id = i.batch_id), 0) AS BIGINT)
             AS issued_cents,
           d.log_index AS completion_index
      FROM import_draft i
      JOIN programme_version v ON v.book_no = i.book_no AND v.programme_id = i.programme_id
       AND v.version = 1
      LEFT JOIN source f ON f.book_no = i.book_no AND f.fund = i.fund
      LEFT JOIN batch_approval a ON a.book_no = i.book_no AND a.batch_id = i.batch_id
      LEFT JOIN batch_completion d ON d.book_no = i.book_no AND d.batch_id = i.batch_id
     WHERE i.book_no = :book_no
"""
BATCHES = query(
    _BATCH + " ORDER BY i.prepared_at DESC, i.batch_id", BatchRow,
    ids="batch_id programme_id prepared_by",
)  # fmt: skip
BATCH = query(
    _BATCH + " AND i.batch_id = :batch", BatchRow,
    ids="batch_id programme_id prepared_by", given="batch",
)  # fmt: skip


def batches(ledger: Ledger, book_no: int) -> tuple[BatchRow, ...]:
    """The batches of a comune, newest first."""
    with ledger.reading() as db:
        return rows(db, BATCHES, BatchRow, {"book_no": book_no})


def batch(ledger: Ledger, book_no: int, batch_id: UUID) -> BatchRow | None:
    """One batch, or None."""
    with ledger.reading() as db:
        return first_row(db, BATCH, BatchRow, {"book_no": book_no, "batch": batch_id})
