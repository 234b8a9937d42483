"""A practice as data: what travels is read back the same, and nothing else is taken for one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ledger.core.canonical import canonical
from ledger.core.indicators import Band, Indicators, NotFigures, read_indicators
from ledger.core.practices import (
    CallPractice,
    NotAPractice,
    Practice,
    practised,
    read_practice,
)
from ledger.core.programmes import Terms
from ledger.core.till_rules import Denomination, TillRules
from tests.core.entitlement.test_selection import rule

RULES = TillRules(
    bill_share=50, denominations=(Denomination(5_00, ("bakery", "bar")),), excluded=("alcohol",)
)
TERMS = Terms(
    "Buoni spesa", "Per fare la spesa", date(2026, 9, 1), date(2026, 12, 31),
    ("bakery", "bar"), rules=RULES,
)  # fmt: skip
DAY = date(2026, 11, 23)


def practice(terms: Terms = TERMS) -> Practice:
    call = CallPractice("Buoni 2026", "2026", rule())
    return practised("Giussano", DAY, terms, call, {"appeal": "Al TAR.\nEntro 60 giorni."})


def changed(path: str, value: object) -> dict[str, Any]:
    """A practice's words with one of them changed; `None` takes it away."""
    words: dict[str, Any] = practice().words()
    *way, last = path.split(".")
    there = words
    for step in way:
        there = there[step]
    if value is None:
        del there[last]
    else:
        there[last] = value
    return words


def test_a_practice_is_read_back_the_same() -> None:
    made = practice()
    again = read_practice(made.words())
    assert again == made
    assert canonical(again.words()) == canonical(made.words())
    assert again.call is not None
    assert again.call.rule.table.is_synthetic  # Table S stays what it is wherever it goes.


def test_a_programme_without_a_call_is_a_practice_too() -> None:
    made = practised("Giussano", DAY, TERMS, None, {})
    assert read_practice(made.words()) == made


def test_the_shops_of_a_buying_group_stay_at_home() -> None:
    made = practice(replace(TERMS, rules=replace(RULES, gaf=(3, 17))))
    assert made.left_out == ("gaf",)
    assert made.terms.rules == RULES
    assert "17" not in str(made.words())


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("v", 2, "v"),
        ("more", "x", "more"),
        ("day", None, "day"),
        ("day", "2026-13-01", "day"),
        ("day", "20261123", "rule"),  # The same day, written in another way.
        ("comune", "", "comune"),
        ("comune", "Sev\x00eso", "comune"),
        ("comune", ["Seveso"], "comune"),
        ("terms", [], "terms"),
        ("terms.title", "x" * 501, "terms.title"),
        ("terms.budget", "1000.00", "terms.budget"),
        ("terms.categories", ["casino"], "terms"),
        ("terms.vat_kind", "none", "terms"),
        ("terms.ends_on", "2026-08-01", "terms"),
        ("rules.lottery", True, "rules"),
        ("rules.bill_share", 100, "rules"),
        ("rules.gaf", [3], "rules.gaf"),
        ("left_out", ["names"], "left_out"),
        ("call.rule.v", 2, "call.rule"),
        ("call.rule.function", {"kind": "magic"}, "call.rule"),
        ("call.rule.function", {"kind": ["flat"], "amount": "1.00"}, "call.rule"),
        ("call.rule.function", {"kind": "flat", "amount": "1.00", "per": []}, "call.rule"),
        ("call.rule.order", ["friends"], "call.rule"),
        ("call.rule.table", {"rows": [{"what": "child", "weight": "-1"}]}, "call.rule"),
        ("call.families", [], "call.families"),
        ("letters", {"greeting": "Ciao"}, "letters.greeting"),
        ("letters.appeal", "x" * 2_001, "letters.appeal"),
        ("letters.appeal", "Al TAR\x07", "letters.appeal"),
    ],
)
def test_what_is_no_practice_is_refused_by_its_part(path: str, value: object, field: str) -> None:
    with pytest.raises(NotAPractice) as caught:
        read_practice(changed(path, value))
    assert caught.value.field == field


def figures() -> Indicators:
    return Indicators(
        "Giussano", "Buoni 2026", DAY, synthetic=True,
        counts={"received": 12, "admitted": 10}, cents={"given": 1_000_05, "spent": 250_00},
        by_indicator=(Band(None, 9_000_00, 7, 5, 500_00), Band(9_000_00, None, 5, 5, 500_05)),
    )  # fmt: skip


def test_figures_are_read_back_the_same() -> None:
    made = figures()
    assert read_indicators(made.words()) == made
    assert made.share("spent", "given") == 25
    assert made.left_cents is None  # What returned is not told, so neither is what is left.


@pytest.mark.parametrize(
    "change",
    [
        lambda words: words | {"v": 2},
        lambda words: words | {"names": ["x"]},
        lambda words: words | {"synthetic": 1},
        lambda words: words | {"counts": {"received": -1}},
        lambda words: words | {"counts": {"received": True}},
        lambda words: words | {"counts": {"poor": 1}},
        lambda words: words | {"cents": {"given": 2**53}},
        lambda words: words | {"by_members": [{"applications": 1}]},
        lambda words: words | {"by_members": [{}] * 21},
        lambda words: words | {"comune": "x" * 501},
        lambda words: words | {"day": "yesterday"},
    ],
)
def test_what_are_no_figures_is_refused(
    change: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    with pytest.raises(NotFigures):
        read_indicators(change(figures().words()))
