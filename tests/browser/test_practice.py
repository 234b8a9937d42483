"""A shop tries its till in a real browser: every screen says so, and no cent of it is booked."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.place import Place, assert_accessible, connect, owed, type_sale
from tests.printed_codes import qr_codes

pytestmark = pytest.mark.browser
BIG = "PROVA: non si paga nulla"


def begin(tab: Page) -> None:
    tab.click("#tab-list")
    tab.click("#practice-begin")
    expect(tab.get_by_role("heading", name="Codici di prova")).to_be_visible()
    expect(tab.locator("#practice")).to_contain_text(BIG)


def test_a_practice_sale_looks_like_one_and_is_none(tab: Page, place: Place) -> None:
    before = owed(place)
    connect(tab, place)
    begin(tab)
    assert_accessible(tab)
    expect(tab.locator("#practice-pictures img")).to_have_count(2)
    shown = tab.locator("#practice-pictures img").first.screenshot()
    [read] = qr_codes(Image.open(BytesIO(shown)))
    assert read.startswith("BX1:")
    code, pin = (tab.locator(f"#practice-{one}").inner_text() for one in ("code", "pin"))
    tab.get_by_role("button", name="Incassa per prova").click()
    for one in "1250":
        tab.click(f"[data-key='{one}']")
    tab.click("#to-code")
    expect(tab.locator("#practice")).to_be_in_viewport()
    tab.fill("#code", code)
    tab.fill("#pin", pin)
    tab.click("#take")
    expect(tab.locator("#result-word")).to_have_text("PAGATO")
    expect(tab.locator("#practice")).to_be_in_viewport()
    expect(tab.locator("#result-receipt")).to_contain_text("PROVA · Panificio Prova")
    assert_accessible(tab)
    tab.click("#result-next")
    tab.click("#tab-list")
    expect(tab.locator("#sales .sale").first).to_contain_text("12,50")
    for hidden in ("#to-day", "#to-payments", "#tab-offline", "#leave"):
        expect(tab.locator(hidden)).to_be_hidden()
    tab.reload()  # It is still practice, and says so.
    expect(tab.locator("#practice")).to_contain_text(BIG)
    tab.click("#practice-end")
    expect(tab.locator("#practice")).to_be_hidden()
    expect(tab.locator("#leave-why")).to_contain_text("La prova è finita")
    expect(tab.locator("#shop")).to_have_text("Panificio Prova · Cassa 1")
    type_sale(tab, place, "100")
    tab.fill("#code", code)
    tab.fill("#pin", pin)
    tab.click("#take")
    expect(tab.locator("#result-word")).to_have_text("NON PAGATO")
    assert owed(place) == before


def test_a_real_code_is_refused_in_practice(tab: Page, place: Place) -> None:
    before = owed(place)
    connect(tab, place)
    begin(tab)
    tab.get_by_role("button", name="Incassa per prova").click()
    type_sale(tab, place, "300")
    tab.keyboard.press("Enter")
    expect(tab.locator("#result-word")).to_have_text("NON PAGATO")
    expect(tab.locator("#result-why")).to_contain_text("Codice non trovato")
    assert owed(place) == before
