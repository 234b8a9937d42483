"""Rules at the till: one text each, refused where they are none, and judged to the cent."""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core.codes import Code
from ledger.core.ids import AccountId
from ledger.core.programmes import CATEGORIES, ROME, Terms
from ledger.core.quantities import MAX_AMOUNT, SECOND, Amount
from ledger.core.till_rules import (
    GOODS,
    NO_RULES,
    Denomination,
    No,
    Past,
    RuleError,
    Sale,
    TillRules,
    bound,
    read_rules,
    refusal,
)
from ledger.core.vouchers import Voucher

HERE, THERE = UUID(int=1), UUID(int=2)
LATE = 1_000
SALE = Sale(HERE, 7, "bakery", now=500)
PAST = Past(face_cents=50_00, first_use_ends=LATE)
FULL = TillRules(
    added_value=15,
    bill_share=50,
    denominations=(Denomination(5_00, ("bakery", "bar")), Denomination(15_00, ("bookshop",))),
    excluded=("alcohol", "tobacco"),
    first_use_days=30,
    gaf=(3, 17),
    max_per_sale=50_00,
    other_shop=True,
    same_shop=True,
)
TEXT = (
    '{"added_value":15,"bill_share":50,"denominations":[{"categories":["bakery","bar"],"face":500},'
    '{"categories":["bookshop"],"face":1500}],"excluded":["alcohol","tobacco"],'
    '"first_use_days":30,"gaf":[3,17],"max_per_sale":5000,"other_shop":true,"same_shop":true}'
)


def test_rules_have_one_text_and_read_back() -> None:
    assert FULL.text() == TEXT
    assert read_rules(TEXT) == FULL
    assert read_rules("{}") == NO_RULES


percents, amounts = st.integers(1, 99), st.integers(1, MAX_AMOUNT)
some_rules = st.builds(
    TillRules,
    added_value=st.none() | percents,
    bill_share=st.none() | percents,
    denominations=st.dictionaries(
        st.integers(1, 100_00), st.sets(st.sampled_from(CATEGORIES), min_size=1), max_size=4
    ).map(
        lambda kinds: tuple(Denomination(f, tuple(sorted(kinds[f]))) for f in sorted(kinds))
    ),
    excluded=st.sets(st.sampled_from(GOODS)).map(lambda goods: tuple(sorted(goods))),
    first_use_days=st.none() | st.integers(1, 3_650),
    gaf=st.sets(st.integers(1, 999), max_size=5).map(lambda shops: tuple(sorted(shops))),
    max_per_sale=st.none() | amounts,
    other_shop=st.booleans(),
    same_shop=st.booleans(),
)  # fmt: skip


def test_a_programme_knows_the_kinds_of_shop_that_its_rules_name() -> None:
    known = TillRules(denominations=(Denomination(5_00, ("bakery",)),))
    assert Terms("Buoni", "", date(2026, 1, 1), date(2026, 1, 2), rules=known).rules == known
    unknown = TillRules(denominations=(Denomination(5_00, ("casino",)),))
    with pytest.raises(ValueError, match="unknown kind of shop"):
        Terms("Buoni", "", date(2026, 1, 1), date(2026, 1, 2), rules=unknown)


