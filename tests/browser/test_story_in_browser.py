"""The story of one euro by hand: every step through the pages, as four people would take it.

An act, a list, a second signature, paper, a sale, a settlement, a mandato, and the rest on its way
back. On SQLite only: what differs between engines is tested without a browser.
"""
# long: one story is told from its first step to its last on one page.

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import StartBrowser
from tests.browser.film import SIZE, write_film
from tests.browser.place import SIZES, founded, without_faults
from tests.printed_codes import qr_codes
from tests.town import BIANCHI, PASSWORD, ROSSI, Town

pytestmark = pytest.mark.browser

HOME = "/comune/giussano"
KINDS = ("treasury", "fund", "voucher", "shop_payable")
LIST = f"""Codice fiscale;Cognome;Nome;Importo
{ROSSI};Rossi;Mara;50,00
{BIANCHI};Bianchi;Giulia;50,00
"""
TODAY = datetime.now(UTC).date()
LAST_DAY = TODAY + timedelta(days=30)


@pytest.fixture
def town(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[Town, str]]:
    with founded(sqlite_template, tmp_path) as made:
        yield made


def opened(browser: Browser, address: str, size: str) -> Page:
    """A tab of one person's own browser."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, base_url=address, locale="it-IT"
    )
    return context.new_page()


def come_in(desk: Page, role: str) -> None:
    """Sign in at the comune's computer, after whoever sat there before."""
    desk.goto(HOME)
    if desk.get_by_role("button", name="Esci").count():
        desk.get_by_role("button", name="Esci").click()
    desk.get_by_label("Nome utente").fill(role)
    desk.get_by_label("Password").fill(PASSWORD)
    desk.get_by_role("button", name="Entra").click()
    expect(desk.get_by_role("heading", name="Il libro di Giussano")).to_be_visible()


def section(desk: Page, name: str) -> None:
    desk.get_by_role("navigation", name="Sezioni").get_by_role("link", name=name).click()


def make_programme(desk: Page) -> None:
    desk.get_by_role("link", name="Nuova iniziativa").click()
    desk.get_by_label("Titolo").fill("Buoni spesa")
    desk.get_by_label("Primo giorno").fill(TODAY.isoformat())
    desk.get_by_label("Ultimo giorno, compreso").fill(LAST_DAY.isoformat())
    admitted = desk.get_by_role("group", name="Negozi ammessi")
    admitted.get_by_label("Panificio").check()
    desk.get_by_role("button", name="Crea l’iniziativa").click()
    desk.get_by_role("link", name="Buoni spesa").first.click()


def fund_by_act(desk: Page) -> None:
    desk.get_by_role("link", name="Registra un atto").click()
    desk.get_by_label("Numero dell’atto").fill("42")
    desk.get_by_label("Data dell’atto").fill(TODAY.isoformat())
    desk.get_by_label("Oggetto").fill("Impegno di spesa per i buoni")
    desk.get_by_label("Nome della fonte").fill("Bilancio comunale")
    desk.get_by_label("Importo").fill("10.000,00")
    desk.get_by_role("button", name="Proponi l’impegno").click()
    expect(desk.get_by_text("Aspetta la conferma di un’altra persona")).to_be_visible()
    come_in(desk, "approver")
    desk.get_by_role("link", name="Impegno di denaro").click()
    desk.get_by_role("button", name="Conferma").click()
    come_in(desk, "officer")
    desk.get_by_role("link", name="Buoni spesa").first.click()
    expect(desk.get_by_role("group", name="Identità contabile")).to_contain_text("10.000,00 €")


def accredit_shop(desk: Page) -> str:
    """Accredit the bakery and give it a till; gives the till's secret, as the page shows it."""
    section(desk, "Negozi")
    desk.get_by_role("link", name="Accredita un negozio").click()
    desk.get_by_label("Nome del negozio").fill("Panificio Prova")
    desk.get_by_label("Tipo", exact=True).select_option(label="Panificio")
    desk.get_by_label("Indirizzo").fill("Via Inventata 1")
    desk.get_by_label("Partita IVA").fill("00743110157")
    desk.get_by_label("IBAN").fill("IT60X0542811101000000123456")
    desk.get_by_role("button", name="Accredita il negozio").click()
    desk.get_by_role("button", name="Aggiungi la cassa").click()
    return desk.locator(".secret").inner_text().strip()


