"""The circuit at the till and on the family's page, in a real browser; each says what it is.

On SQLite only.
"""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect

from ledger import AccountKind
from ledger.core.chart import CIRCUIT_BOOK
from ledger.operations.release_bonuses import release_bonuses
from tests.browser.conftest import StartBrowser
from tests.browser.film import write_film
from tests.browser.place import Place, assert_accessible, connect, served, without_faults
from tests.browser.test_till import family_sheet, printed
from tests.browser.test_till_offline import PHONE
from tests.circuit_town import Circuit, add_circuit
from tests.printed_codes import qr_codes
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
    expect(tab.locator("main")).to_contain_text("Natura: sconto.")
    expect(tab.locator("main")).to_contain_text("Natura: credito.")
    see(tab, "cassa-circuito")
    tab.fill("#receipt", "37.45")
    tab.fill("#receipt-code", place.family.code)
    tab.get_by_role("button", name="Registra l’acquisto").click()
    expect(tab.get_by_role("alert")).to_contain_text("Scrivi l’importo così")
    expect(tab.locator("#receipt")).to_have_value("37.45")
    tab.fill("#receipt", "37,45")
    tab.fill("#receipt-code", "7KQ2-M9XD-41PC")
    tab.get_by_role("button", name="Registra l’acquisto").click()
    expect(tab.get_by_role("alert")).to_contain_text("errore di battitura")
    expect(tab.locator("#receipt")).to_have_value("37,45")
    expect(tab.locator("#receipt-code")).to_have_value("7KQ2-M9XD-41PC")
    tab.fill("#receipt-code", place.family.code)
    tab.get_by_role("button", name="Registra l’acquisto").click()
    expect(tab.get_by_role("alert")).to_contain_text("lo sconto da versare al circuito è 2,25 €")
    see(tab, "cassa-circuito-acquisto")
    tab.fill("#credit-amount", "5,00")
    tab.fill("#credit-code", place.family.code)
    wrong = f"{(int(place.family.pin) + 1) % 100_000:05d}"
    tab.fill("#credit-pin", wrong)
    tab.get_by_role("button", name="Prendi i crediti").click()
    expect(tab.get_by_role("alert")).to_contain_text("PIN sbagliato")
    tab.fill("#credit-pin", place.family.pin)
    tab.get_by_role("button", name="Prendi i crediti").click()
    expect(tab.get_by_role("alert")).to_contain_text("5,00 crediti. Alla famiglia restano")
    see(tab, "cassa-circuito-crediti")


def due(place: Place) -> int:
    """What the shops owe the circuit, in cents."""
    lines = place.town.ledger.book(CIRCUIT_BOOK).trial_balance()
    return sum(line.balance for line in lines if line.kind == AccountKind.CONTRIBUTION_DUE)


def test_a_purchase_without_network_waits_and_is_noted_once(tab: Page, place: Place) -> None:
    before = due(place)
    connect(tab, place)
    tab.goto("/cassa/circuito")
    expect(tab.locator("#content")).to_contain_text("6 %")
    tab.context.set_offline(True)
    for cents in ("50,00", "10,00"):
        tab.fill("#receipt", cents)
        tab.fill("#receipt-code", place.family.code)
        tab.get_by_role("button", name="Registra l’acquisto").click()
        expect(tab.get_by_role("alert").first).to_contain_text("Manca la rete")
        expect(tab.locator("#receipt")).to_have_value("")
    tab.fill("#receipt", "20,00")
    tab.fill("#receipt-code", "AAAA-AAAA-AAAB")  # A typing error, seen when it is sent.
    tab.get_by_role("button", name="Registra l’acquisto").click()
    expect(tab.locator("#unsent-list .sale")).to_have_count(3)
    see(tab, "cassa-circuito-senza-rete")
    assert due(place) == before
    tab.context.set_offline(False)
    tab.evaluate("dispatchEvent(new Event('online'))")
    expect(tab.locator("#unsent-list .sale")).to_have_count(1)
    expect(tab.locator("#unsent-list")).to_contain_text("errore di battitura")
    assert due(place) == before + 3_60
    tab.reload()
    tab.get_by_role("button", name="Ho letto, togli").click()
    expect(tab.locator("#unsent")).to_be_hidden()
    assert due(place) == before + 3_60


def until(tab: Page, is_so: Callable[[], bool]) -> None:
    """Wait for the book to say so, not for ever."""
    for _ in range(300):
        if is_so():
            return
        tab.wait_for_timeout(100)
    pytest.fail("the book never said so")


def test_the_page_of_the_circuit_opens_without_network(tab: Page, place: Place) -> None:
    connect(tab, place)
    kept = "import('/static/till/install.js').then((one) => one.pageKept())"
    assert tab.evaluate(kept) is True
    tab.context.set_offline(True)
    tab.goto("/cassa/circuito")
    tab.fill("#receipt", "30,00")
    tab.fill("#receipt-code", place.family.code)
    tab.get_by_role("button", name="Registra l’acquisto").click()
    expect(tab.get_by_role("alert").first).to_contain_text("Manca la rete")
    before = due(place)
    tab.context.set_offline(False)
    tab.reload()  # A page that was closed meanwhile sends what it kept.
    expect(tab.locator("#unsent")).to_be_hidden()
    until(tab, lambda: due(place) == before + 1_80)


