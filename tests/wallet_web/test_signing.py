"""Rules and agreements signed on a page: two persons, what changes in sight, exactly that text."""

import re

import pytest
from starlette.testclient import TestClient

from ledger.core.circuit.rules import Cap, Role
from ledger.core.circuit.targets import Target
from ledger.reports.circuit_page import circuit_page
from ledger.reports.contributions import shops_by_number
from tests.circuit_town import Circuit, add_circuit
from tests.town import NOON, PASSWORD, Town
from tests.wallet_web.test_association import come_in, plain

HERE = "/associazione/regole"
TYPED = {
    "fund_points": "1,5%", "group_points": "5 %", "release_cents": "20,00", "to_shop": "95",
    "to_fund": "3", "to_costs": "2", "dal": "2026-12-01", "hours_below": "20", "hours_above": "50",
    "cap-family-base": "100,00", "cap-family-percent": "25", "cap-shop-base": "200,00",
    "cap-shop-percent": "20", "cap-association-base": "1000,00", "cap-association-percent": "100",
}  # fmt: skip
DECEMBER = NOON + 40 * 86_400_000_000


@pytest.fixture
def circuit(town: Town) -> Circuit:
    town.issue(town.programme())
    codes = sorted(town.codes(), key=lambda one: one.code)
    return add_circuit(town, codes, town.shop()[1])


def hidden(text: str) -> dict[str, str]:
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text)
    return {name: value.replace("&#34;", '"') for name, value in found}


def test_two_persons_sign_new_rules_and_read_what_changes(
    browser: TestClient, circuit: Circuit
) -> None:
    come_in(browser, "officer")
    shown = browser.post(f"{HERE}/anteprima", data=TYPED)
    told = plain(shown.text)
    assert "Parte del Fondo Sociale in uno scontrino" in told
    assert "20,00 €" in told
    assert "Sconto di un gruppo di acquisto" not in told
    fields = hidden(shown.text)
    alone = fields | {"nome": "officer", "password": PASSWORD}
    refused = browser.post(f"{HERE}/firma", data=alone)
    assert refused.headers["location"] == f"{HERE}?no=not_approved"
    guessed = browser.post(f"{HERE}/firma", data=fields | {"nome": "approver", "password": "x"})
    assert guessed.status_code == 422
    before = circuit_page(circuit.ledger, now=DECEMBER).rules
    assert before is not None
    assert before.rules.release_cents == 10_00
    again = hidden(browser.post(f"{HERE}/anteprima", data=TYPED).text)
    both = again | {"nome": "approver", "password": PASSWORD}
    for _ in range(2):
        done = browser.post(f"{HERE}/firma", data=both)
        assert done.headers["location"] == f"{HERE}?firmato=1"
    after = circuit_page(circuit.ledger, now=DECEMBER).rules
    assert after is not None
    assert (after.rules.fund_points, after.rules.release_cents) == (150, 20_00)
    assert "Firmato" in browser.get(f"{HERE}?firmato=1").text
    late = hidden(browser.post(f"{HERE}/anteprima", data=TYPED | {"dal": "2026-11-01"}).text)
    answer = browser.post(f"{HERE}/firma", data=late | {"nome": "approver", "password": PASSWORD})
    assert answer.headers["location"] == f"{HERE}?no=too_late"


def test_limits_switches_and_targets_are_signed_on_the_page_too(
    browser: TestClient, circuit: Circuit
) -> None:
    come_in(browser, "officer")
    typed = TYPED | {
        "hours_below": "10,5", "cap-shop-base": "300", "cap-shop-percent": "30%",
        "vouchers_for_hours": "1", "target-rete-rate": "1,5", "target-rete-collected": "50.000,00",
        f"target-{circuit.town.comune}-unspent": "8%",
    }  # fmt: skip
    shown = browser.post(f"{HERE}/anteprima", data=typed)
    told = plain(shown.text)
    for change in ("20 h 10,5 h", "no sì", "– 1,50 cent/€", "– 50.000,00 €", "– 8 %"):
        assert change in told, told
    both = hidden(shown.text) | {"nome": "approver", "password": PASSWORD}
    assert "firmato" in browser.post(f"{HERE}/firma", data=both).headers["location"]
    found = circuit_page(circuit.ledger, now=DECEMBER).rules
    assert found is not None
    rules = found.rules
    assert (rules.hours_below, rules.caps[Role.SHOP]) == (10 * 60 + 30, Cap(300_00, 30))
    assert (rules.vouchers_for_hours, rules.credits_convertible) == (True, False)
    assert rules.aims("rete") == {Target.RATE: 150, Target.COLLECTED: 50_000_00}
    assert rules.aims(circuit.town.comune) == {Target.UNSPENT: 800}
    later = browser.post(f"{HERE}/anteprima", data=typed | {"dal": "2027-01-01"})
    assert "un Comune" not in plain(later.text)
    shown_again = browser.get(HERE).text  # Of today, when the older rules still hold.
    assert 'value="20 h"' in shown_again


def test_a_shops_agreement_is_signed_the_same_way(browser: TestClient, circuit: Circuit) -> None:
    come_in(browser, "officer")
    [number] = [no for no, one in shops_by_number(circuit.ledger).items() if one == circuit.shop_id]
    typed = {"negozio": str(number), "sconto": "8%", "dal": "2026-12-01", "al": "2027-06-30"}
    shown = browser.post(f"{HERE}/accordi/anteprima", data=typed)
    assert re.search(r"6 ?%.*8 ?%", plain(shown.text))
    both = hidden(shown.text) | {"nome": "approver", "password": PASSWORD}
    done = browser.post(f"{HERE}/accordi/firma", data=both)
    assert done.headers["location"] == f"{HERE}?firmato=1"
    agreed = circuit_page(circuit.ledger, now=DECEMBER).agreements
    assert {(one.points, one.starts_on) for one in agreed} >= {(800, "2026-12-01")}


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("anteprima", {"fund_points": "tanto"}), ("anteprima", {"dal": "2026-12-02"}),
        ("anteprima", {"to_shop": "96"}), ("anteprima", {"release_cents": "-1"}),
        ("anteprima", {"hours_below": "20,25"}), ("anteprima", {"cap-shop-base": "tanti"}),
        ("anteprima", {"target-rete-rate": "un po’"}), ("anteprima", {"target-rete-share": "101"}),
        ("accordi/anteprima", {"negozio": "9999"}), ("accordi/anteprima", {"al": "2026-11-01"}),
        ("firma", {"testo": "{}"}),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_and_nothing_signed(
    browser: TestClient, circuit: Circuit, path: str, wrong: dict[str, str]
) -> None:
    come_in(browser, "officer")
    typed = TYPED | {"negozio": "1", "sconto": "8%", "al": "2027-06-30"} | wrong
    agreed = circuit_page(circuit.ledger, now=DECEMBER)
    assert browser.post(f"{HERE}/{path}", data=typed).status_code == 422
    assert circuit_page(circuit.ledger, now=DECEMBER) == agreed