def import_list(desk: Page, folder: Path) -> None:
    (file := folder / "famiglie.csv").write_text(LIST, encoding="utf-8")
    section(desk, "Iniziative")
    desk.get_by_role("link", name="Buoni spesa").first.click()
    desk.get_by_role("link", name="Carica un elenco").click()
    desk.get_by_label("File dell’elenco").set_input_files(file)
    desk.get_by_label("Righe, secondo la lettera").fill("2")
    desk.get_by_label("Totale, secondo la lettera").fill("100,00")
    desk.get_by_role("button", name="Vedi l’anteprima").click()
    expect(desk.locator("main")).to_contain_text("100,00 €")
    desk.get_by_text("Ho controllato").click()
    desk.get_by_role("button", name="Prepara per l’approvazione").click()
    expect(desk.locator("main")).to_contain_text("Aspetta l’approvazione di un’altra persona")


def approve_and_issue(desk: Page) -> None:
    desk.get_by_role("region", name="Aspettano qualcuno").get_by_role("link").click()
    desk.get_by_role("button", name="Approva questo elenco").click()
    desk.get_by_role("button", name="Emetti i buoni").click()
    expect(desk.get_by_role("link", name="Stampa i fogli con i codici")).to_be_visible()
    expect(desk.locator("main")).to_contain_text("2 buoni su 2")


def kept(desk: Page, link: str, folder: Path) -> Path:
    """Download what a link leads to."""
    with desk.expect_download() as coming:
        desk.get_by_role("link", name=link).click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path


