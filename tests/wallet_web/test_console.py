"""The comune's console: the first part of the story by forms, and every number down to its act."""

import re
import time
from io import BytesIO
from uuid import UUID

import openpyxl
import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from ledger.core.redemption import Redemption
from ledger.operations.redeem import redeem
from ledger.operations.sign_in import calling_till, credential_of_code, open_till_session
from tests.town import LIST, NOON, Town, key
from tests.wallet_web.conftest import ADDRESS, come_in
from wallet_web.app import create_app
from wallet_web.settings import Settings

HOME = "/comune/giussano"


def hidden(page: str, name: str) -> str:
    """What a form carries in a hidden field."""
    found = re.search(rf'name="{name}"\s+value="([^"]*)"', page)
    assert found, name
    return found[1]


def spend(town: Town, cents: int) -> None:
    _shop, secret = town.shop()
    opened = open_till_session(town.ledger, secret, now=NOON)
    assert opened
    till = calling_till(town.ledger, opened.token, now=NOON)
    credential = credential_of_code(town.ledger, town.codes()[0].code)
    assert till
    assert credential
    asked = Redemption(till.till_id, credential.id, cents)
    assert redeem(town.ledger, asked, key=key(), now=NOON).accepted


def upload(browser: TestClient, text: str = LIST, rows: int = 2, total: str = "130,00") -> str:
    """Upload a list for the first programme, and what its letter says; gives the preview."""
    form = browser.get(f"{HOME}/elenchi/nuovo?iniziativa=P1").text
    fund = re.search(r'<option value="([0-9a-f-]{36})"', form)
    assert fund
    words = {"iniziativa": "P1", "fonte": fund[1], "turno": "1"}
    words |= {"righe": str(rows), "totale": total}
    answer = browser.post(
        f"{HOME}/elenchi/anteprima", data=words, files={"file": ("l.csv", text.encode())}
    )
    assert answer.status_code == 200, answer.text
    return answer.text


def prepare(browser: TestClient, preview: str) -> str:
    """Prepare what a preview shows; gives the address of the batch."""
    words = {name: hidden(preview, name) for name in ("file", "iniziativa", "fonte", "turno")}
    words["controllato"] = "1"
    answer = browser.post(f"{HOME}/elenchi", data=words)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def approve(browser: TestClient, address: str) -> str:
    page = browser.get(address).text
    words = {name: hidden(page, name) for name in ("chiave", "impronta", "totale")}
    return browser.post(f"{address}/approva", data=words).headers["location"]


def test_a_field_that_cannot_be_read_says_how_to_write_it(town: Town, browser: TestClient) -> None:
    town.programme()
    come_in(browser, "officer")
    words = {"numero": "1", "data": "2026-10-20", "oggetto": "x", "tipo": "comune", "fonte": "y"}
    answer = browser.post(f"{HOME}/iniziative/P1/finanzia", data=words | {"importo": "12.5"})
    assert answer.status_code == 422
    assert "1.234,56" in answer.text


def test_a_list_waits_for_a_second_person_and_becomes_vouchers(
    town: Town, browser: TestClient
) -> None:
    town.programme()
    come_in(browser, "officer")
    address = prepare(browser, upload(browser))
    assert browser.post(f"{address}/approva", data={}).status_code == 403
    assert browser.post(f"{address}/emetti").status_code == 403  # Not approved yet.
    come_in(browser, "approver")
    assert approve(browser, address) == address
    browser.post(f"{address}/emetti")
    issuing = browser.app.state.issuing  # type: ignore[attr-defined]
    while issuing.is_running(UUID(address.rsplit("/", 1)[1])):
        time.sleep(0.01)
    page = browser.get(address).text
    assert "2 buoni su 2" in page
    assert "finita" in page
    for name in ("fogli", "pin"):
        printed = browser.get(f"{address}/{name}.pdf")
        assert (printed.status_code, printed.content[:5]) == (200, b"%PDF-")
        assert printed.headers["cache-control"] == "no-store"


