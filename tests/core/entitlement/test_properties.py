"""What holds for every household and rule: more burden is never less help, no step is lost."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from ledger.core.entitlement.benefits import Rule, read_rule
from ledger.core.entitlement.comune_table import (
    BURDENS,
    TABLE_S,
    ComuneTable,
    comune_scale,
    read_table,
    rows_as_json,
)
from ledger.core.entitlement.evaluation import Meter, evaluate, indicator
from ledger.core.entitlement.exact import cents_text, rounded
from ledger.core.entitlement.household import Disability, Household, Member, Role
from ledger.core.entitlement.national_scale import national_scale
from tests.core.entitlement.households import TODAY, aged

births = st.dates(date(1930, 1, 1), TODAY)
members = st.builds(
    Member,
    st.sampled_from([Role.CHILD, Role.RELATIVE]),
    births,
    st.sampled_from([None, *Disability]),
    dependent=st.booleans(),
    works=st.booleans(),
)
parents = st.builds(Member, st.just(Role.ADULT), births, works=st.booleans())


@st.composite
def households(draw: st.DrawFn) -> Household:
    adults = draw(st.lists(parents, min_size=1, max_size=2))
    others = draw(st.lists(members, max_size=6))
    flags = {name: draw(st.booleans()) for name in ("widowed", "pregnancy", "job_loss", "mortgage")}
    alone = len(adults) == 1 and draw(st.booleans())
    return Household((*adults, *others), TODAY, lone_parent=alone, **flags)


weights = st.integers(0, 200).map(lambda hundredths: f"{Decimal(hundredths) / 100:.2f}")
tables = st.lists(
    st.sampled_from([row for row in rows_as_json(TABLE_S) if row["what"] != "each_child_from"]),
    unique_by=str,
).flatmap(
    lambda rows: st.lists(weights, min_size=len(rows), max_size=len(rows)).map(
        lambda chosen: ComuneTable(
            read_table([row | {"weight": w} for row, w in zip(rows, chosen, strict=True)])
        )
    )
)
cents = st.integers(0, 60_000_00)


@st.composite
def falling(draw: st.DrawFn) -> Rule:
    """A benefit: who has less gets as much or more."""
    low, high = sorted(draw(st.lists(cents, min_size=2, max_size=2, unique=True)))
    least, most = sorted(draw(st.lists(cents, min_size=2, max_size=2)))
    shape = {"below": cents_text(most), "above": "0.00"}
    points = {
        "from": [cents_text(low), cents_text(most)],
        "to": [cents_text(high), cents_text(least)],
    }
    return read_rule({"kind": "linear", **points, **shape})


@given(households(), tables, falling(), cents)
def test_by_the_comunes_table_nobody_gets_less_than_by_isee(
    household: Household, table: ComuneTable, rule: Rule, isee: int
) -> None:
    by_table = evaluate(household, isee, table, rule, Meter.ISEE_FF)
    by_isee = evaluate(household, isee, table, rule, Meter.ISEE)
    assert by_table.ff <= 1
    assert by_table.isee_ff <= isee
    assert by_table.amount >= by_isee.amount


@given(households(), tables, falling(), cents)
def test_one_burden_more_is_never_less_help(
    household: Household, table: ComuneTable, rule: Rule, isee: int
) -> None:
    without = replace(household, widowed=False)
    heavier = replace(household, widowed=True)
    before = evaluate(without, isee, table, rule, Meter.ISEE_FF)
    assert evaluate(heavier, isee, table, rule, Meter.ISEE_FF).amount >= before.amount


@given(households(), tables, falling(), cents, st.integers(0, 17))
def test_one_child_more_is_never_less_help_for_the_same_means(
    household: Household, table: ComuneTable, rule: Rule, ise: int, age: int
) -> None:
    """The same money (ISE) for one more; what ISEE it gives follows from the scale."""

    def helped(one: Household) -> int:
        se, _lines = national_scale(one)
        se_ff, _lines = comune_scale(table, se, one)
        return rule.at(rounded(Fraction(ise) / Fraction(se_ff)), one)[0]

    larger = replace(household, members=(*household.members, aged(age)))
    assert helped(larger) >= helped(household)


@given(households(), cents)
def test_the_lines_add_up_to_the_scales(household: Household, isee: int) -> None:
    rule = read_rule({"kind": "flat", "amount": "1.00"})
    came = evaluate(household, isee, TABLE_S, rule, Meter.ISEE)
    at_se = next(place for place, one in enumerate(came.steps) if one.what == "se")
    at_ff = next(place for place, one in enumerate(came.steps) if one.what == "se_ff")
    assert sum(Decimal(one.value) for one in came.steps[:at_se]) == came.se
    assert sum((Decimal(one.value) for one in came.steps[at_se:at_ff]), Decimal(0)) == came.se_ff
    assert indicator(isee, came.se, came.se_ff) == came.isee_ff
    assert all(one.why for one in came.steps)


@given(falling())
def test_a_line_has_no_jump_where_it_begins(rule: Rule) -> None:
    """A cent of ISEE changes the amount by the slope."""
    alone = Household((aged(30, Role.ADULT),), TODAY)
    [part] = rule.function.parts  # type: ignore[attr-defined]
    amounts = [rule.at(part.over + one, alone)[0] for one in (0, 1)]
    assert abs(amounts[0] - amounts[1]) <= abs(part.slope) + 1


@given(births, st.integers(0, 40_000))
def test_an_age_grows_by_one_on_each_birthday(birth: date, days: int) -> None:
    member, day = Member(Role.CHILD, birth), birth + timedelta(days=days)
    before, after = member.age_on(day), member.age_on(day + timedelta(days=1))
    tomorrow = day + timedelta(days=1)
    is_birthday = (tomorrow.month, tomorrow.day) == (birth.month, birth.day)
    of_leap_day = (birth.month, birth.day) == (2, 29)
    assert before <= after <= before + 1
    assert of_leap_day or (after == before + 1) == is_birthday


def test_every_kind_of_row_is_in_the_made_up_table_or_stands_alone() -> None:
    assert {row.what for row in TABLE_S.rows} | {"elderly"} == set(BURDENS)
    assert read_table(rows_as_json(TABLE_S)) == TABLE_S.rows
