"""A call on the console: from an empty programme to vouchers, each number explained."""

import csv
import re
from io import StringIO

import pytest
from starlette.testclient import TestClient

from ledger.reports.calls_page import call_boards
from tests.operations.test_calls import code
from tests.town import Town
from tests.wallet_web.conftest import come_in
from tests.wallet_web.test_console import HOME, hidden

RULE = {
    "giorno": "2026-09-01", "indicatore": "isee_ff", "tabella": "S", "funzione": "flat",
    "importo": "100,00", "ordine-0": "isee_ff", "denaro": "stop", "limite-isee": "20.000,00",
}  # fmt: skip
APPLICATION = {
    "cognome": "Prova", "nome": "Ada", "isee": "12.000,00", "isee-tipo": "ordinary",
    "isee-data": "2026-02-02", "isee-fine": "2026-12-31", "genitore-0": "1986-05-01",
    "genitore-0-lavora": "1", "genitore-1": "1988-02-29", "genitore-1-lavora": "1",
    "figlio-0": "2022-05-01",
}  # fmt: skip


@pytest.fixture
def desk(town: Town, browser: TestClient) -> TestClient:
    """An officer, with a programme of 1,000.00."""
    town.programme(1_000_00)
    come_in(browser, "officer")
    return browser


def opened(desk: TestClient) -> str:
    """The address of a new call."""
    page = desk.get(f"{HOME}/bandi/nuovo").text
    fund = re.search(r'<option value="([0-9a-f-]{36})">', page)
    assert fund
    form = {"chiave": hidden(page, "chiave"), "fonte": fund[1], "turno": "2026",
            "titolo": "Bando prova", "entro": "2026-11-30"}  # fmt: skip
    first, again = (desk.post(f"{HOME}/bandi", data=form) for _ in range(2))
    assert first.status_code == 303, first.text
    assert first.headers["location"] == again.headers["location"]
    return first.headers["location"]


def with_rule(desk: TestClient, call: str, **changes: str) -> None:
    """Proposed by the officer, signed by the approver."""
    answer = desk.post(f"{call}/regola", data=RULE | changes)
    assert answer.status_code == 303, answer.text
    come_in(desk, "approver")
    page = desk.get(call).text
    form = {name: hidden(page, name) for name in ("chiave", "versione", "impronta")}
    signed = desk.post(f"{call}/regola/approva", data=form)
    assert signed.headers["location"] == call
    come_in(desk, "officer")


def apply(desk: TestClient, call: str, number: int, **changes: str) -> None:
    form = APPLICATION | {"codice-fiscale": code(number)} | changes
    answer = desk.post(f"{call}/domande", data=form)
    assert answer.status_code == 303, answer.text


def applied(desk: TestClient, call: str) -> list[str]:
    """The addresses of the applications on the page."""
    page = desk.get(f"{call}/domande").text
    return list(dict.fromkeys(re.findall(rf'href="({call}/domande/[0-9a-f-]{{36}})"', page)))


def test_from_an_empty_programme_to_vouchers(town: Town, desk: TestClient) -> None:
    assert "Ancora nessun bando" in desk.get(f"{HOME}/bandi").text
    call = opened(desk)
    page = desk.get(call).text
    assert "Nessuna regola è in vigore" in page
    assert desk.get(f"{call}/regola").status_code == 200
    with_rule(desk, call)
    for number in range(1, 13):
        apply(desk, call, number, isee=f"{5_000 + number},00")
    tried = desk.get(f"{call}/simulazione").text
    assert "<bdi>1.200,00\u00a0€</bdi>" in tried  # What all would want.
    assert "Tabella S: sintetica" in tried
    made = desk.post(f"{call}/graduatoria", data={"importo": ""})
    assert made.status_code == 303, made.text
    ranking = made.headers["location"]
    assert "Il denaro è finito prima" in desk.get(ranking).text
    batch = f"{HOME}/elenchi/{ranking.rpartition('/')[2]}"
    come_in(desk, "approver")
    page = desk.get(batch).text
    form = {name: hidden(page, name) for name in ("chiave", "impronta", "totale")}
    assert desk.post(f"{batch}/approva", data=form).headers["location"] == batch
    assert desk.post(f"{batch}/emetti").status_code == 303
    while "finita" not in (told := desk.get(batch).text):
        assert "Emissione" in told
    assert "10 buoni su 10" in told
    [board] = call_boards(town.ledger, town.book_no)
    assert board.fund.available_cents == 0
    assert list(town.ledger.book(town.comune).check()) == []


def test_every_amount_is_explained_step_by_step(desk: TestClient) -> None:
    call = opened(desk)
    with_rule(desk, call, funzione="linear", **{
        "da-x": "3000", "da-y": "1300", "a-x": "15000", "a-y": "900",
    })  # fmt: skip
    apply(desk, call, 1, isee="22.500,00")
    [one] = applied(desk, call)
    page = desk.get(one).text
    # The golden vector of the evaluation engine: a couple that works, a child of 4.
    for told in (
        "2,24",
        "2,59",
        "22.500,00",
        "Scala nazionale per 3 componenti",
        "figli da 0 a 5 anni, 1",
    ):
        assert told in page, told
    assert "Tabella S: sintetica" in page
    assert code(1) not in page


