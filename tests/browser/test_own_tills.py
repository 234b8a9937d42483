"""A shop's owner adds a till and lets people stand at it: two phones that face each other.

On SQLite only.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import StartBrowser
from tests.browser.film import write_film
from tests.browser.place import (
    SIZES,
    Place,
    assert_accessible,
    connect,
    owed,
    served,
    type_sale,
    without_faults,
)

pytestmark = pytest.mark.browser
OWNER, HELPER = ("Titta", "11111"), ("Sara", "22222")


@pytest.fixture
def place(sqlite_template: Path, tmp_path: Path) -> Iterator[Place]:
    """A town of each test's own: operators that one adds would lock the others' tills."""
    with served(sqlite_template, tmp_path) as made:
        yield made


def phone(browser: Browser, place: Place, size: str = "phone") -> Page:
    width, height = SIZES[size]
    viewport = {"width": width, "height": height}
    context = browser.new_context(
        viewport=viewport,  # type: ignore[arg-type]
        base_url=place.address,
        locale="it-IT",
    )
    return context.new_page()


def open_own(tab: Page) -> None:
    tab.get_by_role("link", name="Casse e operatori").click()
    expect(tab.get_by_role("button", name="Aggiungi cassa")).to_be_visible()


def add_operator(tab: Page, who: tuple[str, str], rights: str) -> None:
    tab.fill("#soprannome", who[0])
    tab.fill("#pin", who[1])
    tab.select_option("#diritti", rights)
    tab.get_by_role("button", name="Aggiungi operatore").click()


def come_in(tab: Page, who: tuple[str, str]) -> None:
    expect(tab.get_by_role("heading", name="Chi sta alla cassa?")).to_be_visible()
    tab.get_by_label(who[0]).check()
    tab.fill("#lock-pin", who[1])
    tab.keyboard.press("Enter")


def make_people(tab: Page, place: Place) -> None:
    """The owner first, which locks the till; then, as the owner, one who only scans."""
    open_own(tab)
    add_operator(tab, OWNER, "owner")
    expect(tab).to_have_url(f"{place.address}/cassa")  # From now on it wants a PIN.
    come_in(tab, OWNER)
    expect(tab.locator("#screen-amount")).to_be_visible()
    open_own(tab)
    add_operator(tab, HELPER, "scan")
    expect(tab.locator(".own").last).to_contain_text("Sara")


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_a_phone_is_connected_by_the_camera_and_comes_back_by_its_key(
    place: Place, plain_browser: Browser, start_with_camera: StartBrowser, tmp_path: Path, size: str
) -> None:
    with without_faults(phone(plain_browser, place, size)) as owner:
        connect(owner, place)
        open_own(owner)
        assert_accessible(owner)
        owner.fill("#nome", "Cassa del banco")
        owner.get_by_role("button", name="Aggiungi cassa").click()
        expect(owner.locator(".invitation-code")).to_be_visible()
        assert_accessible(owner)
        shown = Image.open(BytesIO(owner.locator(".invitation-code").screenshot()))
        film = write_film(tmp_path / "film.y4m", shown.convert("RGB").resize((600, 600)))
        with without_faults(phone(start_with_camera(film), place)) as new:
            new.goto("/cassa")
            assert_accessible(new)
            new.click("#enrol-camera")
            expect(new.locator("#waiting-owner-name")).to_contain_text(
                "Panificio Prova · Cassa del banco", timeout=20_000
            )
            assert_accessible(new)
            confirm = owner.get_by_role("button", name="Conferma Cassa del banco")
            expect(confirm).to_be_visible()
            assert_accessible(owner)
            confirm.click()
            expect(new.locator("#screen-amount")).to_be_visible()
            expect(new.locator("#shop")).to_contain_text("Cassa del banco")
            come_back(place, new)
            owner.get_by_role("button", name="Ritira Cassa del banco").click()
            owner.get_by_role("button", name="Tocca ancora: ritira").click()
            expect(owner.locator(".own").first).not_to_contain_text("Cassa del banco")
            new.click("#tab-list")
            expect(new.locator("#enrol-error")).to_contain_text("è stata ritirata")
            assert_accessible(new)


def come_back(place: Place, tab: Page) -> None:
    """Killed: no token was kept, and the next tab signs in by the phone's key, and sells."""
    before = owed(place)
    tab.evaluate("sessionStorage.clear()")
    assert tab.evaluate("JSON.stringify(localStorage)") == '{"portavalori-prepared":"1"}'
    tab.goto("/cassa")
    expect(tab.locator("#screen-amount")).to_be_visible()
    type_sale(tab, place, "210")
    tab.click("#take")
    expect(tab.locator("#result-word")).to_have_text("PAGATO")
    assert owed(place) == before + 2_10
    tab.click("#result-next")


def test_a_typed_code_and_the_owner_s_no(place: Place, plain_browser: Browser) -> None:
    with without_faults(phone(plain_browser, place)) as owner:
        connect(owner, place)
        open_own(owner)
        owner.get_by_role("button", name="Aggiungi cassa").click()
        code = owner.locator(".secret").inner_text()
        with without_faults(phone(plain_browser, place)) as new:
            new.goto("/cassa")
            new.click("#enrol-camera")
            expect(new.locator("#enrol-error")).to_contain_text("scrivi il codice")
            expect(new.locator("#enrol-video")).to_be_hidden()
            new.fill("#secret", code[:-1] + ("A" if code[-1] != "A" else "B"))
            new.keyboard.press("Enter")
            expect(new.locator("#enrol-error")).to_contain_text("errore di battitura")
            new.fill("#secret", code.lower())
            new.keyboard.press("Enter")
            expect(new.locator("#screen-waiting-owner")).to_be_visible()
            owner.get_by_role("button", name="Rifiuta Cassa 2").click()
            expect(new.locator("#enrol-error")).to_contain_text("è stata ritirata")
            new.reload()
            expect(new.locator("#come-back")).to_be_visible()


