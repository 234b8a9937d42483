"""What a calendar year's vouchers paid, by issuer and instrument, against the limit of the law.

Article 3(k) of PSD2 (D.Lgs. 11/2010, art. 2): whoever issues what is spent in a limited network
tells the Bank of Italy once a calendar year's payments exceed the limit. Counted is what was paid,
refunds not taken off: so a warning comes early, never late. Amounts in cents. Source: domain.md 6.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from ledger.core.programmes import starts_at
from ledger.core.quantities import MAX_AMOUNT, Amount, Unit
from ledger.reports.rows import first_row, query, rows
from ledger.store.book import Ledger
from ledger.store.registers.programmes import programmes

LIMIT_CENTS: Final = 1_000_000_00


@dataclass(frozen=True, slots=True)
class Level:
    """From which share of the limit on, in percent, somebody is warned, and as what."""

    name: str
    percent: int


LEVELS: Final = (Level("near", 75), Level("close", 90), Level("reached", 100))


@dataclass(frozen=True, slots=True)
class YearRow:
    """One instrument (programme) of an issuer (comune) in a year; without unit and title: all."""

    year: int
    unit: Unit
    title: str
    sales: int
    redeemed_cents: Amount
    refunded_cents: Amount

    @property
    def tenths(self) -> int:
        """Tenths of a percent of the limit, cut off, so that none is told too early."""
        return self.redeemed_cents * 1000 // LIMIT_CENTS

    @property
    def level(self) -> str:
        """The highest level that was reached; empty below all of them."""
        reached = (one for one in LEVELS if self.redeemed_cents * 100 >= one.percent * LIMIT_CENTS)
        return max(reached, key=lambda one: one.percent, default=Level("", 0)).name


@dataclass(frozen=True, slots=True)
class _Counted:
    unit: Unit
    sales: int
    redeemed_cents: Amount
    refunded_cents: Amount


# The transfers of a year stand side by side; what they are is told by their accounts, without a
# look at each decision. CROSS: see `exception_rules`. A sale counts once, whatever its vouchers.
COUNTED = query(
    """
    SELECT unit, COUNT(DISTINCT CASE WHEN is_sale = 1 THEN log_index END) AS sales,
           CAST(SUM(CASE WHEN is_sale = 1 THEN amount ELSE 0 END) AS BIGINT) AS redeemed_cents,
           CAST(SUM(CASE WHEN is_sale = 1 THEN 0 ELSE amount END) AS BIGINT) AS refunded_cents
      FROM (SELECT t.unit, t.log_index, t.amount,
                   CASE WHEN ca.kind = 'shop_payable' THEN 1 ELSE 0 END AS is_sale
              FROM transfer t CROSS JOIN account da CROSS JOIN account ca
             WHERE t.book_no = :book_no AND t.seq >= :first AND t.seq < :after
               AND t.phase IN ('posted', 'used')
               AND da.book_no = t.book_no AND da.account_id = t.debit
               AND ca.book_no = t.book_no AND ca.account_id = t.credit
               AND ((ca.kind = 'shop_payable'
                     AND da.kind IN ('voucher', 'device_reserve', 'offline_risk'))
                 OR (da.kind IN ('shop_payable', 'shop_claim')
                     AND ca.kind IN ('voucher', 'fund', 'offline_risk', 'refund_due')))) one
     GROUP BY unit
    """,
    _Counted,
)


@dataclass(frozen=True, slots=True)
class _Place:
    first_seq: int


# The first transfer at or after an instant, if there is any.
PLACE = query(
    """SELECT first_seq FROM decision
        WHERE book_no = :book_no AND recorded_at >= :at AND transfers > 0
        ORDER BY recorded_at LIMIT 1""",
    _Place,
)


@dataclass(frozen=True, slots=True)
class _Most:
    cents: Amount | None


# All that shops were ever credited: no year can hold more, and accounts are few.
MOST = query(
    """
    SELECT CAST(SUM(a.credits_posted) AS BIGINT) AS cents
      FROM shop s CROSS JOIN account a
     WHERE a.book_no = :book_no AND a.owner = s.shop_id AND a.kind = 'shop_payable'
    """,
    _Most,
)


def redeemed_in_year(ledger: Ledger, book_no: int, year: int) -> tuple[YearRow, ...]:
    """What a comune's programmes redeemed in a year of Rome, by number; first all together."""
    with ledger.reading() as db:
        first, after = (
            first_row(db, PLACE, _Place, {"book_no": book_no, "at": starts_at(date(one, 1, 1))})
            or _Place(MAX_AMOUNT)
            for one in (year, year + 1)
        )
        given = {"book_no": book_no, "first": first.first_seq, "after": after.first_seq}
        known = programmes(db, book_no)
        counted = {one.unit: one for one in rows(db, COUNTED, _Counted, given)}
    none = _Counted("", 0, 0, 0)
    found = [
        YearRow(year, one.unit, one.title, was.sales, was.redeemed_cents, was.refunded_cents)
        for one in known
        for was in (counted.get(one.unit, none),)
    ]
    total = YearRow(
        year, "", "",
        sum(one.sales for one in found),
        sum(one.redeemed_cents for one in found),
        sum(one.refunded_cents for one in found),
    )  # fmt: skip
    return (total, *found)


def levels_reached(ledger: Ledger, book_no: int, year: int) -> tuple[YearRow, ...]:
    """The issuer's totals of this year and the one before, where they reached a level.

    A book that has not paid so much in all its years is told so by one small statement.
    """
    with ledger.reading() as db:
        most = first_row(db, MOST, _Most, {"book_no": book_no})
    if most is None or (most.cents or 0) * 100 < LEVELS[0].percent * LIMIT_CENTS:
        return ()
    totals = [redeemed_in_year(ledger, book_no, one)[0] for one in (year, year - 1)]
    return tuple(one for one in totals if one.level)
