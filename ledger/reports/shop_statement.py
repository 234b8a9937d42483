"""Shops: the list, what each is owed, its sales by period, and "quando mi pagano".

Amounts in cents. Not here: the list that the accounting office pays from (`settlement_list`).
"""

from dataclasses import dataclass
from uuid import UUID

from ledger.core.quantities import Amount
from ledger.reports.rows import first_row, query, rows
from ledger.store.book import Ledger


@dataclass(frozen=True, slots=True)
class ShopRow:
    """A shop of the network, and what this comune owes it."""

    shop_id: UUID
    shop_no: int
    name: str
    category: str
    address: str
    comune: str
    vat_number: str
    iban: str
    status: str
    owed_cents: Amount
    sold_cents: Amount


_SHOP = """
    SELECT s.shop_id, s.shop_no, s.name, s.category, s.address, c.name AS comune, s.vat_number,
           s.iban, s.status,
           CAST(COALESCE(SUM(a.credits_posted - a.debits_posted), 0) AS BIGINT) AS owed_cents,
           CAST(COALESCE(SUM(a.credits_posted), 0) AS BIGINT) AS sold_cents
      FROM shop s
      JOIN comune c ON c.book_no = s.book_no
      LEFT JOIN account a
        ON a.book_no = :book_no AND a.owner = s.shop_id AND a.kind = 'shop_payable'
"""
_GROUP = """
     GROUP BY s.shop_id, s.shop_no, s.name, s.category, s.address, c.name, s.vat_number, s.iban,
              s.status, s.book_no
"""
SHOPS = query(
    _SHOP
    + """ WHERE (:category = '' OR s.category = :category) AND (:status = '' OR s.status = :status)
       AND (:comune = '' OR c.name = :comune) AND LOWER(s.name) LIKE :name"""
    + _GROUP
    + """ ORDER BY CASE WHEN s.book_no = :book_no THEN 0 ELSE 1 END, s.name, s.shop_no
       LIMIT :limit OFFSET :offset""",
    ShopRow,
    ids="shop_id",
)
SHOP = query(_SHOP + " WHERE s.shop_id = :shop" + _GROUP, ShopRow, ids="shop_id", given="shop")


@dataclass(frozen=True, slots=True)
class ShopFilter:
    """Which shops; a field left empty lets all through. `name`: a part of it."""

    category: str = ""
    status: str = ""
    comune: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Numbered:
    shop_no: int
    shop_id: UUID


NUMBERS = query("SELECT shop_no, shop_id FROM shop", _Numbered, ids="shop_id")


def shop_numbers(ledger: Ledger) -> dict[int, UUID]:
    """All shops of the network by their numbers, by which rules name them."""
    with ledger.reading() as db:
        return {one.shop_no: one.shop_id for one in rows(db, NUMBERS, _Numbered, {})}


def shops(
    ledger: Ledger, book_no: int, wanted: ShopFilter, *, offset: int, limit: int
) -> tuple[ShopRow, ...]:
    """Shops of the network, this comune's first, by name; with what this book owes each."""
    given = {
        "book_no": book_no, "category": wanted.category, "status": wanted.status,
        "comune": wanted.comune, "name": f"%{_literal(wanted.name.lower())}%",
        "offset": offset, "limit": limit,
    }  # fmt: skip
    with ledger.reading() as db:
        return rows(db, SHOPS, ShopRow, given)


def _literal(text: str) -> str:
    """A part of a name without the signs that mean anything else to LIKE."""
    return text.replace("%", "").replace("_", "").replace("\\", "")


def shop(ledger: Ledger, book_no: int, shop_id: UUID) -> ShopRow | None:
    """One shop, with what this book owes it."""
    with ledger.reading() as db:
        return first_row(db, SHOP, ShopRow, {"book_no": book_no, "shop": shop_id})


@dataclass(frozen=True, slots=True)
class TillRow:
    """A till of a shop; its secret is kept as a hash and cannot be told again."""

    till_id: UUID
    label: str
    status: str