@given(some_rules)
def test_whatever_is_a_rule_survives_its_text(rules: TillRules) -> None:
    assert read_rules(rules.text()) == rules


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ({"cashback": 5}, "cashback"),
        ({"bill_share": 0}, "bill_share"),
        ({"bill_share": 100}, "bill_share"),
        ({"bill_share": True}, "bill_share"),
        ({"bill_share": "50"}, "bill_share"),
        ({"added_value": 101}, "added_value"),
        ({"max_per_sale": -1}, "max_per_sale"),
        ({"first_use_days": 3_651}, "first_use_days"),
        ({"excluded": ["sweets"]}, "excluded"),
        ({"excluded": ["tobacco", "alcohol"]}, "excluded"),
        ({"excluded": ["alcohol", "alcohol"]}, "excluded"),
        ({"excluded": []}, "excluded"),
        ({"excluded": "alcohol"}, "excluded"),
        ({"excluded": [["alcohol"]]}, "excluded"),
        ({"gaf": [3, "17"]}, "gaf"),
        ({"gaf": [True]}, "gaf"),
        ({"gaf": [17, 3]}, "gaf"),
        ({"gaf": [0]}, "gaf"),
        ({"other_shop": False}, "other_shop"),
        ({"same_shop": 1}, "same_shop"),
        ({"denominations": [{"face": 500}]}, "denominations"),
        ({"denominations": [{"face": 0, "categories": ["bar"]}]}, "denominations"),
        ({"denominations": [{"face": 500, "categories": []}]}, "denominations"),
        ({"denominations": [{"face": 500, "categories": [1]}]}, "denominations"),
        ({"denominations": [{"face": 500, "categories": ["bar"], "x": 1}]}, "denominations"),
        ({"denominations": {"500": ["bar"]}}, "denominations"),
        ({"max_per_sale": 1.5}, "rules"),
        ({"max_per_sale": None}, "rules"),
        ([], "rules"),
    ],
)
def test_what_is_no_rule_is_refused_by_its_name(words: Any, rule: str) -> None:  # noqa: ANN401
    text = json.dumps(words, separators=(",", ":"), sort_keys=True)
    with pytest.raises(RuleError) as told:
        read_rules(text)
    assert told.value.rule == rule


@pytest.mark.parametrize("text", ["{ }", '{"gaf":[3],"gaf":[3]}', "", "{", '{"gaf":[3]}\n'])
def test_another_spelling_of_the_same_is_refused(text: str) -> None:
    with pytest.raises(RuleError):
        read_rules(text)


def told(rules: TillRules, amount: Amount = 1_00, **more: object) -> No | None:
    """What the rules say of a sale; `more`: what is not as usual with sale or voucher."""
    known = {name: more.pop(name) for name in list(more) if name in Past.__slots__}
    past = Past(**({"face_cents": 50_00, "first_use_ends": LATE} | known))  # type: ignore[arg-type]
    sale = Sale(**({"shop_id": HERE, "shop_no": 7, "category": "bakery", "now": 500} | more))  # type: ignore[arg-type]
    return refusal(rules, past, sale, amount)


SLIPS = TillRules(denominations=FULL.denominations)


@pytest.mark.parametrize(
    ("rules", "case", "said"),
    [
        (TillRules(gaf=(7,)), {}, None),
        (TillRules(gaf=(3, 17)), {}, No(Code.NOT_IN_GROUP)),
        (SLIPS, {"face_cents": 5_00}, None),
        (SLIPS, {"face_cents": 5_00, "category": "bookshop"}, No(Code.OTHER_DENOMINATION)),
        (SLIPS, {"face_cents": 15_00}, No(Code.OTHER_DENOMINATION)),
        (SLIPS, {"face_cents": 20_00}, None),  # A face that the rule does not name.
        (TillRules(other_shop=True), {"earned_at": HERE}, No(Code.EARNED_HERE)),
        (TillRules(other_shop=True), {"earned_at": THERE}, None),
        (TillRules(other_shop=True), {}, None),  # Given, not earned.
        (TillRules(same_shop=True), {"begun_at": frozenset({THERE})}, No(Code.BEGUN_ELSEWHERE)),
        (TillRules(same_shop=True), {"begun_at": frozenset({HERE})}, None),
        (TillRules(same_shop=True), {}, None),
        (TillRules(first_use_days=3), {"now": LATE - 1}, None),
        (TillRules(first_use_days=3), {"now": LATE}, No(Code.FIRST_USE_MISSED)),
        (TillRules(first_use_days=3), {"now": LATE, "used": True}, None),
        (TillRules(excluded=("alcohol",)), {}, No(Code.DECLARATION_NEEDED)),
        (TillRules(excluded=("alcohol",)), {"declared": frozenset({"alcohol"})}, None),
        (
            TillRules(excluded=("alcohol", "tobacco")),
            {"declared": frozenset({"alcohol"})},
            No(Code.DECLARATION_NEEDED),
        ),
        (TillRules(bill_share=50), {}, No(Code.BILL_NEEDED)),
        (TillRules(bill_share=50), {"bill_cents": 2_00}, None),
        (TillRules(bill_share=50), {"bill_cents": 1_99}, No(Code.OVER_SHARE, 99)),
        (TillRules(max_per_sale=99), {}, No(Code.OVER_LIMIT, 99)),
        (TillRules(max_per_sale=1_00), {}, None),
        (TillRules(max_per_sale=60, bill_share=50), {"bill_cents": 1_00}, No(Code.OVER_SHARE, 50)),
        (TillRules(max_per_sale=40, bill_share=50), {"bill_cents": 1_00}, No(Code.OVER_LIMIT, 40)),
        (NO_RULES, {"amount": MAX_AMOUNT}, None),
    ],
)
def test_each_rule_refuses_what_it_is_for(
    rules: TillRules, case: dict[str, Any], said: No | None
) -> None:
    assert told(rules, **case) == said


