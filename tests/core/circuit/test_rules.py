"""The circuit's rules are one text, read back exactly; what cannot be a rule is refused."""

import json

import pytest

from ledger.core.circuit.rules import Cap, CircuitRules, NotRules, Role, read_rules
from ledger.core.circuit.targets import Target


def test_what_waits_for_the_lawyer_is_off_and_the_rates_are_those_of_the_page() -> None:
    rules = CircuitRules()
    assert not rules.credits_convertible
    assert not rules.vouchers_for_hours
    assert (rules.fund_points, rules.release_cents) == (100, 10_00)
    assert (rules.to_shop, rules.to_fund, rules.to_costs) == (95, 3, 2)


def test_rules_are_read_back_from_their_text() -> None:
    rules = CircuitRules(fund_points=150, caps=dict.fromkeys(Role, Cap(5, 7)))
    assert read_rules(rules.text()) == rules
    assert read_rules(CircuitRules().text()).text() == CircuitRules().text()


def test_targets_are_part_of_the_text_and_texts_without_any_stay_as_they_were() -> None:
    assert "targets" not in CircuitRules().text()
    aims = {"rete": {Target.RATE: 100, Target.COLLECTED: 40_000_00}, "giussano": {Target.SHARE: 5}}
    rules = CircuitRules(targets=aims)
    assert read_rules(rules.text()) == rules
    assert rules.aims("rete")[Target.RATE] == 100
    assert not rules.aims("seveso")


@pytest.mark.parametrize(
    "changes",
    [{"to_shop": 96}, {"to_shop": 102, "to_costs": -5}, {"fund_points": 0}, {"release_cents": 0},
     {"targets": {"rete": {}}}, {"targets": {"": {Target.RATE: 1}}},
     {"targets": {"rete": {Target.RATE: 0}}}, {"targets": {"rete": {Target.SHARE: 10_001}}},
     {"targets": {"rete": {Target.UNSPENT: 10_001}}},
     {"targets": {"rete": {Target.COLLECTED: 1.5}}},
     {"fund_points": 10_001}, {"caps": {}}, {"caps": dict.fromkeys(Role, Cap(-1, 0))}],
)  # fmt: skip
def test_what_cannot_be_a_rule_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(NotRules):
        CircuitRules(**changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [lambda w: w | {"more": 1}, lambda w: w | {"caps": {"family": [1, 2]}}, lambda _: [],
     lambda w: w | {"caps": {key: [1.5, 2] for key in w["caps"]}},
     lambda w: w | {"targets": {}}, lambda w: w | {"targets": {"rete": {"joy": 1}}},
     lambda w: w | {"targets": {"rete": [1]}}, lambda w: w | {"targets": {"rete": {"rate": True}}},
     lambda w: {"caps": w["caps"]},
     lambda _: 1,
     lambda w: w | {"caps": {key: [1] for key in w["caps"]}}],
)  # fmt: skip
def test_another_text_is_no_rules(change: object) -> None:
    words = json.loads(CircuitRules().text())
    with pytest.raises(NotRules):
        read_rules(json.dumps(change(words), sort_keys=True, separators=(",", ":")))  # type: ignore[operator]


def test_a_cap_follows_from_what_was_used_and_is_never_below_its_base() -> None:
    cap = Cap(200_00, 20)
    assert [cap.of(cents) for cents in (0, 1_000_00, 1_000_03, 10_000_03)] == [
        200_00, 200_00, 200_01, 2_000_01,
    ]  # fmt: skip