def test_the_list_to_publish_has_codes_only(town: Town, desk: TestClient) -> None:
    call = opened(desk)
    with_rule(desk, call)
    for number in range(1, 4):
        apply(desk, call, number)
    ranking = desk.post(f"{call}/graduatoria", data={"importo": "200"}).headers["location"]
    assert "Tabella S: sintetica" in desk.get(ranking).text
    text = desk.get(f"{ranking}?pubblica=csv-it").content.decode("utf-8-sig")
    rows = list(csv.reader(StringIO(text), delimiter=";"))
    assert rows[0] == ["Posto", "Codice della domanda", "Esito", "Motivo"]
    assert [row[2] for row in rows[1:]] == ["Ammessa", "Ammessa", "In lista d’attesa"]
    for secret in ("Prova", "Ada", code(1), "12.000", "100,00"):
        assert secret not in text
    del town


def test_who_has_applied_is_not_taken_twice(desk: TestClient) -> None:
    call = opened(desk)
    apply(desk, call, 1, dsu="INPS-1")
    again = desk.post(f"{call}/domande", data=APPLICATION | {"codice-fiscale": code(1)})
    assert "ha già fatto domanda" in again.text
    other = APPLICATION | {"codice-fiscale": code(2), "dsu": "INPS-1"}
    assert "un’altra persona" in desk.post(f"{call}/domande", data=other).text
    assert len(applied(desk, call)) == 1


def test_an_application_is_corrected_asked_about_and_withdrawn(desk: TestClient) -> None:
    call = opened(desk)
    apply(desk, call, 1)
    [one] = applied(desk, call)
    form = desk.get(f"{one}/correggi").text
    assert 'value="1986-05-01"' in form
    assert 'value="12.000,00"' in form
    version = hidden(form, "versione")
    corrected = APPLICATION | {"cosa": "corrected", "versione": version, "isee": "11.000,00"}
    assert desk.post(one, data=corrected).status_code == 303
    assert "11.000,00" in desk.get(one).text
    assert "ricarica la pagina" in desk.post(one, data=corrected).text
    asked = {"cosa": "asked", "versione": hidden(desk.get(one).text, "versione")}
    assert desk.post(one, data=asked).status_code == 303
    page = desk.get(one).text
    assert "Da integrare" in page
    assert re.findall(r": (Ricevuta|Corretta|Chiesta un’integrazione)</li>", page) == [
        "Ricevuta", "Corretta", "Chiesta un’integrazione",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"importo": "tanto"}, "importo"),
        ({"giorno": "ieri"}, "giorno"),
        ({"funzione": "bands"}, "funzione"),
        ({"tabella": "propria", "riga-0-cosa": "child", "riga-0-peso": "-1"}, "riga-0-peso"),
        ({"ordine-0": ""}, "ordine-0"),
        ({"minori": "due"}, "minori"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_and_nothing_is_kept(
    town: Town, desk: TestClient, changes: dict[str, str], field: str
) -> None:
    del field
    call = opened(desk)
    answer = desk.post(f"{call}/regola", data=RULE | changes)
    assert answer.status_code == 422, answer.status_code
    [board] = call_boards(town.ledger, town.book_no)
    assert board.drafts == ()


def test_the_comunes_own_table_is_typed_and_shown_again(desk: TestClient) -> None:
    call = opened(desk)
    own = {
        "tabella": "propria", "titolo-tabella": "Tabella 2026", "atto": "Delibera 12",
        "riga-0-cosa": "child", "riga-0-da": "0", "riga-0-a": "5", "riga-0-peso": "0,35",
        "riga-3-cosa": "disability", "riga-3-grado": "severe", "riga-3-peso": "0,5",
    }  # fmt: skip
    with_rule(desk, call, **own)
    form = desk.get(f"{call}/regola").text
    for told in ('value="Tabella 2026"', 'value="Delibera 12"', 'value="0,35"', 'value="0,50"'):
        assert told in form, told
    page = desk.get(call).text
    assert "Tabella 2026 Delibera 12" in page
    assert "sintetica" not in page


def test_a_simulation_beside_the_rule_in_force_tells_winners_and_losers(desk: TestClient) -> None:
    call = opened(desk)
    with_rule(desk, call)
    apply(desk, call, 1, isee="5.000,00")
    apply(desk, call, 2, isee="19.000,00")
    bands = {"funzione": "bands", "fascia-0-fino": "8000", "fascia-0-importo": "150", "oltre": "20"}
    tried = desk.post(f"{call}/regola", data=RULE | bands)
    page = desk.get(tried.headers["location"]).text
    assert "Ricevono di più: 1; di meno: 1; uguale: 0" in page
    answer = desk.get(f"{tried.headers['location']}&formato=csv&tabella=confronto")
    assert [row[3] for row in csv.reader(StringIO(answer.text))][1:] == ["-80.00", "50.00"]


@pytest.mark.parametrize("role", ["treasurer", "auditor"])
def test_who_may_not_judge_sees_no_application(desk: TestClient, role: str) -> None:
    call = opened(desk)
    with_rule(desk, call)
    apply(desk, call, 1)
    [one] = applied(desk, call)
    come_in(desk, role)
    assert desk.get(call).status_code == 200
    for address in (one, f"{call}/domande", f"{call}/simulazione"):
        assert desk.get(address).status_code == 403


def test_another_comunes_call_is_not_there(desk: TestClient) -> None:
    call = opened(desk)
    nowhere = call.replace("/comune/giussano", "/comune/seveso")
    assert desk.get(nowhere).status_code in {303, 404}
    assert desk.get(f"{HOME}/bandi/{'0' * 32}").status_code == 404
