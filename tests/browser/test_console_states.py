"""The console's states in a real browser: a list from its preview to its issue, roles that only
look, forms that were sent twice; axe on each, and one walk without a pointer.

On SQLite only.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from ledger.core.programmes import starts_at
from ledger.core.redemption import Redemption
from ledger.operations.redeem import redeem
from ledger.operations.sign_in import calling_till, open_till_session
from tests.browser.place import Place, assert_accessible, served
from tests.town import NOON, PASSWORD, key
from wallet_web.rendering import as_date

pytestmark = pytest.mark.browser
HOME = "/comune/giussano"
LIST = "Codice fiscale;Cognome;Nome;Importo\nVRDLGU80A01F205T;Verdi;Luigi;50,00\n"
FOR_ALL = (
    "", "/iniziative/P1", "/iniziative/P1/buoni", "/atti", "/elenchi", "/negozi", "/liquidazioni",
    "/liquidazioni/1", "/movimenti", "/registrazioni/3", "/conti", "/bilancio",
    "/bilancio?quando=2026-01-01T00:00", "/verifica", "/movimenti?tipo=payout", "/testimoni",
    "/conto-giudiziale", "/controlli", "/controlli/eccezioni", "/controlli/soglia",
    "/controlli/campioni",
)  # fmt: skip


@pytest.fixture
def place(sqlite_template: Path, tmp_path: Path) -> Iterator[Place]:
    """A town of each test's own: these tests change what is in it."""
    with served(sqlite_template, tmp_path) as made:
        yield made


def come_in(tab: Page, role: str) -> None:
    tab.goto(f"{HOME}/accesso")
    tab.fill("#nome", role)
    tab.fill("#password", PASSWORD)
    tab.click("main button")
    expect(tab.get_by_role("heading", name="Il libro di Giussano")).to_be_visible()


def test_who_only_looks_meets_no_fault(tab: Page) -> None:
    come_in(tab, "auditor")
    for path in FOR_ALL:
        answer = tab.goto(f"{HOME}{path}")
        assert answer is not None
        assert answer.status == 200, path
        assert tab.get_by_role("button", name="Mostra i nomi").count() == 0
        assert_accessible(tab)
    tab.get_by_role("navigation", name="Sezioni").get_by_role("link", name="Movimenti").click()
    tab.select_option("#tipo", "payout")
    tab.get_by_role("button", name="Filtra").click()
    expect(tab.locator(".empty")).to_be_visible()
    assert_accessible(tab)


def spend(place: Place, times: int) -> None:
    """The family spends 2.50 euro so many times."""
    ledger = place.town.ledger
    opened = open_till_session(ledger, place.secret, now=NOON)
    assert opened
    till = calling_till(ledger, opened.token, now=NOON)
    assert till
    asked = Redemption(till.till_id, place.family.credential_id, 2_50)
    for _ in range(times):
        assert redeem(ledger, asked, key=key(), now=NOON).accepted


def draw_a_sample(tab: Page, place: Place) -> None:
    """Two of a month's four purchases, by the form, when the month has ended."""
    spend(place, 4)
    town = place.town
    first = as_date(town.ledger.book("giussano").head().recorded_at).replace(day=1)
    later = starts_at((first + timedelta(days=31)).replace(day=1)) + 1
    town.ledger.clock = lambda: later
    come_in(tab, "auditor")
    tab.goto(f"{HOME}/controlli/campioni")
    tab.fill("#parte", "50")
    tab.fill("#seme", "verde")
    tab.get_by_role("button", name="Estrai").click()
    expect(tab.locator("main")).to_contain_text("0 esiti registrati su 2")


def test_a_sample_is_accessible_from_its_draw_to_its_end(tab: Page, place: Place) -> None:
    draw_a_sample(tab, place)
    address = tab.url
    assert_accessible(tab)
    for path in (f"{HOME}/controlli/campioni", f"{address}/stampa"):
        tab.goto(path)
        expect(tab.locator("main tbody tr").first).to_be_visible()
        assert_accessible(tab)
    tab.goto(address)
    tab.get_by_role("link", name="Guarda la spesa n. 1").click()
    assert_accessible(tab)
    tab.get_by_label("Regolare", exact=True).check()
    tab.get_by_role("button", name="Registra l’esito").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Spesa n. 2 di 2")
    tab.get_by_label("Non regolare").check()
    tab.fill("#nota", "senza scontrino")
    tab.get_by_role("button", name="Registra l’esito").click()
    expect(tab.locator("main")).to_contain_text("2 esiti registrati su 2")
    assert_accessible(tab)
    tab.get_by_role("button", name="Chiudi").click()
    expect(tab.locator("main")).to_contain_text("Chiuso da")
    assert_accessible(tab)
    tab.goto(f"{address}/2")
    expect(tab.locator(".empty")).to_be_visible()
    expect(tab.locator("main")).to_contain_text("senza scontrino")
    assert_accessible(tab)


