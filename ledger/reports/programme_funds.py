"""The funds of a book's programmes, by source: which money a list may be issued from."""

from dataclasses import dataclass
from uuid import UUID

from ledger.core.ids import AccountId
from ledger.core.quantities import Unit
from ledger.reports.rows import query, rows
from ledger.store.book import Ledger


@dataclass(frozen=True, slots=True)
class ProgrammeFund:
    """One source's fund of one programme."""

    programme_id: UUID
    unit: Unit
    fund: AccountId
    source: str


FUNDS = query(
    """
    SELECT p.programme_id, p.unit, s.fund, s.name AS source
      FROM programme p
      JOIN source s ON s.book_no = p.book_no AND s.programme_id = p.programme_id
     WHERE p.book_no = :book_no ORDER BY p.programme_no, s.log_index, s.row_no
    """,
    ProgrammeFund,
    ids="programme_id fund",
)


def funds_of(ledger: Ledger, book_no: int) -> tuple[ProgrammeFund, ...]:
    """Every fund of a book."""
    with ledger.reading() as db:
        return rows(db, FUNDS, ProgrammeFund, {"book_no": book_no})
