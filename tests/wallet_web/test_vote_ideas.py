"""A family's ideas for a vote: written on its page, sealed, put to one or aside by an officer."""

import re

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from ledger.operations.issue_credential import NewCredential
from ledger.store.schema import vote_idea
from tests.town import Town
from tests.wallet_web.conftest import come_in
from tests.wallet_web.test_votes import FORM, key_in

HOME, OURS = "/comune/giussano/voti", "/famiglia/voto"
PARK = {"titolo": "Il parco giochi", "testo": "Un’altalena"}


@pytest.fixture
def codes(town: Town, browser: TestClient) -> list[NewCredential]:
    """Two families, the first of them signed in."""
    town.issue(town.programme())
    found = town.codes()
    enter(browser, found[0])
    return found


def enter(browser: TestClient, code: NewCredential) -> None:
    sent = {"codice": code.code, "pin": code.pin}
    assert browser.post("/famiglia/accesso", data=sent).status_code == 303


def say(browser: TestClient, idea: dict[str, str], key: str = "") -> tuple[int, str]:
    key = key or key_in(browser.get(OURS).text)
    answer = browser.post(f"{OURS}/idee", data=idea | {"chiave": key})
    return answer.status_code, answer.text


def test_an_idea_is_kept_once_sealed_and_for_its_family(
    town: Town, browser: TestClient, codes: list[NewCredential]
) -> None:
    key = key_in(browser.get(OURS).text)
    assert [say(browser, PARK, key)[0] for _tap in range(2)] == [303, 303]
    page = browser.get(OURS).text
    assert (page.count("Il parco giochi"), "In attesa" in page) == (1, True)
    enter(browser, codes[1])
    assert "Il parco giochi" not in browser.get(OURS).text
    come_in(browser, "auditor")
    assert "Il parco giochi" not in browser.get(HOME).text
    with town.ledger.reading() as db:
        assert len(rows := db.execute(select(vote_idea)).all()) == 1
    assert "parco" not in str(rows)


@pytest.mark.usefixtures("codes")
def test_a_family_has_three_ideas_waiting_at_most(browser: TestClient) -> None:
    for title in ("Uno", "Due", "Tre"):
        assert say(browser, {"titolo": title})[0] == 303
    status, text = say(browser, {"titolo": "Quattro"})
    assert (status, "già tre idee" in text) == (422, True)


def test_an_officer_puts_one_to_a_vote_and_another_aside(
    browser: TestClient, codes: list[NewCredential]
) -> None:
    for idea in (PARK, {"titolo": "Un’altra"}):
        say(browser, idea)
    come_in(browser, "officer")
    form = browser.get(f"{HOME}/nuovo").text
    ideas = dict(re.findall(r'name="(idea-\d)" value="([^"]+)"', form))
    titles = dict(re.findall(r'name="proposta-(\d)"\s+value="([^"]*)"', form))
    [mine] = [at for at, title in titles.items() if title == "Il parco giochi"]
    other = {"1": "2", "2": "1"}[mine]
    sent = FORM | ideas | {
        "chiave": key_in(form), f"proposta-{mine}": "Il parco giochi", f"da-{mine}": "family",
        f"proposta-{other}": "", "proposta-3": "Libri",
    }  # fmt: skip
    assert browser.post(HOME, data=sent).status_code == 303
    [left] = re.findall(r"/voti/idee/([0-9a-f-]{36})/da-parte", browser.get(HOME).text)
    assert left == ideas[f"idea-{other}"]
    browser.post(f"{HOME}/idee/{left}/da-parte")
    assert "da-parte" not in browser.get(HOME).text
    enter(browser, codes[0])
    page = browser.get(OURS).text
    assert (page.count("Messa ai voti"), page.count("Messa da parte")) == (1, 1)


@pytest.mark.usefixtures("codes")
@pytest.mark.parametrize("title", ["", "x" * 301, "a\x00b"])
def test_an_idea_is_short_and_has_a_title(browser: TestClient, title: str) -> None:
    assert say(browser, {"titolo": title})[0] == 422
    assert browser.post(f"{OURS}/idee", data={"titolo": "x"}).status_code == 400
