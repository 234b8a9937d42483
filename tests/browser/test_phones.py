"""A family's phone and a shop's till face to face, each with and without network.

What stands on one screen is filmed for the other's camera. On SQLite only.
"""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from ledger.core.phones import PhoneTerms
from ledger.operations.open_offline import set_phone_terms
from tests.browser.conftest import StartBrowser
from tests.browser.film import write_film
from tests.browser.place import assert_accessible, owed, without_faults
from tests.browser.test_till_offline import PHONE, Village, prepare
from tests.browser.test_till_offline import village as village  # noqa: PLC0414 -- a fixture.
from tests.printed_codes import qr_codes
from tests.town import NOON, key

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(village: Village) -> Village:
    """The same village, whose phones may carry 30.00 along; the PIN above 20.00."""
    town = village.place.town
    signed = set_phone_terms(
        town.ledger, town.comune, village.funding.programme_id, PhoneTerms(20_00, 30_00, 20_00),
        signed_by=(town.officer, town.approver), key=key(), now=NOON,
    )  # fmt: skip
    assert signed.accepted
    town.issue(village.funding, round_name="phones")
    return village


@pytest.fixture
def family(opened: Village, plain_browser: Browser) -> Iterator[BrowserContext]:
    """A phone on which the family has come in once."""
    address = opened.place.address
    with plain_browser.new_context(viewport=PHONE, base_url=address, locale="it-IT") as context:
        yield context


def switch_on(tab: Page, village: Village) -> None:
    """Come in with code and PIN, and have this phone pay from now on."""
    tab.goto("/famiglia/telefono")
    tab.fill("#codice", village.place.family.code)
    tab.fill("#pin", village.place.family.pin)
    tab.click("main form button")
    expect(tab.locator("h1")).to_have_text("Paga con il telefono")
    assert_accessible(tab)
    tab.click("#switch-on")
    expect(tab.locator("[data-screen=code]")).to_be_visible()


def read_code(tab: Page, selector: str) -> str:
    """What the code on a screen says, read as a camera does."""
    expect(tab.locator(f"{selector} path")).to_have_count(1)
    picture = Image.open(io.BytesIO(tab.locator(selector).screenshot()))
    [found] = qr_codes(picture)
    return found


def test_a_phone_is_switched_on_and_shows_a_code_that_changes(
    opened: Village, family: BrowserContext
) -> None:
    with without_faults(family.new_page()) as tab:
        tab.clock.install()
        switch_on(tab, opened)
        expect(tab.locator("#carried")).to_have_text(
            "Anche senza rete puoi spendere fino a 30,00 €."
        )
        assert_accessible(tab)
        first = read_code(tab, "#code")
        tab.clock.run_for(21_000)
        second = read_code(tab, "#code")
        assert first != second
        tab.goto("/famiglia/telefono")
        expect(tab.locator("#on-already")).to_be_visible()
        expect(tab.locator(".this-phone")).to_be_visible()
        assert_accessible(tab)
    assert owed(opened.place) == 0


@pytest.fixture
def shop(opened: Village, plain_browser: Browser) -> Iterator[BrowserContext]:
    """A shop's phone, prepared as a device of its till."""
    address = opened.place.address
    with plain_browser.new_context(viewport=PHONE, base_url=address, locale="it-IT") as context:
        yield context


def sell_to(till: Page, keys: str, code: str) -> None:
    """Type an amount, and what the reader read of a phone."""
    for one in keys:
        till.click(f"[data-key='{one}']")
    till.click("#to-code")
    till.fill("#code", code)
    till.click("#take")


