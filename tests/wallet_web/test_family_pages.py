"""A family comes in with code and PIN and sees what is left, where, until when; and its code."""

import xml.etree.ElementTree as ET

import pytest
from starlette.testclient import TestClient

from ledger import random_id
from ledger.core.leaves import read_leaf
from ledger.core.redemption import Redemption
from ledger.operations.enrol_shop import Agreement, accredit_shop
from ledger.operations.issue_credential import NewCredential
from ledger.operations.publish_checkpoint import publish_checkpoint
from ledger.operations.redeem import redeem
from ledger.operations.sign_in import calling_till, credential_of_code, open_till_session
from ledger.proof.receipt import read_proof
from ledger.store.network.people import Comune, add_comune
from tests.town import NOON, Town, key


@pytest.fixture
def family(town: Town, browser: TestClient) -> NewCredential:
    """A family with a voucher, signed in."""
    town.issue(town.programme())
    code = town.codes()[0]
    answer = sign_in(browser, code.code, code.pin)
    assert answer == (303, "/famiglia")
    return code


def sign_in(browser: TestClient, code: str, pin: str) -> tuple[int, str]:
    answer = browser.post("/famiglia/accesso", data={"codice": code, "pin": pin})
    return answer.status_code, answer.headers.get("location", "")


def spend(town: Town, family: NewCredential, cents: int) -> None:
    _shop, secret = town.shop()
    opened = open_till_session(town.ledger, secret, now=NOON)
    assert opened
    till = calling_till(town.ledger, opened.token, now=NOON)
    credential = credential_of_code(town.ledger, family.code)
    assert till
    assert credential
    asked = Redemption(till.till_id, credential.id, cents)
    assert redeem(town.ledger, asked, key=key(), now=NOON).accepted


def test_who_is_not_signed_in_is_led_to_the_way_in(browser: TestClient) -> None:
    answer = browser.get("/famiglia/movimenti")
    assert answer.headers["location"] == "/famiglia/accesso?torna=/famiglia/movimenti"


def test_what_is_left_comes_first_and_follows_what_is_spent(
    town: Town, browser: TestClient, family: NewCredential
) -> None:
    assert "fino al 31 dicembre 2026" in browser.get("/famiglia").text
    spend(town, family, 12_50)
    page = browser.get("/famiglia").text
    assert "Spesa · Panificio Prova" in page
    assert "<bdi>-12,50\u00a0€</bdi>" in page
    left = {"<bdi>37,50\u00a0€</bdi>", "<bdi>67,50\u00a0€</bdi>"}
    assert any(one in page for one in left)


@pytest.mark.usefixtures("family")
def test_amounts_stay_italian_in_every_language(browser: TestClient) -> None:
    browser.post("/lingua", data={"lingua": "en"})
    page = browser.get("/famiglia").text
    assert '<html lang="en"' in page
    assert ",00\u00a0€</bdi>" in page


def test_a_typing_error_is_told_apart_and_costs_nothing(town: Town, browser: TestClient) -> None:
    town.issue(town.programme())
    code = town.codes()[0]
    for _ in range(10):
        answer = browser.post("/famiglia/accesso", data={"codice": code.code[:-1], "pin": code.pin})
        assert answer.status_code == 422
        assert "errore di battitura" in answer.text
    assert sign_in(browser, code.code, code.pin)[0] == 303


def test_five_wrong_pins_lock_the_code_and_say_whom_to_call(
    town: Town, browser: TestClient
) -> None:
    town.issue(town.programme())
    code = town.codes()[0]
    wrong = "00000" if code.pin != "00000" else "11111"
    for _ in range(5):
        browser.post("/famiglia/accesso", data={"codice": code.code, "pin": wrong})
    answer = browser.post("/famiglia/accesso", data={"codice": code.code, "pin": code.pin})
    assert "Chiama il Comune" in answer.text


def test_a_pin_is_never_written_back(town: Town, browser: TestClient) -> None:
    town.issue(town.programme())
    code = town.codes()[0]
    answer = browser.post("/famiglia/accesso", data={"codice": code.code, "pin": "98761"})
    assert "98761" not in answer.text


