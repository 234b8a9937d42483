"""Each rule of a programme, told as a sale: what a shop may take, and the no that it gets."""
# long: a story for each rule, in one list, so that a missing one is missed.

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from ledger import Code, Decision, Ledger
from ledger.core.programmes import Terms, day_of, ends_at
from ledger.core.quantities import SECOND, Amount, Instant
from ledger.core.redemption import Redemption, plan_redemption, read_paid
from ledger.core.refunding import Refund
from ledger.core.till_rules import Denomination, TillRules
from ledger.operations.change_terms import change_terms
from ledger.operations.enrol_shop import enrol_till
from ledger.operations.fund_programme import Funding
from ledger.operations.issue_credential import issue_slip_codes
from ledger.operations.issue_vouchers import SlipOrder, issue_slips
from ledger.operations.redeem import Basket, Look, gather_redemption, look, redeem
from ledger.operations.refund import Asking, refund
from ledger.operations.void_redemption import void_redemption
from ledger.store.network.credentials import families_of
from ledger.store.registers.till_reads import credential_by_id, shop_of_till
from ledger.store.signing import Signer
from ledger.store.trust import read_trust
from ledger.token.payloads import reference_of
from ledger.token.verify import verify_receipt
from tests.town import NOON, ROSSI, TERMS, Town, key, make_town

ONE = f"Codice fiscale;Cognome;Nome;Importo\n{ROSSI};Rossi;Mara;50,00\n"


@dataclass
class Fair:
    """A town with one family, and a bakery that it goes to."""

    town: Town
    bakery: UUID
    till: UUID

    def give(self, rules: TillRules, act: str = "42", ends: date = TERMS.ends_on) -> Funding:
        """Issue the family 50.00 under these rules."""
        terms = replace(TERMS, title=f"Buoni {act}", rules=rules, ends_on=ends)
        funding = self.town.programme(terms=terms, act=act)
        self.town.issue(funding, ONE)
        return funding

    def code(self) -> UUID:
        return self.town.codes()[0].credential_id

    def issued_on(self, code: UUID) -> date:
        """The day in Rome in which the family's vouchers were booked."""
        vouchers = gather_redemption(self.town.ledger, self.till, code, now=NOON).vouchers
        [day] = {day_of(one.issued_at) for one in vouchers}
        return day

    def another(self, category: str) -> tuple[UUID, UUID]:
        shop, _secret = self.town.shop(f"Prova {category}", category)
        return shop, enrol_till(self.town.ledger, shop, "Cassa 2")[0]

    def slip(self, funding: Funding, face: Amount, earned_at: UUID | None = None) -> UUID:
        with self.town.ledger.reading() as db:
            family = min(families_of(db, self.town.book_no).values())
        order = SlipOrder(
            key(), funding.programme_id, funding.fund(), family, face, 1, earned_at=earned_at
        )
        officers = {"officer": self.town.officer, "approver": self.town.approver}
        [made] = issue_slips(self.town.ledger, self.town.comune, order, **officers, now=NOON)
        slips = [(made.transfers[0].credit, face)]
        [code] = issue_slip_codes(self.town.ledger, self.town.comune, slips, now=NOON)
        return code.credential_id

    def pay(
        self,
        code: UUID,
        amount: Amount,
        *,
        till: UUID | None = None,
        bill: Amount | None = None,
        without: tuple[str, ...] = (),
        now: Instant = NOON,
    ) -> Decision:
        asked = Redemption(till or self.till, code, amount, bill, declared=without)
        return redeem(self.town.ledger, asked, key=key(), now=now)

    def look(self, code: UUID, basket: Basket = Basket()) -> Look:  # noqa: B008 -- frozen.
        credential = credential_by_id(self.town.ledger.quick, code)
        assert credential is not None
        return look(self.town.ledger, self.till, credential, basket, now=NOON)