def preview(tab: Page, text: str, rows: str, total: str) -> None:
    tab.goto(f"{HOME}/elenchi/nuovo?iniziativa=P1")
    file = FilePayload(name="l.csv", mimeType="text/csv", buffer=text.encode())
    tab.set_input_files("#file", file)
    tab.fill("#righe", rows)
    tab.fill("#totale", total)
    tab.get_by_role("button", name="Vedi l’anteprima").click()
    expect(tab.get_by_role("heading", name="Anteprima")).to_be_visible()


def test_a_list_is_accessible_in_each_of_its_states(tab: Page) -> None:
    come_in(tab, "officer")
    preview(tab, f"{LIST}XXX;Nessuno;Nessuno;10,00\n", "2", "60,00")
    assert_accessible(tab)
    preview(tab, LIST, "1", "50,00")
    assert_accessible(tab)
    tab.get_by_label("Ho controllato").check()
    tab.get_by_role("button", name="Prepara per l’approvazione").click()
    expect(tab.locator("main")).to_contain_text("Aspetta l’approvazione")
    assert_accessible(tab)
    address = tab.url
    come_in(tab, "approver")
    assert_accessible(tab)  # Somebody is waited for.
    tab.goto(address)
    assert_accessible(tab)
    tab.get_by_role("button", name="Approva questo elenco").click()
    expect(tab.get_by_role("button", name="Emetti i buoni")).to_be_visible()
    assert_accessible(tab)
    tab.get_by_role("button", name="Emetti i buoni").click()
    expect(tab.get_by_role("link", name="Stampa i fogli con i codici")).to_be_visible()
    assert_accessible(tab)


def test_a_list_put_aside_is_accessible(tab: Page) -> None:
    come_in(tab, "officer")
    preview(tab, LIST, "1", "50,00")
    tab.get_by_label("Ho controllato").check()
    tab.get_by_role("button", name="Prepara per l’approvazione").click()
    tab.get_by_role("button", name="Ritira l’elenco").click()
    expect(tab.locator("main")).to_contain_text("Ritirato")
    assert_accessible(tab)


def test_shown_names_and_an_old_form_are_accessible(tab: Page, place: Place) -> None:
    come_in(tab, "officer")
    tab.goto(f"{HOME}/famiglie")
    tab.fill("#chi", place.family.code)
    tab.click("main form button")
    expect(tab.get_by_role("heading", level=1)).to_contain_text("nome nascosto")
    tab.get_by_role("button", name="Mostra i nomi").click()
    expect(tab.get_by_role("heading", level=1)).not_to_contain_text("nascosto")
    assert_accessible(tab)
    tab.get_by_role("button", name="Nascondi i nomi").click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("nome nascosto")


def reach(tab: Page, name: str) -> None:
    """Go on by Tab until this link, button or field has the cursor; it is always seen."""
    for _ in range(120):
        tab.keyboard.press("Tab")
        here = tab.evaluate(
            """() => { const on = document.activeElement;
            const box = on.getBoundingClientRect();
            const label = on.labels?.[0]?.textContent ?? on.textContent;
            return [label.trim(), box.width > 0 && box.height > 0]; }"""
        )
        if here[0].startswith(name):
            assert here[1], f"{name} has the cursor and is not seen"
            return
    raise AssertionError(f"no way to {name} by keyboard")


def test_the_console_needs_no_pointer(tab: Page) -> None:
    """Sign in, check the book, filter the movements, go down to an entry and out again."""
    tab.goto(f"{HOME}/accesso")
    reach(tab, "Nome utente")
    tab.keyboard.type("officer")
    reach(tab, "Password")
    tab.keyboard.type(PASSWORD)
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", name="Il libro di Giussano")).to_be_visible()
    reach(tab, "Verifica ora")
    tab.keyboard.press("Enter")
    expect(tab.locator("#esito")).to_contain_text("I conti tornano")
    reach(tab, "Movimenti")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", name="Movimenti")).to_be_visible()
    tab.wait_for_load_state()
    reach(tab, "Dal")
    reach(tab, "Filtra")
    with tab.expect_response(re.compile(r"/movimenti\?")):
        tab.keyboard.press("Enter")
    expect(tab).to_have_url(re.compile(r"/movimenti\?"))  # The rows there now are the new ones.
    expect(tab.locator("#esito tbody tr").first).to_be_visible()
    tab.locator("#esito td a").first.focus()
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", name="Dare e avere")).to_be_visible()
    entry = tab.url
    reach(tab, "Precedente")
    tab.keyboard.press("Enter")
    expect(tab).not_to_have_url(entry)
    tab.wait_for_load_state()
    reach(tab, "Esci")
    tab.keyboard.press("Enter")
    expect(tab.get_by_label("Password")).to_be_visible()