TILLS = query(
    "SELECT till_id, label, status FROM till WHERE shop_id = :shop ORDER BY label, till_id",
    TillRow,
    ids="till_id",
    given="shop",
)


def tills(ledger: Ledger, shop_id: UUID) -> tuple[TillRow, ...]:
    """The tills of a shop, those that were withdrawn too."""
    with ledger.reading() as db:
        return rows(db, TILLS, TillRow, {"shop": shop_id})


@dataclass(frozen=True, slots=True)
class ShopPeriod:
    """What a shop is owed of one programme and period, and how far its payment is."""

    period: int
    label: str
    programme: str
    sales: int
    owed_cents: int
    state: str
    number: str
    paid_on: str


SHOP_PERIODS = query(
    """
    SELECT one.period, COALESCE(x.label, '') AS label, COALESCE(v.title, one.unit) AS programme,
           one.sales, one.owed_cents,
           CASE WHEN m.number IS NOT NULL THEN 'paid'
                WHEN x.period IS NOT NULL THEN 'in_settlement'
                ELSE 'to_settle' END AS state,
           COALESCE(m.number, '') AS number, COALESCE(m.paid_on, '') AS paid_on
      FROM (SELECT a.book_no, d.period, a.unit,
                   CAST(SUM(CASE WHEN t.credit = a.account_id AND d.kind <> 'reversal'
                                 THEN 1 ELSE 0 END) AS BIGINT) AS sales,
                   CAST(SUM(CASE WHEN t.credit = a.account_id
                                 THEN t.amount ELSE -t.amount END) AS BIGINT) AS owed_cents
              FROM account a
              JOIN transfer t ON t.book_no = a.book_no
               AND (t.credit = a.account_id OR t.debit = a.account_id)
              JOIN decision d ON d.book_no = t.book_no AND d.log_index = t.log_index
              JOIN account o ON o.book_no = t.book_no
               AND o.account_id = CASE WHEN t.credit = a.account_id THEN t.debit ELSE t.credit END
             WHERE a.book_no = :book_no AND a.owner = :shop AND a.kind = 'shop_payable'
               AND t.phase IN ('posted', 'used') AND o.kind <> 'treasury'
             GROUP BY a.book_no, d.period, a.unit) one
      LEFT JOIN programme p ON p.book_no = one.book_no AND p.unit = one.unit
      LEFT JOIN programme_version v
        ON v.book_no = p.book_no AND v.programme_id = p.programme_id AND v.version = 1
      LEFT JOIN settlement x ON x.book_no = one.book_no AND x.period = one.period
      LEFT JOIN mandate m ON m.book_no = one.book_no AND m.period = one.period
       AND m.programme_id = p.programme_id AND m.shop_id = :shop
     ORDER BY one.period DESC, programme
    """,
    ShopPeriod,
    given="shop",
)


def shop_periods(ledger: Ledger, book_no: int, shop_id: UUID) -> tuple[ShopPeriod, ...]:
    """What a shop is owed period by period, newest first, and when it is paid."""
    with ledger.reading() as db:
        return rows(db, SHOP_PERIODS, ShopPeriod, {"book_no": book_no, "shop": shop_id})


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """How many shops of one kind take part."""

    category: str
    shops: int
    suspended: int


CATEGORIES = query(
    """
    SELECT category, COUNT(*) AS shops,
           CAST(SUM(CASE WHEN status = 'suspended' THEN 1 ELSE 0 END) AS BIGINT) AS suspended
      FROM shop WHERE book_no = :book_no GROUP BY category ORDER BY category
    """,
    CategoryRow,
)


def categories(ledger: Ledger, book_no: int) -> tuple[CategoryRow, ...]:
    """The kinds of shop of one comune, counted."""
    with ledger.reading() as db:
        return rows(db, CATEGORIES, CategoryRow, {"book_no": book_no})
