"""A family's maximum a day and a week: exact under races, given back by refunds. Design 3.2."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier

import pytest

from ledger import Code, Decision, Ledger, RequestId
from ledger.core.programmes import starts_at
from ledger.core.quantities import DAY, SECOND, Amount
from ledger.core.redemption import read_paid
from ledger.core.refunding import Refund
from ledger.core.till_rules import TillRules
from ledger.operations.change_terms import change_terms
from ledger.operations.enrol_shop import enrol_till
from ledger.operations.issue_credential import issue_family_codes
from ledger.operations.refund import Asking, refund
from ledger.operations.void_redemption import void_redemption
from ledger.reports.family_page import family_vouchers
from ledger.reports.receipts import refunded
from ledger.store.network.credentials import families_of
from tests.operations.test_rules_at_the_till import ONE, Fair
from tests.town import NOON, TERMS, key, make_town

HOUR = 3_600 * SECOND
DAILY = TillRules(max_per_day=20_00)


@pytest.fixture
def fair(ledger: Ledger) -> Fair:
    town = make_town(ledger)
    ledger.clock = lambda: NOON
    bakery, _secret = town.shop()
    return Fair(town, bakery, enrol_till(ledger, bakery, "Cassa 2")[0])


def give_back(fair: Fair, paid: Decision, amount: Amount, at: RequestId | None = None) -> Decision:
    book = fair.town.ledger.book(fair.town.comune)
    asked = Refund(paid.request.id, amount, "mistake", f"till:{fair.till.hex}")
    return refund(fair.town.ledger, book, asked, by=Asking(fair.till), key=at or key(), now=NOON)


def counted(fair: Fair) -> list[int]:
    """What each cap of the book has counted; the book checks."""
    book = fair.town.ledger.book(fair.town.comune)
    assert list(book.check()) == []
    lines = book.trial_balance()
    caps = sorted(line.balance for line in lines if line.kind == "cap")
    assert sum(caps) == sum(line.balance for line in lines if line.kind == "caps_used")
    return caps


def test_a_day_has_its_maximum_and_the_next_day_another(fair: Fair) -> None:
    fair.give(DAILY)
    code = fair.code()
    assert fair.look(code).spendable_cents == 20_00
    assert fair.pay(code, 20_01).code is Code.OVER_DAY
    paid = fair.pay(code, 15_00)
    assert (paid.accepted, read_paid(paid).amount_cents, read_paid(paid).left_cents) == (
        True, 15_00, 35_00,
    )  # fmt: skip
    assert fair.look(code).spendable_cents == 5_00
    assert fair.pay(code, 5_01).code is Code.OVER_DAY
    assert fair.pay(code, 5_00).accepted
    assert fair.look(code).refusal is Code.OVER_DAY
    assert fair.pay(code, 1).code is Code.OVER_DAY
    assert fair.pay(code, 20_00, now=NOON + DAY).accepted
    assert counted(fair) == [20_00, 20_00]


def test_a_family_reads_what_it_may_spend_today(fair: Fair) -> None:
    fair.give(DAILY)
    code = fair.code()
    assert fair.pay(code, 12_50).accepted
    ledger, book_no = fair.town.ledger, fair.town.book_no
    with ledger.reading() as db:
        family = min(families_of(db, book_no).values())
    for now, room in ((NOON, 7_50), (NOON + DAY, 20_00)):
        [seen] = family_vouchers(ledger, book_no, family, now=now)
        assert (seen.available_cents, seen.room_cents) == (37_50, room)


def test_a_day_ends_at_midnight_in_rome(fair: Fair) -> None:
    fair.give(DAILY, ends=date(2027, 4, 30))
    code = fair.code()
    night = starts_at(date(2027, 3, 29))  # The day before had 23 hours.
    assert fair.pay(code, 20_00, now=night - 23 * HOUR).accepted
    assert fair.pay(code, 1_00, now=night - 1).code is Code.OVER_DAY
    assert fair.pay(code, 20_00, now=night).accepted
    assert counted(fair) == [20_00, 20_00]


def test_a_week_begins_on_monday_and_both_maxima_count(fair: Fair) -> None:
    fair.give(TillRules(max_per_day=20_00, max_per_week=30_00))
    code = fair.code()
    sunday = starts_at(date(2026, 11, 8)) + 12 * HOUR  # NOON is Monday the 2nd.
    assert fair.pay(code, 20_00).accepted
    assert fair.pay(code, 10_01, now=sunday).code is Code.OVER_WEEK
    assert fair.pay(code, 10_00, now=sunday).accepted
    assert fair.pay(code, 1, now=sunday).code is Code.OVER_WEEK
    assert fair.pay(code, 20_00, now=sunday + DAY).accepted
    assert counted(fair) == [10_00, 20_00, 20_00, 20_00, 30_00]


def test_what_comes_back_can_be_spent_again_that_day_to_the_cent(fair: Fair) -> None:
    fair.give(DAILY)
    code = fair.code()
    paid, back = fair.pay(code, 20_00), key()
    for replayed in (False, True):
        given = give_back(fair, paid, 7_50, at=back)
        assert (given.accepted, given.replayed) == (True, replayed)
    assert fair.pay(code, 7_51).code is Code.OVER_DAY
    assert fair.pay(code, 7_50).accepted
    assert give_back(fair, paid, 12_51).code is Code.REFUND_EXCEEDS
    assert give_back(fair, paid, 12_50).accepted
    assert counted(fair) == [7_50]


def test_a_void_gives_everything_back_and_a_receipt_tells_money_alone(fair: Fair) -> None:
    fair.give(TillRules(max_per_day=20_00, max_per_week=30_00))
    code = fair.code()
    paid = fair.pay(code, 20_00)
    assert give_back(fair, paid, 5_00).accepted
    ledger, book = fair.town.ledger, fair.town.ledger.book(fair.town.comune)
    assert refunded(book, paid) == 5_00
    void_redemption(ledger, fair.till, key=paid.request.id, now=NOON)
    assert counted(fair) == [0, 0]
    assert fair.look(code).spendable_cents == 20_00


def test_a_sale_over_several_programmes_gives_back_what_each_counted(fair: Fair) -> None:
    """One without a rule ends first, then one with a day's maximum, then one with a week's."""
    fair.give(TillRules(), "42", date(2026, 12, 1))
    fair.give(DAILY, "43", date(2026, 12, 2))
    fair.give(TillRules(max_per_week=5_00), "44", date(2026, 12, 3))
    code = fair.code()
    assert fair.look(code).spendable_cents == 75_00
    assert fair.pay(code, 75_01).code is Code.OVER_WEEK
    paid = fair.pay(code, 75_00)
    assert counted(fair) == [5_00, 20_00]
    for amount in (1_00, 70_00):  # The free part goes back first, then the week's, then the day's.
        assert give_back(fair, paid, amount).accepted
    assert counted(fair) == [0, 4_00]
    assert give_back(fair, paid, 4_00).accepted
    assert counted(fair) == [0, 0]
    assert fair.look(code).spendable_cents == 75_00


def test_two_vouchers_share_a_maximum_and_another_limit_is_another(fair: Fair) -> None:
    funding = fair.give(DAILY)
    fair.town.issue(funding, ONE, "2")
    code = fair.code()
    assert fair.pay(code, 20_01).code is Code.OVER_DAY
    assert fair.pay(code, 20_00).accepted
    other = replace(TERMS, rules=TillRules(max_per_day=3_00))
    changed = change_terms(
        fair.town.ledger, fair.town.comune, funding.programme_id, other,
        officer=fair.town.officer.officer_id, key=key(), now=NOON,
    )  # fmt: skip
    assert changed.accepted
    fair.town.issue(funding, ONE, "3")
    assert fair.look(code).spendable_cents == 3_00
    assert fair.pay(code, 3_00).accepted
    assert counted(fair) == [3_00, 20_00]


def test_of_many_tills_at_once_no_more_is_taken_than_a_day_allows(fair: Fair) -> None:
    """Each was planned on an empty day; the book lets two of them through, and no third."""
    fair.give(DAILY)
    with fair.town.ledger.reading() as db:
        family = min(families_of(db, fair.town.book_no).values())
    codes = issue_family_codes(fair.town.ledger, fair.town.comune, [family] * 2, now=NOON)
    tills = [enrol_till(fair.town.ledger, fair.bakery, f"Cassa {n}")[0] for n in range(8)]
    together = Barrier(len(tills))

    def pay(number: int) -> Decision:
        together.wait()
        return fair.pay(codes[number % 2].credential_id, 10_00, till=tills[number])

    with ThreadPoolExecutor(len(tills)) as pool:
        decisions = list(pool.map(pay, range(len(tills))))
    refused = {one.code for one in decisions if not one.accepted}
    assert sum(one.accepted for one in decisions) == 2
    assert refused <= {Code.CEILING_REACHED, Code.OVER_DAY}
    assert counted(fair) == [20_00]
