"""The circuit at the till and on the family's page, in a real browser; each says what it is.

On SQLite only.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ledger.operations.release_bonuses import release_bonuses
from tests.browser.place import Place, assert_accessible, connect, served
from tests.circuit_town import Circuit, add_circuit
from tests.town import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def place(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A town of this module's own, with a circuit and 24,00 credits of its family."""
    with served(sqlite_template, tmp_path_factory.mktemp("circuit")) as made:
        fill(add_circuit(made.town, [made.family], made.secret))
        yield made


def fill(circuit: Circuit) -> None:
    circuit.buy(480_00)
    circuit.pay_in(28_80)
    assert len(release_bonuses(circuit.ledger, now=circuit.ledger.clock())) == 1


def see(tab: Page, name: str) -> None:
    """Kept where a person looks at it, if a folder is named."""
    size = tab.viewport_size
    assert size is not None
    assert_accessible(tab)
    folder = Path(__file__).parents[2] / "build" / "pictures"
    if folder.is_dir():
        tab.screenshot(path=folder / f"{name}-{size['width']}.png", full_page=True)


def test_a_purchase_is_noted_and_credits_are_taken(tab: Page, place: Place) -> None:
    connect(tab, place)
    tab.goto("/cassa/circuito")
    expect(tab.locator("#content")).to_contain_text("Il tuo sconto di oggi: 6 %.")
    expect(tab.locator("#content")).to_contain_text("Natura: sconto.")
    expect(tab.locator("#content")).to_contain_text("Natura: credito.")
    see(tab, "cassa-circuito")
    tab.fill("#receipt", "37.45")
    tab.fill("#receipt-code", place.family.code)
    tab.get_by_role("button", name="Registra l’acquisto").click()
    expect(tab.get_by_role("alert")).to_contain_text("Scrivi l’importo così")
    expect(tab.locator("#receipt")).to_have_value("37.45")
    tab.fill("#receipt", "37,45")
    tab.get_by_role("button", name="Registra l’acquisto").click()
    expect(tab.get_by_role("alert")).to_contain_text("lo sconto da versare al circuito è 2,25 €")
    see(tab, "cassa-circuito-acquisto")
    tab.fill("#credit-amount", "5,00")
    tab.fill("#credit-code", place.family.code)
    tab.fill("#credit-pin", place.family.pin)
    tab.get_by_role("button", name="Prendi i crediti").click()
    expect(tab.get_by_role("alert")).to_contain_text("5,00 crediti. Alla famiglia restano")
    see(tab, "cassa-circuito-crediti")


def test_the_family_sees_its_credits_apart_from_its_vouchers(tab: Page, place: Place) -> None:
    tab.goto("/famiglia/accesso")
    tab.fill("#codice", place.family.code)
    tab.fill("#pin", place.family.pin)
    tab.locator("main form button").click()
    tab.get_by_role("link", name="Sconti e crediti del circuito").click()
    expect(tab.get_by_role("heading", name="Sconti e crediti")).to_be_visible()
    expect(tab.locator("main")).to_contain_text("Natura: credito.")
    expect(tab.locator("main")).to_contain_text("Sconto accreditato in crediti")
    see(tab, "famiglia-crediti")


def test_the_association_sees_what_is_due_and_always_equal(tab: Page) -> None:
    tab.goto("/associazione/accesso")
    tab.fill("#nome", "officer")
    tab.fill("#password", PASSWORD)
    tab.locator("main form button").click()
    expect(tab.get_by_role("heading", name="Sempre uguali")).to_be_visible()
    expect(tab.locator("main")).not_to_contain_text("✗")
    expect(tab.locator("main")).to_contain_text("Panificio Prova: 6 %")
    see(tab, "associazione")