def come_in_by_keyboard(tab: Page, who: tuple[str, str]) -> None:
    """From the heading on: the operators by arrows, then the PIN."""
    tab.locator("#screen-lock h1").focus()
    tab.keyboard.press("Tab")
    while not tab.get_by_label(who[0]).is_checked():
        tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Tab")
    tab.keyboard.type(who[1])
    tab.keyboard.press("Enter")


def test_the_lock_keeps_the_amount_and_wants_a_pin(place: Place, plain_browser: Browser) -> None:
    with without_faults(phone(plain_browser, place)) as tab:
        tab.clock.install()
        connect(tab, place)
        make_people(tab, place)
        tab.get_by_role("link", name="Incassa", exact=True).click()
        expect(tab.locator("#operator")).to_contain_text("Titta")
        for one in "1250":
            tab.click(f"[data-key='{one}']")
        tab.clock.run_for(4 * 60_000)
        expect(tab.locator("#screen-amount")).to_be_visible()
        tab.clock.run_for(61_000)
        expect(tab.get_by_role("heading", name="Chi sta alla cassa?")).to_be_visible()
        expect(tab.locator("#lock-amount")).to_contain_text("12,50 €")
        assert_accessible(tab)
        come_in(tab, (HELPER[0], "00000"))
        expect(tab.locator("#lock-error")).to_contain_text("PIN sbagliato")
        come_in_by_keyboard(tab, HELPER)
        expect(tab.locator("#screen-amount")).to_be_visible()
        expect(tab.locator("#screen-amount [data-amount]")).to_have_text("12,50 €")
        expect(tab.locator("#operator")).to_contain_text("Sara")
        tab.get_by_role("link", name="Casse e operatori").click()
        expect(tab.get_by_role("alert")).to_contain_text("è del titolare")
        tab.goto("/cassa")
        tab.click("#lock")
        expect(tab.get_by_role("heading", name="Chi sta alla cassa?")).to_be_visible()
        tab.reload()
        expect(tab.get_by_role("heading", name="Chi sta alla cassa?")).to_be_visible()


def test_a_refund_is_for_who_may_and_above_the_limit_for_two(
    place: Place, plain_browser: Browser
) -> None:
    with without_faults(phone(plain_browser, place)) as tab:
        connect(tab, place)
        make_people(tab, place)
        tab.fill("#importo", "4,00")
        tab.fill("#soprannome", "x")
        tab.get_by_role("button", name="Salva").click()
        expect(tab.locator("#soprannome")).to_have_value("")  # It is drawn anew.
        add_operator(tab, ("Rina", "33333"), "refund")
        expect(tab.locator(".own").last).to_contain_text("Rina")
        tab.get_by_role("link", name="Incassa", exact=True).click()
        hand_over(tab, HELPER)
        type_sale(tab, place, "1000")
        tab.click("#take")
        expect(tab.locator("#result-word")).to_have_text("PAGATO")
        before = owed(place)
        tab.click("#result-next")
        tab.click("#tab-list")
        expect(tab.locator(".sale").first).to_be_visible()
        assert tab.get_by_role("button", name="Storna").count() == 0
        hand_over(tab, ("Rina", "33333"))
        tab.click("#tab-list")
        tab.locator(".sale").first.get_by_role("button", name="Storna").click()
        tab.fill("#refund-much", "5,00")
        tab.keyboard.press("Enter")
        expect(tab.locator("#refund-error")).to_contain_text("PIN di un altro operatore")
        assert_accessible(tab)
        tab.select_option("#second", label="Titta")
        tab.fill("#second-pin", "99999")
        tab.keyboard.press("Enter")
        expect(tab.locator("#refund-error")).to_contain_text("PIN sbagliato")
        assert owed(place) == before
        tab.fill("#second-pin", OWNER[1])
        tab.keyboard.press("Enter")
        expect(tab.locator("#receipt-note")).to_contain_text("Stornati 5,00 €")
        assert owed(place) == before - 5_00


held: Final = list[Route]()


def hold(route: Route) -> None:
    held.append(route)


def test_who_types_before_the_server_has_answered_comes_in(
    place: Place, plain_browser: Browser
) -> None:
    with without_faults(phone(plain_browser, place)) as tab:
        connect(tab, place)
        make_people(tab, place)
        tab.get_by_role("link", name="Incassa", exact=True).click()
        hand_over(tab, OWNER)  # Both are listed now, and stay so when it is locked again.
        tab.route("**/operator-turns", hold)
        held.clear()
        tab.click("#lock")
        come_in(tab, HELPER)
        tab.wait_for_timeout(500)
        under_way = [route.request.method for route in held]
        tab.route("**/operator-turns", lambda route: route.continue_())
        for route in held:
            route.continue_()
        expect(tab.locator("#operator")).to_contain_text("Sara")
        assert under_way == ["DELETE"]  # The lock alone: the turn waits for it.


def hand_over(tab: Page, who: tuple[str, str]) -> None:
    tab.click("#lock")
    come_in(tab, who)
    expect(tab.locator("#operator")).to_contain_text(who[0])
