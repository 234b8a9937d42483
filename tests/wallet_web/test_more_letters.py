"""Reminders and requests to complete: to the right families, with a day, and the table named."""

from uuid import UUID

import pypdfium2
import pytest
from starlette.testclient import TestClient

from ledger.operations.issue_vouchers import issue_batch
from ledger.reports.programme_page import programme_totals
from ledger.reports.reminders import people_to_remind, to_remind
from tests.town import NOON, Town
from tests.wallet_web.conftest import come_in
from tests.wallet_web.test_calls import applied, apply, opened, with_rule
from tests.wallet_web.test_console import HOME, hidden, spend

FAR = NOON + 400 * 86_400 * 1_000_000


@pytest.fixture
def desk(town: Town, browser: TestClient) -> TestClient:
    """Two families with vouchers of a list."""
    town.issue(town.programme(1_000_00))
    come_in(browser, "officer")
    return browser


def text_of(data: bytes) -> list[str]:
    """The text of each page."""
    document = pypdfium2.PdfDocument(data)
    return [page.get_textpage().get_text_range().replace("\r\n", " ") for page in document]


def programme_id(town: Town) -> UUID:
    return programme_totals(town.ledger, town.book_no)[0].programme.id


def awarded(town: Town, desk: TestClient) -> str:
    """A call whose ranking was approved and issued; gives the ranking's address."""
    call = opened(desk)
    with_rule(desk, call)
    apply(desk, call, 1)
    made = desk.post(f"{call}/graduatoria", data={"importo": ""}).headers["location"]
    batch = made.rpartition("/")[2]
    come_in(desk, "approver")
    page = desk.get(f"{HOME}/elenchi/{batch}").text
    form = {name: hidden(page, name) for name in ("chiave", "impronta", "totale")}
    desk.post(f"{HOME}/elenchi/{batch}/approva", data=form)
    issue_batch(town.ledger, town.comune, UUID(batch), now=NOON)
    come_in(desk, "officer")
    return made


def test_who_has_money_left_is_reminded_once_with_what_is_left(
    town: Town, desk: TestClient
) -> None:
    spend(town, 12_50)
    address = f"{HOME}/iniziative/P1/promemoria"
    assert "Nessuna famiglia" in desk.get(address, params={"giorni": "5"}).text
    page = desk.get(address, params={"giorni": "200"}).text
    assert "2 famiglie" in page
    assert "117,50" in page
    answer = desk.post(address, data={"giorni": "200", "prima": "0"})
    assert answer.headers["content-type"] == "application/pdf"
    pages = text_of(answer.content)
    assert len(pages) == 2
    assert all("Hai ancora qualcosa da spendere" in one for one in pages)
    assert sum("37,50" in one for one in pages) + sum("67,50" in one for one in pages) == 1
    assert not any("Domanda" in one or "sintetica" in one for one in pages)


def test_who_spent_all_is_left_alone(town: Town, desk: TestClient) -> None:
    spend(town, 50_00)
    left = to_remind(town.ledger, town.book_no, programme_id(town), now=NOON, until=FAR)
    assert sorted(one.left_cents for one in left) in ([30_00, 50_00], [80_00])
    told = people_to_remind(town.ledger, town.book_no, left)
    assert [one.reminded for one in told] == list(left)
    assert all(one.name for one in told)
    del desk


@pytest.mark.parametrize("days", ["0", "-1", "367", "tanti", ""])
def test_odd_days_are_told(desk: TestClient, days: str) -> None:
    address = f"{HOME}/iniziative/P1/promemoria"
    assert desk.get(address, params={"giorni": days}).status_code == 422


def test_a_request_to_complete_says_what_is_missing_and_by_when(desk: TestClient) -> None:
    call = opened(desk)
    apply(desk, call, 1)
    apply(desk, call, 2)
    one, _two = applied(desk, call)
    asked = {"cosa": "asked", "versione": hidden(desk.get(one).text, "versione")}
    desk.post(one, data=asked)
    assert f"{call}/integrazioni" in desk.get(f"{call}/domande").text
    form = desk.get(f"{call}/integrazioni").text
    assert "1 domande da integrare" in form
    typed = {"manca-signature": "1", "altro": "Il modulo B", "entro": "2026-12-31", "prima": "0"}
    [page] = text_of(desk.post(f"{call}/integrazioni", data=typed).content)
    for told in ("manca qualcosa", "La tua firma", "Il modulo B", "31 dicembre 2026", "Ada Prova"):
        assert told in page, told
    single = desk.post(f"{call}/integrazioni", data=typed | {"domanda": one.rpartition("/")[2]})
    assert len(text_of(single.content)) == 1
    for wrong in ({"entro": "2026-11-01"}, {"manca-signature": "", "altro": ""}, {"entro": ""}):
        answer = desk.post(f"{call}/integrazioni", data=typed | wrong)
        assert answer.status_code == 422, wrong


def test_a_complete_application_gets_no_such_letter(desk: TestClient) -> None:
    call = opened(desk)
    apply(desk, call, 1)
    typed = {"manca-signature": "1", "entro": "2026-12-31", "prima": "0"}
    assert desk.post(f"{call}/integrazioni", data=typed).status_code == 404


def test_every_paper_whose_amount_was_made_up_says_so(town: Town, desk: TestClient) -> None:
    ranking = awarded(town, desk)
    typed = {"atto": "Determina 1", "ricorso": "Al TAR.\r\nEntro 60 giorni.", "prima": "0"}
    [letter] = text_of(desk.post(f"{ranking}/lettere", data=typed).content)
    assert "Tabella S (sintetica)" in letter
    shown = []
    for one in town.codes():
        desk.post("/famiglia/accesso", data={"codice": one.code, "pin": one.pin})
        shown.append("Tabella S (sintetica)" in desk.get("/famiglia").text)
    assert sorted(shown) == [False, False, True]
    come_in(desk, "approver")
    batch = ranking.rpartition("/")[2]
    [sheet] = text_of(desk.get(f"{HOME}/elenchi/{batch}/fogli.pdf").content)
    assert "Tabella S (sintetica)" in sheet
    reminded = desk.post(f"{HOME}/iniziative/P1/promemoria", data={"giorni": "200", "prima": "0"})
    pages = text_of(reminded.content)
    assert (len(pages), sum("Tabella S (sintetica)" in one for one in pages)) == (3, 1)


def test_what_was_typed_of_appeals_is_there_the_next_time(town: Town, desk: TestClient) -> None:
    ranking = awarded(town, desk)
    typed = {"atto": "Determina 1", "ricorso": "Al TAR.\r\nEntro 60 giorni.", "prima": "0"}
    desk.post(f"{ranking}/lettere", data=typed)
    assert "Al TAR.\nEntro 60 giorni.</textarea>" in desk.get(f"{ranking}/lettere").text