def test_shop_and_phone_online_the_phone_shows(
    opened: Village, family: BrowserContext, shop: BrowserContext
) -> None:
    """F1: no PIN up to the threshold; above it the till asks for it and goes on."""
    with without_faults(family.new_page()) as phone, without_faults(shop.new_page()) as till:
        switch_on(phone, opened)
        prepare(till, opened, opened.place.secret)
        sell_to(till, "650", read_code(phone, "#code"))
        expect(till.locator("#result-word")).to_have_text("PAGATO")
        till.click("#result-next")
        sell_to(till, "100", read_code(phone, "#code"))
        expect(till.locator("#result-word")).to_have_text("NON PAGATO")
        expect(till.locator("#result-why")).to_contain_text("Questo codice è già servito")
        till.click("#result-next")
        phone.click("[data-screen=code] [data-again]")
        expect(phone.locator("#lines")).to_contain_text("3,50 €")
        sell_to(till, "2001", read_code(phone, "#code"))
        expect(till.locator("#code-error")).to_have_text("Serve il PIN: lo scrive la famiglia.")
        till.fill("#pin", opened.place.family.pin)
        till.click("#take")
        expect(till.locator("#result-word")).to_have_text("PAGATO")
    assert owed(opened.place) == 26_51


def films(screen: Page, selector: str, path: Path) -> Path:
    """What a camera in front of that screen sees, for as long as it looks."""
    expect(screen.locator(f"{selector} path")).to_have_count(1)
    picture = Image.open(io.BytesIO(screen.locator(selector).screenshot())).convert("RGB")
    return write_film(path, picture.resize((600, 600)))


def request_of(till: Page, keys: str) -> str:
    """Type an amount and ask a phone for it; the address that the code leads to."""
    for one in keys:
        till.click(f"[data-key='{one}']")
    till.click("#to-code")
    till.click("#ask-phone")
    address = read_code(till, "#ask-code")
    assert_accessible(till)
    return address


def test_both_online_the_shop_shows(
    opened: Village, family: BrowserContext, shop: BrowserContext
) -> None:
    """F2: the family sees shop and amount, confirms, and the till turns green by itself."""
    with without_faults(family.new_page()) as phone, without_faults(shop.new_page()) as till:
        switch_on(phone, opened)
        prepare(till, opened, opened.place.secret)
        phone.goto(request_of(till, "725"))
        expect(phone.locator("#asked")).to_have_text("Panificio Prova ti chiede 7,25 €.")
        assert_accessible(phone)
        phone.click("#confirm")
        expect(phone.locator("#paid")).to_have_text("Pagato 7,25 €")
        assert_accessible(phone)
        expect(till.locator("#result-word")).to_have_text("PAGATO")
        till.click("#result-next")
        assert owed(opened.place) == 7_25
        address = request_of(till, "300")
        with till.expect_response("**/void"):
            till.click("#ask-back")  # The shop thinks better of it: nobody pays it any more.
        phone.goto("/famiglia/paga")
        phone.goto(address)
        phone.click("#confirm")
        expect(phone.locator("#confirm-error")).to_be_visible()
    assert owed(opened.place) == 7_25


def test_a_family_without_an_active_phone_pays_a_request_with_its_pin(
    opened: Village, family: BrowserContext, shop: BrowserContext
) -> None:
    with without_faults(family.new_page()) as phone, without_faults(shop.new_page()) as till:
        prepare(till, opened, opened.place.secret)
        phone.goto("/famiglia/accesso")
        phone.fill("#codice", opened.place.family.code)
        phone.fill("#pin", opened.place.family.pin)
        phone.click("main form button")
        expect(phone.locator(".show-code")).to_be_visible()
        phone.goto(request_of(till, "300"))
        phone.click("#confirm")
        expect(phone.locator("#confirm-error")).to_have_text(
            "Sopra questo importo serve il PIN del foglio."
        )
        phone.fill("#pin", opened.place.family.pin)
        phone.click("#confirm")
        expect(phone.locator("#paid")).to_have_text("Pagato 3,00 €")
        expect(till.locator("#result-word")).to_have_text("PAGATO")
    assert owed(opened.place) == 3_00


