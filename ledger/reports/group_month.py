"""A month of a buying group, for who gives money to it: vouchers, spending, price cuts, accrual.

Public money and the circuit's side by side and never added: each line says whose it is. Amounts in
cents. Source: domain.md 2.1, 2.4.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from ledger.core.chart import CIRCUIT_BOOK, AccountKind
from ledger.core.circuit.accounts import circuit_account
from ledger.core.leaves import read_leaf
from ledger.core.programmes import starts_at
from ledger.core.quantities import Amount, Instant, Unit
from ledger.reports.rows import first_row, query, rows
from ledger.store.book import Ledger


@dataclass(frozen=True, slots=True)
class Vouchers:
    """What a programme's vouchers did in a month, in cents; families that got one."""

    families: int
    issued_cents: Amount
    spent_cents: Amount
    returned_cents: Amount


@dataclass(frozen=True, slots=True)
class Order:
    """One order in the circuit's book, in cents: list price, what was paid, what accrued."""

    log_index: int
    recorded_at: Instant
    list_cents: Amount
    paid_cents: Amount
    accrued_cents: Amount

    @property
    def cut_cents(self) -> Amount:
        """What came off."""
        return self.list_cents - self.paid_cents


@dataclass(frozen=True, slots=True)
class Orders:
    """What was ordered in a month: list prices, what came off, what was paid, what accrued."""

    count: int
    list_cents: Amount
    cut_cents: Amount
    paid_cents: Amount
    accrued_cents: Amount


@dataclass(frozen=True, slots=True)
class GroupMonth:
    """One month of a buying group."""

    month: str
    vouchers: Vouchers
    orders: Orders


MOVED = query(
    """
    SELECT COUNT(DISTINCT CASE WHEN d.kind = 'issuance' THEN v.family_id END) AS families,
           CAST(COALESCE(SUM(CASE WHEN d.kind = 'issuance' AND t.credit = v.voucher_id
                                  THEN t.amount END), 0) AS BIGINT) AS issued_cents,
           CAST(COALESCE(SUM(CASE WHEN d.kind = 'redemption' AND t.debit = v.voucher_id
                                  THEN t.amount END), 0) AS BIGINT) AS spent_cents,
           CAST(COALESCE(SUM(CASE WHEN d.kind = 'expiry' AND t.debit = v.voucher_id
                                  THEN t.amount END), 0) AS BIGINT) AS returned_cents
      FROM voucher v
      JOIN programme p ON p.book_no = v.book_no AND p.programme_id = v.programme_id
      JOIN transfer t ON t.book_no = v.book_no
       AND (t.debit = v.voucher_id OR t.credit = v.voucher_id)
      JOIN decision d ON d.book_no = t.book_no AND d.log_index = t.log_index
     WHERE v.book_no = :book_no AND p.unit = :unit
       AND d.recorded_at >= :since AND d.recorded_at < :until
    """,
    Vouchers,
)


@dataclass(frozen=True, slots=True)
class _Leaf:
    log_index: int
    recorded_at: Instant
    leaf: bytes


ORDERED = query(
    """
    SELECT d.log_index, d.recorded_at, d.leaf FROM purchase p
      JOIN decision d ON d.book_no = p.book_no AND d.log_index = p.log_index
     WHERE p.book_no = :book_no AND p.shop_id = :shop
       AND d.recorded_at >= :since AND d.recorded_at < :until
     ORDER BY d.log_index
    """,
    _Leaf,
    given="shop",
)


def group_month(
    ledger: Ledger, comune: str, unit: Unit, shops: Sequence[UUID], month: date
) -> GroupMonth:
    """The month that begins on this day. Errors: `LookupError`: there is no such book."""
    public = {"book_no": ledger.book(comune).book_no, "unit": unit} | _span(month)
    with ledger.reading() as db:
        vouchers = first_row(db, MOVED, Vouchers, public)
    assert vouchers is not None
    orders = group_orders(ledger, shops, month)
    listed, paid = sum(one.list_cents for one in orders), sum(one.paid_cents for one in orders)
    accrued = sum(one.accrued_cents for one in orders)
    told = Orders(len(orders), listed, listed - paid, paid, accrued)
    return GroupMonth(f"{month:%Y-%m}", vouchers, told)


def group_orders(ledger: Ledger, shops: Sequence[UUID], month: date) -> tuple[Order, ...]:
    """The month's orders, the oldest first; none where there is no circuit."""
    try:
        own = {"book_no": ledger.book(CIRCUIT_BOOK).book_no} | _span(month)
    except LookupError:
        return ()
    with ledger.reading() as db:
        found = [
            _order(one, shop)
            for shop in shops
            for one in rows(db, ORDERED, _Leaf, own | {"shop": shop})
        ]
    return tuple(sorted(found, key=lambda one: one.log_index))


def _span(month: date) -> dict[str, Instant]:
    after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return {"since": starts_at(month), "until": starts_at(after)}


def _order(one: _Leaf, shop_id: UUID) -> Order:
    decision = read_leaf(bytes(one.leaf))
    asked = decision.request.asked or {}
    receipt = asked["receipt"]
    price = asked.get("list", receipt)
    assert isinstance(receipt, int)
    assert isinstance(price, int)
    fund = circuit_account(AccountKind.FUND_ACCRUED, shop_id)
    accrued = sum(move.amount for move in decision.transfers if move.credit == fund)
    return Order(one.log_index, one.recorded_at, price, receipt, accrued)
