"""The three users' pages in a real browser: a sale whose answer was lost, keyboard, axe.

On SQLite only: what differs between engines is tested without a browser.
"""

import json

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.place import Place, assert_accessible, connect, owed, type_sale
from tests.town import PASSWORD

pytestmark = pytest.mark.browser


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
