"""When a shop is paid: what each comune owes it, period by period, and how far that is.

Across all books; amounts in cents. Not here: the list that an office pays from
(`settlement_list`), and one comune's view of a shop (`shop_statement`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from ledger.core.ids import RequestId
from ledger.core.quantities import Amount, Instant, Unit
from ledger.reports.rows import query, rows
from ledger.store.book import Ledger


@dataclass(frozen=True, slots=True)
class Payment:
    """What one comune owes for one programme and period. `state`: to_settle, in_settlement, paid.

    `owed_cents` may be below zero, where more was given back than sold. `closed_at`: 0 while the
    period is open; `number`, `paid_on`: of the mandato, empty before it comes back.
    """

    book_no: int
    slug: str
    comune: str
    unit: Unit
    programme: str
    period: int
    label: str
    closed_at: Instant
    sales: int
    owed_cents: int
    state: str
    number: str
    paid_on: str
    paid_cents: Amount


PAYMENTS = query(
    """
    SELECT one.book_no, b.name AS slug, c.name AS comune, one.unit,
           COALESCE(v.title, one.unit) AS programme, one.period, COALESCE(x.label, '') AS label,
           COALESCE(e.recorded_at, 0) AS closed_at, one.sales, one.owed_cents,
           CASE WHEN m.number IS NOT NULL THEN 'paid'
                WHEN x.period IS NOT NULL THEN 'in_settlement'
                ELSE 'to_settle' END AS state,
           COALESCE(m.number, '') AS number, COALESCE(m.paid_on, '') AS paid_on,
           COALESCE(m.amount_cents, 0) AS paid_cents
      FROM (SELECT a.book_no, d.period, a.unit,
                   COUNT(DISTINCT CASE WHEN d.kind IN ('redemption', 'offline_redemption')
                                       THEN d.log_index END) AS sales,
                   CAST(SUM(CASE WHEN t.credit = a.account_id
                                 THEN t.amount ELSE -t.amount END) AS BIGINT) AS owed_cents
              FROM comune w
              JOIN account a ON a.book_no = w.book_no AND a.owner = :shop
              JOIN transfer t ON t.book_no = a.book_no
               AND (t.credit = a.account_id OR t.debit = a.account_id)
              JOIN decision d ON d.book_no = t.book_no AND d.log_index = t.log_index
              JOIN account o ON o.book_no = t.book_no
               AND o.account_id = CASE WHEN t.credit = a.account_id THEN t.debit ELSE t.credit END
             WHERE a.kind = 'shop_payable' AND t.phase IN ('posted', 'used')
               AND o.kind <> 'treasury'
             GROUP BY a.book_no, d.period, a.unit) one
      JOIN book b ON b.book_no = one.book_no
      JOIN comune c ON c.book_no = one.book_no
      LEFT JOIN programme p ON p.book_no = one.book_no AND p.unit = one.unit
      LEFT JOIN programme_version v
        ON v.book_no = p.book_no AND v.programme_id = p.programme_id AND v.version = 1
      LEFT JOIN settlement x ON x.book_no = one.book_no AND x.period = one.period
      LEFT JOIN decision e ON e.book_no = x.book_no AND e.log_index = x.log_index
      LEFT JOIN mandate m ON m.book_no = one.book_no AND m.period = one.period
       AND m.programme_id = p.programme_id AND m.shop_id = :shop
     ORDER BY c.name, one.period DESC, programme
    """,
    Payment,
    given="shop",
)


def shop_payments(ledger: Ledger, shop_id: UUID) -> tuple[Payment, ...]:
    """What every comune owes a shop, by comune, newest period first."""
    with ledger.reading() as db:
        return rows(db, PAYMENTS, Payment, {"shop": shop_id})


def cents_by_state(payments: Iterable[Payment]) -> dict[str, int]:
    """The sums that wait for a period's end, for a mandato, and that came; all three told."""
    sums = {"to_settle": 0, "in_settlement": 0, "paid": 0}
    for one in payments:
        sums[one.state] += one.owed_cents
    return sums


@dataclass(frozen=True, slots=True)
class Claim:
    """What a shop owes back: given back to families after it was paid for the sale."""

    comune: str
    programme: str
    cents: Amount


CLAIMS = query(
    """
    SELECT c.name AS comune, COALESCE(v.title, a.unit) AS programme,
           a.debits_posted - a.credits_posted AS cents
      FROM comune c
      JOIN account a ON a.book_no = c.book_no AND a.owner = :shop AND a.kind = 'shop_claim'
      LEFT JOIN programme p ON p.book_no = a.book_no AND p.unit = a.unit
      LEFT JOIN programme_version v
        ON v.book_no = p.book_no AND v.programme_id = p.programme_id AND v.version = 1
     WHERE a.debits_posted > a.credits_posted
     ORDER BY c.name, programme
    """,
    Claim,
    given="shop",
)


def shop_claims(ledger: Ledger, shop_id: UUID) -> tuple[Claim, ...]:
    """What a shop still owes back, by comune and programme; it is taken from its next sales."""
    with ledger.reading() as db:
        return rows(db, CLAIMS, Claim, {"shop": shop_id})


@dataclass(frozen=True, slots=True)
class OwedLine:
    """One sale of a period, or what took it back: below zero. `undone_cents`: given back since."""

    recorded_at: Instant
    request_id: RequestId
    kind: str
    amount_cents: int
    undone_cents: Amount


LINES = query(
    """
    SELECT d.recorded_at, d.request_id, d.kind,
           CASE WHEN t.credit = a.account_id THEN t.amount ELSE -t.amount END AS amount_cents,
           COALESCE(h.undone, 0) AS undone_cents
      FROM comune c
      JOIN book b ON b.book_no = c.book_no AND b.name = :slug
      JOIN account a ON a.book_no = c.book_no AND a.owner = :shop
      JOIN transfer t ON t.book_no = a.book_no
       AND (t.credit = a.account_id OR t.debit = a.account_id)
      JOIN decision d ON d.book_no = t.book_no AND d.log_index = t.log_index
      JOIN account o ON o.book_no = t.book_no
       AND o.account_id = CASE WHEN t.credit = a.account_id THEN t.debit ELSE t.credit END
      LEFT JOIN chain h ON h.book_no = t.book_no AND h.seq = t.seq
     WHERE a.kind = 'shop_payable' AND a.unit = :unit AND d.period = :period
       AND t.phase IN ('posted', 'used') AND o.kind <> 'treasury'
     ORDER BY t.seq LIMIT :limit
    """,
    OwedLine,
    ids="request_id",
    given="shop",
)


def owed_lines(
    ledger: Ledger, shop_id: UUID, slug: str, unit: Unit, period: int, *, limit: int
) -> tuple[OwedLine, ...]:
    """What makes up one payment, oldest first."""
    given = {"shop": shop_id, "slug": slug, "unit": unit, "period": period, "limit": limit}
    with ledger.reading() as db:
        return rows(db, LINES, OwedLine, given)
