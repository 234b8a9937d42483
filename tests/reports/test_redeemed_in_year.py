"""The year's total against the law's limit: to the cent, by the year of Rome, warned in time."""

from datetime import date

import pytest

from ledger import EntryKind, Request, Reverse
from ledger.core.programmes import starts_at
from ledger.core.quantities import SECOND
from ledger.reports import redeemed_in_year as counter
from ledger.reports.redeemed_in_year import (
    LIMIT_CENTS,
    YearRow,
    levels_reached,
    redeemed_in_year,
)
from tests.reports.market import Market
from tests.town import key

NEW_YEAR = starts_at(date(2027, 1, 1))
MILLION = 1_000_000_00


def of_year(market: Market, year: int) -> YearRow:
    total, *each = redeemed_in_year(market.town.ledger, market.town.book_no, year)
    assert total.redeemed_cents == sum(one.redeemed_cents for one in each)
    return total


def test_a_purchase_counts_in_the_year_of_rome_and_a_refund_takes_nothing_off(
    market: Market,
) -> None:
    market.sell(20_00)
    market.now = NEW_YEAR - SECOND
    sale = market.sell(10_00)
    market.now = NEW_YEAR
    market.sell(5_00)
    market.give_back(sale, 4_00)
    last, this = of_year(market, 2026), of_year(market, 2027)
    assert (last.sales, last.redeemed_cents, last.refunded_cents) == (2, 30_00, 0)
    assert (this.sales, this.redeemed_cents, this.refunded_cents) == (1, 5_00, 4_00)
    assert of_year(market, 2028) == YearRow(2028, "", "", 0, 0, 0)


@pytest.mark.parametrize(
    ("cents", "level", "tenths"),
    [(749_999_99, "", 749), (750_000_00, "near", 750), (899_999_99, "near", 899),
     (900_000_00, "close", 900), (999_999_99, "close", 999), (1_000_000_00, "reached", 1000),
     (2_500_000_00, "reached", 2500), (0, "", 0)],
)  # fmt: skip
def test_each_level_begins_at_its_cent(cents: int, level: str, tenths: int) -> None:
    assert LIMIT_CENTS == MILLION
    row = YearRow(2026, "", "", 1, cents, 0)
    assert (row.level, row.tenths) == (level, tenths)


def scaled(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    """The same with a small limit: a million takes a while to sell."""
    monkeypatch.setattr(counter, "LIMIT_CENTS", limit)


def test_the_home_page_is_told_of_this_year_and_the_one_before(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    scaled(monkeypatch, 100_00)
    ledger, book_no = market.town.ledger, market.town.book_no
    market.sell(74_99)
    assert levels_reached(ledger, book_no, 2026) == ()
    market.sell(1)
    [warned] = levels_reached(ledger, book_no, 2026)
    assert (warned.level, warned.redeemed_cents) == ("near", 75_00)
    market.now = NEW_YEAR
    market.sell(95_00)
    assert [(one.year, one.level) for one in levels_reached(ledger, book_no, 2027)] == [
        (2027, "close"), (2026, "near"),
    ]  # fmt: skip
    assert levels_reached(ledger, book_no, 2028) == levels_reached(ledger, book_no, 2027)[:1]


def test_a_payment_that_is_booked_back_is_no_purchase(market: Market) -> None:
    sale = market.sell(100_00)
    market.close()
    paid = market.pay(1, 100_00)
    book = market.town.ledger.book("giussano")
    back = Request(key(), EntryKind.REVERSAL, (Reverse(paid.request.id),), "x", market.now)
    [undone] = book.submit([back])
    assert undone.accepted, undone.code
    assert of_year(market, 2026).redeemed_cents == sum(one.amount for one in sale.transfers)
