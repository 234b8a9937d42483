"""Good practices, figures, the SIUSS, fees, letters and the guide in a real browser: accessible."""

from playwright.sync_api import FilePayload, Page, expect

from ledger.operations.publish_checkpoint import publish_checkpoint
from tests.browser.place import Place, assert_accessible
from tests.browser.test_calls import HOME, enter
from tests.imports.test_practice_files import signed
from tests.town import NOON


def seen(tab: Page, path: str) -> None:
    tab.goto(f"{HOME}{path}")
    assert_accessible(tab)


def test_the_guide_and_what_an_officer_tells_others(tab: Page, place: Place) -> None:
    publish_checkpoint(place.town.ledger, "giussano", domain="brianza.example.org", now=NOON)
    enter(tab, "officer")
    for path in ("/guida", "/pratiche", "/confronto?a=iniziativa:P1", "/siuss"):
        seen(tab, path)
    seen(tab, "/iniziative/P1/promemoria?giorni=300")


def test_a_practice_of_a_stranger_is_looked_at_and_kept(tab: Page, place: Place) -> None:
    enter(tab, "officer")
    tab.goto(f"{HOME}/pratiche")
    file: FilePayload = {
        "name": "p.json", "mimeType": "application/json", "buffer": signed(),
    }  # fmt: skip
    tab.set_input_files("#file", file)
    tab.get_by_role("button", name="Guarda che cosa contiene").click()
    expect(tab.get_by_text("Firma non verificata")).to_be_visible()
    assert_accessible(tab)
    tab.check("#accetto")
    tab.get_by_role("button", name="Tienilo come bozza").click()
    expect(tab.get_by_role("heading", name="Che cosa ne avete fatto")).to_be_visible()
    assert_accessible(tab)
    draft = tab.url
    for path in ("iniziativa", "bando"):
        tab.goto(f"{draft}/{path}")
        assert_accessible(tab)
    del place


def test_a_family_sees_its_fee_without_script(tab: Page, place: Place) -> None:
    assert tab.viewport_size
    title = f"Mensa {tab.viewport_size['width']}"  # One of its own for each size.
    enter(tab, "officer")
    seen(tab, "/tariffe")
    seen(tab, "/tariffe/nuova")
    for field, text in {
        "titolo": title, "servizio": "un pasto", "dal": "2020-01-01", "costo": "6,87",
        "fascia-0-fino": "7.250,00", "fascia-0-importo": "2,40", "oltre": "6,77",
    }.items():  # fmt: skip
        tab.fill(f"#{field}", text)
    tab.select_option("#indicatore", "isee_ff")
    tab.get_by_role("button", name="Salva la versione").click()
    expect(tab.get_by_text("aspetta una seconda firma")).to_be_visible()
    assert_accessible(tab)
    tariff = tab.url
    enter(tab, "approver")
    tab.goto(tariff)
    tab.get_by_role("button", name="Firma questa tariffa").click()
    tab.context.clear_cookies()
    tab.goto("/tariffe/giussano")
    assert_accessible(tab)
    tab.get_by_role("link", name=title).click()
    assert_accessible(tab)
    tab.fill("#isee", "7.000,00")
    tab.get_by_role("button", name="Quanto pago?").click()
    expect(tab.locator("#quanto-paghi")).to_contain_text("2,40")
    expect(tab.locator("#quanto-paghi")).to_contain_text("sintetica")
    assert_accessible(tab)
    del place
