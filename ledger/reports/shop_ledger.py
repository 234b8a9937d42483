"""A shop's sales and refunds of a span, one by one, for whoever keeps its accounts.

Each with what its payment waits for; refunds of a sale that was paid out already are among them.
Amounts in cents. Not here: a day's totals (`shop_day`), the till's own list (`shop_movements`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from ledger.core.leaves import read_leaf
from ledger.core.quantities import Instant
from ledger.reports.rows import query, rows
from ledger.reports.till_names import till_names
from ledger.store.book import Ledger


@dataclass(frozen=True, slots=True)
class ShopLine:
    """One amount; below zero, where it went back. `period`: of the comune's book; `entry`: its id.

    `state`: to_settle, in_settlement, paid, or to_recover: it is taken from what comes next.
    """

    recorded_at: Instant
    entry: tuple[int, int]
    comune: str
    programme: str
    till: str
    operator: str
    is_sale: bool
    amount_cents: int
    period: int
    state: str
    mandate: str
    paid_on: str


@dataclass(frozen=True, slots=True)
class _Row:
    recorded_at: Instant
    book_no: int
    log_index: int
    comune: str
    programme: str
    actor: str
    kind: str
    leaf: bytes
    amount_cents: int
    period: int
    state: str
    mandate: str
    paid_on: str


LINES = query(
    """
    SELECT d.recorded_at, d.book_no, d.log_index, c.name AS comune,
           COALESCE(v.title, a.unit) AS programme, d.actor, d.kind, d.leaf,
           CASE WHEN d.kind = 'refund' THEN -t.amount ELSE t.amount END AS amount_cents, d.period,
           CASE WHEN a.kind = 'shop_claim' THEN 'to_recover'
                WHEN m.number IS NOT NULL THEN 'paid'
                WHEN x.period IS NOT NULL THEN 'in_settlement'
                ELSE 'to_settle' END AS state,
           COALESCE(m.number, '') AS mandate, COALESCE(m.paid_on, '') AS paid_on
      FROM comune c
      JOIN account a ON a.book_no = c.book_no AND a.owner = :shop
      JOIN transfer t ON t.book_no = a.book_no
       AND (t.credit = a.account_id OR t.debit = a.account_id)
      JOIN decision d ON d.book_no = t.book_no AND d.log_index = t.log_index
      LEFT JOIN programme p ON p.book_no = a.book_no AND p.unit = a.unit
      LEFT JOIN programme_version v
        ON v.book_no = p.book_no AND v.programme_id = p.programme_id AND v.version = 1
      LEFT JOIN settlement x ON x.book_no = d.book_no AND x.period = d.period
      LEFT JOIN mandate m ON m.book_no = d.book_no AND m.period = d.period
       AND m.programme_id = p.programme_id AND m.shop_id = a.owner
     WHERE a.kind IN ('shop_payable', 'shop_claim') AND t.phase IN ('posted', 'used')
       AND d.kind IN ('redemption', 'offline_redemption', 'refund')
       AND d.recorded_at >= :since AND d.recorded_at < :until
     ORDER BY d.recorded_at, d.book_no, t.seq
    """,
    _Row,
    given="shop",
)


def shop_lines(
    ledger: Ledger, shop_id: UUID, span: tuple[Instant, Instant]
) -> tuple[ShopLine, ...]:
    """Every sale and refund of a span, oldest first."""
    given = {"shop": shop_id, "since": span[0], "until": span[1]}
    with ledger.reading() as db:
        found = rows(db, LINES, _Row, given)
        names = till_names(db, shop_id)
    return tuple(
        ShopLine(
            one.recorded_at, (one.book_no, one.log_index), one.comune, one.programme,
            names.till(one.actor), names.operator(read_leaf(bytes(one.leaf)).request.asked),
            one.kind != "refund", one.amount_cents, one.period, one.state, one.mandate,
            one.paid_on,
        )
        for one in found
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class LineSum:
    """Lines under one name: how many sales, each counted once, and what stays with the shop."""

    name: tuple[str, ...]
    sales: int
    net_cents: int


def line_sums(
    lines: Iterable[ShopLine], key: Callable[[ShopLine], tuple[str, ...]]
) -> tuple[LineSum, ...]:
    """The lines added up under their names, in the order of these."""
    groups: dict[tuple[str, ...], list[ShopLine]] = {}
    for one in lines:
        groups.setdefault(key(one), []).append(one)
    return tuple(
        LineSum(
            name,
            len({one.entry for one in groups[name] if one.is_sale}),
            sum(one.amount_cents for one in groups[name]),
        )
        for name in sorted(groups)
    )
