"""The circuit's forms at the till: each no in words, each yes once, what was typed is kept."""

import re

import pytest
from starlette.testclient import TestClient

from ledger.operations.enrol_shop import suspend_shop
from ledger.operations.release_bonuses import release_bonuses
from ledger.operations.sign_in import open_till_session
from tests.circuit_town import Circuit, add_circuit
from tests.town import NOON, Town

HERE = "/cassa/circuito"


class AtTheTill:
    """A till of a shop of the circuit, and a family with 12,00 credits."""

    def __init__(self, town: Town, browser: TestClient) -> None:
        town.issue(town.programme())
        codes = sorted(town.codes(), key=lambda one: one.code)
        _shop, secret = town.shop()
        self.circuit: Circuit = add_circuit(town, codes, secret)
        self.family, self.browser = codes[0], browser
        opened = open_till_session(town.ledger, secret, now=NOON)
        assert opened
        self.headers = {"Authorization": f"Bearer {opened.token}"}

    def fill(self) -> None:
        self.circuit.buy(240_00)
        self.circuit.pay_in(14_40)
        assert len(release_bonuses(self.circuit.ledger, now=NOON)) == 1

    def content(self) -> str:
        return self.browser.get(f"{HERE}/oggi", headers=self.headers).text

    def send(self, form: str, **said: str) -> str:
        place = self.content().partition(f"{HERE}/{form}")[2]
        found = re.search(r'name="chiave" value="([^"]+)"', place)
        assert found
        words = {"chiave": found[1], "codice": self.family.code, "importo": "37,45"} | said
        answer = self.browser.post(f"{HERE}/{form}", data=words, headers=self.headers)
        assert answer.status_code == 200
        return answer.text


@pytest.fixture
def at_till(town: Town, browser: TestClient) -> AtTheTill:
    return AtTheTill(town, browser)


def test_a_purchase_sent_twice_is_noted_once(at_till: AtTheTill) -> None:
    key = "018f0000-0000-7000-8000-000000000001"
    for _ in range(2):
        told = re.sub("<[^>]+>", "", at_till.send("acquisto", chiave=key))
        assert "lo sconto da versare al circuito è 2,25" in told
    assert at_till.circuit.balances()["contribution_due"] == 2_25
    assert "già registrata con altri dati" in at_till.send("acquisto", chiave=key, importo="1,00")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"importo": "37.45"}, "Scrivi l’importo così"), ({"importo": "0,00"}, "Scrivi l’importo"),
        ({"codice": "7KQ2-M9XD-41PC"}, "errore di battitura"), ({"codice": ""}, "battitura"),
    ],
)  # fmt: skip
def test_what_cannot_be_noted_is_said_and_kept(
    at_till: AtTheTill, said: dict[str, str], words: str
) -> None:
    told = at_till.send("acquisto", **said)
    assert words in told
    [(name, value)] = said.items()
    assert f'name="{name}" value="{value}"' in re.sub(r"\s+", " ", told)
    assert at_till.circuit.balances() == {}


def test_credits_want_the_pin_and_what_is_there(at_till: AtTheTill) -> None:
    at_till.fill()
    wrong = f"{(int(at_till.family.pin) + 1) % 100_000:05d}"
    assert "PIN sbagliato" in at_till.send("crediti", importo="5,00", pin=wrong)
    right = {"pin": at_till.family.pin}
    assert "abbastanza crediti" in at_till.send("crediti", importo="12,01", **right)
    told = at_till.send("crediti", importo="5,00", **right)
    assert "5,00 crediti. Alla famiglia restano 7,00 crediti." in told
    assert "ha 5,00 crediti" in at_till.content()


def test_a_suspended_shop_is_told_whom_to_call(at_till: AtTheTill) -> None:
    suspend_shop(at_till.circuit.ledger, at_till.circuit.shop_id)
    assert "chiama il Comune" in at_till.send("acquisto")


def test_without_a_session_or_a_circuit_there_is_nothing(town: Town, browser: TestClient) -> None:
    assert browser.get(f"{HERE}/oggi").status_code == 401
    assert browser.post(f"{HERE}/acquisto", data={}).status_code == 401
    _shop, secret = town.shop()
    opened = open_till_session(town.ledger, secret, now=NOON)
    assert opened
    headers = {"Authorization": f"Bearer {opened.token}"}
    assert "non c’è ancora un circuito" in browser.get(f"{HERE}/oggi", headers=headers).text
