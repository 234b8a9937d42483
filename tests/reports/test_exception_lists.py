"""Each rule finds what reaches its limit, to the microsecond and cent, and nothing short of it."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from ledger.core.programmes import ROME, starts_at
from ledger.core.quantities import DAY, SECOND, Instant
from ledger.reports import roman_clocks as clocks
from ledger.reports.exception_lists import LONGEST, exceptions
from ledger.reports.exception_rules import RULES
from ledger.reports.roman_clocks import roman_clocks
from tests.reports.market import Market
from tests.town import NOON

SEVEN_MINUTES = 7 * 60 * SECOND


def test_an_ordinary_day_gives_nothing(market: Market) -> None:
    sale = market.sell(12_50)
    market.wait(SEVEN_MINUTES)
    market.give_back(sale, 2_50)
    for rule in RULES:
        assert market.found(rule.name) == [], rule.name


def test_a_refund_is_large_from_the_cent_on(market: Market) -> None:
    sale = market.sell(120_00)
    market.give_back(sale, 49_99)
    assert market.found("refund_large") == []
    large = market.give_back(sale, 50_00)
    assert market.found("refund_large") == [large.log_index]


def test_a_refund_is_late_after_whole_days(market: Market) -> None:
    sale = market.sell(20_00)
    market.wait(14 * DAY - SECOND)
    market.give_back(sale, 1_00)
    assert market.found("refund_late") == []
    market.wait(2 * SECOND)
    late = market.give_back(sale, 1_00)
    assert market.found("refund_late") == [late.log_index]
    assert market.found("refund_after_period") == []


def test_a_refund_of_a_sale_whose_period_was_closed(market: Market) -> None:
    before = market.sell(20_00)
    market.close()
    after = market.sell(20_00)
    late = market.give_back(before, 1_00)
    market.give_back(after, 1_00)
    assert market.found("refund_after_period") == [late.log_index]


def test_what_a_shop_owes_back_is_open_until_it_is_covered(market: Market) -> None:
    sale = market.sell(20_00)
    market.close()
    market.pay(1, 20_00)
    late = market.give_back(sale, 5_00)
    market.wait(30 * DAY - SECOND)
    assert market.found("claim_open") == []
    market.wait(2 * SECOND)
    assert market.found("claim_open", days=1) == [late.log_index]  # However long ago it was.


def test_a_shop_that_is_owed_much_or_less_than_nothing(market: Market) -> None:
    for cents in (*[249_00] * 20, 19_99):
        market.sell(cents, family=1)
    assert market.found("payable_large") == []
    last = market.sell(1, family=1)
    assert market.found("payable_large", days=1) == [last.log_index]
    assert market.found("payable_negative") == []
    wrong = text("UPDATE account SET floor = NULL, debits_posted = 500001 WHERE kind = :kind")
    market.town.ledger.write(lambda db: db.execute(wrong, {"kind": "shop_payable"}))
    assert market.found("payable_negative") == [last.log_index]
    market.now = -1  # The replay finds this too; it was planted.


def test_an_upload_is_late_by_days_and_by_periods(market: Market) -> None:
    market.sell(1_00)
    market.upload(1_00, market.now - 3 * DAY + SECOND)
    assert market.found("upload_late") == market.found("upload_after_period") == []
    late = market.upload(1_00, market.now - 3 * DAY - SECOND)
    assert market.found("upload_late") == [late.log_index]
    made_at = market.now
    market.wait(SECOND)
    market.close()
    market.wait(SECOND)
    market.upload(1_00, market.now - 1)
    after = market.upload(1_00, made_at)
    assert market.found("upload_after_period") == [after.log_index]


def test_what_offline_cost_is_listed(market: Market) -> None:
    market.sell(1_00)
    market.cover(50_00)
    market.upload(1_00, market.now)
    assert market.found("offline_loss") == []
    lost = market.upload(7_00, market.now, from_risk=True)
    assert market.found("offline_loss") == [lost.log_index]


def test_many_whole_vouchers_in_one_shop_are_counted_by_the_day_of_rome(market: Market) -> None:
    market.now = starts_at(date(2026, 11, 9)) - SEVEN_MINUTES  # Nearly midnight.
    market.sell(5_00, family=2)
    market.wait(2 * SEVEN_MINUTES)
    sold = [market.sell(5_00, family=at).log_index for at in range(3, 12)]
    market.sell(4_99, family=12)
    assert market.found("whole_vouchers") == []
    sold.append(market.sell(5_00, family=13).log_index)
    assert market.found("whole_vouchers") == sold


def test_one_family_again_and_again_within_minutes(market: Market) -> None:
    for _ in range(3):
        market.sell(1_00)
    market.sell(1_00, family=1)
    market.wait(10 * 60 * SECOND + SECOND)
    market.sell(1_00)
    assert market.found("quick_family") == []
    for _ in range(2):
        market.wait(60 * SECOND)
        market.sell(1_00)
    fourth = market.sell(1_00)
    assert market.found("quick_family") == [fourth.log_index]


@pytest.mark.parametrize(
    ("when", "is_night"),
    [("2026-10-20 00:00", True), ("2026-10-20 04:59", True), ("2026-10-20 05:00", False),
     ("2026-10-24 23:59", False), ("2026-10-25 04:59", True), ("2026-10-25 05:00", False),
     ("2026-11-03 04:59", True), ("2026-11-03 05:00", False), ("2027-04-01 05:00", False),
     ("2027-04-01 04:59", True)],
)  # fmt: skip
def test_the_night_is_romes_whatever_the_clocks_do(
    market: Market, when: str, is_night: int
) -> None:
    at = round(datetime.fromisoformat(when).replace(tzinfo=ROME).timestamp()) * SECOND
    market.now = max(at, NOON)
    sold = market.sell(1_00)
    moved = text("UPDATE decision SET recorded_at = :at WHERE log_index = :index")
    market.town.ledger.write(lambda db: db.execute(moved, {"at": at, "index": sold.log_index}))
    market.now = at + 1
    assert market.found("at_night") == ([sold.log_index] if is_night else [])
    market.now = -1


def test_the_clocks_of_a_year_are_those_of_rome() -> None:
    """Three changes at most, each at its hour, from whatever day on."""
    for first in (date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 12, 24)):
        since = starts_at(first)
        told = roman_clocks(since, since + clocks.LONGEST)
        for hour in range(366 * 24):
            at = since + hour * 3_600 * SECOND
            piece = next(
                (n for n in (1, 2, 3) if at < told[f"change_{n}"]), 4
            )  # fmt: skip
            moment = datetime.fromtimestamp(at // SECOND, ROME)
            ahead = moment.utcoffset()
            assert ahead == timedelta(microseconds=told[f"offset_{piece}"]), moment


def test_one_rule_can_be_asked_alone_and_a_long_span_is_its_end(market: Market) -> None:
    sale = market.sell(120_00)
    old = market.give_back(sale, 60_00)
    ledger, book_no = market.town.ledger, market.town.book_no
    far = market.now + LONGEST

    def large(until: Instant) -> list[int | None]:
        [one] = exceptions(ledger, book_no, (0, until), now=far, only="refund_large")
        return [row.log_index for row in one.rows]

    assert large(far) == [old.log_index]
    assert large(far + SECOND) == []
