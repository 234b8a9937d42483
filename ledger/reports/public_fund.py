"""What anybody may know of the Fondo Sociale: what came in, and to which programmes it went.

Sums over all shops and donors, and the association's acts; nobody's name. Amounts in cents.
"""

from dataclasses import dataclass

from ledger.core.chart import CIRCUIT_BOOK
from ledger.core.quantities import Amount
from ledger.reports.circuit_moves import MoveRow, circuit_moves
from ledger.reports.rows import query, rows
from ledger.store.book import Ledger


@dataclass(frozen=True, slots=True)
class _Flow:
    came_in: Amount
    donated: Amount


FLOWS = query(
    """
    SELECT CAST(COALESCE(SUM(CASE WHEN c.kind = 'social_fund' THEN t.amount
                                  WHEN d.kind = 'reversal' THEN -t.amount ELSE 0 END), 0) AS BIGINT)
             AS came_in,
           CAST(COALESCE(SUM(CASE WHEN d.kind = 'donation' THEN t.amount
                                  WHEN d.kind = 'reversal' THEN -t.amount ELSE 0 END), 0) AS BIGINT)
             AS donated
      FROM transfer t
      JOIN decision d ON d.book_no = t.book_no AND d.log_index = t.log_index
      JOIN account c ON c.book_no = t.book_no AND c.account_id = t.credit
      JOIN account b ON b.book_no = t.book_no AND b.account_id = t.debit
     WHERE t.book_no = :book_no AND t.unit = 'EUR'
       AND (c.kind = 'social_fund' OR (b.kind = 'social_fund' AND d.kind = 'reversal'))
    """,
    _Flow,
)


@dataclass(frozen=True, slots=True)
class PublicFund:
    """Came in, of it donated; on its way to a comune; there now; and each act that gave some."""

    came_in_cents: Amount
    donated_cents: Amount
    transit_cents: Amount
    left_cents: Amount
    given: tuple[MoveRow, ...]

    @property
    def given_cents(self) -> Amount:
        """Given to programmes, also what is on its way."""
        return sum(one.amount_cents for one in self.given)


def public_fund(ledger: Ledger) -> PublicFund | None:
    """The fund of the Rete; None: there is no circuit."""
    try:
        book_no = ledger.book(CIRCUIT_BOOK).book_no
    except LookupError:
        return None
    with ledger.reading() as db:
        [flow] = rows(db, FLOWS, _Flow, {"book_no": book_no})
    moves = circuit_moves(ledger)
    given = tuple(one for one in moves.all if one.kind == "feed" and one.outcome == "confirmed")
    return PublicFund(
        flow.came_in, flow.donated, moves.at("in_transit"), moves.at("social_fund"), given
    )
