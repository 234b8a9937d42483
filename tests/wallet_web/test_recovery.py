"""The page after a restore: what is missing, who has told, and the way on by two persons."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from ledger import accept_loss, open_ledger
from tests.operations.test_recover import Yard, balances, lose_three_sales
from tests.operations.test_recover import yard as yard  # noqa: PLC0414 -- a fixture.
from tests.town import Town
from tests.wallet_web.conftest import ADDRESS, come_in
from tests.wallet_web.test_console import HOME, hidden
from wallet_web.app import create_app
from wallet_web.settings import Settings

PLACE = f"{HOME}/ripristino"


@pytest.fixture
def browsers(yard: Yard) -> Iterator[tuple[TestClient, TestClient]]:
    """An officer's browser and an approver's, on the ledger that was put back."""
    with open_ledger(yard.before, heads=yard.heads) as ledger:
        app = create_app(ledger, Settings(https=True))
        headers = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "it"}
        first, second = (
            TestClient(app, base_url=ADDRESS, headers=headers, follow_redirects=False)
            for _ in range(2)
        )
        come_in(first, "officer")
        come_in(second, "approver")
        yield first, second


@pytest.fixture
def lost(yard: Yard) -> dict[str, object]:
    """Three sales and a refund are lost, and the till has told them."""
    kept, there, _name = lose_three_sales(yard)
    with yard.at_work(yard.before, []) as counter:
        counter.bring(kept)
    return {"there": there}


@pytest.mark.usefixtures("lost")
def test_while_the_book_is_only_read_nothing_is_proposed(request: pytest.FixtureRequest) -> None:
    reading, _ = request.getfixturevalue("browsers")
    page = reading.get(PLACE).text
    assert "Il libro si può solo leggere" in page
    assert "Proponi di registrarle" not in page
    assert "ripristinato e gli mancano" in reading.get(HOME).text


def test_what_tills_brought_is_booked_by_two_and_then_they_go_on(
    yard: Yard, lost: dict[str, object], request: pytest.FixtureRequest
) -> None:
    accept_loss(yard.before, heads=yard.heads)
    officer, approver = request.getfixturevalue("browsers")
    page = officer.get(PLACE).text
    assert "Hanno risposto tutte le casse" in page
    assert "Si può registrare" in page
    answer = officer.post(f"{PLACE}/proponi", data={"chiave": hidden(page, "chiave")})
    assert answer.status_code == 303, answer.text
    assert "Conferma: registra" not in officer.get(PLACE).text
    page = approver.get(PLACE).text
    where = page.split('action="')
    action = next(one.split('"')[0] for one in where if "/conferma" in one.split('"')[0])
    form = {"chiave": hidden(page, "chiave"), "impronta": hidden(page, "impronta")}
    assert officer.post(action, data=form).status_code == 403
    assert approver.post(action, data=form | {"impronta": "0" * 64}).status_code == 303
    assert "Conferma: registra" in approver.get(PLACE).text  # It was not that list.
    form["chiave"] = hidden(approver.get(PLACE).text, "chiave")
    assert approver.post(action, data=form).status_code == 303
    assert "confermata da approver" in approver.get(PLACE).text
    assert approver.post(f"{PLACE}/riapri").status_code == 303
    page = approver.get(PLACE).text
    assert "Le casse lavorano" in page
    assert "Riapri le casse" not in page
    with yard.opened(yard.before) as ledger:
        town = Town(ledger, yard.town.officer, yard.town.approver, yard.town.treasurer)
        assert balances(town) == lost["there"]


@pytest.mark.usefixtures("lost")
def test_a_proposal_is_put_aside(yard: Yard, request: pytest.FixtureRequest) -> None:
    accept_loss(yard.before, heads=yard.heads)
    officer, approver = request.getfixturevalue("browsers")
    page = officer.get(PLACE).text
    officer.post(f"{PLACE}/proponi", data={"chiave": hidden(page, "chiave")})
    page = approver.get(PLACE).text
    action = next(
        one.split('"')[0] for one in page.split('action="') if "/ritira" in one.split('"')[0]
    )
    assert approver.post(action, data={"chiave": hidden(page, "chiave")}).status_code == 303
    page = officer.get(PLACE).text
    assert "ritirata da approver" in page
    assert "Proponi di registrarle" in page


def test_without_a_restore_there_is_no_such_page(browser: TestClient) -> None:
    come_in(browser, "officer")
    assert browser.get(PLACE).status_code == 404
