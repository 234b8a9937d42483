"""Credits: from hand to hand up to a computed cap, and back to euro by rule alone."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import Code, Decision, Ledger, RequestId
from ledger.core.circuit.credits import ASSOCIATION, CreditSale, Holder, converted
from ledger.core.circuit.rules import Cap, CircuitRules, Role
from ledger.core.quantities import DAY
from ledger.operations.convert_credits import convert_credits
from ledger.operations.pay_credits import pay_on, sell_for_credits
from ledger.operations.release_bonuses import release_bonuses
from ledger.reports.circuit_credits import multiplier, wallet_of
from tests.circuit_town import Circuit, make_circuit
from tests.town import NOON, key

CAPS = {Role.FAMILY: Cap(5_00, 0), Role.SHOP: Cap(6_00, 20), Role.ASSOCIATION: Cap(2_00, 50)}
RULES = CircuitRules(caps=CAPS)


def rich(ledger: Ledger, rules: CircuitRules = RULES) -> Circuit:
    """Two families with 12,00 credits each, out of 240,00 of shopping at the bakery."""
    circuit = make_circuit(ledger, rules)
    for family in (0, 1):
        circuit.buy(240_00, family)
    circuit.pay_in(28_80)
    assert [one.code for one in release_bonuses(ledger, now=NOON)] == [Code.ACCEPTED] * 2
    return circuit


@pytest.fixture
def circuit(ledger: Ledger) -> Circuit:
    return rich(ledger)


def pay(
    circuit: Circuit, cents: int, family: int = 0, *, attempt: RequestId | None = None
) -> Decision:
    asked = CreditSale(circuit.till_id, circuit.credentials[family], cents)
    return sell_for_credits(circuit.ledger, asked, key=attempt or key(), now=NOON)


def credits_of(circuit: Circuit, holder: Holder) -> int:
    found = wallet_of(circuit.ledger, holder, now=NOON)
    assert found is not None
    return found.balance_cents


def test_a_payment_in_credits_is_made_once(circuit: Circuit) -> None:
    attempt = key()
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: pay(circuit, 3_00, attempt=attempt), range(8)))
    assert {one.code for one in done} == {Code.ACCEPTED}
    assert pay(circuit, 3_01, attempt=attempt).code is Code.KEY_REUSED
    assert credits_of(circuit, Holder(Role.FAMILY, circuit.families[0])) == 9_00
    assert credits_of(circuit, Holder(Role.SHOP, circuit.shop_id)) == 3_00
    assert pay(circuit, 9_01).code is Code.INSUFFICIENT_FUNDS
    assert list(circuit.book.check()) == []


def test_many_tills_cannot_spend_a_wallet_twice(circuit: Circuit) -> None:
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: pay(circuit, 5_00), range(8)))
    assert sum(one.accepted for one in done) == 2
    assert credits_of(circuit, Holder(Role.FAMILY, circuit.families[0])) == 2_00


def test_a_shop_holds_no_more_than_it_can_pass_on(circuit: Circuit) -> None:
    """480,00 of shopping in 90 days: 20 % of them are 96,00; a shop without any has the base."""
    shop, till = circuit.another_shop("Nuovo")
    asked = CreditSale(till, circuit.credentials[0], 6_01)
    over = sell_for_credits(circuit.ledger, asked, key=key(), now=NOON)
    assert over.code is Code.CEILING_REACHED
    full = replace(asked, amount_cents=6_00)
    assert sell_for_credits(circuit.ledger, full, key=key(), now=NOON).accepted
    home = wallet_of(circuit.ledger, Holder(Role.SHOP, circuit.shop_id), now=NOON)
    other = wallet_of(circuit.ledger, Holder(Role.SHOP, shop), now=NOON)
    late = wallet_of(
        circuit.ledger, Holder(Role.SHOP, circuit.shop_id), now=circuit.ledger.clock() + 91 * DAY
    )
    assert home is not None
    assert other is not None
    assert late is not None
    assert (home.cap_cents, other.cap_cents, late.cap_cents) == (96_00, 6_00, 6_00)


def test_one_s_own_bonus_is_no_flood(circuit: Circuit) -> None:
    """Released 12,00 with a family's cap of 5,00; but others cannot pay into it above the cap."""
    family = Holder(Role.FAMILY, circuit.families[0])
    assert pay(circuit, 2_00).accepted
    back = pay_on(circuit.ledger, circuit.till_id, family, 1_00, key=key(), now=NOON)
    assert back.code is Code.CEILING_REACHED
    assert pay(circuit, 6_00).accepted
    back = pay_on(circuit.ledger, circuit.till_id, family, 1_00, key=key(), now=NOON)
    assert (back.code, credits_of(circuit, family)) == (Code.ACCEPTED, 5_00)


