"""The figures that the field knows: the national scale, table S, Veneto's voucher, a canteen's fee.

Source: domain.md 3.3 to 3.7.
"""

from dataclasses import replace

import pytest

from ledger.core.entitlement.benefits import read_rule
from ledger.core.entitlement.comune_table import TABLE_S, comune_scale
from ledger.core.entitlement.evaluation import Meter, evaluate, indicator
from ledger.core.entitlement.exact import cents_text, ratio_text, read_cents, weight_text
from ledger.core.entitlement.household import Disability, Household
from ledger.core.entitlement.national_scale import national_scale
from ledger.core.quantities import half_up
from tests.core.entitlement.households import aged, couple, home, parent

SEVERE = Disability.SEVERE
ONE_PARENT = home(parent(), aged(1), aged(8, disability=SEVERE), lone_parent=True)
TRIPLETS = replace(couple(4, 4, 4), multiple_births=1)

SCALES = {
    "a single": (home(parent()), "1.00"),
    "a couple and a child of 4, both work": (couple(4), "2.24"),
    "two minors, none under 3": (couple(4, 6), "2.66"),
    "two minors, one under 3": (couple(2, 6), "2.76"),
    "three minors, none under 3": (couple(4, 6, 8), "3.25"),
    "three minors, one under 3": (couple(2, 6, 8), "3.35"),
    "four minors, one under 3": (couple(2, 6, 8, 10), "3.85"),
    "five minors, one under 3": (couple(2, 6, 8, 10, 12), "4.35"),
    "one working parent, two children": (ONE_PARENT, "2.84"),
    "one parent who does not work": (home(parent(works=False), aged(1)), "1.87"),
}


@pytest.mark.parametrize("name", SCALES)
def test_the_national_scale(name: str) -> None:
    household, wanted = SCALES[name]
    assert weight_text(national_scale(household)[0]) == wanted


@pytest.mark.parametrize(
    ("se", "wanted"),
    [("2.24", "13392.86"), ("2.66", "11278.20"), ("3.35", "8955.22"), ("3.85", "7792.21")],
)
def test_isee_of_an_ise_of_30000(se: str, wanted: str) -> None:
    assert cents_text(half_up(30_000_00 * 100, round(float(se) * 100))) == wanted


CASES = {
    "S1": (couple(), "18000.00", "1.57", "1.57", "1.0000", "18000.00", "0.00"),
    "S2": (couple(4), "18000.00", "2.24", "2.59", "0.8649", "15567.57", "0.00"),
    "S3": (couple(2, 7, 15, working=1), "18000.00", "3.05", "4.15", "0.7349", "13228.92", "959.04"),
    "S4": (ONE_PARENT, "14000.00", "2.84", "3.89", "0.7301", "10221.08", "1059.30"),
    "S6": (TRIPLETS, "15300.00", "3.25", "4.80", "0.6771", "10359.38", "1054.69"),
}


def veneto(most: str, least: str) -> dict[str, object]:
    return {
        "kind": "linear", "from": ["3000.00", most], "to": ["15000.00", least],
        "below": most, "above": "0.00",
    }  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_table_s(name: str) -> None:
    household, isee, se, se_ff, ff, isee_ff, amount = CASES[name]
    rule = read_rule(veneto("1300.00", "900.00"))
    came = evaluate(household, read_cents(isee), TABLE_S, rule, Meter.ISEE_FF)
    told = (
        weight_text(came.se), weight_text(came.se_ff), ratio_text(came.ff),
        cents_text(came.isee_ff), cents_text(came.amount),
    )  # fmt: skip
    assert told == (se, se_ff, ff, isee_ff, amount)
    assert (came.isee, came.steps[-1].value) == (read_cents(isee), amount)


@pytest.mark.parametrize(
    ("read", "in_2021", "in_2022", "since_2023"),
    [
        ("0.00", "600.00", "800.00", "1300.00"),
        ("3000.00", "600.00", "800.00", "1300.00"),
        ("5000.00", "533.33", "733.33", "1233.33"),
        ("9000.00", "400.00", "600.00", "1100.00"),
        ("12345.67", "288.48", "488.48", "988.48"),
        ("15000.00", "200.00", "400.00", "900.00"),
        ("15000.01", "0.00", "0.00", "0.00"),
    ],
)
def test_the_voucher_of_veneto(read: str, in_2021: str, in_2022: str, since_2023: str) -> None:
    calls = (("600.00", "200.00"), ("800.00", "400.00"), ("1300.00", "900.00"))
    for call, wanted in zip(calls, (in_2021, in_2022, since_2023), strict=True):
        amount, _steps = read_rule(veneto(*call)).at(read_cents(read), home(parent()))
        assert cents_text(amount) == wanted


CANTEEN = {
    "kind": "bands",
    "bands": [
        ["7250.00", "2.40"],
        ["14600.00", "5.00"],
        ["20000.00", "5.40"],
        ["30000.00", "5.60"],
    ],
    "above": "6.77",
}


@pytest.mark.parametrize(
    ("read", "fee"),
    [
        ("0.00", "2.40"), ("7250.00", "2.40"), ("7250.01", "5.00"), ("9300.00", "5.00"),
        ("15300.00", "5.40"), ("20000.00", "5.40"), ("30000.00", "5.60"), ("30000.01", "6.77"),
    ],
)  # fmt: skip
def test_the_canteen_of_brugherio(read: str, fee: str) -> None:
    assert cents_text(read_rule(CANTEEN).at(read_cents(read), home(parent()))[0]) == fee


def test_an_indicator_is_rounded_once_from_the_scales_never_from_the_shown_ff() -> None:
    se, _lines = national_scale(couple(4))
    se_ff, _lines = comune_scale(TABLE_S, se, couple(4))
    assert indicator(18_000_00, se, se_ff) == 15_567_57
    assert half_up(18_000_00 * 8649, 10_000) == 15_568_20


def test_everybody_counts_a_grandmother_too_and_she_is_no_parent() -> None:
    with_her: Household = home(parent(), aged(4), aged(80, role=type(parent().role).RELATIVE))
    assert weight_text(national_scale(with_her)[0]) == "2.24"  # Three members; the parent works.