def test_the_code_is_shown_as_a_picture_and_in_letters(
    browser: TestClient, family: NewCredential
) -> None:
    assert family.code in browser.get("/famiglia/codice").text
    picture = browser.get("/famiglia/codice.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.headers["cache-control"] == "no-store"
    assert ET.fromstring(picture.content).tag.endswith("svg")  # noqa: S314 -- our own.


@pytest.mark.usefixtures("family")
def test_where_to_spend_it_by_kind_of_shop(town: Town, browser: TestClient) -> None:
    town.shop("Libreria Prova", "bookshop")
    town.shop("Panificio Prova", "bakery")
    everything = browser.get("/famiglia/negozi").text
    assert "Libreria Prova" in everything
    some = browser.get("/famiglia/negozi?tipo=bakery").text
    assert "Panificio Prova" in some
    assert "Libreria Prova" not in some


@pytest.mark.usefixtures("family")
def test_shops_of_other_comuni_are_told_to_who_asks_for_them(
    town: Town, browser: TestClient
) -> None:
    far = town.ledger.book("seveso", create=True).book_no
    comune = Comune(far, "seveso", "Seveso", "c_i709", "108040", 24_000, "0362 000001")
    town.ledger.write(lambda db: add_comune(db, comune))
    terms = ("Bar Lontano", "bar", "Via 9", "00743110157", "IT60X0542811101000000123456")
    accredit_shop(town.ledger, "seveso", Agreement(*terms), shop_id=random_id())
    assert "Bar Lontano" not in browser.get("/famiglia/negozi").text
    assert "Bar Lontano" in browser.get("/famiglia/negozi?dove=rete").text


@pytest.mark.usefixtures("family")
def test_who_went_out_is_out(browser: TestClient) -> None:
    kept = dict(browser.cookies)
    browser.post("/famiglia/uscita")
    browser.cookies.clear()
    for name, value in kept.items():
        browser.cookies.set(name, value, domain="portavalori.test")
    assert browser.get("/famiglia").status_code == 303


def test_cookies_are_bound_to_the_host_and_hidden_from_scripts(
    town: Town, browser: TestClient
) -> None:
    town.issue(town.programme())
    code = town.codes()[0]
    answer = browser.post("/famiglia/accesso", data={"codice": code.code, "pin": code.pin})
    for cookie in answer.headers.get_list("set-cookie"):
        assert cookie.startswith("__Host-")
        assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/famiglia", 6),  # The last: whose rules had a table that was made up.
        ("/famiglia/movimenti", 4),  # The last: how far the book is signed.
        ("/famiglia/negozi", 4),
        ("/famiglia/codice", 2),
    ],
)
@pytest.mark.usefixtures("family")
def test_a_page_costs_few_statements(
    browser: TestClient, statements: list[str], path: str, most: int
) -> None:
    statements.clear()
    assert browser.get(path).status_code == 200
    selects = [one for one in statements if one.lstrip().upper().startswith("SELECT")]
    assert len(selects) <= most, selects


def test_a_family_takes_the_proof_of_its_own_purchase_and_of_no_other(
    town: Town, browser: TestClient, family: NewCredential
) -> None:
    spend(town, family, 12_50)
    mine = town.ledger.book("giussano").head().size - 1
    address = f"/famiglia/movimenti/{mine}/prova.tlog-proof"
    assert "prova.tlog-proof" not in browser.get("/famiglia/movimenti").text
    assert browser.get(address).status_code == 404  # The book is not signed yet.
    publish_checkpoint(town.ledger, "giussano", domain="portavalori.example", now=NOON)
    assert address in browser.get("/famiglia/movimenti").text
    proof = read_proof(browser.get(address).text)
    assert read_leaf(proof.leaf).log_index == mine
    for other in (0, mine + 1, 10**30):
        asked = browser.get(f"/famiglia/movimenti/{other}/prova.tlog-proof")
        assert asked.status_code in {404, 422}