def test_of_several_reasons_the_first_in_the_order_of_codes_is_told() -> None:
    everything = TillRules(gaf=(3,), other_shop=True, excluded=("alcohol",), bill_share=50)
    assert told(everything, earned_at=HERE) == No(Code.NOT_IN_GROUP)


@given(some_rules, amounts, st.none() | st.integers(1, 100_000_00))
def test_what_may_be_taken_instead_may_be_taken_and_one_cent_more_may_not(
    rules: TillRules, amount: Amount, bill: Amount | None
) -> None:
    sale = Sale(HERE, 7, "bakery", now=500, bill_cents=bill, declared=frozenset(GOODS))
    no = refusal(rules, PAST, sale, amount)
    if no is None or no.at_most is None:
        return
    assert no.at_most < amount
    assert bound(rules, sale).cents == no.at_most
    assert no.at_most == 0 or refusal(rules, PAST, sale, no.at_most) is None
    assert refusal(rules, PAST, sale, no.at_most + 1) == no
    if no.code is Code.OVER_SHARE:
        assert bill is not None
        assert no.at_most * 100 <= bill * (rules.bill_share or 0) < (no.at_most + 1) * 100


@pytest.mark.parametrize(
    ("percent", "cents", "worth"),
    [(15, 100_00, 115_00), (15, 3, 3), (15, 4, 5), (None, 100_00, 100_00), (100, 1, 2)],
)
def test_what_the_shop_adds_is_rounded_once_half_up(
    percent: int | None, cents: Amount, worth: Amount
) -> None:
    assert TillRules(added_value=percent).worth(cents) == worth


def test_a_sale_under_no_rules_is_asked_nothing() -> None:
    assert refusal(NO_RULES, PAST, SALE, MAX_AMOUNT) is None


@pytest.mark.parametrize(
    ("issued", "last"),
    [
        (datetime(2026, 3, 28, 23, 59, tzinfo=ROME), date(2026, 3, 29)),  # A day of 23 hours.
        (datetime(2026, 10, 24, 0, 0, tzinfo=ROME), date(2026, 10, 25)),  # One of 25 hours.
        (datetime(2026, 12, 30, 22, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 30, 23, 0, tzinfo=UTC), date(2027, 1, 1)),  # The 31st in Rome.
        (datetime(2026, 1, 1, 12, 0, tzinfo=ROME), date(2026, 2, 2)),  # Counted from its start.
    ],
)
def test_days_for_the_first_use_are_days_in_rome(issued: datetime, last: date) -> None:
    start = datetime(2026, 2, 1, tzinfo=ROME)
    voucher = Voucher(
        AccountId(UUID(int=1)), "voucher", UUID(int=2), UUID(int=3), "P1", AccountId(UUID(int=4)),
        "Buoni", 1, 1, round(start.timestamp()) * SECOND, 2**50, "", "", closed=False,
        rules=TillRules(first_use_days=1), issued_at=round(issued.timestamp()) * SECOND,
    )  # fmt: skip
    midnight = datetime.combine(last + timedelta(days=1), time.min, ROME)
    assert voucher.past.first_use_ends == round(midnight.timestamp()) * SECOND
