"""Names on an officer's screen: hidden at first, shown when asked for, hidden in a new session."""

import pytest
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from tests.town import ROSSI, Town
from tests.wallet_web.conftest import come_in
from tests.wallet_web.test_console import HOME


@pytest.fixture
def family(town: Town, browser: TestClient) -> str:
    """Where the console tells of one family."""
    town.issue(town.programme())
    come_in(browser, "officer")
    return browser.post(f"{HOME}/famiglie", data={"chi": ROSSI}).headers["location"]


def switch(browser: TestClient, shown: str, back: str = HOME) -> str:
    answer = browser.post(f"{HOME}/nomi", data={"mostra": shown, "torna": back})
    assert answer.status_code == 303
    return answer.headers["location"]


def test_a_name_is_hidden_until_it_is_asked_for(browser: TestClient, family: str) -> None:
    page = browser.get(family).text
    assert "nome nascosto" in page
    assert "Rossi" not in page
    assert switch(browser, "1", family) == family
    assert "Mara Rossi" in browser.get(family).text
    switch(browser, "0")
    assert "Rossi" not in browser.get(family).text


def test_a_new_session_hides_them_again(browser: TestClient, family: str) -> None:
    switch(browser, "1")
    browser.post(f"{HOME}/uscita")
    come_in(browser, "officer")
    assert "Rossi" not in browser.get(family).text


def test_the_switch_of_one_session_is_worth_nothing_in_another(
    browser: TestClient, family: str
) -> None:
    switch(browser, "1")
    mine = browser.cookies["__Host-nomi-giussano"]
    come_in(browser, "approver")
    browser.cookies.set("__Host-nomi-giussano", mine, domain="portavalori.test", path="/")
    assert "Rossi" not in browser.get(family).text


def test_each_turn_of_the_switch_is_logged_without_names(
    town: Town, browser: TestClient, family: str
) -> None:
    with capture_logs() as told:
        switch(browser, "1")
        browser.get(family)
        switch(browser, "0")
    kept = {"comune": "giussano", "officer": town.officer.officer_id.hex, "log_level": "info"}
    assert told == [{"event": "names_shown"} | kept, {"event": "names_hidden"} | kept]


@pytest.mark.parametrize("role", ["auditor", "treasurer"])
def test_who_helps_no_family_has_no_switch(town: Town, browser: TestClient, role: str) -> None:
    town.programme()
    come_in(browser, role)
    assert "/nomi" not in browser.get(HOME).text
    assert browser.post(f"{HOME}/nomi", data={"mostra": "1"}).status_code == 403


def test_the_switch_leads_to_our_own_pages_only(browser: TestClient, family: str) -> None:
    assert family
    assert switch(browser, "1", "https://example.org/") == HOME
