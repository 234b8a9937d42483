"""The association's console: a statement by two persons, from the file to the book."""

import re

import pypdfium2
import pytest
from starlette.testclient import TestClient

from tests.circuit_town import Circuit, add_circuit
from tests.town import PASSWORD, ROSSI, Town
from tests.wallet_web.conftest import come_in as come_in_comune

HERE = "/associazione"


@pytest.fixture
def circuit(town: Town) -> Circuit:
    town.issue(town.programme())
    codes = sorted(town.codes(), key=lambda one: one.code)
    _shop, secret = town.shop()
    made = add_circuit(town, codes, secret)
    made.buy(50_00, 0)
    made.buy(37_45, 1)
    return made


def come_in(browser: TestClient, name: str) -> None:
    answer = browser.post(f"{HERE}/accesso", data={"nome": name, "password": PASSWORD})
    assert answer.status_code == 303, answer.text


def field(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', text)
    assert found, name
    return found[1]


def send(browser: TestClient, *rows: str) -> str:
    shown = browser.get(HERE).text
    file = "\n".join(("Data;Importo;Causale", *rows)).encode()
    answer = browser.post(
        f"{HERE}/estratto", data={"chiave": field(shown, "chiave")},
        files={"file": ("estratto.csv", file, "text/csv")},
    )  # fmt: skip
    return answer.text


def confirm(browser: TestClient) -> str:
    shown = browser.get(HERE).text
    words = {name: field(shown, name) for name in ("estratto", "impronta", "chiave")}
    return browser.post(f"{HERE}/estratto/conferma", data=words).text


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text))


def test_a_statement_is_proposed_by_one_and_booked_by_another(
    browser: TestClient, circuit: Circuit
) -> None:
    come_in(browser, "officer")
    reference = re.findall(r"RF\d\dPV\d{6}", browser.get(HERE).text)[0]
    told = plain(send(browser, f"1/12/2026;5,25;{reference}", "1/12/2026;9,00;altro", "x;1,00;y"))
    assert "Proposti 5,25" in told
    assert "Riga 3: 9,00" in told
    assert "Riga 4: data o importo" in told
    assert "Serve un’altra persona" in plain(confirm(browser))
    come_in(browser, "approver")
    assert "Registrati 5,25" in plain(confirm(browser))
    assert circuit.balances()["bank"] == 5_25
    shown = plain(browser.get(HERE).text)
    assert "Nessun contributo da versare." in shown
    assert "Crediti convertibili: no" in shown
    assert "✗" not in shown


@pytest.mark.parametrize(
    ("rows", "words"),
    [((), "Nessuna riga riporta"), (("1/12/2026;1,00;altro",), "Nessuna riga riporta")],
)
def test_a_statement_without_a_shop_is_said(
    browser: TestClient, circuit: Circuit, rows: tuple[str, ...], words: str
) -> None:
    come_in(browser, "officer")
    assert words in send(browser, *rows)
    assert "bank" not in circuit.balances()


@pytest.mark.usefixtures("circuit")
def test_who_is_not_of_the_association_stays_outside(browser: TestClient) -> None:
    come_in_comune(browser, "officer")  # Of Giussano, by the same name.
    token = browser.cookies["__Host-comune-giussano"]
    browser.cookies.set("__Host-associazione", token)  # Nor with that session in the other's place.
    answer = browser.get(HERE)
    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (
        303, f"{HERE}/accesso",
    )  # fmt: skip
    wrong = browser.post(f"{HERE}/accesso", data={"nome": "officer", "password": "no"})
    assert wrong.status_code == 422
    assert browser.post(f"{HERE}/estratto/conferma", data={}).status_code in {303, 401}


@pytest.mark.usefixtures("town")
def test_without_a_circuit_there_is_no_console(browser: TestClient) -> None:
    for path in (HERE, f"{HERE}/accesso"):
        assert browser.get(path).status_code == 404


def open_money(browser: TestClient) -> str:
    return browser.get(f"{HERE}/denaro").text


def test_the_fund_feeds_a_programme_from_the_console(browser: TestClient, circuit: Circuit) -> None:
    circuit.pay_in(5_25)
    come_in(browser, "officer")
    shown = open_money(browser)
    [programme] = re.findall(r'<option value="(giussano/[^"]+)"', shown)
    words = {
        "chiave": field(shown, "chiave"), "iniziativa": programme, "importo": "0,80",
        "numero": "3/2026", "data": "2026-11-02", "oggetto": "Spesa di dicembre",
    }  # fmt: skip
    wrong = browser.post(f"{HERE}/denaro/iniziative", data=words | {"importo": "8,00"})
    assert "no=insufficient_funds" in str(wrong.headers["location"])
    shown = open_money(browser)
    words["chiave"] = field(shown, "chiave")
    assert browser.post(f"{HERE}/denaro/iniziative", data=words).status_code == 303
    shown = open_money(browser)
    [one] = re.findall(r"denaro/([^/\"]+)/ritira", shown)
    assert f"denaro/{one}/conferma" not in shown
    come_in(browser, "approver")
    shown = open_money(browser)
    asked = {name: field(shown, name) for name in ("chiave", "impronta")}
    assert browser.post(f"{HERE}/denaro/{one}/conferma", data=asked).status_code == 303
    assert circuit.balances()["social_fund"] == 7
    assert "Approvato" in open_money(browser)
    come_in_comune(browser, "officer")
    page = plain(browser.get("/comune/giussano/iniziative/P1").text)
    assert "Fondo Sociale della Rete" in page
    assert "0,80" in page
    assert "Rete 3/2026" in plain(browser.get("/comune/giussano/atti").text)
    public = plain(browser.get("/trasparenza").text)
    assert "Dato alle iniziative0,80" in public
    assert "3/2026" in public


def test_a_donation_to_the_fund_gets_its_receipt(browser: TestClient, circuit: Circuit) -> None:
    come_in(browser, "officer")
    place = f"{HERE}/donazioni"
    words = {
        "nome": "Mara Inventata", "codice": ROSSI, "indirizzo": "", "importo": "250,00",
        "giorno": "2026-11-01", "scopo": "Per la Rete",
        "chiave": field(browser.get(place).text, "chiave"),
    }  # fmt: skip
    assert browser.post(place, data=words | {"codice": "X"}).status_code == 422
    for _ in range(2):
        assert browser.post(place, data=words).headers["location"] == place
    come_in(browser, "approver")
    shown = open_money(browser)
    [one] = re.findall(r"denaro/([^/\"]+)/conferma", shown)
    asked = {name: field(shown, name) for name in ("chiave", "impronta")}
    browser.post(f"{HERE}/denaro/{one}/conferma", data=asked)
    assert circuit.balances()["social_fund"] == 250_00
    pdf = browser.get(f"{place}/{one}.pdf")
    assert pdf.status_code == 200
    told = pypdfium2.PdfDocument(pdf.content)[0].get_textpage().get_text_range()
    assert "1/2026" in told
    assert "Mara Inventata" in told
    assert "Mara" not in browser.get(place).text