def test_a_preview_names_the_bad_rows_and_stores_nothing(town: Town, browser: TestClient) -> None:
    town.programme()
    come_in(browser, "officer")
    page = upload(browser, f"{LIST}XXX;Nessuno;Nessuno;10,00\n")
    assert "Riga 4" in page
    assert "Ancora nessun elenco" in browser.get(f"{HOME}/elenchi").text


def test_a_file_that_is_no_list_is_told_in_words(town: Town, browser: TestClient) -> None:
    funding = town.programme()
    come_in(browser, "officer")
    answer = browser.post(
        f"{HOME}/elenchi/anteprima",
        data={"iniziativa": "P1", "fonte": str(funding.fund()), "turno": "1",
            "righe": "1", "totale": "1,00"},
        files={"file": ("l.xlsx", b"PK\x03\x04rest")},
    )  # fmt: skip
    assert "Excel è rovinato" in browser.get(answer.headers["location"]).text


def test_a_closed_period_is_paid_by_mandato(town: Town, browser: TestClient) -> None:
    town.issue(town.programme())
    spend(town, 12_50)
    come_in(browser, "officer")
    form = browser.get(f"{HOME}/liquidazioni").text
    assert "12,50" in form
    words = {name: hidden(form, name) for name in ("chiave", "periodo")}
    answer = browser.post(f"{HOME}/liquidazioni", data=words | {"nome": "novembre 2026"})
    assert answer.headers["location"] == f"{HOME}/liquidazioni/1"
    come_in(browser, "treasurer")
    page = browser.get(f"{HOME}/liquidazioni/1").text
    paid = {name: hidden(page, name) for name in ("chiave", "negozio", "iniziativa")}
    paid |= {"numero": "1001", "data": "2026-12-05", "importo": "12,50"}
    for _ in range(2):
        assert browser.post(f"{HOME}/liquidazioni/1/mandati", data=paid).status_code == 303
    page = browser.get(f"{HOME}/liquidazioni/1").text
    assert "1001" in page
    assert "Tutto pagato" in page
    shop = re.search(r'href="(/comune/giussano/negozi/[0-9a-f-]{36})"', page)
    assert shop
    assert "Pagato" in browser.get(shop[1]).text


def test_every_number_leads_down_to_the_act(town: Town, browser: TestClient) -> None:
    town.issue(town.programme())
    spend(town, 12_50)
    come_in(browser, "auditor")
    page = browser.get(f"{HOME}/movimenti?tipo=redemption").text
    entry = re.findall(r'href="(/comune/giussano/registrazioni/\d+)"', page)[-1]
    told = browser.get(entry).text
    assert "n. 42 del 20 ottobre 2026" in told
    assert "Panificio Prova (Cassa 1)" in told
    leaf = re.search(r"<code>([0-9a-f]{64})</code>", told)
    assert leaf
    for side in re.findall(r'href="(/comune/giussano/conti/[0-9a-f-]{36})"', told):
        assert entry in browser.get(side).text


def test_every_link_of_the_console_leads_somewhere(town: Town, browser: TestClient) -> None:
    town.issue(town.programme())
    spend(town, 12_50)
    come_in(browser, "auditor")
    seen, waiting = set(), [HOME]
    while waiting:
        address = waiting.pop()
        answer = browser.get(address)
        assert answer.status_code == 200, address
        found = re.findall(r'href="([^"#]+)"', answer.text)
        for link in {one.replace("&amp;", "&") for one in found}:
            path = link.removeprefix("https://portavalori.test")
            known = re.sub(r"registrazioni/\d+", "registrazioni/n", path.partition("?")[0])
            if path.startswith(HOME) and "formato" not in path and known not in seen:
                seen.add(known)
                waiting.append(path)
    assert len(seen) > 12


def test_the_book_is_checked_on_demand(town: Town, browser: TestClient) -> None:
    town.programme()
    come_in(browser, "auditor")
    assert "Da verificare" in browser.get(HOME).text
    answer = browser.post(f"{HOME}/verifica")
    assert "I conti tornano" in browser.get(answer.headers["location"]).text


