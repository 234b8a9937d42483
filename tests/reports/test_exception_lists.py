"""Each rule finds what reaches its limit, to the microsecond and cent, and nothing short of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from ledger import Decision, Draw, EntryKind, Leg, Limits, Request, Transfer, open_ledger
from ledger.core.programmes import ROME, starts_at
from ledger.core.quantities import DAY, SECOND, Instant
from ledger.core.redemption import Redemption, Refund
from ledger.core.vouchers import payable_account
from ledger.operations.close_period import close_period
from ledger.operations.issue_credential import NewCredential
from ledger.operations.record_payout import Mandate, record_payout
from ledger.operations.redeem import redeem
from ledger.operations.refund import Asking, refund
from ledger.operations.sign_in import calling_till, open_till_session
from ledger.reports.exception_lists import exceptions
from ledger.reports.exception_rules import RULES
from ledger.reports.programme_page import programme_totals
from ledger.reports.roman_clocks import LONGEST, roman_clocks
from tests.town import NOON, Town, key, make_town
from tests.wallet_web.test_transparency import fiscal_code

SEVEN_MINUTES = 7 * 60 * SECOND
FACES = [500_00, 6_000_00, *[5_00] * 12]


@dataclass
class Market:
    """A town, one shop, and a clock that is moved by hand."""

    town: Town
    shop: UUID
    till: UUID
    now: Instant
    codes: list[NewCredential] = field(default_factory=list)

    def wait(self, span: Instant) -> None:
        self.now += span

    def sell(self, cents: int, family: int = 0) -> Decision:
        credential = self.codes[family].credential_id
        asked = Redemption(self.till, credential, cents)
        done = redeem(self.town.ledger, asked, key=key(), now=NOON)
        assert done.accepted, done.code
        return done

    def give_back(self, sale: Decision, cents: int) -> Decision:
        book = self.town.ledger.book("giussano")
        asked = Refund(sale.request.id, cents, "goods_returned", f"till:{self.till.hex}")
        by = Asking(self.till)
        done = refund(self.town.ledger, book, asked, by=by, key=key(), now=self.now)
        assert done.accepted, done.code
        return done

    def close(self) -> None:
        officer = self.town.officer.officer_id
        period = self.town.ledger.book("giussano").head().period
        close_period(
            self.town.ledger, "giussano", period, "x", officer=officer, key=key(), now=self.now
        )

    def upload(self, cents: int, occurred_at: Instant, *, from_risk: bool = False) -> Decision:
        """A purchase made offline, as its verb will book it: from a voucher, or at our loss."""
        book = self.town.ledger.book("giussano")
        programme = programme_totals(self.town.ledger, book.book_no)[0].programme
        source = programme.offline_risk if from_risk else self.town.account("voucher")
        leg = Leg(source, payable_account(programme.id, self.shop))
        items = (Draw(cents, (leg,)),)
        request = Request(key(), EntryKind.OFFLINE_REDEMPTION, items, "x", occurred_at)
        [done] = book.submit([request])
        assert done.accepted, done.code
        return done

    def cover(self, cents: int) -> None:
        book = self.town.ledger.book("giussano")
        programme = programme_totals(self.town.ledger, book.book_no)[0].programme
        fund = self.town.account("fund")
        items = (Transfer(fund, programme.offline_risk, cents, programme.unit),)
        [done] = book.submit([Request(key(), EntryKind.OFFLINE_COVER, items, "x", self.now)])
        assert done.accepted, done.code

    def found(self, rule: str, *, days: int = 300) -> list[int | None]:
        """The places in the log that a rule names, oldest first."""
        span = self.now - days * DAY, self.now + SECOND  # Several sales may share a moment.
        lists = exceptions(self.town.ledger, self.town.book_no, span, now=self.now)
        rows = next(one.rows for one in lists if one.rule.name == rule)
        return sorted((row.log_index for row in rows), key=lambda at: at or 0)


@pytest.fixture
def market(url: str) -> Iterator[Market]:
    made: Market | None = None

    def clock() -> Instant:
        return made.now if made else NOON

    limits = Limits(forward_jump_seconds=float("inf"))
    with open_ledger(url, limits=limits, clock=clock) as ledger:
        town = make_town(ledger)
        lines = [f"{fiscal_code(at)};I;N;{face // 100},00" for at, face in enumerate(FACES)]
        funding = town.programme()
        town.issue(funding, "\n".join(["Codice fiscale;Cognome;Nome;Importo", *lines]))
        shop, secret = town.shop()
        opened = open_till_session(ledger, secret, now=NOON)
        assert opened
        till = calling_till(ledger, opened.token, now=NOON)
        assert till
        made = Market(town, shop, till.till_id, NOON)
        made.codes = by_face(town)
        yield made
        assert list(ledger.book("giussano").check()) == [] or made.now == -1


def by_face(town: Town) -> list[NewCredential]:
    """The families' codes: those with the most on their voucher first, after the very first."""
    sql = text("SELECT family_id FROM voucher ORDER BY face_cents DESC, voucher_id")
    with town.ledger.reading() as db:
        found = [row[0] for row in db.execute(sql)]
    order = [one if isinstance(one, UUID) else UUID(bytes=one) for one in found]
    targets = {one.target_id: one for one in town.codes()}
    large, small, *rest = (targets[one] for one in order)
    return [small, large, *rest]


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
    [totals] = programme_totals(market.town.ledger, market.town.book_no)
    mandate = Mandate("1", date(2026, 12, 1), 1, totals.programme.id, market.shop, 20_00)
    treasurer = market.town.treasurer
    paid = record_payout(
        market.town.ledger, "giussano", mandate, officer=treasurer, key=key(), now=market.now
    )
    assert paid.accepted, paid.code
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
        told = roman_clocks(since, since + LONGEST)
        for hour in range(366 * 24):
            at = since + hour * 3_600 * SECOND
            piece = next(
                (n for n in (1, 2, 3) if at < told[f"change_{n}"]), 4
            )  # fmt: skip
            moment = datetime.fromtimestamp(at // SECOND, ROME)
            ahead = moment.utcoffset()
            assert ahead == timedelta(microseconds=told[f"offset_{piece}"]), moment


def test_one_rule_can_be_asked_alone_and_a_long_span_is_its_last_year(market: Market) -> None:
    sale = market.sell(120_00)
    old = market.give_back(sale, 60_00)
    ledger, book_no = market.town.ledger, market.town.book_no
    far = market.now + LONGEST

    def large(until: Instant) -> list[int | None]:
        [one] = exceptions(ledger, book_no, (0, until), now=far, only="refund_large")
        return [row.log_index for row in one.rows]

    assert large(far) == [old.log_index]
    assert large(far + SECOND) == []