def test_credits_go_on_to_shops_and_to_the_association(circuit: Circuit) -> None:
    shop, till = circuit.another_shop("Macelleria")
    pay(circuit, 5_00)
    for receiver, cents in ((Holder(Role.SHOP, shop), 2_00), (ASSOCIATION, 2_00)):
        done = pay_on(circuit.ledger, circuit.till_id, receiver, cents, key=key(), now=NOON)
        assert done.accepted
    more = pay_on(circuit.ledger, till, ASSOCIATION, 1, key=key(), now=NOON)
    assert more.code is Code.CEILING_REACHED
    assert credits_of(circuit, ASSOCIATION) == 2_00
    found = multiplier(circuit.ledger, since=0, until=circuit.ledger.clock() + DAY)
    assert (found.payments, found.paid_cents, found.issued_cents) == (3, 9_00, 24_00)
    assert found.thousandths == 375
    assert (found.spent_cents, found.local_thousandths) == (5_00, 1000)


def test_a_conversion_is_off_until_the_rules_switch_it_on(ledger: Ledger) -> None:
    circuit = rich(ledger)
    pay(circuit, 10_00)

    def turn(cents: int) -> Decision:
        return convert_credits(ledger, circuit.shop_id, cents, actor="test", key=key(), now=NOON)

    before = circuit.balances()
    assert turn(5_00).code is Code.SWITCHED_OFF
    assert circuit.balances() == before


def test_a_conversion_gives_by_the_rule_and_the_rest_to_the_shop(ledger: Ledger) -> None:
    circuit = rich(ledger, replace(RULES, credits_convertible=True))
    pay(circuit, 10_00)

    def turn(cents: int) -> Decision:
        return convert_credits(ledger, circuit.shop_id, cents, actor="test", key=key(), now=NOON)

    before = circuit.balances()
    assert turn(10_01).code is Code.INSUFFICIENT_FUNDS
    assert turn(9_99).accepted  # 3 % are 29,97 cents, 2 % are 19,98: the shop has what is left.
    now = circuit.balances()
    assert now["shop_payable"] == 9_99 - 29 - 19
    assert now["social_fund"] == before["social_fund"] + 29
    assert now["running_costs"] == 19
    assert now["credit_reserve"] == now["credits_issued"] == 24_00 - 9_99
    assert list(circuit.book.check()) == []


@given(st.integers(1, 10**12), st.integers(0, 100), st.integers(0, 100))
def test_what_is_converted_is_shared_out_to_the_cent(cents: int, one: int, other: int) -> None:
    low, high = sorted((one, other))
    rules = CircuitRules(to_fund=low, to_costs=high - low, to_shop=100 - high)
    shares = converted(cents, rules)
    assert shares.to_shop + shares.to_fund + shares.to_costs == cents
    assert 0 <= cents * rules.to_fund - 100 * shares.to_fund < 100
    assert 0 <= cents * rules.to_costs - 100 * shares.to_costs < 100


def test_the_golden_conversion() -> None:
    shares = converted(100_00, CircuitRules())
    assert (shares.to_shop, shares.to_fund, shares.to_costs) == (95_00, 3_00, 2_00)
