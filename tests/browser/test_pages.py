"""The three users' pages in a real browser: a sale whose answer was lost, keyboard, axe.

On SQLite only: what differs between engines is tested without a browser.
"""

import json

import pytest
from playwright.sync_api import Page, Route, expect

from ledger.operations.sign_in import credential_of_code
from ledger.reports.demo_tokens import family_tokens
from tests.browser.place import SIZES, Place, assert_accessible, connect, owed, type_sale
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


def test_an_attempt_that_another_till_left_is_told_by_the_list(tab: Page, place: Place) -> None:
    connect(tab, place)
    type_sale(tab, place, "140")
    tab.click("#take")
    expect(tab.locator("#result-word")).to_have_text("PAGATO")
    key = tab.locator("#result-receipt .receipt-id").inner_text()
    _other, secret = place.town.shop(f"Edicola {tab.viewport_size}")
    tab.evaluate("sessionStorage.clear()")
    tab.goto("/cassa")
    tab.evaluate(
        "(key) => localStorage.setItem('portavalori-attempt',"
        " JSON.stringify({ key, amountCents: 140 }))",
        key,
    )
    tab.fill("#secret", secret)
    tab.click("#enrol button")
    expect(tab.locator("#list-note")).to_contain_text("un’altra cassa")
    expect(tab.locator("#result")).to_be_hidden()  # Neither paid nor not.
    assert tab.evaluate("localStorage.getItem('portavalori-attempt')") is None
    tab.click("#tab-sell")
    expect(tab.locator("#screen-amount")).to_be_visible()


def test_a_sale_from_two_vouchers_is_one_line_of_the_list(tab: Page, place: Place) -> None:
    town = place.town
    act = f"two-{tab.viewport_size}"
    town.issue(town.programme(act=act), round_name=act)
    credential = credential_of_code(town.ledger, place.family.code)
    assert credential
    told = family_tokens(town.ledger, "c_e063", [credential.id])
    nearly_all = told[credential.id].available_cents // 100 * 100 - 1_00
    connect(tab, place)
    tab.click("#tab-list")
    expect(tab.locator("#today")).to_contain_text("Oggi")
    before = tab.locator(".sale").count()
    tab.click("#tab-sell")
    type_sale(tab, place, str(nearly_all))
    tab.click("#take")
    expect(tab.locator("#result-word:visible")).to_have_text("PAGATO")
    tab.click("#result-next")
    tab.click("#tab-list")
    expect(tab.locator(".sale")).to_have_count(before + 1)
    expect(tab.locator(".sale-much").first).to_have_text(f"{nearly_all // 100},00 €")
    tab.locator(".sale button", has_text="Annulla").first.click()
    expect(tab.locator("#list-note")).to_contain_text("Annullato")


def test_the_till_works_by_keyboard_alone(tab: Page, place: Place) -> None:
    connect(tab, place)
    tab.keyboard.type("140")
    expect(tab.locator("#screen-amount .display")).to_have_text("1,40 €")
    tab.keyboard.press("Enter")  # The heading has the focus, and nothing was clicked.
    expect(tab.locator("#code")).to_be_visible()
    tab.locator("#code").focus()
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
    for path in (
        "/famiglia",
        "/famiglia/negozi",
        "/famiglia/movimenti",
        "/famiglia/codice",
        "/famiglia/dati",
    ):
        tab.goto(path)
        assert_accessible(tab)


ROLES = {
    "officer": (
        "/iniziative/nuova", "/iniziative/P1/finanzia", "/iniziative/P1/economie",
        "/iniziative/P1/regole",
        "/elenchi/nuovo?iniziativa=P1", "/famiglie", "/negozi/nuovo",
    ),
    "approver": ("/famiglie",),
    "treasurer": (),
}  # fmt: skip
FOR_ALL = (
    "", "/iniziative", "/iniziative/P1", "/iniziative/P1/buoni", "/atti", "/elenchi",
    "/negozi", "/liquidazioni", "/liquidazioni/1", "/movimenti", "/registrazioni/3",
    "/conti", "/bilancio", "/verifica", "/testimoni", "/controlli", "/controlli/eccezioni",
    "/controlli/soglia", "/controlli/campioni", "/conservazione",
    "/conto-giudiziale",
)  # fmt: skip


