"""The first page anybody sees: it is there, and all that it loads is ours."""

import re

import pytest
from starlette.testclient import TestClient


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
