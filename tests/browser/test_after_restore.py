"""A till keeps the receipts that it was given, and brings them back when a book was put back.

The book is told to have been put back though it was not: what is proved here is the page's side,
and that of the console. The whole story is `tests.operations.test_recover`. On SQLite only.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from ledger.core.recovery import Standing
from ledger.operations.recover import Lost, lost_sales
from ledger.reports.recovery_page import tills_that_told
from ledger.store.network.recoveries import Recovery, begin_recovery
from tests.browser.place import (
    Place,
    assert_accessible,
    connect,
    owed,
    served,
    type_sale,
    without_faults,
)
from tests.browser.test_calls import HOME, enter
from tests.browser.test_till_offline import Village, accept, comes_to, prepare
from tests.browser.test_till_offline import village as village  # noqa: PLC0414 -- a fixture.
from tests.town import NOON

pytestmark = pytest.mark.browser


def put_back(place: Place) -> None:
    """As after a restore: from now on this book's tills wait."""
    ledger, book_no = place.town.ledger, place.town.book_no
    begun = Recovery(book_no, 1, 3, NOON, NOON + 1, NOON)
    ledger.write(lambda db: begin_recovery(db, begun))
    ledger.waiting.look()


def brought(place: Place) -> Lost:
    return lost_sales(place.town.ledger, place.town.comune)


def sell(tab: Page, place: Place, keys: str) -> None:
    type_sale(tab, place, keys)
    tab.click("#take")


def test_a_till_brings_back_its_sale_and_its_refund_by_itself(
    sqlite_template: Path, tmp_path: Path, plain_browser: Browser
) -> None:
    with (
        served(sqlite_template, tmp_path) as place,
        plain_browser.new_context(base_url=place.address, locale="it-IT") as context,
        without_faults(context.new_page()) as tab,
    ):
        connect(tab, place)
        sell(tab, place, "1250")
        expect(tab.locator("#result-word")).to_have_text("PAGATO")
        tab.click("#result-next")
        tab.click("#tab-list")
        tab.locator(".sale").first.get_by_role("button", name="Storna").click()
        tab.fill("#refund-much", "2,50")
        tab.keyboard.press("Enter")
        expect(tab.locator("#receipt-note")).to_contain_text("Stornati 2,50 €")
        put_back(place)
        with tab.expect_response("**/returned-receipts") as told:
            tab.reload()
        assert told.value.ok
        expect(tab.locator("#tab-list")).to_be_visible()
        while not tills_that_told(place.town.ledger.book(place.town.comune), NOON)[0].told_at:
            tab.wait_for_timeout(100)
        lost = brought(place)
        assert [lost.standing[one.receipt_id] for one in lost.receipts] == [Standing.KNOWN] * 2
        assert [one.sale is None for one in lost.receipts] == [True, False]


def test_a_sale_without_network_is_handed_in_again(
    village: Village, plain_browser: Browser
) -> None:
    place = village.place
    with (
        plain_browser.new_context(base_url=place.address, locale="it-IT") as context,
        without_faults(context.new_page()) as tab,
    ):
        prepare(tab, village, place.secret)
        context.set_offline(True)
        before = owed(place)
        accept(tab, "900", village.slip())
        context.set_offline(False)
        tab.goto("/cassa")
        comes_to(place, before + 9_00)
        expect(tab.locator("#unsent")).to_be_hidden()
        put_back(place)
        held: list[Route] = []  # What is wanted is told late, once the page has done all else.
        tab.route(
            "**/returned-receipts",
            lambda one: one.continue_() if held else held.append(one),
        )
        with tab.expect_request("**/returned-receipts"):
            tab.reload()
        tab.wait_for_timeout(2_000)
        tab.evaluate("document.getElementById('unsent').hidden = false")  # Drawn while it waits.
        with tab.expect_response("**/acceptances") as told:
            held[0].continue_()
        [answer] = told.value.json()["answers"]
        assert answer["outcome"] == "posted"  # It had been booked: it is not booked again.
        expect(tab.locator("#unsent")).to_be_hidden()
    assert owed(place) == before + 9_00


@pytest.mark.parametrize("width", [390, 1280])
def test_the_console_tells_what_is_missing(
    sqlite_template: Path, tmp_path: Path, plain_browser: Browser, width: int
) -> None:
    with (
        served(sqlite_template, tmp_path) as place,
        plain_browser.new_context(
            base_url=place.address, locale="it-IT", viewport={"width": width, "height": 844}
        ) as context,
        without_faults(context.new_page()) as tab,
    ):
        put_back(place)
        enter(tab, "approver")
        tab.goto(HOME)
        tab.get_by_role("link", name="Il libro è stato ripristinato").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Dopo un ripristino")
        assert_accessible(tab)
        tab.get_by_role("button", name="Riapri le casse").click()
        expect(tab.get_by_text("Le casse lavorano.")).to_be_visible()
        assert_accessible(tab)
