"""A check that takes long: asked for twice it is one, and the page tells how far it is."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from ledger import Book
from ledger.operations.check_book import LastCheck, check_book
from tests.town import Town
from tests.wallet_web.conftest import come_in
from wallet_web.comune import checking

HOME = "/comune/giussano"


class Slow:
    """The real check, which waits first until it may go on."""

    def __init__(self) -> None:
        self.begun = 0
        self.may_go_on = threading.Event()

    def __call__(self, book: Book, **more: Any) -> LastCheck:  # noqa: ANN401 -- as the real one is asked.
        self.begun += 1
        more["tell"](1)
        assert self.may_go_on.wait(60)
        return check_book(book, **more)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    made = Slow()
    monkeypatch.setattr(checking, "check_book", made)
    monkeypatch.setattr(checking, "AT_ONCE_SECONDS", 0.01)
    return made


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_long_check_is_begun_once_and_told(town: Town, browser: TestClient, slow: Slow) -> None:
    town.programme()
    come_in(browser, "auditor")
    for _ in range(3):
        assert browser.post(f"{HOME}/verifica").status_code == 303
    assert slow.begun == 1
    for path in ("", "/verifica"):
        page = " ".join(browser.get(HOME + path).text.split())
        assert "Verifica in corso: 1 righe su" in page
        assert "Verifica ora" not in page
    slow.may_go_on.set()
    until(lambda: "I conti tornano" in browser.get(f"{HOME}/verifica").text)
    assert "Verifica ora" in browser.get(f"{HOME}/verifica").text


def test_a_check_that_breaks_off_says_so_and_can_be_repeated(
    town: Town, browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.programme()
    come_in(browser, "auditor")

    def break_off(_book: object, **_more: object) -> None:
        raise OSError("the disk is gone")

    with monkeypatch.context() as broken:
        broken.setattr(checking, "check_book", break_off)
        browser.post(f"{HOME}/verifica")
    assert "si è interrotta" in browser.get(f"{HOME}/verifica").text
    browser.post(f"{HOME}/verifica")
    page = browser.get(f"{HOME}/verifica").text
    assert "si è interrotta" not in page
    assert "I conti tornano" in page
