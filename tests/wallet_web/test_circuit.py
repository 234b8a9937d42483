"""What a shop is told of the circuit at its till; its forms are tried in a browser."""

from starlette.testclient import TestClient

from ledger.operations.sign_in import open_till_session
from tests.circuit_town import add_circuit
from tests.town import NOON, Town

HERE = "/cassa/circuito/oggi"


def told(town: Town, secret: str, browser: TestClient) -> str:
    opened = open_till_session(town.ledger, secret, now=NOON)
    assert opened
    return browser.get(HERE, headers={"Authorization": f"Bearer {opened.token}"}).text


def test_a_shop_reads_its_discount_and_its_credits(town: Town, browser: TestClient) -> None:
    town.issue(town.programme())
    _shop, secret = town.shop()
    add_circuit(town, town.codes(), secret)
    text = told(town, secret, browser)
    assert "Il tuo sconto di oggi: 6 %." in text
    assert "ha 0,00 crediti; può averne fino a 200,00" in text
    _other, without = town.shop("Senza accordo")
    assert "non ha un accordo con il circuito" in told(town, without, browser)


def test_without_a_session_or_a_circuit_there_is_nothing(town: Town, browser: TestClient) -> None:
    assert browser.get(HERE).status_code == 401
    assert "non c’è ancora un circuito" in told(town, town.shop()[1], browser)
