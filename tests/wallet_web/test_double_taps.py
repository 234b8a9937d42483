"""Every form of the console that makes or moves something, sent twice alike: one effect."""

import re
import time
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from ledger.core.quantities import SECOND
from tests.town import PASSWORD, ROSSI, Town
from tests.wallet_web.conftest import come_in
from tests.wallet_web.test_console import HOME, approve, hidden, spend

Words = dict[str, str]
LIST = "Codice fiscale;Cognome;Nome;Importo\nVRDLGU80A01F205T;Verdi;Luigi;50,00\n"
COUNTED = (
    "programme", "act", "import_draft", "import_row", "voucher", "credential", "shop", "till",
    "settlement", "mandate", "family", "decision", "transfer",
)  # fmt: skip


def counts(town: Town) -> dict[str, int]:
    """How many rows each register has: what a second effect would add to."""
    with town.ledger.reading() as db:
        return {
            name: db.execute(text(f"SELECT COUNT(*) FROM {name}")).scalar_one()  # noqa: S608
            for name in COUNTED
        }


def keyed(browser: TestClient, page: str, *names: str, **words: str) -> Words:
    """A form as its page makes it: the hidden fields, and what is typed."""
    html = browser.get(page).text
    return {name: hidden(html, name) for name in ("chiave", *names)} | words


def a_programme(_town: Town, browser: TestClient) -> tuple[str, Words]:
    typed = {"titolo": "Altri", "testo": "", "dal": "2026-11-01", "al": "2026-12-31"}
    return f"{HOME}/iniziative", keyed(browser, f"{HOME}/iniziative/nuova") | typed


def an_act(_town: Town, browser: TestClient) -> tuple[str, Words]:
    page = f"{HOME}/iniziative/P1/finanzia"
    typed = {"numero": "43", "data": "2026-10-20", "oggetto": "x", "tipo": "comune"}
    return page, keyed(browser, page, fonte="y", importo="10,00") | typed


def a_confirmed_act(_town: Town, browser: TestClient) -> tuple[str, Words]:
    come_in(browser, "officer")
    address, typed = an_act(_town, browser)
    proposal = browser.post(address, data=typed).headers["location"]
    come_in(browser, "approver")
    page = browser.get(proposal).text
    words = {name: hidden(page, name) for name in ("chiave", "impronta")}
    return f"{proposal}/conferma", words


def a_correction(_town: Town, browser: TestClient) -> tuple[str, Words]:
    listed = browser.get(f"{HOME}/movimenti?tipo=funding").text
    entry = re.findall(r'href="(/comune/giussano/registrazioni/\d+)"', listed)[0]
    return f"{entry}/rettifica", keyed(browser, entry)


def some_economie(_town: Town, browser: TestClient) -> tuple[str, Words]:
    page = f"{HOME}/iniziative/P1/economie"
    source = re.search(r'<option value="([0-9a-f-]{36})"', browser.get(page).text)
    assert source
    return page, keyed(browser, page, fonte=source[1], importo="10,00")


def a_shop(_town: Town, browser: TestClient) -> tuple[str, Words]:
    page = f"{HOME}/negozi/nuovo"
    typed = {"nome": "Forno", "tipo": "bakery", "indirizzo": "Via 1"}
    typed |= {"partita-iva": "00743110157", "iban": "IT60X0542811101000000123456"}
    return page, keyed(browser, page) | typed


def a_till(_town: Town, browser: TestClient) -> tuple[str, Words]:
    listed = browser.get(f"{HOME}/negozi").text
    shop = re.search(r'href="(/comune/giussano/negozi/[0-9a-f-]{36})"', listed)
    assert shop
    return f"{shop[1]}/casse", keyed(browser, shop[1], nome="Cassa 2")


def a_closing(_town: Town, browser: TestClient) -> tuple[str, Words]:
    return f"{HOME}/liquidazioni", keyed(browser, f"{HOME}/liquidazioni", "periodo", nome="uno")


def a_mandato(_town: Town, browser: TestClient) -> tuple[str, Words]:
    address, words = a_closing(_town, browser)
    browser.post(address, data=words)
    page = f"{HOME}/liquidazioni/1"
    typed = {"numero": "1001", "data": "2026-12-05", "importo": "12,50"}
    return f"{page}/mandati", keyed(browser, page, "negozio", "iniziativa") | typed