def is_wide(tab: Page) -> bool:
    return tab.viewport_size is not None and tab.viewport_size["width"] >= SIZES["desk"][0]


def pages_of(role: str, tab: Page) -> tuple[str, ...]:
    """Its own pages, and those of all: the officer's at both sizes, of each other role at one."""
    other = "treasurer" if is_wide(tab) else "approver"
    return (*FOR_ALL, *ROLES[role]) if role in {"officer", other} else ("", *ROLES[role])


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_the_console_is_accessible(tab: Page, role: str) -> None:
    home = "/comune/giussano"
    tab.goto(home)
    assert_accessible(tab)
    tab.fill("#nome", role)
    tab.fill("#password", PASSWORD)
    tab.click("main button")
    for path in pages_of(role, tab):
        answer = tab.goto(f"{home}{path}")
        assert answer is not None
        assert answer.status == 200, path
        assert_accessible(tab)


def test_the_states_of_the_console_are_accessible(tab: Page, place: Place) -> None:
    home = "/comune/giussano"
    tab.goto(home)
    tab.fill("#nome", "approver")
    tab.fill("#password", PASSWORD)
    tab.click("main button")
    tab.goto(f"{home}/famiglie")
    tab.fill("#chi", "0000-0000-0000")
    tab.click("main form button")
    expect(tab.get_by_role("alert")).to_be_visible()
    assert_accessible(tab)
    tab.fill("#chi", place.family.code)
    tab.click("main form button")
    expect(tab.locator("#dai-tagliandi")).to_be_visible()
    tab.locator("details summary").first.click()
    assert_accessible(tab)
    tab.goto(f"{home}/movimenti?tipo=funding")
    tab.locator("td a").first.click()
    tab.locator("details summary").click()
    assert_accessible(tab)
    tab.goto(f"{home}/accesso")
    tab.fill("#nome", "officer")
    tab.fill("#password", PASSWORD)
    tab.click("main button")
    tab.goto(f"{home}/negozi/nuovo")
    for name, text in {
        "nome": "Forno",
        "indirizzo": "Via 1",
        "partita-iva": "1",
        "iban": "2",
    }.items():
        tab.fill(f"#{name}", text)
    tab.click("main form button")
    expect(tab.get_by_role("alert")).to_be_visible()
    assert_accessible(tab)
    tab.goto(f"{home}/negozi")
    tab.locator("td a").first.click()
    tab.get_by_role("button", name="Aggiungi la cassa").click()
    expect(tab.locator(".secret")).to_be_visible()
    assert_accessible(tab)


def test_the_pages_speak_english_as_accessibly(tab: Page, place: Place) -> None:
    tab.goto("/")
    tab.get_by_role("button", name="English").click()
    assert_accessible(tab)
    tab.goto("/famiglia")
    tab.fill("#codice", place.family.code)
    tab.fill("#pin", place.family.pin)
    tab.click("main button")
    for path in (
        "/famiglia",
        "/famiglia/negozi",
        "/famiglia/movimenti",
        "/famiglia/codice",
        "/famiglia/dati",
    ):
        tab.goto(path)
        assert tab.locator("html").get_attribute("lang") == "en"
        assert_accessible(tab)
    connect(tab, place)
    type_sale(tab, place, "105")
    tab.click("#take")
    expect(tab.locator("#result-word")).to_have_text("PAID")
    assert_accessible(tab)
    home = "/comune/giussano"
    tab.goto(home)
    tab.fill("#nome", "officer")
    tab.fill("#password", PASSWORD)
    tab.click("main button")
    for path in FOR_ALL if is_wide(tab) else (*FOR_ALL[:1], *ROLES["officer"]):
        tab.goto(f"{home}{path}")
        assert_accessible(tab)
