"""An association is registered, signs in to its own console and no other, and holds credits."""

import re

import pytest
from starlette.testclient import TestClient

from ledger.operations.release_bonuses import release_bonuses
from tests.circuit_town import Circuit, add_circuit
from tests.town import NOON, PASSWORD, Town
from tests.wallet_web.test_association import HERE as DESK
from tests.wallet_web.test_association import come_in, field, plain
from tests.wallet_web.test_hours import come_in as come_in_family

LIST, OWN, CREDITS = f"{DESK}/associazioni", f"{DESK}/mia", "/famiglia/crediti"


@pytest.fixture
def circuit(town: Town) -> Circuit:
    town.issue(town.programme())
    codes = sorted(town.codes(), key=lambda one: one.code)
    made = add_circuit(town, codes, town.shop()[1])
    made.buy(1_000_00)
    made.pay_in(60_00)
    release_bonuses(town.ledger, now=NOON)
    return made


def register(browser: TestClient, name: str = "Caritas", **other: str) -> int:
    words = {
        "chiave": field(browser.get(LIST).text, "chiave"), "associazione": name,
        "utente": "caritas.1", "password": PASSWORD,
    }  # fmt: skip
    return browser.post(LIST, data=words | other).status_code


@pytest.mark.usefixtures("circuit")
def test_an_association_has_its_own_console_and_no_other(browser: TestClient) -> None:
    come_in(browser, "officer")
    assert register(browser, password="breve") == 422
    assert register(browser) == 303
    assert register(browser, utente="caritas.2") == 422  # Its name is taken.
    assert register(browser, "AFI") == 422  # And that user's.
    answer = browser.post(f"{DESK}/accesso", data={"nome": "caritas.1", "password": PASSWORD})
    assert answer.headers["location"] == OWN
    assert browser.get(OWN).status_code == 200
    for path in (DESK, f"{DESK}/denaro", f"{DESK}/ore", LIST, f"{DESK}/donazioni"):
        assert browser.get(path).status_code == 403
    words = {
        "chiave": field(browser.get(OWN).text, "chiave"), "titolo": "Portare la spesa",
        "dove": "In piazza", "posti": "2", "giorno": "2026-11-03", "minuti": "60",
    }  # fmt: skip
    assert browser.post(f"{OWN}/azioni", data=words).headers["location"] == OWN
    assert "(Caritas)" in plain(browser.get(OWN).text)
    come_in(browser, "officer")
    [one] = re.findall(rf"{LIST}/([^/\"]+)/stato", browser.get(LIST).text)
    assert browser.post(f"{LIST}/{one}/stato", data={"attiva": "0"}).status_code == 303
    browser.post(f"{DESK}/accesso", data={"nome": "caritas.1", "password": PASSWORD})
    assert browser.get(OWN).status_code == 303  # Suspended: to the way in.


def test_a_family_gives_credits_to_an_association(browser: TestClient, circuit: Circuit) -> None:
    come_in(browser, "officer")
    assert register(browser) == 303
    come_in_family(browser, circuit, 0)
    shown = browser.get(CREDITS).text
    words = {
        "chiave": field(shown, "chiave"), "importo": "20,00", "pin": circuit.codes[0].pin,
        "associazione": re.findall(r'<option value="([^"]+)"', shown)[0],
    }  # fmt: skip
    assert "PIN sbagliato" in browser.post(CREDITS, data=words | {"pin": "1"}).text
    much = browser.post(CREDITS, data=words | {"importo": "99,00"})
    assert "Hai meno crediti" in much.text
    words["chiave"] = field(browser.get(CREDITS).text, "chiave")
    for _ in range(2):  # Sent twice it is given once.
        assert browser.post(CREDITS, data=words).status_code == 303
    assert "30,00" in plain(browser.get(CREDITS).text)
    browser.post(f"{DESK}/accesso", data={"nome": "caritas.1", "password": PASSWORD})
    assert "20,00" in plain(browser.get(OWN).text)