@pytest.fixture
def fair(ledger: Ledger) -> Fair:
    town = make_town(ledger)
    bakery, _secret = town.shop()
    return Fair(town, bakery, enrol_till(ledger, bakery, "Cassa 2")[0])


def test_at_most_so_much_is_taken_in_one_sale(fair: Fair) -> None:
    fair.give(TillRules(max_per_sale=20_00))
    code = fair.code()
    assert fair.look(code).spendable_cents == 20_00
    assert fair.pay(code, 20_01).code is Code.OVER_LIMIT
    assert fair.pay(code, 20_00).accepted
    assert fair.pay(code, 20_00).accepted  # The rule is of one sale.
    assert fair.look(code).spendable_cents == 10_00


def test_only_a_share_of_the_bill_is_paid(fair: Fair) -> None:
    fair.give(TillRules(bill_share=50))
    code = fair.code()
    seen = fair.look(code)
    assert (seen.wants_bill, seen.spendable_cents) == (True, 50_00)
    assert fair.look(code, Basket(bill_cents=30_01)).spendable_cents == 15_00
    assert fair.pay(code, 15_00).code is Code.BILL_NEEDED
    assert fair.pay(code, 15_01, bill=30_01).code is Code.OVER_SHARE
    assert fair.pay(code, 15_00, bill=30_01).accepted


def test_what_is_not_paid_must_be_declared_absent(fair: Fair) -> None:
    fair.give(TillRules(excluded=("alcohol", "tobacco")))
    code = fair.code()
    assert fair.look(code).excluded == ("alcohol", "tobacco")
    assert fair.pay(code, 5_00, without=("alcohol",)).code is Code.DECLARATION_NEEDED
    assert fair.pay(code, 5_00, without=("tobacco", "alcohol")).accepted


def test_a_face_goes_to_its_own_kinds_of_shop(fair: Fair) -> None:
    kinds = (Denomination(5_00, ("bakery", "bar")), Denomination(15_00, ("bookshop",)))
    funding = fair.give(TillRules(denominations=kinds))
    small, large = fair.slip(funding, 5_00), fair.slip(funding, 15_00)
    _shop, bookshop = fair.another("bookshop")
    assert fair.pay(small, 5_00, till=bookshop).code is Code.OTHER_DENOMINATION
    assert fair.pay(large, 5_00).code is Code.OTHER_DENOMINATION
    assert fair.pay(small, 5_00).accepted
    assert fair.pay(large, 14_00, till=bookshop).accepted


def test_what_was_earned_here_is_spent_elsewhere(fair: Fair) -> None:
    funding = fair.give(TillRules(other_shop=True))
    slip = fair.slip(funding, 5_00, earned_at=fair.bakery)
    _shop, bar = fair.another("bar")
    assert fair.pay(slip, 5_00).code is Code.EARNED_HERE
    assert fair.pay(slip, 5_00, till=bar).accepted
    assert list(fair.town.ledger.book(fair.town.comune).check()) == []  # Its row is in the leaf.


def test_the_rest_is_spent_where_it_was_begun_but_an_undone_sale_binds_nobody(fair: Fair) -> None:
    fair.give(TillRules(same_shop=True))
    code = fair.code()
    _shop, bar = fair.another("bar")
    first = fair.pay(code, 10_00, till=bar)
    assert first.accepted
    assert fair.pay(code, 5_00).code is Code.BEGUN_ELSEWHERE
    assert fair.pay(code, 5_00, till=bar).accepted
    void_redemption(fair.town.ledger, bar, key=first.request.id, now=NOON)
    assert fair.pay(code, 5_00).code is Code.BEGUN_ELSEWHERE  # 5.00 of it is still spent there.


