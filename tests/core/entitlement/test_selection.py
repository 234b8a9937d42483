"""From applications to awards: exact to the cent, made again from the same rule, fair in order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core.entitlement.call_rule import ORDERS, CallRule, parse_call_rule, read_call_rule
from ledger.core.entitlement.household import Disability
from ledger.core.entitlement.isee import Isee, IseeKind
from ledger.core.entitlement.selection import (
    KEYS,
    Application,
    Outcome,
    Reason,
    Selection,
    indicator_of,
    select,
)
from ledger.core.quantities import Amount
from tests.core.entitlement.households import TODAY, aged, couple, home, parent

VALID = Isee(IseeKind.ORDINARY, date(2026, 2, 2), date(2026, 12, 31))
VENETO = {
    "kind": "linear", "from": ["3000.00", "1300.00"], "to": ["15000.00", "900.00"],
    "below": "1300.00", "above": "0.00",
}  # fmt: skip


def rule(**changes: object) -> CallRule:
    given: dict[str, object] = {
        "v": 1, "on": TODAY.isoformat(), "meter": "isee_ff", "table": "S", "function": VENETO,
        "limits": {"isee": "20000.00"}, "order": ["isee_ff"], "fit": {"kind": "stop"},
    }  # fmt: skip
    return read_call_rule(given | changes)


def one(number: int, isee: Amount = 10_000_00, *ages: int, received: int = 0) -> Application:
    return Application(UUID(int=number), received, isee, VALID, couple(*(ages or (4,))))


def chosen(
    applications: Sequence[Application], by: CallRule, budget: Amount, seed: str = "s"
) -> Selection:
    return select(applications, by, budget=budget, seed=seed)


def told(selection: Selection) -> list[tuple[int, str, str, int]]:
    return [
        (line.application.id.int, str(line.outcome), str(line.reason), line.amount)
        for line in selection.lines
    ]


FLAT = {"kind": "flat", "amount": "100.00"}


def test_the_lowest_indicator_comes_first_and_is_paid_until_the_money_ends() -> None:
    asked = [one(1, 18_000_00), one(2, 6_000_00), one(3, 12_000_00)]
    made = chosen(asked, rule(function=FLAT), 250_00)
    assert told(made) == [
        (2, "awarded", "", 100_00),
        (3, "awarded", "", 100_00),
        (1, "waiting", "money_ended", 0),
    ]
    assert (made.total, made.left, made.wanted) == (200_00, 50_00, 300_00)
    assert chosen(asked, rule(function=FLAT), 199_99).total == 100_00


def test_nobody_is_paid_before_somebody_who_waits() -> None:
    """The one after could be paid with what is left, and is not: the order is the order."""
    by = rule(function={"kind": "bands", "bands": [["8000.00", "150.00"]], "above": "40.00"})
    asked = [one(1, 6_000_00), one(2, 6_100_00), one(3, 19_000_00)]
    assert [line[1] for line in told(chosen(asked, by, 200_00))] == [
        "awarded",
        "waiting",
        "waiting",
    ]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"isee": 20_000_01}, Reason.ISEE_TOO_HIGH),
        ({"statement": None}, Reason.STATEMENT),
        ({"statement": replace(VALID, kind=IseeKind.FAMILY_INCLUSION)}, Reason.STATEMENT),
        ({"statement": replace(VALID, valid_until=date(2026, 8, 31))}, Reason.STATEMENT),
        ({"household": home(parent())}, Reason.TOO_FEW_MINORS),
        ({"isee": 19_999_00, "household": home(parent(), aged(17))}, Reason.NOTHING_DUE),
    ],
)
def test_who_is_left_out_is_told_why(changed: dict[str, object], reason: Reason) -> None:
    by = rule(limits={"isee": "20000.00", "minors": 1})
    [line] = chosen([replace(one(1), **changed)], by, 1_000_00).lines  # type: ignore[arg-type]
    assert (line.outcome, line.reason) == (Outcome.EXCLUDED, reason)
    assert (line.place, line.due, line.amount) == (0, 0, 0)


def test_a_limit_on_the_comunes_indicator() -> None:
    by = rule(limits={"isee_ff": "9000.00"})
    assert chosen([one(1, 14_000_00)], by, 5_000_00).lines[0].reason is Reason.ISEE_FF_TOO_HIGH
    assert chosen([one(1, 9_000_00)], by, 5_000_00).lines[0].outcome is Outcome.AWARDED


def test_scaling_fits_the_money_to_the_cent_and_the_rest_goes_to_the_first() -> None:
    by = rule(function=FLAT, fit={"kind": "scale"})
    made = chosen([one(1, 6_000_00), one(2, 7_000_00), one(3, 8_000_00)], by, 200_00)
    assert [line.amount for line in made.lines] == [66_67, 66_67, 66_66]
    assert made.left == 0


def test_scaling_in_steps_keeps_what_is_less_than_a_step() -> None:
    by = rule(function=FLAT, fit={"kind": "scale", "step": "5.00"})
    made = chosen([one(1, 6_000_00), one(2, 7_000_00), one(3, 8_000_00)], by, 203_00)
    assert [line.amount for line in made.lines] == [70_00, 65_00, 65_00]
    assert made.left == 3_00


def test_who_would_have_too_little_frees_money_for_the_others_from_the_last_on() -> None:
    by = rule(function=FLAT, fit={"kind": "scale", "least": "50.00"})
    made = chosen([one(number, 5_000_00 + number) for number in range(1, 11)], by, 200_00)
    assert [line.amount for line in made.lines] == [50_00] * 4 + [0] * 6
    assert {line.reason for line in made.of(Outcome.WAITING)} == {Reason.TOO_LITTLE}


def test_a_lower_threshold_pays_those_who_are_equal_together_or_none() -> None:
    by = rule(function=FLAT, fit={"kind": "threshold"}, meter="isee", order=["received"])
    asked = [
        one(1, 8_000_00, received=1), one(2, 7_000_00, received=2),
        one(3, 8_000_00, received=3), one(4, 6_000_00, received=4),
    ]  # fmt: skip
    made = chosen(asked, by, 350_00)
    assert told(made) == [
        (1, "waiting", "over_threshold", 0),
        (2, "awarded", "", 100_00),
        (3, "waiting", "over_threshold", 0),
        (4, "awarded", "", 100_00),
    ]
    assert made.threshold == 7_000_00
    assert chosen(asked, by, 400_00).threshold is None
    assert chosen(asked, by, 399_99).threshold == 7_000_00
    assert chosen(asked, by, 99_99).total == 0


def test_the_lot_is_drawn_by_the_seed_alone() -> None:
    asked = [one(number) for number in range(1, 21)]
    by = rule(function=FLAT)
    first = [line[0] for line in told(chosen(asked, by, 500_00, seed="a"))]
    assert first == [line[0] for line in told(chosen(asked[::-1], by, 500_00, seed="a"))]
    assert first != [line[0] for line in told(chosen(asked, by, 500_00, seed="b"))]


@pytest.mark.parametrize(
    ("key", "first"),
    [
        ("isee", one(9, 1_000_00)),
        ("isee_ff", one(9, 9_000_00, 4, 5, 6, 7)),
        ("most_minors", one(9, 19_000_00, 4, 5)),
        ("most_members", replace(one(9, 19_000_00), household=couple(4, 30))),
        ("youngest_child", one(9, 19_000_00, 0)),
        ("disability", replace(one(9, 19_000_00), household=couple(4))),
        ("received", one(9, 19_000_00, received=-1)),
    ],
)
def test_each_order_puts_its_own_first(key: str, first: Application) -> None:
    if key == "disability":
        house = first.household
        ill = replace(house.members[0], disability=Disability.SEVERE)
        first = replace(first, household=replace(house, members=(ill, *house.members[1:])))
    others = [one(number, 9_000_00) for number in range(1, 6)]
    by = rule(function=FLAT, order=[key], limits={})
    assert chosen([*others, first], by, 100_00).lines[0].application == first


def test_every_order_has_its_key() -> None:
    assert set(ORDERS) == set(KEYS)


# What holds for all.

applications = st.lists(
    st.tuples(st.integers(0, 25_000_00), st.lists(st.integers(0, 25), max_size=4)), max_size=25
).map(lambda said: [one(at, isee, *ages) for at, (isee, ages) in enumerate(said, start=1)])
fits = st.builds(
    lambda kind, step, least: {"kind": kind, "step": step, "least": least},
    st.sampled_from(["stop", "scale", "threshold"]),
    st.sampled_from(["0.01", "0.50", "5.00"]),
    st.sampled_from(["0.00", "50.00", "300.00"]),
)
budgets = st.integers(0, 25_000_00)


@given(applications, fits, budgets)
def test_the_money_is_never_overspent_and_every_line_is_there_once(
    asked: list[Application], fit: dict[str, str], budget: Amount
) -> None:
    made = chosen(asked, rule(fit=fit), budget)
    assert made.total <= budget
    assert sorted(line.application.id for line in made.lines) == sorted(a.id for a in asked)
    assert all(0 <= line.amount <= line.due for line in made.lines)
    assert all((line.amount > 0) == (line.outcome is Outcome.AWARDED) for line in made.lines)
    assert [line.place for line in made.lines if line.place] == list(
        range(1, sum(line.place > 0 for line in made.lines) + 1)
    )
    if made.wanted <= budget and fit["kind"] != "scale":
        assert made.total == made.wanted


@given(applications, budgets)
def test_scaling_by_cents_spends_all_of_it(asked: list[Application], budget: Amount) -> None:
    made = chosen(asked, rule(fit={"kind": "scale"}), budget)
    assert made.total == min(budget, made.wanted)


@given(applications, budgets, st.integers(0, 1_000_00))
def test_more_money_never_takes_an_award_away(
    asked: list[Application], budget: Amount, more: Amount
) -> None:
    for kind in ("stop", "threshold"):
        poor = chosen(asked, rule(fit={"kind": kind}), budget)
        rich = chosen(asked, rule(fit={"kind": kind}), budget + more)
        before = {line.application.id for line in poor.of(Outcome.AWARDED)}
        assert before <= {line.application.id for line in rich.of(Outcome.AWARDED)}


@given(applications, budgets)
def test_below_a_threshold_everybody_is_paid_and_above_it_nobody(
    asked: list[Application], budget: Amount
) -> None:
    by = rule(fit={"kind": "threshold"})
    made = chosen(asked, by, budget)
    if made.threshold is not None:
        for line in made.lines:
            if line.place:
                below = indicator_of(line.evaluation, by.meter) <= made.threshold
                assert below == (line.outcome is Outcome.AWARDED)


# The rule as a text.


@given(fits, st.lists(st.sampled_from(ORDERS), min_size=1, unique=True))
def test_a_rule_is_read_back_from_its_text(fit: dict[str, str], order: list[str]) -> None:
    made = rule(fit=fit, order=order)
    again = parse_call_rule(made.text())
    assert (again, again.text(), again.hash()) == (made, made.text(), made.hash())


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("v", 2, "version 1"),
        ("on", "1 settembre", "no day"),
        ("meter", "isr", "meter"),
        ("table", {"rows": [], "x": 1}, "table"),
        ("function", {"kind": "flat"}, "function: flat wants amount"),
        ("limits", {"isee": 20000}, "limits"),
        ("limits", {"minors": 0}, "limits: minors"),
        ("limits", {"age": 3}, "limits: it knows"),
        ("order", [], "order"),
        ("order", ["received", "received"], "order"),
        ("order", ["name"], "order"),
        ("fit", {"kind": "lottery"}, "fit: kind"),
        ("fit", {"kind": "scale", "step": "0.00"}, "fit: step"),
        ("fit", {"kind": "scale", "rest": "x"}, "fit"),
        ("surname", "x", "knows no surname"),
    ],
)
def test_what_is_no_rule_is_told_so(field: str, value: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        rule(**{field: value})


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"v":1.0}', "[" * 100_000])
def test_a_text_that_is_no_rule_is_told_so(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- one error, in many words.
        parse_call_rule(text)
