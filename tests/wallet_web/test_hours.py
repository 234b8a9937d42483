"""Hours on the pages: a family gives, another signs with its PIN; an action from offer to done."""

import re

import pytest
from starlette.testclient import TestClient

from tests.circuit_town import Circuit, add_circuit
from tests.town import Town
from tests.wallet_web.test_association import come_in as come_in_association
from tests.wallet_web.test_association import field, plain

HERE, DESK = "/famiglia/ore", "/associazione/ore"


@pytest.fixture
def circuit(town: Town) -> Circuit:
    town.issue(town.programme())
    codes = sorted(town.codes(), key=lambda one: one.code)
    return add_circuit(town, codes, town.shop()[1])


def come_in(browser: TestClient, circuit: Circuit, family: int) -> None:
    one = circuit.codes[family]
    answer = browser.post("/famiglia/accesso", data={"codice": one.code, "pin": one.pin})
    assert answer.status_code == 303, answer.text


def send(browser: TestClient, path: str, **words: str) -> str:
    words = {"chiave": field(browser.get(HERE).text, "chiave")} | words
    answer = browser.post(f"{HERE}/{path}", data=words)
    return plain(browser.get(HERE).text if answer.status_code == 303 else answer.text)


def test_a_family_gives_and_another_signs(browser: TestClient, circuit: Circuit) -> None:
    come_in(browser, circuit, 0)
    assert "Natura: ora" in plain(browser.get(HERE).text)
    assert "un giorno passato" in send(browser, "date", minuti="90", giorno="2027-01-01")
    shown = send(browser, "date", minuti="90", giorno="2026-11-02", cosa="Ripetizioni")
    number = re.search(r"numero ([0-9A-Z]{8})", shown)
    assert number
    come_in(browser, circuit, 1)
    pin = circuit.codes[1].pin
    wrong = send(browser, "ricevute", numero=number[1], pin="00000" if pin != "00000" else "1")
    assert "PIN sbagliato" in wrong
    assert "Nessuna ora aspetta" in send(browser, "ricevute", numero="AAAAAAAA", pin=pin)
    assert "−1,5 ore" in send(browser, "ricevute", numero=number[1], pin=pin)
    come_in(browser, circuit, 0)
    assert "1,5 ore" in plain(browser.get(HERE).text)
    assert "1 ore" in send(browser, "fondo", minuti="30")


def test_an_action_from_the_offer_to_its_outcome(browser: TestClient, circuit: Circuit) -> None:
    come_in_association(browser, "officer")
    words = {
        "chi": "Caritas", "titolo": "Portare la spesa", "dove": "In piazza", "posti": "2",
        "giorno": "2026-11-03", "minuti": "120",
    }  # fmt: skip
    key = {"chiave": field(browser.get(DESK).text, "chiave")}
    assert browser.post(f"{DESK}/azioni", data=key | words | {"posti": "0"}).status_code == 422
    assert browser.post(f"{DESK}/azioni", data=key | words).status_code == 303
    come_in(browser, circuit, 0)
    [action] = re.findall(rf"{HERE}/azioni/([^\"]+)", browser.get(HERE).text)
    shown = send(browser, f"azioni/{action}")
    number = re.search(r"questo numero: ([0-9A-Z]{8})", shown)
    assert number
    desk = browser.get(DESK).text
    assert number[1] in desk
    said = {"famiglia": field(desk, "famiglia"), "minuti": "120", "alfa": "reached", "beta": "none"}
    done = browser.post(
        f"{DESK}/azioni/{action}/fatta", data={"chiave": field(desk, "chiave")} | said
    )
    assert done.headers["location"] == DESK
    assert "Riuscita come previsto" in plain(browser.get(DESK).text)
    assert "Fatta, grazie." in plain(browser.get(HERE).text)


def test_hours_signed_on_paper_want_two_families(browser: TestClient, circuit: Circuit) -> None:
    come_in_association(browser, "officer")
    first, second = (one.code for one in circuit.codes)
    words = {
        "chiave": field(browser.get(DESK).text, "chiave"), "chi-da": first, "minuti": "60",
        "giorno": "2026-11-02", "cosa": "Un trasloco",
    }  # fmt: skip
    for wrong in (first, "AAAA"):
        sent = browser.post(f"{DESK}/carta", data=words | {"chi-riceve": wrong})
        assert sent.status_code == 422
    done = browser.post(f"{DESK}/carta", data=words | {"chi-riceve": second})
    assert done.headers["location"] == DESK
    assert "Ore date in tutto1" in plain(browser.get(DESK).text)
