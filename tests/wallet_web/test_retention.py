"""Keeping people on the pages: who is due, proposed and confirmed; rules and holds; who may not."""

import time
from datetime import date

import pytest
from starlette.testclient import TestClient

from ledger.core.programmes import starts_at
from ledger.core.quantities import DAY
from ledger.operations.expire_vouchers import expire_vouchers
from ledger.reports.retention_page import retention_lists
from ledger.store.people import find_people
from tests.town import LIST, ROSSI, Town
from tests.wallet_web.conftest import come_in
from tests.wallet_web.test_console import hidden

HOME = "/comune/giussano/conservazione"


def shown(browser: TestClient) -> str:
    return " ".join(browser.get(HOME).text.split())


@pytest.fixture
def years_later(town: Town) -> Town:
    """Two families whose programme ended two years ago."""
    town.issue(town.programme())
    expire_vouchers(town.ledger, town.comune, now=starts_at(date(2027, 1, 2)))
    town.ledger.clock = lambda: starts_at(date(2029, 1, 1)) + DAY // 2
    return town


def send(browser: TestClient, path: str, **form: str) -> str:
    given = {"chiave": hidden(browser.get(HOME).text, "chiave")} | form
    answer = browser.post(f"{HOME}{path}", data=given)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def confirm_form(browser: TestClient) -> tuple[str, str]:
    page = browser.get(HOME).text
    path = page.partition(f'action="{HOME}/elenchi/')[2].partition('"')[0]
    return f"/elenchi/{path}", hidden(page, "impronta")


def test_one_proposes_another_confirms_and_they_are_gone(
    browser: TestClient, years_later: Town
) -> None:
    come_in(browser, "officer")
    assert "<strong>2</strong> persone" in shown(browser)
    browser.post(f"{HOME}/elenchi")
    assert "Aspetta la conferma di un’altra persona" in shown(browser)
    come_in(browser, "approver")
    path, hash_ = confirm_form(browser)
    assert send(browser, path, impronta=hash_) == HOME
    until = time.monotonic() + 20
    while "Fatto" not in shown(browser):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert find_people(years_later.ledger, [ROSSI]) == {}
    assert "<strong>0</strong> persone" in shown(browser)
    assert list(years_later.ledger.book("giussano").check()) == []


def test_a_list_that_changed_erases_nobody_and_says_so(
    browser: TestClient, years_later: Town
) -> None:
    come_in(browser, "officer")
    browser.post(f"{HOME}/elenchi")
    send(browser, "/blocchi", chi=ROSSI, motivo="Ricorso al TAR")
    assert "Ricorso al TAR" in shown(browser)
    come_in(browser, "approver")
    path, hash_ = confirm_form(browser)
    assert send(browser, path, impronta=hash_) == f"{HOME}?esito=cambiato"
    assert "elenco è cambiato" in browser.get(f"{HOME}?esito=cambiato").text
    assert find_people(years_later.ledger, [ROSSI])
    page = browser.get(HOME).text
    lifted = page.partition(f'action="{HOME}/blocchi/')[2].partition('"')[0]
    send(browser, f"/blocchi/{lifted}", motivo="Definito")
    assert "Nessuna famiglia è bloccata" in shown(browser)


def test_a_rule_is_changed_and_who_waits_is_told_why(
    browser: TestClient, years_later: Town
) -> None:
    come_in(browser, "officer")
    send(browser, "/regole/P1", mesi="36")
    page = shown(browser)
    assert "36 mesi dopo la fine" in page
    assert "Resta: c’è ancora tempo per ricorsi e controlli" in page
    assert browser.post(f"{HOME}/regole/P1", data={"chiave": ROSSI, "mesi": "0"}).status_code == 422
    assert browser.post(f"{HOME}/elenchi").headers["location"] == f"{HOME}?esito=cambiato"
    assert retention_lists(years_later.ledger, years_later.book_no) == ()


def test_what_does_not_exist_is_told_as_such(browser: TestClient, years_later: Town) -> None:
    years_later.prepare(years_later.programme(act="43"), LIST)
    come_in(browser, "officer")
    key = hidden(browser.get(HOME).text, "chiave")
    form = {"chiave": key, "chi": "RSSMRA80A41F205X", "motivo": "Prova"}
    answer = browser.post(f"{HOME}/blocchi", data=form)
    assert answer.status_code == 422
    assert "RSSMRA80A41F205X" not in answer.text
    assert browser.post(f"{HOME}/regole/P9", data={"chiave": key, "mesi": "3"}).status_code == 404
    wanted = {"chiave": key, "motivo": "Prova"}
    assert browser.post(f"{HOME}/blocchi/{key}/togli", data=wanted).status_code == 404


@pytest.mark.usefixtures("years_later")
def test_the_table_leaves_as_a_file_with_counts_alone(browser: TestClient) -> None:
    come_in(browser, "auditor")
    told = browser.get(f"{HOME}?formato=csv").text
    assert "P1" in told
    assert "Rossi" not in told
