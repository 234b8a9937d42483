"""Periods, and what each closed one owes to which shop: the list for the accounting office.

Nothing moves here: the mandato does that. Amounts in cents. Source: domain.md 5.5; style.md,
`settlement`.
"""

from dataclasses import dataclass
from uuid import UUID

from ledger.core.quantities import Amount, Instant, Unit
from ledger.reports.rows import query, rows
from ledger.store.book import Ledger


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """One closed period: who closed it and when; `log_index` is the entry that says so."""

    period: int
    label: str
    closed_at: Instant
    closed_by: str
    log_index: int


PERIODS = query(
    """
    SELECT x.period, x.label, d.recorded_at AS closed_at, COALESCE(o.user_name, '') AS closed_by,
           x.log_index
      FROM settlement x
      JOIN decision d ON d.book_no = x.book_no AND d.log_index = x.log_index
      LEFT JOIN officer o ON o.officer_id = x.closed_by
     WHERE x.book_no = :book_no ORDER BY x.period DESC
    """,
    PeriodRow,
)


def periods(ledger: Ledger, book_no: int) -> tuple[PeriodRow, ...]:
    """The closed periods of a book, newest first."""
    with ledger.reading() as db:
        return rows(db, PERIODS, PeriodRow, {"book_no": book_no})


@dataclass(frozen=True, slots=True)
class SettlementLine:
    """What one programme owes one shop for one period, and the mandato if it came back."""

    programme_id: UUID
    programme: str
    unit: Unit
    period: int
    shop_id: UUID
    shop_no: int
    shop: str
    vat_number: str
    iban: str
    sales: int
    owed_cents: int
    number: str
    paid_on: str
    paid_cents: Amount

    @property
    def is_paid(self) -> bool:
        """Whether its mandato came back."""
        return bool(self.number)


LINES = query(
    """
    SELECT p.programme_id, v.title AS programme, p.unit,
           CAST(:period AS BIGINT) AS period, s.shop_id, s.shop_no, s.name AS shop,
           s.vat_number, s.iban, one.sales, one.owed_cents, COALESCE(m.number, '') AS number,
           COALESCE(m.paid_on, '') AS paid_on, COALESCE(m.amount_cents, 0) AS paid_cents
      FROM (SELECT book_no, unit, owner, CAST(SUM(sales) AS BIGINT) AS sales,
                   CAST(SUM(amount) AS BIGINT) AS owed_cents
              FROM (SELECT a.book_no, a.unit, a.owner, 1 AS sales, t.amount
                      FROM decision d
                      JOIN transfer t ON t.book_no = d.book_no AND t.log_index = d.log_index
                      JOIN account a ON a.book_no = t.book_no AND a.account_id = t.credit
                      JOIN account o ON o.book_no = t.book_no AND o.account_id = t.debit
                     WHERE d.book_no = :book_no AND d.period = :period
                       AND t.phase IN ('posted', 'used')
                       AND a.kind = 'shop_payable' AND o.kind <> 'treasury'
                    UNION ALL
                    SELECT a.book_no, a.unit, a.owner, 0 AS sales, -t.amount
                      FROM decision d
                      JOIN transfer t ON t.book_no = d.book_no AND t.log_index = d.log_index
                      JOIN account a ON a.book_no = t.book_no AND a.account_id = t.debit
                      JOIN account o ON o.book_no = t.book_no AND o.account_id = t.credit
                     WHERE d.book_no = :book_no AND d.period = :period
                       AND t.phase IN ('posted', 'used')
                       AND a.kind = 'shop_payable' AND o.kind <> 'treasury') each_move
             GROUP BY book_no, unit, owner) one
      JOIN shop s ON s.shop_id = one.owner
      JOIN programme p ON p.book_no = one.book_no AND p.unit = one.unit
      JOIN programme_version v
        ON v.book_no = p.book_no AND v.programme_id = p.programme_id AND v.version = 1
      LEFT JOIN mandate m ON m.book_no = one.book_no AND m.period = :period
       AND m.programme_id = p.programme_id AND m.shop_id = s.shop_id
     ORDER BY s.name, s.shop_no, p.programme_no
    """,
    SettlementLine,
    ids="programme_id shop_id",
)


def settlement_lines(ledger: Ledger, book_no: int, period: int) -> tuple[SettlementLine, ...]:
    """What a period owes, shop by shop; for the open one, as far as it has come."""
    with ledger.reading() as db:
        return rows(db, LINES, SettlementLine, {"book_no": book_no, "period": period})
