"""A shop's sales, refunds and payments across all books, newest first.

What each sale is waiting for answers "quando mi pagano". Amounts in cents. Not here: a day's
totals (`shop_day`), and what one comune owes period by period (`shop_statement`).
"""

from dataclasses import dataclass
from uuid import UUID

from ledger.core.ids import RequestId
from ledger.core.quantities import Amount, Instant
from ledger.reports.rows import query, rows
from ledger.store.book import Ledger


@dataclass(frozen=True, slots=True)
class ShopMovement:
    """One transfer of what a shop is owed: paid in by a family, given back, or paid out.

    `state`: to_settle, in_settlement or paid; `undone_cents`: given back of it since.
    """

    recorded_at: Instant
    book_no: int
    seq: int
    comune: str
    programme: str
    kind: str
    request_id: RequestId
    till_id: str
    amount_cents: int
    undone_cents: Amount
    state: str
    mandate: str
    paid_on: str


MOVEMENTS = query(
    """
    SELECT d.recorded_at, t.book_no, t.seq, c.name AS comune,
           COALESCE(v.title, a.unit) AS programme, d.kind, d.request_id, d.actor AS till_id,
           CASE WHEN t.credit = a.account_id THEN t.amount ELSE -t.amount END AS amount_cents,
           COALESCE(h.undone, 0) AS undone_cents,
           CASE WHEN m.number IS NOT NULL OR d.kind = 'payout' THEN 'paid'
                WHEN x.period IS NOT NULL THEN 'in_settlement'
                ELSE 'to_settle' END AS state,
           COALESCE(m.number, '') AS mandate, COALESCE(m.paid_on, '') AS paid_on
      FROM comune c
      JOIN account a ON a.book_no = c.book_no AND a.owner = :shop
      JOIN transfer t ON t.book_no = a.book_no
       AND (t.credit = a.account_id OR t.debit = a.account_id)
      JOIN decision d ON d.book_no = t.book_no AND d.log_index = t.log_index
      LEFT JOIN chain h ON h.book_no = t.book_no AND h.seq = t.seq
      LEFT JOIN programme p ON p.book_no = a.book_no AND p.unit = a.unit
      LEFT JOIN programme_version v
        ON v.book_no = p.book_no AND v.programme_id = p.programme_id AND v.version = 1
      LEFT JOIN settlement x ON x.book_no = d.book_no AND x.period = d.period
      LEFT JOIN mandate m ON m.book_no = d.book_no AND m.period = d.period
       AND m.programme_id = p.programme_id AND m.shop_id = a.owner
     WHERE a.kind = 'shop_payable' AND t.phase IN ('posted', 'used')
       AND d.recorded_at >= :since AND d.recorded_at < :until
       AND (d.recorded_at < :before_time
            OR (d.recorded_at = :before_time
                AND (t.book_no < :before_book
                     OR (t.book_no = :before_book AND t.seq < :before_seq))))
     ORDER BY d.recorded_at DESC, t.book_no DESC, t.seq DESC
     LIMIT :limit
    """,
    ShopMovement,
    ids="request_id",
    given="shop",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of movements ended: the next begins after it."""

    recorded_at: Instant
    book_no: int
    seq: int


NEWEST = Place(2**62, 0, 0)


def shop_movements(
    ledger: Ledger,
    shop_id: UUID,
    span: tuple[Instant, Instant],
    *,
    after: Place = NEWEST,
    limit: int,
) -> tuple[ShopMovement, ...]:
    """Movements within a span, newest first, from the place where the last page ended."""
    given = {
        "shop": shop_id, "since": span[0], "until": span[1], "limit": limit,
        "before_time": after.recorded_at, "before_book": after.book_no, "before_seq": after.seq,
    }  # fmt: skip
    with ledger.reading() as db:
        return rows(db, MOVEMENTS, ShopMovement, given)