def test_a_sale_undone_in_full_binds_nobody(fair: Fair) -> None:
    fair.give(TillRules(same_shop=True))
    code = fair.code()
    _shop, bar = fair.another("bar")
    first = fair.pay(code, 10_00, till=bar)
    void_redemption(fair.town.ledger, bar, key=first.request.id, now=NOON)
    assert fair.pay(code, 5_00).accepted
    assert fair.pay(code, 5_00, till=bar).code is Code.BEGUN_ELSEWHERE


def test_the_first_use_comes_within_its_days_in_rome(fair: Fair) -> None:
    """Days after the one in which the book recorded it, by its own clock."""
    for act in ("42", "43"):
        fair.give(TillRules(first_use_days=10), act, date(2199, 12, 31))
    code = fair.code()
    over = ends_at(fair.issued_on(code) + timedelta(days=10))
    assert fair.pay(code, 50_00, now=over - 1).accepted
    assert fair.pay(code, 1_00, now=over).code is Code.FIRST_USE_MISSED


def test_what_was_begun_in_time_goes_on(fair: Fair) -> None:
    fair.give(TillRules(first_use_days=10), "42", date(2199, 12, 31))
    code = fair.code()
    over = ends_at(fair.issued_on(code) + timedelta(days=10))
    assert fair.pay(code, 1_00, now=over - 1).accepted
    assert fair.pay(code, 1_00, now=over).accepted


def test_a_buying_groups_voucher_is_good_in_its_shops_alone(fair: Fair) -> None:
    _shop, bar = fair.another("bar")
    shop = shop_of_till(fair.town.ledger.quick, bar)
    assert shop is not None
    fair.give(TillRules(gaf=(shop.shop_no,)))
    code = fair.code()
    assert fair.pay(code, 5_00).code is Code.NOT_IN_GROUP
    assert fair.pay(code, 5_00, till=bar).accepted


def test_what_the_shop_adds_is_told_and_never_booked(fair: Fair) -> None:
    fair.give(TillRules(added_value=15))
    code = fair.code()
    [part] = fair.look(code).parts
    assert (part.cents, part.worth_cents) == (50_00, 57_50)
    assert [move.amount for move in fair.pay(code, 50_00).transfers] == [50_00]


