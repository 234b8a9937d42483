"""Health cards on the console and on a family's own page: switched on, added, switched off."""

import pytest
from starlette.testclient import TestClient

from ledger.operations.sign_in import codes_of_card
from ledger.reports.person_data import person_data
from tests.town import BIANCHI, NOON, ROSSI, Town
from tests.wallet_web.conftest import come_in
from tests.wallet_web.test_console import HOME
from tests.wallet_web.test_desk import at_the_desk

PARTNER = "VRDNNA82A41F205M"


@pytest.fixture
def desk(town: Town, browser: TestClient) -> TestClient:
    """An officer before a town whose two families have their codes."""
    town.issue(town.programme())
    town.codes()
    come_in(browser, "officer")
    return browser


def opens(town: Town, card: str) -> bool:
    return bool(codes_of_card(town.ledger, card))


def test_nobodys_card_opens_anything_until_it_is_switched_on(town: Town, desk: TestClient) -> None:
    address = at_the_desk(desk)
    assert "Nessuna tessera apre i buoni" in desk.get(address).text
    assert not opens(town, ROSSI)
    assert desk.post(f"{address}/tessera").headers["location"] == address
    assert opens(town, ROSSI)
    assert not opens(town, BIANCHI)
    assert "col suo PIN: 1" in " ".join(desk.get(address).text.split())
    desk.post(f"{address}/tessera/spegni")
    assert not opens(town, ROSSI)


def test_all_families_with_a_code_are_switched_on_at_once(town: Town, desk: TestClient) -> None:
    for expected in (2, 0):
        answer = desk.post(f"{HOME}/famiglie/tessere")
        assert f"Tessere attivate adesso: {expected}." in " ".join(answer.text.split())
    assert opens(town, ROSSI)
    assert opens(town, BIANCHI)


def test_another_persons_card_is_added_and_shown_nowhere(town: Town, desk: TestClient) -> None:
    address = at_the_desk(desk)
    answer = desk.post(f"{address}/tessera/altra", data={"tessera": PARTNER})
    assert answer.status_code == 303
    assert PARTNER not in desk.get(address).text
    assert opens(town, PARTNER)


def test_a_wrong_card_and_another_familys_are_refused(town: Town, desk: TestClient) -> None:
    address = at_the_desk(desk)
    spoilt = desk.post(f"{address}/tessera/altra", data={"tessera": PARTNER[:-1] + "A"})
    assert (spoilt.status_code, "codice fiscale non è giusto" in spoilt.text) == (422, True)
    desk.post(f"{at_the_desk(desk, BIANCHI)}/tessera")
    taken = desk.post(f"{address}/tessera/altra", data={"tessera": BIANCHI})
    assert (taken.status_code, "un’altra famiglia" in taken.text) == (422, True)
    assert len(codes_of_card(town.ledger, BIANCHI)) == 1


def test_a_family_switches_its_own_card_on_and_off(town: Town, browser: TestClient) -> None:
    town.issue(town.programme())
    code = town.codes()[0]
    browser.post("/famiglia/accesso", data={"codice": code.code, "pin": code.pin})
    assert "Attiva la mia tessera" in browser.get("/famiglia/dati").text
    browser.post("/famiglia/tessera/accendi")
    assert [opens(town, one) for one in (ROSSI, BIANCHI)].count(True) == 1
    told = person_data(town.ledger, town.book_no, code.target_id, comune="Giussano", now=NOON)
    assert told
    assert len(told.cards) == 1
    assert "col suo PIN" not in browser.get("/famiglia/dati").text
    assert "aprono i tuoi buoni: 1" in " ".join(browser.get("/famiglia/dati").text.split())
    browser.post("/famiglia/tessera/spegni")
    assert not any(opens(town, one) for one in (ROSSI, BIANCHI))


def test_without_a_session_no_card_is_switched(town: Town, browser: TestClient) -> None:
    for path in ("accendi", "spegni"):
        answer = browser.post(f"/famiglia/tessera/{path}")
        assert answer.headers["location"].startswith("/famiglia/accesso")
    assert not opens(town, ROSSI)
