"""An association is registered, signs in to its own console and no other, and holds credits."""

import re

import pytest
from starlette.testclient import TestClient

from ledger.core.circuit.credits import Holder
from ledger.core.circuit.rules import Role
from ledger.operations.pay_credits import pay_by_hand
from ledger.operations.release_bonuses import release_bonuses
from ledger.operations.sign_in import credential_of_id
from ledger.reports.associations import associations
from ledger.reports.circuit_credits import wallet_of
from tests.circuit_town import Circuit, add_circuit
from tests.town import NOON, PASSWORD, Town, key
from tests.wallet_web.conftest import come_in as come_in_comune
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


def test_an_association_pays_a_shop_with_what_it_was_given(
    browser: TestClient, circuit: Circuit
) -> None:
    come_in(browser, "officer")
    register(browser)
    browser.post(f"{DESK}/accesso", data={"nome": "caritas.1", "password": PASSWORD})
    assert "Paga un negozio" not in browser.get(OWN).text
    [association] = associations(circuit.ledger)
    to = Holder(Role.ASSOCIATION, association.association_id)
    credential = credential_of_id(circuit.ledger, circuit.credentials[0])
    assert credential is not None
    assert pay_by_hand(circuit.ledger, credential, to, 20_00, key=key(), now=NOON).accepted
    shown = browser.get(OWN).text
    assert "Panificio Prova" in shown
    words = {
        "chiave": field(shown, "chiave"), "importo": "8,00", "negozio": str(circuit.shop_id),
    }  # fmt: skip
    much = browser.post(f"{OWN}/crediti", data=words | {"importo": "20,01"})
    assert much.headers["location"] == f"{OWN}?no=insufficient_funds"
    gone = words | {"negozio": str(association.association_id)}
    assert browser.post(f"{OWN}/crediti", data=gone).status_code == 404
    words["chiave"] = field(browser.get(OWN).text, "chiave")
    for _ in range(2):  # Sent twice it is paid once.
        answer = browser.post(f"{OWN}/crediti", data=words)
        assert answer.headers["location"] == f"{OWN}?fatto=1"
    assert "12,00" in plain(browser.get(OWN).text)
    wallet = wallet_of(circuit.ledger, Holder(Role.SHOP, circuit.shop_id), now=NOON)
    assert wallet is not None
    assert wallet.balance_cents == 8_00
    assert list(circuit.book.check()) == []


def test_a_family_pays_a_shop_from_its_own_phone(browser: TestClient, circuit: Circuit) -> None:
    asked = f"{CREDITS}?negozio=1&importo=7%2C50"
    assert browser.get(asked).headers["location"].endswith("%26importo%3D7%252C50")
    come_in_family(browser, circuit, 0)
    assert "Numero del negozio" in browser.get(CREDITS).text
    assert "non c’è un negozio con questo numero" in browser.get(f"{CREDITS}?negozio=77").text
    shown = browser.get(asked).text
    assert "Paga Panificio Prova" in plain(shown)
    assert 'value="7,50"' in shown
    words = {
        "chiave": field(shown, "chiave"), "importo": "7,50", "negozio": "1",
        "pin": circuit.codes[0].pin,
    }  # fmt: skip
    wrong = browser.post(f"{CREDITS}/paga", data=words | {"pin": "1"})
    assert "PIN sbagliato: non si è mosso nulla" in wrong.text
    assert "Paga Panificio Prova" in plain(wrong.text)  # It need not be scanned again.
    assert browser.post(f"{CREDITS}/paga", data=words | {"negozio": "77"}).status_code == 404
    words["chiave"] = field(wrong.text, "chiave")
    for _ in range(2):  # Sent twice it is paid once.
        done = browser.post(f"{CREDITS}/paga", data=words)
        assert done.headers["location"] == f"{CREDITS}?fatto=1"
    assert "42,50" in plain(browser.get(CREDITS).text)
    wallet = wallet_of(circuit.ledger, Holder(Role.SHOP, circuit.shop_id), now=NOON)
    assert wallet is not None
    assert wallet.balance_cents == 7_50


@pytest.mark.usefixtures("circuit")
def test_an_association_proposes_what_to_vote_on(browser: TestClient) -> None:
    votes = "/comune/giussano/voti"
    come_in(browser, "officer")
    register(browser)
    browser.post(f"{DESK}/accesso", data={"nome": "caritas.1", "password": PASSWORD})

    def say(title: str, comune: str = "giussano", chiave: str = "") -> tuple[int, str]:
        words = {
            "chiave": chiave or field(browser.get(OWN).text, "chiave"), "comune": comune,
            "titolo": title, "testo": "In piazza",
        }  # fmt: skip
        answer = browser.post(f"{OWN}/idee", data=words)
        return answer.status_code, plain(answer.text)

    once = field(browser.get(OWN).text, "chiave")
    assert [say("Una merenda", chiave=once)[0] for _tap in range(2)] == [303, 303]
    assert browser.get(OWN).text.count("Una merenda") == 1
    assert [say(title)[0] for title in ("Libri", "Un coro")] == [303, 303]
    assert (say("Ancora")[0], "già tre idee in attesa" in say("Ancora")[1]) == (422, True)
    assert say("x" * 301)[0] == 422
    assert say("Altrove", "milano")[0] == 404
    come_in_comune(browser, "officer")
    assert plain(browser.get(votes).text).count("(Caritas)") == 3
    form = browser.get(f"{votes}/nuovo").text
    assert "È l’idea di Caritas" in plain(form)
    assert '<option value="association" selected>' in form
    aside = re.findall(r"/voti/idee/([0-9a-f-]{36})/da-parte", browser.get(votes).text)
    assert browser.post(f"{votes}/idee/{aside[0]}/da-parte").status_code == 303
    assert plain(browser.get(votes).text).count("(Caritas)") == 2
    assert "Messa da parte" in browser.get(OWN).text
