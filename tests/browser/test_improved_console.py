"""What htmx improves on the console: the same pages, a part at a time, under the strict policy.

Each address works without it too (`tests/wallet_web`); here script is on, and once off.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import StartBrowser
from tests.browser.place import Place, assert_accessible
from tests.town import PASSWORD

pytestmark = pytest.mark.browser
HOME = "/comune/giussano"
MARK = "window.stays = true"  # Lost when a whole page is loaded.


def come_in(tab: Page, role: str = "auditor") -> None:
    tab.goto(HOME)
    tab.fill("#nome", role)
    tab.fill("#password", PASSWORD)
    tab.click("main button")
    expect(tab.get_by_role("heading", name="Il libro di Giussano")).to_be_visible()
    tab.wait_for_load_state()  # Before that a form goes the way it goes without scripts.


def stays(tab: Page) -> bool:
    return bool(tab.evaluate("window.stays === true"))


def test_a_filter_changes_the_table_the_address_and_the_files(tab: Page) -> None:
    come_in(tab)
    tab.goto(f"{HOME}/movimenti")
    tab.evaluate(MARK)
    tab.select_option("#tipo", "funding")
    tab.get_by_role("button", name="Filtra").click()
    expect(tab).to_have_url(re.compile("tipo=funding"))
    expect(tab.locator("#esito tbody tr")).to_have_count(1)
    assert stays(tab)
    excel = tab.get_by_role("link", name="Excel").get_attribute("href")
    assert excel
    assert "tipo=funding" in excel
    assert_accessible(tab)
    tab.reload()
    expect(tab.locator("#esito tbody tr")).to_have_count(1)
    expect(tab.locator("#tipo")).to_have_value("funding")


def test_going_back_shows_what_was_there(tab: Page) -> None:
    come_in(tab)
    tab.goto(f"{HOME}/movimenti?tipo=issuance")
    expect(tab.locator("#esito tbody tr")).to_have_count(2)
    tab.select_option("#tipo", "funding")
    tab.get_by_role("button", name="Filtra").click()
    expect(tab.locator("#esito tbody tr")).to_have_count(1)
    tab.go_back()
    expect(tab.locator("#esito tbody tr")).to_have_count(2)
    expect(tab).to_have_url(re.compile("tipo=issuance"))


def test_the_book_is_checked_where_one_stands(tab: Page) -> None:
    come_in(tab)
    tab.evaluate(MARK)
    tab.get_by_role("button", name="Verifica ora").click()
    expect(tab.locator("#esito")).to_contain_text("I conti tornano")
    expect(tab.get_by_role("heading", name="Il libro di Giussano")).to_be_visible()
    assert stays(tab)
    tab.get_by_role("button", name="Verifica ora").click()  # The new part is improved as well.
    expect(tab.locator("#esito")).to_contain_text("Ultima verifica")
    assert stays(tab)


def test_an_ended_session_leads_to_the_way_in(tab: Page) -> None:
    come_in(tab)
    tab.goto(f"{HOME}/movimenti")
    tab.context.clear_cookies()
    tab.get_by_role("button", name="Filtra").click()
    expect(tab.locator("#password")).to_be_visible()


def test_a_filter_that_is_none_is_told_in_words(tab: Page) -> None:
    come_in(tab)
    tab.goto(f"{HOME}/movimenti")
    tab.evaluate("document.getElementById('dal').type = 'text'")
    tab.fill("#dal", "x")
    tab.get_by_role("button", name="Filtra").click()
    expect(tab.locator("#esito")).to_contain_text("Non abbiamo capito la richiesta")


def test_an_injected_attribute_does_nothing(tab: Page) -> None:
    come_in(tab)
    tab.wait_for_load_state("load")  # Deferred scripts have run by then.
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    blocked = tab.evaluate("""() => {
        const button = document.createElement("button");
        button.setAttribute("hx-get", "/comune/giussano/atti");
        document.body.append(button);
        const words = [];
        const kept = console.error;
        console.error = (text) => words.push(text);
        htmx.process(button);
        console.error = kept;
        button.click();
        return words;
    }""")
    assert "blocked" in blocked[0]
    assert not [one for one in asked if one.endswith("/atti")]


def test_the_forms_work_without_script(start_browser: StartBrowser, place: Place) -> None:
    context = start_browser().new_context(
        base_url=place.address, locale="it-IT", java_script_enabled=False
    )
    tab = context.new_page()
    come_in(tab)
    tab.get_by_role("button", name="Verifica ora").click()
    expect(tab.get_by_role("heading", name="Verifica del libro")).to_be_visible()
    tab.goto(f"{HOME}/movimenti")
    tab.select_option("#tipo", "funding")
    tab.get_by_role("button", name="Filtra").click()
    expect(tab.locator("#esito tbody tr")).to_have_count(1)
    context.close()
