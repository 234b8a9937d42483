"""What a calendar year's purchases and credits came to in the circuit, against the law's limit.

The circuit is an issuer of its own with two instruments: Family Pay, counted by its receipts though
they are paid with ordinary money (so a warning comes early, never late), and credits, by what was
paid in them. Returns are not taken off. Amounts in cents. Source: domain.md 6, 7.3.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from ledger.core.chart import CIRCUIT_BOOK, CREDITS, EURO
from ledger.core.programmes import starts_at
from ledger.core.quantities import Amount
from ledger.reports.redeemed_in_year import YearRow
from ledger.reports.rows import first_row, query
from ledger.store.book import Ledger

FAMILY_PAY: Final = "Family Pay"
IN_CREDITS: Final = "Crediti"


@dataclass(frozen=True, slots=True)
class _Sum:
    count: int
    cents: Amount


BOUGHT = query(
    """
    SELECT COUNT(*) AS count, CAST(COALESCE(SUM(p.receipt_cents), 0) AS BIGINT) AS cents
      FROM purchase p JOIN decision d ON d.book_no = p.book_no AND d.log_index = p.log_index
     WHERE p.book_no = :book_no AND d.recorded_at >= :since AND d.recorded_at < :until
    """,
    _Sum,
)
PAID = query(
    """
    SELECT COUNT(*) AS count, CAST(COALESCE(SUM(t.amount), 0) AS BIGINT) AS cents
      FROM transfer t JOIN decision d ON d.book_no = t.book_no AND d.log_index = t.log_index
     WHERE t.book_no = :book_no AND d.kind = 'credit_payment'
       AND d.recorded_at >= :since AND d.recorded_at < :until
    """,
    _Sum,
)


def circuit_in_year(ledger: Ledger, year: int) -> tuple[YearRow, ...]:
    """What was paid in a year of Rome: first all together. Errors: `LookupError`: no circuit."""
    given = {
        "book_no": ledger.book(CIRCUIT_BOOK).book_no,
        "since": starts_at(date(year, 1, 1)), "until": starts_at(date(year + 1, 1, 1)),
    }  # fmt: skip
    with ledger.reading() as db:
        bought, paid = (first_row(db, one, _Sum, given) for one in (BOUGHT, PAID))
    assert bought is not None
    assert paid is not None
    return (
        YearRow(year, "", "", bought.count + paid.count, bought.cents + paid.cents, 0),
        YearRow(year, EURO, FAMILY_PAY, bought.count, bought.cents, 0),
        YearRow(year, CREDITS, IN_CREDITS, paid.count, paid.cents, 0),
    )
