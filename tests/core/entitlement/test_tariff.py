"""Fees for services: Brugherio's canteen to the cent, and never more than a meal costs."""

from collections.abc import Mapping
from typing import Any

import pytest

from ledger.core.entitlement.tariff import Fee, Tariff, parse_tariff, read_tariff
from ledger.core.quantities import Amount
from tests.core.entitlement.households import couple

# From January 2025, a meal. Source: domain.md 3.6.
CANTEEN: Mapping[str, Any] = {
    "v": 1, "title": "Mensa scolastica 2025", "service": "un pasto", "act": "",
    "from": "2025-01-01", "note": "Dal terzo figlio 2,40 €", "meter": "isee", "table": "S",
    "full_cost": "6.87",
    "function": {
        "kind": "bands", "above": "6.77",
        "bands": [["7250.00", "2.40"], ["14600.00", "5.00"], ["20000.00", "5.40"],
                  ["30000.00", "5.60"]],
    },
}  # fmt: skip
LINE = {"kind": "linear", "from": ["3000.00", "1.00"], "to": ["15000.00", "7.00"],
        "below": "1.00", "above": "9.00"}  # fmt: skip


def tariff(**changes: object) -> Tariff:
    given: dict[str, Any] = {**CANTEEN, **changes}
    return read_tariff(given)


@pytest.mark.parametrize(
    ("isee", "fee"),
    [
        (0, 2_40), (7_250_00, 2_40), (7_250_01, 5_00), (14_600_00, 5_00), (15_300_00, 5_40),
        (20_000_00, 5_40), (30_000_00, 5_60), (30_000_01, 6_77), (90_000_00, 6_77),
    ],
)  # fmt: skip
def test_brugherios_canteen(isee: Amount, fee: Amount) -> None:
    assert tariff().fee(couple(4), isee).amount == fee


def test_the_comunes_indicator_is_read_where_the_tariff_says_so() -> None:
    made = tariff(meter="isee_ff")
    assert made.is_synthetic
    assert not tariff().is_synthetic  # Table S is not looked at.
    asked = made.fee(couple(4, 4, 4), 15_300_00)  # Triplets: 10,359.38 or less by Table S.
    assert asked.isee_ff < 14_600_00
    assert asked.amount == 5_00


def test_the_list_of_fees_is_that_of_the_act() -> None:
    assert tariff().fees() == (
        Fee(None, 7_250_00, 2_40), Fee(7_250_00, 14_600_00, 5_00), Fee(14_600_00, 20_000_00, 5_40),
        Fee(20_000_00, 30_000_00, 5_60), Fee(30_000_00, None, 6_77),
    )  # fmt: skip


def test_a_list_on_a_line_has_a_row_for_each_thousand_and_stops_at_the_cost() -> None:
    rows = tariff(function=LINE).fees()
    assert rows[0] == Fee(None, 3_000_00, 1_00)
    assert rows[1] == Fee(3_000_00, 4_000_00, 1_50)
    assert rows[-1] == Fee(15_000_00, None, 6_87)  # 9.00 by the function.
    assert [one.upto for one in rows[:-1]] == [one.over for one in rows[1:]]
    assert tariff(function=LINE).fee(couple(4), 90_000_00).amount == 6_87


def test_a_fee_that_is_the_same_for_all_is_one_row() -> None:
    assert tariff(function={"kind": "flat", "amount": "3.00"}).fees() == (Fee(None, None, 3_00),)


def test_a_version_is_read_back_the_same() -> None:
    made = tariff()
    assert parse_tariff(made.text()) == made
    assert parse_tariff(made.text()).hash() == made.hash()


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2}, {"title": ""}, {"title": "x" * 501}, {"service": "a\nb"}, {"full_cost": "0.00"},
        {"full_cost": "-1.00"}, {"meter": "income"}, {"function": {"kind": "magic"}},
        {"from": "soon"}, {"more": 1},
    ],
)  # fmt: skip
def test_what_is_no_tariff_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        tariff(**changes)
