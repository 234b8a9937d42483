"""Acts and economie on the console: one officer proposes, another confirms."""

from starlette.testclient import TestClient

from ledger.reports.programme_page import programme_totals
from tests.town import Town
from tests.wallet_web.conftest import come_in
from tests.wallet_web.test_console import HOME, hidden


def confirm(browser: TestClient, proposal: str) -> None:
    """The second officer's yes to a proposal, twice as a double tap is; then the first is back."""
    come_in(browser, "approver")
    page = browser.get(proposal).text
    words = {name: hidden(page, name) for name in ("chiave", "impronta")}
    for _ in range(2):
        browser.post(f"{proposal}/conferma", data=words)
    come_in(browser, "officer")


def test_an_act_gives_money_to_a_programme_once(town: Town, browser: TestClient) -> None:
    come_in(browser, "officer")
    form = browser.get(f"{HOME}/iniziative/nuova").text
    terms = {"titolo": "Buoni", "testo": "", "dal": "2026-11-01", "al": "2026-12-31"}
    words = terms | {"chiave": hidden(form, "chiave"), "tipo-bakery": "1"}
    for _ in range(2):  # A double tap.
        assert browser.post(f"{HOME}/iniziative", data=words).status_code == 303
    form = browser.get(f"{HOME}/iniziative/P1/finanzia").text
    act = {"numero": "42", "data": "2026-10-20", "oggetto": "Impegno", "tipo": "comune"}
    words = act | {"fonte": "Bilancio", "importo": "1.000,00", "chiave": hidden(form, "chiave")}
    pages = [browser.post(f"{HOME}/iniziative/P1/finanzia", data=words) for _ in range(2)]
    [proposal] = {one.headers["location"] for one in pages}
    [one] = programme_totals(town.ledger, town.book_no)
    assert one.held_cents == 0  # One person commits nothing.
    assert "Aspetta la conferma" in browser.get(proposal).text
    assert "Impegno di denaro, Buoni" in " ".join(browser.get(HOME).text.split())
    confirm(browser, proposal)
    [one] = programme_totals(town.ledger, town.book_no)
    assert (one.held_cents, one.promised_cents, one.agrees) == (1_000_00, 1_000_00, True)
    again = words | {"chiave": hidden(browser.get(f"{HOME}/iniziative/P1/finanzia").text, "chiave")}
    refused = browser.post(f"{HOME}/iniziative/P1/finanzia", data=again)
    assert "numero già usato" in browser.get(refused.headers["location"]).text