def test_the_camera_reads_the_family_s_code(
    place: Place, start_with_camera: StartBrowser, tmp_path: Path
) -> None:
    before, film = due(place), write_film(tmp_path / "film.y4m", printed(family_sheet(place)))
    size = ViewportSize(width=390, height=844)
    context = start_with_camera(film).new_context(
        viewport=size, base_url=place.address, locale="it-IT"
    )
    with without_faults(context.new_page()) as tab:
        connect(tab, place)
        tab.goto("/cassa/circuito")
        tab.fill("#receipt", "40,00")
        tab.locator("#purchase-form [data-camera]").click()
        expect(tab.locator("#purchase-form [data-read]")).to_contain_text("Codice letto")
        expect(tab.locator("#purchase-form video")).to_be_hidden()
        tab.keyboard.press("Enter")  # The cursor is on the button already.
        expect(tab.get_by_role("alert").first).to_contain_text("2,40 €")
        assert due(place) == before + 2_40


def sign_in(tab: Page, place: Place) -> None:
    """As the family of this place, on its own page."""
    tab.goto("/famiglia/accesso")
    tab.fill("#codice", place.family.code)
    tab.fill("#pin", place.family.pin)
    tab.locator("main form button").click()


def test_the_family_sees_its_credits_apart_from_its_vouchers(tab: Page, place: Place) -> None:
    sign_in(tab, place)
    tab.get_by_role("link", name="Sconti e crediti del circuito").click()
    expect(tab.get_by_role("heading", name="Sconti e crediti")).to_be_visible()
    expect(tab.locator("main")).to_contain_text("Natura: credito.")
    expect(tab.locator("main")).to_contain_text("Sconto accreditato in crediti")
    see(tab, "famiglia-crediti")


def test_a_family_pays_a_shop_from_its_own_phone(
    tab: Page, place: Place, plain_browser: Browser
) -> None:
    connect(tab, place)
    tab.goto("/cassa/circuito")
    expect(tab.locator("#content summary").first).to_be_visible()
    for part in tab.locator("#content summary").all():
        part.click()
    see(tab, "cassa-circuito-aperto")
    expect(tab.locator("#trouble")).to_be_hidden()  # A part without an address asks for nothing.
    tab.fill("#ask-amount", "2,50")
    tab.get_by_role("button", name="Mostra il codice").click()
    expect(tab.get_by_role("heading", name="Codice per 2,50 crediti")).to_be_visible()
    see(tab, "cassa-circuito-codice")
    shown = tab.locator(".invitation-code").screenshot()
    [code] = qr_codes(Image.open(BytesIO(shown)))
    family = plain_browser.new_context(viewport=PHONE, base_url=place.address, locale="it-IT")
    with without_faults(family.new_page()) as phone:
        sign_in(phone, place)
        phone.goto(code)
        expect(phone.locator("#pay-amount")).to_have_value("2,50")
        see(phone, "famiglia-crediti-paga")
        phone.fill("#pay-pin", place.family.pin)
        phone.get_by_role("button", name="Paga", exact=True).click()
        expect(phone.locator("main")).to_contain_text("chi lo ha ricevuto lo vede")
    tab.get_by_role("button", name="Guarda se è arrivato").click()
    expect(tab.locator("#content .movements").first).to_contain_text("+2,50")
    family.close()


def test_the_association_sees_what_is_due_and_always_equal(tab: Page) -> None:
    tab.goto("/associazione/accesso")
    tab.fill("#nome", "officer")
    tab.fill("#password", PASSWORD)
    tab.locator("main form button").click()
    expect(tab.get_by_role("heading", name="Sempre uguali")).to_be_visible()
    expect(tab.locator("main")).not_to_contain_text("✗")
    expect(tab.locator("main")).to_contain_text("Panificio Prova: 6 %")
    see(tab, "associazione")


ASSOCIATION = (
    "", "/denaro", "/donazioni", "/ore", "/associazioni", "/regole", "/cinque-r",
    "/cinque-r/confronto",
)  # fmt: skip


def test_every_page_of_the_association_is_accessible(tab: Page) -> None:
    tab.goto("/associazione/accesso")
    tab.fill("#nome", "officer")
    tab.fill("#password", PASSWORD)
    tab.locator("main form button").click()
    for path in ASSOCIATION:
        answer = tab.goto(f"/associazione{path}")
        assert answer is not None
        assert answer.status == 200, path
        see(tab, f"associazione{path.replace('/', '-')}")
    tab.goto("/cinque-r")
    see(tab, "pubblico-cinque-r")


def test_a_family_writes_hours_on_an_accessible_page(tab: Page, place: Place) -> None:
    sign_in(tab, place)
    tab.goto("/famiglia/ore")
    expect(tab.get_by_role("heading", level=1)).to_be_visible()
    see(tab, "famiglia-ore")