def a_list(_town: Town, browser: TestClient) -> tuple[str, Words]:
    form = browser.get(f"{HOME}/elenchi/nuovo?iniziativa=P1").text
    fund = re.search(r'<option value="([0-9a-f-]{36})"', form)
    assert fund
    typed = {"iniziativa": "P1", "fonte": fund[1], "turno": "1", "righe": "1", "totale": "50,00"}
    preview = browser.post(
        f"{HOME}/elenchi/anteprima", data=typed, files={"file": ("l.csv", LIST.encode())}
    ).text
    names = ("file", "iniziativa", "fonte", "turno")
    return f"{HOME}/elenchi", {name: hidden(preview, name) for name in names} | {"controllato": "1"}


def _prepared(town: Town, browser: TestClient) -> str:
    come_in(browser, "officer")
    _, words = a_list(town, browser)
    return browser.post(f"{HOME}/elenchi", data=words).headers["location"]


def an_approval(town: Town, browser: TestClient) -> tuple[str, Words]:
    address = _prepared(town, browser)
    come_in(browser, "approver")
    return f"{address}/approva", keyed(browser, address, "impronta", "totale")


def an_issue(town: Town, browser: TestClient) -> tuple[str, Words]:
    address = _prepared(town, browser)
    come_in(browser, "approver")
    approve(browser, address)
    return f"{address}/emetti", {}


def _family(browser: TestClient) -> str:
    found = browser.post(f"{HOME}/famiglie", data={"chi": ROSSI})
    return found.headers["location"]


def a_recall(_town: Town, browser: TestClient) -> tuple[str, Words]:
    page = _family(browser)
    address = re.search(r'action="([^"]+/revoca)"', browser.get(page).text)
    assert address
    return address[1], keyed(browser, page)


def some_slips(_town: Town, browser: TestClient) -> tuple[str, Words]:
    page = _family(browser)
    fund = re.search(r'<option value="([0-9a-f-]{36})"', browser.get(page).text)
    key = re.search(r'tagliandi" class="narrow-start">\s*<input[^>]*value="([^"]+)"',
                    browser.get(page).text)  # fmt: skip
    assert fund
    assert key
    typed = {"fonte": fund[1], "quanti": "3", "valore": "5,00", "chiave": key[1]}
    return f"{page}/tagliandi", typed | {"secondo": "approver", "password": PASSWORD}


FORMS: dict[str, tuple[str, Callable[[Town, TestClient], tuple[str, Words]]]] = {
    "programme": ("officer", a_programme),
    "act": ("officer", an_act),
    "confirmed act": ("approver", a_confirmed_act),
    "economie": ("officer", some_economie),
    "correction": ("approver", a_correction),
    "shop": ("officer", a_shop),
    "till": ("officer", a_till),
    "closing": ("treasurer", a_closing),
    "mandato": ("treasurer", a_mandato),
    "list": ("officer", a_list),
    "approval": ("approver", an_approval),
    "issue": ("approver", an_issue),
    "recall": ("approver", a_recall),
    "slips": ("officer", some_slips),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_sent_twice_has_one_effect(town: Town, browser: TestClient, name: str) -> None:
    town.issue(town.programme())
    town.programme(1_000_00, act="44")  # Not spent yet, so that it can be corrected.
    spend(town, 12_50)
    role, make = FORMS[name]
    come_in(browser, role)
    address, words = make(town, browser)
    before = counts(town)
    first = browser.post(address, data=words)
    assert first.status_code in {200, 303}, first.text
    settle(browser, address)
    once = counts(town)
    assert once != before
    again = browser.post(address, data=words)
    settle(browser, address)
    assert again.status_code < 500
    assert counts(town) == once
    if name == "till":  # A browser shows the second answer: it must tell the same.
        secrets = [re.search(r"<code>([A-Z2-7]{32})</code>", one.text) for one in (first, again)]
        assert secrets[0]
        assert secrets[1]
        assert secrets[0][1] == secrets[1][1]


def settle(browser: TestClient, address: str) -> None:
    """Wait for an issue that goes on by itself."""
    batch = re.search(r"/elenchi/([0-9a-f-]{36})/emetti", address)
    issuing = browser.app.state.issuing  # type: ignore[attr-defined]
    while batch and issuing.is_running(UUID(batch[1])):
        time.sleep(0.01)


def test_a_secret_that_is_no_longer_known_is_not_invented(town: Town, browser: TestClient) -> None:
    town.shop()
    come_in(browser, "officer")
    address, words = a_till(town, browser)
    browser.post(address, data=words)
    later = town.ledger.clock() + 11 * 60 * SECOND
    town.ledger.clock = lambda: later
    told = browser.post(address, data=words)
    assert "Questa cassa c’è già" in told.text
    assert not re.search(r"<code>[A-Z2-7]{32}</code>", told.text)
