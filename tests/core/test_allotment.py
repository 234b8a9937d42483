"""A sale over several vouchers: never more than a rule allows, and as much as all of them do."""

from dataclasses import replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from ledger.core.allotment import allot, draws
from ledger.core.codes import Code
from ledger.core.ids import AccountId
from ledger.core.items import Draw
from ledger.core.quantities import Amount
from ledger.core.till_rules import NO_RULES, Sale, TillRules
from ledger.core.vouchers import Voucher

SHOP = UUID(int=1)
SALE = Sale(SHOP, 7, "bakery", now=1_000, bill_cents=60_00)
BOUND = TillRules(max_per_sale=10_00)
HALF = TillRules(bill_share=50)
OF = {1: NO_RULES, 2: BOUND, 3: HALF, 4: TillRules(excluded=("alcohol",))}
MOST = {1: 10**9, 2: 10_00, 3: 30_00, 4: 0}


def voucher(number: int, programme: int, available: Amount) -> Voucher:
    return Voucher(
        AccountId(UUID(int=number)), "voucher", UUID(int=90), UUID(int=programme), f"P{programme}",
        AccountId(UUID(int=91)), "Buoni", max(1, available), available, 0, 2_000 + number, "", "",
        closed=False, rules=OF[programme],
    )  # fmt: skip


some_vouchers = st.lists(
    st.tuples(st.sampled_from(sorted(OF)), st.integers(0, 50_00)), max_size=6
).map(lambda found: [voucher(at, *one) for at, one in enumerate(found, 100)])


@given(some_vouchers, st.integers(1, 200_00))
def test_as_much_as_every_rule_allows_and_not_a_cent_more(
    vouchers: list[Voucher], wanted: Amount
) -> None:
    found = allot(vouchers, SALE, wanted, {})
    could = 0
    for number, most in MOST.items():
        mine = [one for one in vouchers if one.programme_id.int == number]
        given_by = sum(s.cents for s in found.shares if s.voucher.programme_id.int == number)
        assert given_by <= min(most, sum(one.available for one in mine))
        could += min(most, sum(one.available for one in mine))
    assert found.cents == min(wanted, could)
    assert all(0 <= share.cents <= share.voucher.available for share in found.shares)
    barred = {one.id for one in vouchers if one.programme_id.int == 4}
    assert found.barred == dict.fromkeys(barred, Code.DECLARATION_NEEDED)


@given(some_vouchers, st.integers(1, 200_00))
def test_what_is_drawn_keeps_every_rule_whatever_the_balances_are_then(
    vouchers: list[Voucher], wanted: Amount
) -> None:
    found = allot(vouchers, SALE, wanted, {})
    if found.cents < wanted:
        return
    made = [one for one in draws(found, wanted, shop_id=SHOP) if isinstance(one, Draw)]
    assert sum(one.total or 0 for one in made) == wanted
    legs = [leg.debit for one in made for leg in one.legs]
    assert len(legs) == len(set(legs))
    programme = {one.id: one.programme_id.int for one in vouchers}
    for number, most in MOST.items():
        # The most that the draws could take of a programme, were every voucher full again.
        could = sum(
            one.total or 0
            for one in made
            if number in {programme[AccountId(leg.debit)] for leg in one.legs}
        )
        assert could <= max(most, 0)


def test_the_earliest_end_is_spent_first_up_to_its_rule() -> None:
    bound, free = voucher(1, 2, 50_00), voucher(2, 1, 50_00)
    found = allot([free, bound], SALE, 30_00, {})
    assert [(share.voucher.id.int, share.cents) for share in found.shares] == [
        (1, 10_00),
        (2, 20_00),
    ]


def test_what_a_rule_bounds_is_a_draw_of_its_own() -> None:
    bound, free, other = voucher(1, 2, 50_00), voucher(2, 1, 5_00), voucher(3, 1, 50_00)
    made = draws(allot([bound, free, other], SALE, 30_00, {}), 30_00, shop_id=SHOP)
    assert [
        (one.total, [leg.debit.int for leg in one.legs]) for one in made if isinstance(one, Draw)
    ] == [(10_00, [1]), (20_00, [2, 3])]


def test_without_rules_it_is_one_draw_over_all() -> None:
    both = [voucher(1, 1, 50_00), voucher(2, 1, 50_00)]
    [made] = draws(allot(both, SALE, 30_00, {}), 30_00, shop_id=SHOP)
    assert isinstance(made, Draw)
    assert [leg.debit.int for leg in made.legs] == [1, 2]


def test_what_keeps_something_back_is_named() -> None:
    bound = voucher(1, 2, 50_00)
    assert allot([bound], SALE, 30_00, {}).bound_by() is Code.OVER_LIMIT
    half = replace(bound, rules=HALF)
    assert allot([half], SALE, 40_00, {}).bound_by() is Code.OVER_SHARE
    assert allot([replace(half, available=5)], SALE, 40_00, {}).bound_by() is None