def test_shop_offline_family_online_the_receipt_comes_back_by_camera(
    opened: Village, family: BrowserContext, start_with_camera: StartBrowser, tmp_path: Path
) -> None:
    """F3: final at once, and no risk: the till checks its comune's receipt by itself."""
    film = write_film(tmp_path / "till.y4m", Image.new("RGB", (600, 600), "white"))
    camera = start_with_camera(film)
    address = opened.place.address
    with (
        camera.new_context(viewport=PHONE, base_url=address, locale="it-IT") as context,
        without_faults(family.new_page()) as phone,
        without_faults(context.new_page()) as till,
    ):
        switch_on(phone, opened)
        prepare(till, opened, opened.place.secret)
        context.set_offline(True)
        phone.goto(request_of(till, "450"))
        phone.click("#confirm")
        expect(phone.locator("#paid")).to_have_text("Pagato 4,50 €")
        receipt = read_code(phone, "#receipt")
        films(phone, "#receipt", film)
        till.click("#ask-scan")
        expect(till.locator("#result-word")).to_have_text("PAGATO")
        expect(till.locator("#result-why")).to_contain_text("Ricevuta del Comune controllata")
        assert receipt.startswith("BC1:")
        assert owed(opened.place) == 4_50
        context.set_offline(False)


def test_both_offline_the_phone_pays_from_what_it_carries(
    opened: Village, family: BrowserContext, start_with_camera: StartBrowser, tmp_path: Path
) -> None:
    """F5: bound to shop and amount, taken in amber, handed in when the network is back."""
    film = write_film(tmp_path / "till.y4m", Image.new("RGB", (600, 600), "white"))
    camera = start_with_camera(film)
    address = opened.place.address
    with (
        camera.new_context(viewport=PHONE, base_url=address, locale="it-IT") as context,
        without_faults(family.new_page()) as phone,
        without_faults(context.new_page()) as till,
    ):
        switch_on(phone, opened)
        phone.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
        prepare(till, opened, opened.place.secret)
        for one in (context, family):
            one.set_offline(True)
        phone.goto(request_of(till, "1200"))
        expect(phone.locator("#confirm")).to_have_text("Paga 12,00 € a Panificio Prova")
        phone.click("#confirm")
        expect(phone.locator("#answer-what")).to_contain_text("solo per Panificio Prova")
        assert_accessible(phone)
        films(phone, "#answer", film)
        till.click("#ask-scan")
        expect(till.locator("#accept")).to_be_visible()
        till.click("#accept")
        till.click("#accept")
        expect(till.locator("#result-word")).to_contain_text("ACCETTATO")
        assert owed(opened.place) == 0
        phone.click("[data-screen=answer] [data-again]")
        phone.fill("#amount", "25,00")
        phone.click("#amount-form button")
        expect(phone.locator("#over-carried")).to_be_visible()  # 18.00 are left without network.
        context.set_offline(False)
        expect(till.locator("#unsent")).to_be_hidden(timeout=20_000)
    assert owed(opened.place) == 12_00


def test_the_phone_alone_is_offline(
    opened: Village, family: BrowserContext, shop: BrowserContext
) -> None:
    """F4: it asks how much, and the shop's network does the rest."""
    with without_faults(family.new_page()) as phone, without_faults(shop.new_page()) as till:
        switch_on(phone, opened)
        phone.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
        prepare(till, opened, opened.place.secret)
        family.set_offline(True)
        phone.goto("/famiglia/paga")
        expect(phone.locator("[data-screen=amount]")).to_be_visible()
        assert_accessible(phone)
        phone.fill("#amount", "8,00")
        phone.click("#amount-form button")
        code = read_code(phone, "#code")
        sell_to(till, "801", code)
        expect(till.locator("#result-why")).to_contain_text("un altro importo")
        till.click("#result-next")
        sell_to(till, "800", code)
        expect(till.locator("#result-word")).to_have_text("PAGATO")
        family.set_offline(False)
        phone.goto("/famiglia/paga")
        expect(phone.locator("#carried")).to_contain_text(
            "30,00"
        )  # It was told: nothing is kept back.
    assert owed(opened.place) == 8_00
