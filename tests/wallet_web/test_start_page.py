"""The first page anybody sees: it is there, and all that it loads is ours."""

import json
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.browser.take_pictures import MOST_BYTES, PLACE
from tests.town import PASSWORD, Town
from tests.wallet_web.conftest import ADDRESS
from wallet_web.app import create_app
from wallet_web.settings import Settings

TRIED = {
    "tills": [{"shop": "Panificio Prova", "comune": "giussano", "secret": "ABCDEFGH"}],
    "families": [
        {"comune": "giussano", "code": "0000-0000-0000", "pin": "11111", "available_cents": 100},
        {"comune": "giussano", "code": "7KQ2-M9XD-41PB", "pin": "22222", "available_cents": 900},
        {"comune": "seveso", "code": "9999-9999-9999", "pin": "33333", "available_cents": 9900},
    ],
    "officers": [
        {"comune": "giussano", "role": role, "user": role, "password": PASSWORD}
        for role in ("officer", "approver", "treasurer", "auditor")
    ]
    + [
        {"comune": "circuito", "role": role, "user": f"{role}.circuito", "password": PASSWORD}
        for role in ("officer", "approver")
    ],
    "associations": [
        {"comune": "circuito", "role": "association", "user": "porte", "password": PASSWORD}
    ],
}


def test_the_start_page_loads_only_files_that_are_here(browser: TestClient) -> None:
    answer = browser.get("/")
    assert answer.status_code == 200
    assert '<html lang="it"' in answer.text
    loaded = re.findall(r'(?:<link[^>]+href|src)="([^"]+)"', answer.text)
    assert loaded
    assert [browser.get(address).status_code for address in loaded] == [200] * len(loaded)


def test_the_start_page_leads_to_every_comune(browser: TestClient) -> None:
    assert 'href="/comune/giussano"' in browser.get("/").text


@pytest.mark.parametrize("path", ["/accessibilita", "/privacy", "/note-legali"])
def test_what_the_law_wants_is_linked_and_there(browser: TestClient, path: str) -> None:
    assert f'href="{path}"' in browser.get("/").text
    assert browser.get(path).status_code == 200


def test_the_footer_carries_the_marks_that_the_ministry_looks_for(browser: TestClient) -> None:
    page = browser.get("/").text
    assert 'data-element="accessibility-link"' in page
    assert 'data-element="privacy-policy-link"' in page


def test_the_reader_chooses_the_language_and_comes_back(browser: TestClient) -> None:
    answer = browser.post("/lingua", data={"lingua": "en", "torna": "/privacy"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/privacy")
    assert '<html lang="en"' in browser.get("/").text


@pytest.mark.parametrize(
    "away",
    ["https://else.test/", "//else.test", "/\\else.test", "javascript:alert(1)", "/\n/else.test"],
)
def test_nobody_is_led_to_another_site(browser: TestClient, away: str) -> None:
    answer = browser.post("/lingua", data={"lingua": "en", "torna": away})
    assert answer.headers["location"] == "/"


def demo_page(town: Town, path: Path | None, *, demo: bool = True) -> str:
    app = create_app(town.ledger, Settings(demo=demo, demo_file=path))
    headers = {"Accept-Language": "it"}
    with TestClient(app, base_url=ADDRESS, headers=headers) as browser:
        answer = browser.get("/")
    assert answer.status_code == 200
    return answer.text


def test_a_demo_says_who_can_be_tried_and_how(town: Town, tmp_path: Path) -> None:
    path = tmp_path / "p.demo.json"
    path.write_text(json.dumps(TRIED), encoding="utf-8")
    page = demo_page(town, path)
    assert "7KQ2-M9XD-41PB" in page  # The family of that comune that has most to spend.
    assert "22222" in page
    assert "9999-9999-9999" not in page
    assert "ABCDEFGH" in page
    for role in ("Operatore comunale", "Responsabile che approva", "Ragioneria", "Revisore"):
        assert f"<h3>{role}</h3>" in page
    for role in ("Circuito: chi propone", "Circuito: chi conferma", "Associazione"):
        assert f"<h3>{role}</h3>" in page
    assert page.count('action="/associazione/accesso"') == 3
    assert "ABCDEFGH" not in demo_page(town, path, demo=False)


@pytest.mark.parametrize("text", [None, "", "[]", "{}", '{"officers": []}', "not json"])
def test_a_demo_without_its_file_says_nothing(town: Town, tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "p.demo.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    assert 'id="prova"' not in demo_page(town, path)


@pytest.mark.parametrize("name", ["family.png", "console.png"])
def test_the_pictures_of_the_readme_are_there_and_small(name: str) -> None:
    assert 0 < (PLACE / name).stat().st_size < MOST_BYTES
