"""The shop's pages beside the till, in a real browser: read, printed on each paper, kept as files.

On SQLite only.
"""

import re
from io import BytesIO

import openpyxl
import pypdfium2
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.place import Place, assert_accessible, connect, type_sale

pytestmark = pytest.mark.browser


def sell(tab: Page, place: Place, keys: str) -> None:
    connect(tab, place)
    sell_again(tab, place, keys)


def sell_again(tab: Page, place: Place, keys: str) -> None:
    type_sale(tab, place, keys)
    tab.click("#take")
    expect(tab.locator("#result-word")).to_have_text("PAGATO")
    tab.click("#result-next")


def test_who_is_not_signed_in_is_led_to_the_till(tab: Page) -> None:
    for path in ("/cassa/pagamenti", "/cassa/giornata"):
        tab.goto(path)
        expect(tab.get_by_role("heading", name="Collega questa cassa")).to_be_visible()


def test_when_the_shop_is_paid_is_a_page_of_its_own(tab: Page, place: Place) -> None:
    sell(tab, place, "420")
    tab.click("#tab-list")
    tab.click("#to-payments")
    expect(tab.locator(".sums")).to_contain_text("Da liquidare")
    expect(tab.locator(".owed")).to_contain_text("Periodo 1, in corso")
    tab.locator(".owed summary").click()
    expect(tab.locator(".owed .movements")).to_contain_text("4,20 €")
    assert_accessible(tab)
    tab.emulate_media(media="print")
    expect(tab.locator("[data-shop]").first).to_contain_text("Panificio Prova")
    expect(tab.locator(".console-nav")).to_be_hidden()


def test_the_day_is_shown_printed_and_kept(tab: Page, place: Place) -> None:
    sell(tab, place, "330")
    tab.click("#tab-list")
    tab.click("#to-day")
    expect(tab.locator("#content")).to_contain_text("Buoni spesa")
    expect(tab.locator("#content")).to_contain_text("Cassa 1")
    assert_accessible(tab)
    with tab.expect_download() as coming:
        tab.get_by_role("link", name="Excel").click()
    assert coming.value.suggested_filename == "giornata.xlsx"
    sheet = openpyxl.load_workbook(BytesIO(coming.value.path().read_bytes())).active
    assert sheet is not None
    assert [one.value for one in sheet[2]][:3] == ["Buoni spesa", "Giussano", "Cassa 1"]
    tab.fill("#giorno", "2026-01-01")
    expect(tab.locator("#content")).to_contain_text("nessun incasso")
    assert_accessible(tab)


@pytest.mark.parametrize(("paper", "wide"), [("a4", 210), ("80", 80), ("58", 58)])
def test_the_day_fits_the_printers_paper(tab: Page, place: Place, paper: str, wide: int) -> None:
    sell(tab, place, "150")
    tab.goto("/cassa/giornata")
    expect(tab.locator(".day-sums").first).to_be_visible()
    tab.select_option("#carta", paper)
    printed = pypdfium2.PdfDocument(tab.pdf(prefer_css_page_size=True))
    words = "".join(page.get_textpage().get_text_range() for page in printed)
    assert round(printed[0].get_width() * 25.4 / 72) == wide
    assert "Documento non fiscale" in words
    assert "Scarica" not in words
    printed.close()
    tab.reload()
    expect(tab.locator("#carta")).to_have_value(paper)


def test_the_history_leads_to_each_day_and_is_kept(tab: Page, place: Place) -> None:
    sell(tab, place, "280")
    tab.goto("/cassa/storico")
    expect(tab.locator(".movements").first).to_contain_text("€")
    expect(tab.locator("#content")).to_contain_text("Da liquidare")
    assert_accessible(tab)
    for name, file in (("Excel", "estratto.xlsx"), ("PDF", "estratto-")):
        with tab.expect_download() as coming:
            tab.get_by_role("link", name=name, exact=True).click()
        assert coming.value.suggested_filename.startswith(file)
    tab.locator(".movements a").first.click()
    expect(tab.locator("#content")).to_contain_text("Per cassa e operatore")
    tab.goto("/cassa/storico")
    tab.fill("#dal", "2026-01-01")
    tab.fill("#al", "2026-01-31")
    expect(tab.locator("#content")).to_contain_text("nessun incasso")


class Held(list[Route]):
    """Requests that a slow network keeps for itself until it is told otherwise."""

    def hold(self, route: Route) -> None:
        self.append(route)

    def let_go(self, tab: Page) -> None:
        """The first of them arrives, is answered and drawn."""
        with tab.expect_event("requestfinished"):
            self[0].continue_()
        tab.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))")


def test_an_answer_that_comes_late_does_not_take_the_place_of_a_newer(
    tab: Page, place: Place
) -> None:
    sell(tab, place, "130")
    tab.goto("/cassa/storico")
    expect(tab.locator(".movements").first).to_contain_text("€")
    held = Held()
    january = re.compile(r"elenco\?.*al=2026-01-31")
    tab.route(re.compile(r"elenco\?dal=2026-01-01"), held.hold)
    tab.route(january, lambda route: route.continue_())
    tab.fill("#dal", "2026-01-01")
    tab.fill("#al", "2026-01-31")
    expect(tab.locator("#content")).to_contain_text("nessun incasso")
    held.let_go(tab)
    expect(tab.locator("#content")).to_contain_text("nessun incasso")


def test_the_list_of_sales_is_the_one_asked_for_last(tab: Page, place: Place) -> None:
    sell(tab, place, "110")
    held = Held()
    tab.route("**/day-totals", held.hold, times=1)
    tab.click("#tab-list")
    tab.click("#tab-sell")
    sell_again(tab, place, "120")
    tab.click("#tab-list")
    expect(tab.locator("#sales")).to_contain_text("1,20 €")
    held.let_go(tab)
    expect(tab.locator("#sales")).to_contain_text("1,20 €")


def test_nothing_is_offered_that_the_end_of_loading_would_take_back(
    tab: Page, place: Place
) -> None:
    """The list was opened before the server had told who works here: the sale came over it."""
    sell(tab, place, "150")
    held = Held()
    tab.route("**/api/v1/operators", held.hold, times=1)
    with tab.expect_request("**/api/v1/operators"):
        tab.reload()
    expect(tab.locator("#tabs")).to_be_hidden()
    held.let_go(tab)
    tab.click("#tab-list")
    expect(tab.locator("#sales")).to_contain_text("1,50 €")
    expect(tab.locator("[data-screen=list]")).to_be_visible()


def test_what_a_finger_is_on_stays_when_the_list_is_filled(tab: Page, place: Place) -> None:
    """The day's sum came late and moved the links down under the finger: the tap was lost."""
    sell(tab, place, "140")
    held = Held()
    tab.route("**/day-totals", held.hold, times=1)
    tab.click("#tab-list")
    before = tab.locator("#to-payments").bounding_box()
    held.let_go(tab)
    expect(tab.locator("#today")).to_contain_text("Oggi: ")
    assert tab.locator("#to-payments").bounding_box() == before


def test_without_a_network_the_page_says_so(tab: Page, place: Place) -> None:
    connect(tab, place)
    tab.route("**/cassa/giornata/totali*", lambda route: route.abort())
    tab.goto("/cassa/giornata")
    expect(tab.get_by_role("alert")).to_contain_text("Manca la rete")
