"""The circuit at a till: discounts noted, credits taken and paid on, each once by its key."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from ledger import Ledger, random_id
from ledger.core.circuit.rules import CircuitRules
from ledger.core.quantities import SECOND
from ledger.operations.release_bonuses import release_bonuses
from ledger.operations.sign_in import credential_of_code
from merchant_api import dependencies
from merchant_api.app import create_app
from merchant_api.instants import instant_text
from tests.circuit_town import Circuit, make_circuit
from tests.merchant_api.conftest import Till

HOUR = 3_600 * SECOND


def before_the_api(
    ledger: Ledger, rules: CircuitRules | None = None
) -> Iterator[tuple[Circuit, Till]]:
    circuit = make_circuit(ledger, rules)
    shop, secret = circuit.town.shop("Alimentari Prova")
    circuit.agree(shop, 600)
    family = circuit.codes[0]
    with TestClient(
        create_app(ledger), base_url="https://testserver", raise_server_exceptions=False
    ) as client:
        opened = client.post("/api/v1/till-sessions", json={"secret": secret})
        token = opened.json()["session_token"]
        yield circuit, Till(client, circuit.town, token, family, "", secret)


@pytest.fixture
def both(ledger: Ledger) -> Iterator[tuple[Circuit, Till]]:
    yield from before_the_api(ledger)


def buy(till: Till, cents: object, attempt: str | None = None) -> Any:  # noqa: ANN401
    body = {"code": till.family.code, "receipt_cents": cents}
    return till.post("/api/v1/purchases", body, key=attempt)


def take(till: Till, cents: object, attempt: str | None = None, **more: object) -> Any:  # noqa: ANN401
    body = {"code": till.family.code, "pin": till.family.pin, "amount_cents": cents}
    return till.post("/api/v1/credit-payments", body | more, key=attempt)


def fill_wallet(circuit: Circuit, till: Till) -> None:
    """12,00 credits to the family of the till."""
    credential = credential_of_code(circuit.ledger, till.family.code)
    assert credential is not None
    assert buy(till, 240_00).status_code == 201
    shop = circuit.last_shop
    assert circuit.pay_in(14_40, shop_id=shop).booked_cents == 14_40
    assert len(release_bonuses(circuit.ledger, now=circuit.ledger.clock())) == 1


def test_a_purchase_is_told_again_by_its_key(both: tuple[Circuit, Till]) -> None:
    _circuit, till = both
    attempt = str(uuid4())
    first, again = buy(till, 37_45, attempt), buy(till, 37_45, attempt)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json() == till.get(f"/api/v1/purchases/{attempt}").json()
    told = first.json()
    assert told["nature"] == "discount"
    assert (told["discount_cents"], told["shop_net_cents"]) == (2_25, 35_20)
    assert buy(till, 37_46, attempt).status_code == 409
    back = till.post(f"/api/v1/purchases/{attempt}/returns", {})
    assert back.json()["discount_cents"] == 2_25
    assert till.get(f"/api/v1/purchases/{uuid4()}").status_code == 404


def test_a_purchase_may_come_a_week_late_and_is_noted_once(
    both: tuple[Circuit, Till], monkeypatch: pytest.MonkeyPatch
) -> None:
    _circuit, till = both
    now, attempt = dependencies.clock(), str(uuid4())
    body = {"code": till.family.code, "receipt_cents": 37_45}
    ahead = body | {"bought_at": instant_text(now + HOUR)}
    assert till.post("/api/v1/purchases", ahead).status_code == 201  # A clock that is ahead: now.
    late = body | {"bought_at": instant_text(now - HOUR)}
    first = till.post("/api/v1/purchases", late, key=attempt)
    assert first.status_code == 201
    monkeypatch.setattr("merchant_api.dependencies.clock", lambda: now + 8 * 24 * HOUR)
    opened = till.client.post("/api/v1/till-sessions", json={"secret": till.secret})
    till.session = opened.json()["session_token"]
    again = till.post("/api/v1/purchases", late, key=attempt)
    assert again.json() == first.json()  # The answer was lost for a week: it is noted once.
    refused = till.post("/api/v1/purchases", late)
    assert (refused.status_code, refused.json()["code"]) == (422, "bought_long_ago")
    for no_time in ("yesterday", "", "2026-11-02", "2026-11-02T11:00:00+01:00"):
        assert till.post("/api/v1/purchases", body | {"bought_at": no_time}).status_code == 422


def test_a_group_s_order_is_noted_at_what_is_paid(both: tuple[Circuit, Till]) -> None:
    _circuit, till = both
    attempt = str(uuid4())
    body = {"code": till.family.code, "list_cents": 33_33}
    told = till.post("/api/v1/group-orders", body, key=attempt)
    assert told.json() == till.get(f"/api/v1/purchases/{attempt}").json()
    assert (told.json()["list_cents"], told.json()["receipt_cents"]) == (33_33, 31_66)
    assert told.json()["discount_cents"] == 1_90
    other = till.post("/api/v1/group-orders", body | {"list_cents": 33_34}, key=attempt)
    assert other.status_code == 409


def test_what_is_no_receipt_is_refused(both: tuple[Circuit, Till]) -> None:
    for cents in (0, -1, 1.5, "1", True, None, 10**12):
        assert (cents, buy(both[1], cents).status_code) == (cents, 422)


def test_credits_want_the_pin_and_are_taken_once(both: tuple[Circuit, Till]) -> None:
    circuit, till = both
    fill_wallet(circuit, till)
    attempt = str(uuid4())
    assert take(till, 5_00, pin=None).json()["code"] == "pin_needed"
    wrong = f"{(int(till.family.pin) + 1) % 100_000:05d}"
    assert take(till, 5_00, pin=wrong).json()["code"] == "pin_wrong"
    first = take(till, 5_00, attempt)
    assert (first.status_code, first.json()["remaining_cents"]) == (201, 7_00)
    assert take(till, 5_00, attempt, pin=None).json() == first.json()  # Told again, without PIN.
    assert take(till, 7_01).json()["available_cents"] == 7_00
    told = till.get("/api/v1/circuit").json()
    assert told == {
        "discount_points": 600, "credits_cents": 5_00, "cap_cents": 200_00,
        "is_convertible": False,
    }  # fmt: skip


def test_a_shop_pays_on_and_may_not_convert_yet(both: tuple[Circuit, Till]) -> None:
    circuit, till = both
    fill_wallet(circuit, till)
    take(till, 5_00)
    paths = ("/api/v1/credit-payments/onward", "/api/v1/conversions")
    for shop_no in (1, None):  # The bakery, then the association.
        done = till.post(paths[0], {"amount_cents": 2_00, "shop_no": shop_no})
        assert (done.status_code, done.json()["nature"]) == (201, "credit")
    assert till.post(paths[0], {"amount_cents": 1, "shop_no": 999}).status_code == 404
    nobody = {"amount_cents": 1, "association_id": str(random_id())}
    assert till.post(paths[0], nobody).status_code == 404
    assert till.post(paths[0], nobody | {"shop_no": 1}).json()["code"] == "invalid"
    refused = till.post(paths[1], {"amount_cents": 1_00})
    assert (refused.status_code, refused.json()["code"]) == (422, "switched_off")


def test_a_conversion_says_what_is_owed(ledger: Ledger) -> None:
    for circuit, till in before_the_api(ledger, CircuitRules(credits_convertible=True)):
        fill_wallet(circuit, till)
        take(till, 10_00)
        done = till.post("/api/v1/conversions", {"amount_cents": 10_00})
        assert (done.status_code, done.json()["owed_cents"]) == (201, 9_50)


def test_without_a_circuit_nothing_of_it_is_there(till: Till) -> None:
    assert till.get("/api/v1/circuit").json()["code"] == "no_circuit"
    assert buy(till, 10_00).json()["code"] == "no_circuit"
    assert take(till, 10_00).json()["code"] == "no_circuit"
    assert till.post("/api/v1/conversions", {"amount_cents": 1}).json()["code"] == "no_circuit"
