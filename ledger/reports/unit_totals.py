"""What each unit has moved: the two sides, added up from the accounts."""

from dataclasses import dataclass

from ledger.core.quantities import Amount, Unit
from ledger.reports.rows import query, rows
from ledger.store.book import Ledger


@dataclass(frozen=True, slots=True)
class UnitTotal:
    """One unit's posted debits and credits, in minor units: equal, or the book is wrong."""

    unit: Unit
    debits: Amount
    credits: Amount


TOTALS = query(
    """
    SELECT unit, CAST(SUM(debits_posted) AS BIGINT) AS debits,
           CAST(SUM(credits_posted) AS BIGINT) AS credits
      FROM account WHERE book_no = :book_no GROUP BY unit ORDER BY unit
    """,
    UnitTotal,
)


def unit_totals(ledger: Ledger, book_no: int) -> tuple[UnitTotal, ...]:
    """Every unit of a book."""
    with ledger.reading() as db:
        return rows(db, TOTALS, UnitTotal, {"book_no": book_no})