def test_the_last_check_is_told_after_a_restart(town: Town, browser: TestClient) -> None:
    town.programme()
    come_in(browser, "auditor")
    for _ in range(2):
        browser.post(f"{HOME}/verifica")
    restarted = TestClient(
        create_app(town.ledger, Settings(https=True)), base_url=ADDRESS, cookies=browser.cookies
    )
    page = restarted.get(HOME).text
    assert "I conti tornano" in page
    assert "Ultima verifica: 2 nov 2026, 12:00:00" in " ".join(page.split())


def test_what_was_found_wrong_is_told_after_a_restart(town: Town, browser: TestClient) -> None:
    town.programme()
    wrong = text("UPDATE account SET credits_posted = credits_posted + 1 WHERE kind = 'fund'")
    town.ledger.write(lambda db: db.execute(wrong))
    come_in(browser, "auditor")
    browser.post(f"{HOME}/verifica")
    page = browser.get(f"{HOME}/verifica").text
    assert "I conti non tornano" in page
    assert "<strong>" in page.partition("Che cosa non torna")[2]


def test_the_trial_balance_of_a_past_moment(town: Town, browser: TestClient) -> None:
    town.programme()
    come_in(browser, "auditor")
    before = browser.get(f"{HOME}/bilancio?quando=2020-01-01T00:00").text
    assert "il libro era vuoto" in before
    assert "10.000,00" in browser.get(f"{HOME}/bilancio").text


@pytest.mark.parametrize("path", ["bilancio?quando=x", "movimenti?dal=x", "atti?pagina=0"])
def test_a_filter_that_is_none_is_refused_calmly(
    town: Town, browser: TestClient, path: str
) -> None:
    town.programme()
    come_in(browser, "auditor")
    assert browser.get(f"{HOME}/{path}").status_code == 400


@pytest.mark.parametrize(
    "path", ["registrazioni/999999", "conti/x", "iniziative/P9", "negozi/x", "elenchi/x", "no"]
)
def test_what_is_not_there_is_told(town: Town, browser: TestClient, path: str) -> None:
    town.programme()
    come_in(browser, "auditor")
    assert browser.get(f"{HOME}/{path}").status_code == 404


def test_a_table_is_kept_as_filtered(town: Town, browser: TestClient) -> None:
    town.issue(town.programme())
    spend(town, 12_50)
    come_in(browser, "auditor")
    wanted = f"{HOME}/movimenti?tipo=redemption&formato="
    plain = browser.get(f"{wanted}csv").content.decode()
    assert plain.count("\r\n") == 2
    assert ",12.50\r\n" in plain
    assert browser.get(f"{wanted}csv-it").content.decode().endswith(";12,50\r\n")
    sheet = openpyxl.load_workbook(BytesIO(browser.get(f"{wanted}xlsx").content)).active
    assert sheet is not None
    assert [row[-1].value for row in sheet.iter_rows()] == ["Importo", 12.5]


def test_an_officer_sees_only_the_own_comune(town: Town, browser: TestClient) -> None:
    come_in(browser, "officer")
    cookie = browser.cookies.get("__Host-comune-giussano")
    assert cookie
    town.ledger.book("seveso", create=True)
    browser.cookies.set("__Host-comune-seveso", cookie, domain="portavalori.test")
    assert browser.get("/comune/seveso").status_code == 404  # Not in the network at all.


@pytest.mark.parametrize(
    ("path", "most"),
    [("", 13), ("/movimenti", 6), ("/registrazioni/4", 9), ("/bilancio", 5), ("/negozi", 6),
     ("/liquidazioni", 6), ("/conti", 6)],
)  # fmt: skip
def test_a_page_costs_few_statements(
    town: Town, browser: TestClient, statements: list[str], path: str, most: int
) -> None:
    town.issue(town.programme())
    come_in(browser, "auditor")
    statements.clear()
    assert browser.get(f"{HOME}{path}").status_code == 200
    selects = [one for one in statements if one.lstrip().upper().startswith("SELECT")]
    assert len(selects) <= most, len(selects)
