"""A call in a real browser: each of its pages is accessible, from the empty list to the ranking."""

from playwright.sync_api import Page, expect

from tests.browser.place import Place, assert_accessible
from tests.operations.test_calls import code
from tests.town import PASSWORD

HOME = "/comune/giussano"


def enter(tab: Page, role: str) -> None:
    tab.context.clear_cookies()
    tab.goto(HOME)
    tab.fill("#nome", role)
    tab.fill("#password", PASSWORD)
    tab.click("main button")
    expect(tab.locator(".console-nav")).to_be_visible()


def opened(tab: Page, number: int) -> str:
    """The address of a new call, of a round of its own, with a rule that waits."""
    enter(tab, "officer")
    for path in ("/bandi", "/bandi/nuovo"):
        tab.goto(f"{HOME}{path}")
        assert_accessible(tab)
    tab.fill("#titolo", "Bando prova")
    tab.fill("#turno", str(number))
    tab.fill("#entro", "2026-12-15")
    tab.click("main form button")
    call = tab.url
    assert_accessible(tab)
    tab.goto(f"{call}/regola")
    tab.get_by_text("Le righe: che cosa pesa, e quanto").click()
    assert_accessible(tab)
    tab.fill("#giorno", "2026-09-01")
    tab.click("main form button")
    assert_accessible(tab)  # The trial, without anybody yet.
    return call


def apply(tab: Page, call: str, number: int) -> None:
    for path in ("carica", "nuova"):
        tab.goto(f"{call}/domande/{path}")
        assert_accessible(tab)
    for field, text in {
        "codice-fiscale": code(number), "cognome": "Prova", "nome": "Ada", "isee": "12.000,00",
        "isee-data": "2026-02-02", "isee-fine": "2026-12-31", "genitore-0": "1986-05-01",
        "figlio-0": "2022-05-01",
    }.items():  # fmt: skip
        tab.fill(f"#{field}", text)
    tab.select_option("#isee-tipo", "ordinary")
    tab.click("main form button")
    assert_accessible(tab)
    tab.locator("td a").first.click()
    expect(tab.locator("#conto")).to_be_visible()
    assert_accessible(tab)


def test_a_call_from_its_opening_to_its_ranking(tab: Page, place: Place) -> None:
    assert tab.viewport_size
    number = tab.viewport_size["width"]  # A round, and somebody, of its own for each size.
    call = opened(tab, number)
    apply(tab, call, number)
    enter(tab, "approver")
    tab.goto(call)
    assert_accessible(tab)
    tab.get_by_role("button", name="Firma questa regola").click()
    expect(tab.get_by_text("In vigore la versione 1")).to_be_visible()
    enter(tab, "officer")
    tab.goto(f"{call}/simulazione")
    assert_accessible(tab)
    tab.goto(call)
    tab.fill("#importo", "100,00")
    tab.get_by_role("button", name="Prepara la graduatoria").click()
    expect(tab.get_by_role("heading", name="Graduatoria")).to_be_visible()
    assert_accessible(tab)
    assert list(place.town.ledger.book("giussano").check()) == []