def test_one_code_pays_with_what_each_rule_lets_it(fair: Fair) -> None:
    """The first ends earlier and gives 10.00 of the 50.00; one with alcohol in it gives nothing."""
    fair.give(TillRules(max_per_sale=10_00), "42", date(2026, 12, 1))
    fair.give(TillRules(), "43", date(2026, 12, 2))
    fair.give(TillRules(excluded=("alcohol",)), "44", date(2026, 12, 3))
    code = fair.code()
    assert fair.look(code).spendable_cents == 110_00
    paid = fair.pay(code, 30_00)
    assert [move.amount for move in paid.transfers] == [10_00, 20_00]
    assert read_paid(paid).left_cents == 40_00 + 30_00
    ledger = fair.town.ledger
    receipt = Signer(ledger).receipt(paid, "c_e063", 1, reference_of(code.bytes))
    trust = read_trust(ledger, now=NOON)
    assert verify_receipt(receipt, trust, now=paid.recorded_at // SECOND).amount_cents == 30_00
    assert fair.pay(code, 60_00).code is Code.DECLARATION_NEEDED  # With it, it would be enough.
    assert fair.pay(code, 60_00, without=("alcohol",)).accepted


def test_of_two_reasons_the_one_that_a_cashier_can_put_right_is_told(fair: Fair) -> None:
    fair.give(TillRules(gaf=(999_999,)), "42")
    fair.give(TillRules(excluded=("alcohol",)), "43")
    code = fair.code()
    assert fair.pay(code, 5_00).code is Code.DECLARATION_NEEDED
    assert fair.pay(code, 5_00, without=("alcohol",)).accepted


def test_the_book_says_how_little_there_is_where_no_rule_stands_in_the_way(fair: Fair) -> None:
    fair.give(TillRules(gaf=(999_999,)), "42")
    fair.give(TillRules(), "43")
    refused = fair.pay(fair.code(), 50_01)
    assert (refused.code, refused.facts["available"]) == (Code.INSUFFICIENT_FUNDS, 50_00)


def test_a_stale_plan_never_takes_more_than_the_rule(fair: Fair) -> None:
    """What was planned on 10.00 and 20.00 finds the second one spent: nothing moves."""
    fair.give(TillRules(max_per_sale=10_00), "42", date(2026, 12, 1))
    fair.give(TillRules(), "43", date(2026, 12, 2))
    code = fair.code()
    asked = Redemption(fair.till, code, 30_00)
    facts = gather_redemption(fair.town.ledger, fair.till, code, now=NOON)
    late = plan_redemption(facts, asked, key=key(), now=NOON)
    assert fair.pay(code, 60_00).accepted
    [decision] = fair.town.ledger.book(fair.town.comune).submit([late])
    assert (decision.code, decision.transfers) == (Code.INSUFFICIENT_FUNDS, ())


def test_less_than_is_asked_never_becomes_more_than_the_rule(fair: Fair) -> None:
    """Planned when 5.00 were left under a rule of 10.00; a refund of 40.00 comes in between."""
    fair.give(TillRules(max_per_sale=45_00))
    code = fair.code()
    first = fair.pay(code, 45_00)
    facts = gather_redemption(fair.town.ledger, fair.till, code, now=NOON)
    late = plan_redemption(facts, Redemption(fair.till, code, 46_00), key=key(), now=NOON)
    book = fair.town.ledger.book(fair.town.comune)
    back = Refund(first.request.id, 45_00, "mistake", f"till:{fair.till.hex}")
    given = refund(fair.town.ledger, book, back, by=Asking(fair.till), key=key(), now=NOON)
    assert given.accepted
    [decision] = book.submit([late])
    assert not decision.accepted


def test_a_refund_gives_back_every_part_of_several_draws(fair: Fair) -> None:
    fair.give(TillRules(max_per_sale=10_00), "42", date(2026, 12, 1))
    fair.give(TillRules(), "43", date(2026, 12, 2))
    code = fair.code()
    paid = fair.pay(code, 30_00)
    void_redemption(fair.town.ledger, fair.till, key=paid.request.id, now=NOON)
    assert fair.look(code).spendable_cents == 60_00
    assert list(fair.town.ledger.book(fair.town.comune).check()) == []


def test_a_voucher_keeps_the_terms_under_which_it_was_issued(fair: Fair) -> None:
    funding = fair.give(TillRules())
    stricter: Terms = replace(
        TERMS, categories=("bar",), rules=TillRules(max_per_sale=1_00), ends_on=date(2026, 12, 30)
    )
    officer = fair.town.officer.officer_id
    changed = change_terms(
        fair.town.ledger, fair.town.comune, funding.programme_id, stricter, officer=officer,
        key=key(), now=NOON,
    )  # fmt: skip
    assert changed.accepted, changed.code
    code = fair.code()
    assert fair.pay(code, 20_00).accepted
    fair.town.issue(funding, ONE, "2")
    _shop, bar = fair.another("bar")
    assert fair.pay(code, 31_01, till=bar).code is Code.OVER_LIMIT
    assert fair.pay(code, 31_00, till=bar).accepted
    assert fair.pay(code, 1_00).code is Code.NOT_ADMITTED


def test_two_officers_who_change_the_same_terms_are_told_apart(fair: Fair) -> None:
    funding = fair.give(TillRules())
    book = fair.town.ledger.book(fair.town.comune)
    officer = fair.town.officer.officer_id
    where = fair.town.ledger, fair.town.comune, funding.programme_id
    first = change_terms(*where, TERMS, officer=officer, key=key(), now=NOON)
    again = replace(first.request, id=key(), rows_digest="")
    [second] = book.submit([again])
    assert (first.accepted, second.code) == (True, Code.ALREADY_CLAIMED)
