"""The three users' pages in a real browser: a sale whose answer was lost, keyboard, axe.

On SQLite only: what differs between engines is tested without a browser.
"""

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from ledger import open_ledger, random_id
from ledger.operations.issue_credential import NewCredential
from ledger.store.network.people import Officer, add_officer
from ledger.store.passwords import hash_password
from scripts.serve import build_app
from tests.browser.conftest import StartBrowser
from tests.engines import sqlite_copy
from tests.town import PASSWORD, Town, make_town
from wallet_web.settings import Settings

pytestmark = pytest.mark.browser
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZES = {"phone": (390, 844), "desk": (1280, 900)}


@dataclass
class Place:
    """A served town: where it is, a family, a till's secret."""

    address: str
    town: Town
    family: NewCredential
    secret: str


@pytest.fixture(scope="module")
def place(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    url = sqlite_copy(sqlite_template, tmp_path_factory.mktemp("pages"))
    with open_ledger(url) as ledger:
        town = make_town(ledger)
        auditor = Officer(random_id(), town.book_no, random_id(), "auditor", "auditor", "active")
        kept = hash_password(PASSWORD)
        ledger.write(lambda db: add_officer(db, auditor, kept))
        town.issue(town.programme())
        _shop, secret = town.shop()
        app = build_app(ledger, Settings(demo=True))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        listener = socket.create_server(("127.0.0.1", 0))
        serving = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        serving.start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        yield Place(address, town, town.codes()[0], secret)
        server.should_exit = True
        serving.join()
        listener.close()


@pytest.fixture(params=SIZES)
def tab(
    request: pytest.FixtureRequest, place: Place, start_browser: StartBrowser
) -> Iterator[Page]:
    width, height = SIZES[request.param]
    context = start_browser().new_context(
        viewport={"width": width, "height": height}, base_url=place.address, locale="it-IT"
    )
    errors: list[str] = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert errors == []


def assert_accessible(tab: Page) -> None:
    """Nothing that axe finds, and no scrolling sideways."""
    found = Axe().run(tab, options={"runOnly": {"type": "tag", "values": TAGS}})
    assert found.violations_count == 0, found.generate_report()
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def connect(tab: Page, place: Place) -> None:
    tab.goto("/cassa")
    tab.fill("#secret", place.secret)
    tab.click("#enrol button")
    expect(tab.locator("#screen-amount")).to_be_visible()


def type_sale(tab: Page, place: Place, keys: str) -> None:
    for one in keys:
        tab.click(f"[data-key='{one}']")
    tab.click("#to-code")
    tab.fill("#code", place.family.code)
    tab.fill("#pin", place.family.pin)


def owed(place: Place) -> int:
    lines = place.town.ledger.book(place.town.comune).trial_balance()
    return sum(one.balance for one in lines if one.kind == "shop_payable")


def test_a_double_tap_and_a_lost_answer_book_once(tab: Page, place: Place) -> None:
    connect(tab, place)
    before = owed(place)
    lost: list[str] = []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.request.headers["idempotency-key"])
            route.fetch()  # It is booked …
            route.abort()  # … and nobody hears of it.
            return
        route.continue_()

    tab.route("**/api/v1/redemptions*", lose)
    type_sale(tab, place, "125")
    tab.dblclick("#pay button:not([type=button])")
    expect(tab.locator("#result-word")).to_have_text("PAGATO", timeout=10_000)
    assert lost
    assert owed(place) == before + 125
    tab.click("#result-undo")
    expect(tab.locator("#list-note")).to_contain_text("Annullato")
    assert owed(place) == before


def test_a_closed_page_ends_the_doubt_before_anything_else(tab: Page, place: Place) -> None:
    connect(tab, place)
    before = owed(place)
    tab.route("**/api/v1/redemptions*", lambda route: route.abort())
    type_sale(tab, place, "130")
    tab.click("#pay button:not([type=button])")
    expect(tab.locator("#waiting-why")).to_contain_text("Non prendere altro denaro")
    tab.unroute("**/api/v1/redemptions*")
    kept = tab.evaluate("localStorage.getItem('portavalori-attempt')")
    assert place.family.code not in kept
    assert set(json.loads(kept)) == {"key", "amountCents"}
    tab.reload()
    expect(tab.locator("#result-why")).to_contain_text("Non è stato incassato nulla")
    assert owed(place) == before


def test_the_till_works_by_keyboard_alone(tab: Page, place: Place) -> None:
    connect(tab, place)
    tab.keyboard.type("140")
    expect(tab.locator("#screen-amount .display")).to_have_text("1,40 €")
    tab.locator("#to-code").focus()
    tab.keyboard.press("Enter")
    tab.keyboard.type(place.family.code)
    tab.keyboard.press("Tab")
    tab.keyboard.type(place.family.pin)
    tab.keyboard.press("Enter")
    expect(tab.locator("#result-word")).to_have_text("PAGATO")


def test_every_screen_of_the_till_is_accessible(tab: Page, place: Place) -> None:
    tab.goto("/cassa")
    assert_accessible(tab)
    connect(tab, place)
    assert_accessible(tab)
    type_sale(tab, place, "110")
    tab.click("#verify")
    expect(tab.locator("#look")).to_be_visible()
    assert_accessible(tab)
    tab.click("#pay button:not([type=button])")
    expect(tab.locator("#result-word")).to_have_text("PAGATO")
    assert_accessible(tab)
    tab.click("#result-next")
    tab.click("#tab-list")
    expect(tab.locator(".sale").first).to_be_visible()
    assert_accessible(tab)


def test_every_page_of_a_family_is_accessible(tab: Page, place: Place) -> None:
    for path in ("/", "/accessibilita", "/privacy", "/note-legali", "/nowhere"):
        tab.goto(path)
        assert_accessible(tab)
    tab.goto("/famiglia")
    assert_accessible(tab)
    tab.fill("#codice", place.family.code)
    tab.fill("#pin", place.family.pin)
    tab.click("main button")
    for path in ("/famiglia", "/famiglia/negozi", "/famiglia/movimenti", "/famiglia/codice"):
        tab.goto(path)
        assert_accessible(tab)


@pytest.mark.parametrize("role", ["officer", "approver", "treasurer"])
def test_every_page_of_the_console_is_accessible(tab: Page, role: str) -> None:
    home = "/comune/giussano"
    tab.goto(home)
    assert_accessible(tab)
    tab.fill("#nome", role)
    tab.fill("#password", PASSWORD)
    tab.click("main button")
    for path in (
        "", "/iniziative", "/iniziative/P1", "/iniziative/P1/buoni", "/atti", "/elenchi",
        "/negozi", "/liquidazioni", "/liquidazioni/1", "/movimenti", "/registrazioni/3",
        "/conti", "/bilancio", "/verifica",
        *(("/iniziative/nuova", "/iniziative/P1/finanzia", "/elenchi/nuovo?iniziativa=P1")
          if role == "officer" else ()),
    ):  # fmt: skip
        answer = tab.goto(f"{home}{path}")
        assert answer is not None
        assert answer.status == 200, path
        assert_accessible(tab)