def first_page(pdf: Path) -> tuple[Image.Image, str]:
    """The first sheet of a PDF: how it looks, and its words."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    words: str = page.get_textpage().get_text_range()
    picture: Image.Image = page.render(scale=200 / 72).to_pil().convert("RGB")
    document.close()
    return picture, words


def found(pattern: str, words: str) -> str:
    match = re.search(pattern, words)
    assert match, words
    return match[0]


def film_of(sheet: Image.Image, folder: Path) -> Path:
    """What a camera sees when the upper part of a sheet is held before it."""
    part = sheet.crop((0, 0, sheet.width, int(sheet.height * 0.55)))
    part.thumbnail(SIZE)
    return write_film(folder / "sheet.y4m", part)


def family_comes_in(phone: Page, code: str, pin: str) -> None:
    phone.goto("/")
    phone.get_by_role("link", name="I miei buoni").first.click()
    phone.get_by_label("Codice").fill(code)
    phone.get_by_label("PIN").fill(pin)
    phone.get_by_role("button", name="Entra").click()


def connect(till: Page, secret: str) -> None:
    till.goto("/cassa")
    till.get_by_label("Codice della cassa").fill(secret)
    till.get_by_role("button", name="Collega", exact=True).click()
    expect(till.get_by_role("heading", name="Importo")).to_be_visible()


def take(till: Page, keys: str, pin: str) -> None:
    """Type the amount, hold the sheet before the camera, let the family type its PIN."""
    for one in keys:
        till.get_by_role("button", name=one, exact=True).click()
    till.get_by_role("button", name="Avanti").click()
    expect(till.get_by_text("Codice letto. Ora il PIN.")).to_be_visible(timeout=20_000)
    till.get_by_label("PIN, lo scrive la famiglia").fill(pin)
    till.get_by_role("button", name="Incassa 12,50 €").click()
    expect(till.get_by_role("heading", name="PAGATO")).to_be_visible()
    till.get_by_role("button", name="Nuovo incasso").click()


def shop_is_told(till: Page, words: str) -> None:
    """The same of the sale in the list, and of its period on the page that says when."""
    till.goto("/cassa")
    till.get_by_role("button", name="Incassi").click()
    expect(till.locator(".sale", has_text="Incasso")).to_contain_text(words)
    till.get_by_role("navigation").get_by_role("link", name="Quando mi pagano?").click()
    expect(till.locator(".owed")).to_contain_text("12,50 €")
    expect(till.locator(".owed")).to_contain_text(words)


def close_period(desk: Page) -> None:
    section(desk, "Liquidazioni")
    expect(desk.locator(".left-amount")).to_have_text("12,50 €")
    desk.get_by_label("Nome del periodo").fill("primo mese")
    desk.get_by_role("button", name="Chiudi il periodo").click()
    expect(desk.get_by_role("heading", name="primo mese")).to_be_visible()


def record_mandato(desk: Page) -> None:
    section(desk, "Liquidazioni")
    desk.get_by_role("link", name="primo mese").click()
    desk.get_by_label("Mandato n.").fill("1001")
    desk.get_by_label("Pagato il").fill(TODAY.isoformat())
    desk.get_by_role("button", name="Registra", exact=True).click()
    expect(desk.locator("main")).to_contain_text("Tutto pagato")


def take_back_the_rest(desk: Page, code: str) -> None:
    """What it did not use is taken back: proposed by one, confirmed by another."""
    section(desk, "Famiglie")
    desk.get_by_label("Codice fiscale, o codice famiglia").fill(code)
    desk.get_by_role("button", name="Cerca").click()
    desk.locator("summary", has_text="Revoca").click()
    desk.get_by_role("button", name="Proponi la revoca").click()
    come_in(desk, "approver")
    desk.get_by_role("region", name="Aspettano qualcuno").get_by_role("link").click()
    desk.get_by_role("button", name="Conferma").click()
    expect(desk.locator("main")).to_contain_text("Confermata da")


def book_is_right(desk: Page) -> None:
    desk.get_by_role("link", name="Console del Comune").click()
    desk.get_by_role("button", name="Verifica ora").click()
    expect(desk.get_by_role("heading", name="I conti tornano")).to_be_visible()


@dataclass
class Papers:
    """What leaves the comune on paper: the till's secret, a family's sheet, its code and PIN."""

    secret: str
    sheet: Image.Image
    code: str
    pin: str


def set_up(desk: Page, folder: Path) -> Papers:
    """Everything before the first sale, at the comune's desk."""
    come_in(desk, "officer")
    make_programme(desk)
    fund_by_act(desk)
    import_list(desk, folder)
    secret = accredit_shop(desk)
    come_in(desk, "approver")
    approve_and_issue(desk)
    sheet, words = first_page(kept(desk, "Stampa i fogli con i codici", folder))
    [printed] = qr_codes(sheet)
    assert printed.startswith("BC1:")
    code = found(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", words)
    _, pin_words = first_page(kept(desk, "Stampa i PIN", folder))
    pin = found(r"\b[0-9]( [0-9]){4}\b", pin_words).replace(" ", "")
    assert pin not in words.replace(" ", "")
    return Papers(secret, sheet, code, pin)


def sell_and_be_paid(till: Page, phone: Page, desk: Page, papers: Papers) -> None:
    """A sale, seen at once by the family; and what the shop is told until it is paid."""
    connect(till, papers.secret)
    take(till, "1250", papers.pin)
    phone.reload()
    expect(phone.locator(".left-amount")).to_have_text("37,50 €")
    expect(phone.locator(".movements")).to_contain_text("Panificio Prova")
    shop_is_told(till, "Da liquidare")
    come_in(desk, "officer")
    close_period(desk)
    shop_is_told(till, "In liquidazione")
    come_in(desk, "treasurer")
    record_mandato(desk)
    shop_is_told(till, "con mandato n. 1001")


def assert_book(town: Town) -> None:
    """Replay it, and want what was not spent back at its source."""
    book = town.ledger.book(town.comune)
    assert list(book.check()) == []
    lines = book.trial_balance()
    at = {kind: sum(one.balance for one in lines if one.kind == kind) for kind in KINDS}
    assert at == {"treasury": 9_987_50, "fund": 9_937_50, "voucher": 50_00, "shop_payable": 0}


def test_one_euro_from_the_act_to_the_mandato_by_hand(
    town: tuple[Town, str],
    start_browser: StartBrowser,
    start_with_camera: StartBrowser,
    tmp_path: Path,
) -> None:
    made, address = town
    with without_faults(opened(start_browser(), address, "desk")) as desk:
        papers = set_up(desk, tmp_path)
        with without_faults(opened(start_browser(), address, "phone")) as phone:
            family_comes_in(phone, papers.code, papers.pin)
            expect(phone.locator(".left-amount")).to_have_text("50,00 €")
            camera = start_with_camera(film_of(papers.sheet, tmp_path))
            with without_faults(opened(camera, address, "phone")) as till:
                sell_and_be_paid(till, phone, desk, papers)
            come_in(desk, "officer")
            take_back_the_rest(desk, papers.code)
            phone.reload()
            expect(phone.locator(".left-amount")).to_have_text("0,00 €")
        book_is_right(desk)
    assert_book(made)
