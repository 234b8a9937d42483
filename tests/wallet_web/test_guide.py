"""The guided first programme: read from the book at each step, from an empty console to letters."""

from dataclasses import replace
from datetime import date

import pytest
from starlette.testclient import TestClient

from ledger.operations.issue_vouchers import issue_batch
from ledger.operations.open_call import propose_rule
from ledger.reports.calls_page import call_boards
from ledger.reports.first_programme import Stage, State, journey
from tests.core.entitlement.test_selection import rule
from tests.town import NOON, Town
from tests.wallet_web.conftest import come_in
from tests.wallet_web.test_calls import opened
from tests.wallet_web.test_console import HOME

TODAY = date(2026, 11, 23)
ORDER = tuple(Stage)


def states(town: Town, unit: str = "", today: date = TODAY) -> str:
    """The first letter of each step's state, in order."""
    found = journey(town.ledger, town.book_no, unit, today=today).states()
    assert tuple(found) == ORDER
    return "".join(state[0] for state in found.values())


def test_each_step_follows_from_the_book(town: Town, browser: TestClient) -> None:
    come_in(browser, "officer")
    assert states(town) == "nlllllll"
    assert "comincia da qui" in browser.get(HOME).text
    assert f'href="{HOME}/iniziative/nuova"' in browser.get(f"{HOME}/guida").text
    funding = town.programme()
    assert states(town) == "ddndlll" + "l"
    town.shop()
    assert states(town) == "ddddnlll"
    draft = town.prepare(funding)
    assert states(town) == "dddddwll"
    town.approve(draft)
    assert states(town) == "ddddddnl"
    issue_batch(town.ledger, town.comune, draft.batch_id, now=NOON)
    assert states(town) == "dddddddo"
    page = browser.get(f"{HOME}/guida").text
    for told in ("Impegnati", "1 con una cassa pronta", "approvato da approver", "2 buoni su 2"):
        assert told in page, told
    assert f"{HOME}/elenchi/{draft.batch_id}/fogli.pdf" in page
    assert "comincia da qui" not in browser.get(HOME).text


def test_money_that_somebody_proposed_waits_for_another(town: Town, browser: TestClient) -> None:
    come_in(browser, "officer")
    form = {"titolo": "Prima", "dal": "2026-11-01", "al": "2026-12-31"}
    key = "0190a2a0-0000-7000-8000-000000000001"
    assert browser.post(f"{HOME}/iniziative", data=form | {"chiave": key}).status_code == 303
    assert states(town)[1] == "n"
    act = {
        "numero": "1", "data": "2026-11-02", "oggetto": "Impegno", "tipo": "comune",
        "fonte": "Bilancio", "importo": "100,00", "chiave": key[:-1] + "2",
    }  # fmt: skip
    assert browser.post(f"{HOME}/iniziative/P1/finanzia", data=act).status_code == 303
    assert states(town)[1] == "w"
    assert "li conferma un’altra" in browser.get(f"{HOME}/guida").text


def test_a_call_is_a_way_too_and_its_rule_may_wait(town: Town, browser: TestClient) -> None:
    town.programme()
    town.shop()
    come_in(browser, "officer")
    opened(browser)
    assert states(town)[4] == "n"
    assert "regola da scrivere" in browser.get(f"{HOME}/guida").text
    [board] = call_boards(town.ledger, town.book_no)
    propose_rule(town.ledger, board.call.call_id, rule(), officer=town.officer, now=NOON)
    assert states(town)[4] == "w"
    assert "aspetta la seconda firma" in browser.get(f"{HOME}/guida").text


def test_a_programme_that_is_over_is_not_ready_any_more(town: Town) -> None:
    town.programme()
    town.shop()
    assert states(town)[3] == "d"
    assert states(town, today=date(2030, 1, 1))[3] == "n"


def test_the_newest_programme_is_shown_unless_another_is_named(
    town: Town, browser: TestClient
) -> None:
    town.programme()
    town.programme(act="43")
    newest, first = (
        journey(town.ledger, town.book_no, unit, today=TODAY).programme for unit in ("", "P1")
    )
    assert newest
    assert first
    assert (newest.programme.unit, first.programme.unit) == ("P2", "P1")
    come_in(browser, "officer")
    assert "Quale iniziativa" in browser.get(f"{HOME}/guida?iniziativa=P1").text


@pytest.mark.parametrize("role", ["approver", "treasurer", "auditor"])
def test_who_may_not_do_a_step_is_not_sent_to_it(
    town: Town, browser: TestClient, role: str
) -> None:
    town.programme()
    come_in(browser, role)
    page = browser.get(f"{HOME}/guida").text
    for hidden in ("/finanzia", "/negozi/nuovo", "/elenchi/nuovo", "/iniziative/nuova"):
        assert hidden not in page


def test_no_step_is_now_while_another_person_has_to_act(town: Town) -> None:
    draft = town.prepare(town.programme())
    town.shop()
    found = journey(town.ledger, town.book_no, "", today=TODAY)
    assert State.NOW not in found.states().values()
    undone = replace(found, lists=(), shops=0)
    assert undone.states()[Stage.SHOPS] is State.NOW
    del draft
