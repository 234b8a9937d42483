"""What a calendar year's vouchers paid, by issuer and instrument, against the limit of the law.

Article 3(k) of PSD2 (D.Lgs. 11/2010, art. 2): whoever issues what is spent in a limited network
tells the Bank of Italy once a calendar year's payments exceed the limit. Counted is what was paid,
refunds not taken off: so a warning comes early, never late. Amounts in cents. Source: domain.md 6.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from ledger.core.programmes import starts_at
from ledger.core.quantities import Amount, Unit
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


# CROSS: see `exception_rules`. A sale counts once, with whatever its vouchers were.
COUNTED = query(
    """
    SELECT a.unit, COUNT(DISTINCT CASE WHEN d.kind <> 'refund' THEN d.log_index END) AS sales,
           CAST(SUM(CASE WHEN d.kind = 'refund' THEN 0 ELSE t.amount END) AS BIGINT)
             AS redeemed_cents,
           CAST(SUM(CASE WHEN d.kind = 'refund' THEN t.amount ELSE 0 END) AS BIGINT)
             AS refunded_cents
      FROM decision d CROSS JOIN transfer t
      JOIN account a ON a.book_no = t.book_no AND a.kind IN ('shop_payable', 'shop_claim')
       AND a.account_id = CASE WHEN d.kind = 'refund' THEN t.debit ELSE t.credit END
     WHERE d.book_no = :book_no AND d.recorded_at >= :since AND d.recorded_at < :until
       AND t.book_no = d.book_no AND t.log_index = d.log_index
       AND d.kind IN ('redemption', 'offline_redemption', 'refund')
     GROUP BY a.unit
    """,
    _Counted,
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
    given = {
        "book_no": book_no,
        "since": starts_at(date(year, 1, 1)),
        "until": starts_at(date(year + 1, 1, 1)),
    }
    with ledger.reading() as db:
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
