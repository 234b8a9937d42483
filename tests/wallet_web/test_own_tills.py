"""The owner's page over HTTP: who may use it, and what it says is wrong."""

import re
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from ledger import random_id
from ledger.operations.invite_till import answer_invitation
from ledger.operations.sign_in import calling_till, open_till_session
from ledger.operations.take_turn import NewOperator, add_own_operator, take_turn
from ledger.reports.shop_people import shop_people
from merchant_api.base64url import bytes_of
from tests.merchant_api.device import phones
from tests.town import NOON, Town
from tests.wallet_web.conftest import come_in


class Shop:
    """A shop with one till that is connected."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.shop_id, secret = town.shop()
        opened = open_till_session(town.ledger, secret, now=NOON)
        assert opened
        self.token = opened.token
        self.headers = {"Authorization": f"Bearer {opened.token}"}

    @property
    def own_till(self) -> UUID:
        till = calling_till(self.town.ledger, self.token, now=NOON)
        assert till
        return till.till_id

    def add(self, name: str, pin: str, rights: str) -> UUID:
        asked = NewOperator(name, pin, rights)
        return add_own_operator(self.town.ledger, self.shop_id, asked, now=NOON)


@pytest.fixture
def shop(town: Town) -> Shop:
    return Shop(town)


def send(browser: TestClient, shop: Shop, path: str, **fields: str) -> str:
    answer = browser.post(f"/cassa/casse{path}", data=fields, headers=shop.headers)
    assert answer.status_code == 200, answer.text
    return " ".join(re.sub(r"<[^>]*>", " ", answer.text).split())


def test_the_page_is_the_owner_s(shop: Shop, browser: TestClient) -> None:
    asked = "/cassa/casse/elenco"
    assert browser.get(asked).status_code == 401
    assert browser.get(asked, headers=shop.headers).status_code == 200
    people = {name: shop.add(name, pin, rights) for name, pin, rights in (
        ("Titta", "11111", "owner"), ("Rina", "22222", "refund"),
    )}  # fmt: skip
    assert browser.get(asked, headers=shop.headers).status_code == 401  # Nobody came in yet.
    for name, pin, status in (("Rina", "22222", 403), ("Titta", "11111", 200)):
        take_turn(shop.town.ledger, shop.token, shop.shop_id, people[name], pin)
        for path in ("elenco", "attesa"):
            told = browser.get(f"/cassa/casse/{path}", headers=shop.headers)
            assert told.status_code == status
        for path in ("nuova", "conferma", "ritira", "operatori", "operatori/cambia", "limite"):
            sent = {"cassa": str(random_id()), "operatore": str(random_id()), "scelta": "sblocca"}
            told = browser.post(f"/cassa/casse/{path}", data=sent, headers=shop.headers)
            assert told.status_code == status, path


def test_what_is_wrong_is_told_in_words(shop: Shop, browser: TestClient) -> None:
    gone = str(random_id())
    assert "Scrivi il nome della cassa" in send(browser, shop, "/nuova", nome=" ")
    for path in ("/nuova", "/conferma", "/ritira"):
        assert "Non c’è più" in send(browser, shop, path, cassa=gone)
    mine = str(shop.own_till)
    assert "lo conferma un’altra cassa" in send(browser, shop, "/conferma", cassa=mine)
    told = send(browser, shop, "/operatori", soprannome="Sara", pin="1", diritti="scan")
    assert "Il PIN è di 5 cifre" in told
    wrong = send(browser, shop, "/limite", importo="molto")
    assert "Scrivi l’importo così" in wrong
    assert shop_people(shop.town.ledger, shop.shop_id).refund_limit_cents is None
    assert 'value="50,00"' in browser.post(
        "/cassa/casse/limite", data={"importo": "50,00"}, headers=shop.headers
    ).text  # fmt: skip
    for path, field in (("/ritira", "cassa"), ("/operatori/cambia", "operatore")):
        answer = browser.post(f"/cassa/casse{path}", data={field: "x"}, headers=shop.headers)
        assert answer.status_code == 400


def test_another_shop_s_device_is_not_in_sight(shop: Shop, town: Town, browser: TestClient) -> None:
    other = Shop.__new__(Shop)
    other.town = town
    other.shop_id, secret = town.shop("Un altro")
    opened = open_till_session(town.ledger, secret, now=NOON)
    assert opened
    other.token, other.headers = opened.token, {"Authorization": f"Bearer {opened.token}"}
    told = send(browser, shop, "/nuova", nome="Cassa del banco")
    found = re.search(r"\w{4}-\w{4}-\w{4}", told)
    assert found
    device = answer_invitation(town.ledger, found[0], bytes_of(phones()[0].public), now=NOON)
    for place, sees in ((shop, True), (other, False)):
        seen = browser.get("/cassa/casse/attesa", headers=place.headers).text
        assert ("Cassa del banco" in seen) is sees
    assert "Non c’è più" in send(browser, other, "/conferma", cassa=str(device.till_id))
    assert "Non c’è più" not in send(browser, shop, "/conferma", cassa=str(device.till_id))


def test_the_comune_lets_a_shop_begin_anew(shop: Shop, town: Town, browser: TestClient) -> None:
    shop.add("Titta", "11111", "owner")
    come_in(browser, "officer")
    path = f"/comune/giussano/negozi/{shop.shop_id}/operatori/azzera"
    browser.post(path)
    assert shop_people(town.ledger, shop.shop_id).operators == ()
    assert browser.get("/cassa/casse/elenco", headers=shop.headers).status_code == 200
