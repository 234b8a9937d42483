"""A month of a buying group, for who gives money to it: vouchers, spending, price cuts, accrual.

Public money and the circuit's side by side and never added: each line says whose it is. Amounts in
cents. Source: domain.md 2.1, 2.4.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from ledger.core.chart import CIRCUIT_BOOK, AccountKind
from ledger.core.circuit.accounts import circuit_account
from ledger.core.leaves import read_leaf
from ledger.core.programmes import starts_at
from ledger.core.quantities import Amount, Unit
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
    leaf: bytes


ORDERED = query(
    """
    SELECT d.leaf FROM purchase p
      JOIN decision d ON d.book_no = p.book_no AND d.log_index = p.log_index
     WHERE p.book_no = :book_no AND p.shop_id = :shop
       AND d.recorded_at >= :since AND d.recorded_at < :until
     ORDER BY d.log_index
    """,
    _Leaf,
    given="shop",
)


def group_month(ledger: Ledger, comune: str, unit: Unit, shop_id: UUID, month: date) -> GroupMonth:
    """The month that begins on this day. Errors: `LookupError`: there is no circuit."""
    after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    span = {"since": starts_at(month), "until": starts_at(after)}
    public = {"book_no": ledger.book(comune).book_no, "unit": unit} | span
    own = {"book_no": ledger.book(CIRCUIT_BOOK).book_no, "shop": shop_id} | span
    with ledger.reading() as db:
        vouchers = first_row(db, MOVED, Vouchers, public)
        leaves = rows(db, ORDERED, _Leaf, own)
    assert vouchers is not None
    return GroupMonth(f"{month:%Y-%m}", vouchers, _orders(leaves, shop_id))


def _orders(leaves: tuple[_Leaf, ...], shop_id: UUID) -> Orders:
    fund = circuit_account(AccountKind.FUND_ACCRUED, shop_id)
    listed, paid, accrued = 0, 0, 0
    for one in leaves:
        decision = read_leaf(bytes(one.leaf))
        asked = decision.request.asked or {}
        receipt = asked["receipt"]
        price = asked.get("list", receipt)
        assert isinstance(receipt, int)
        assert isinstance(price, int)
        listed, paid = listed + price, paid + receipt
        accrued += sum(move.amount for move in decision.transfers if move.credit == fund)
    return Orders(len(leaves), listed, listed - paid, paid, accrued)
