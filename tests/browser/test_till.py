"""The till before a real camera: printed sheets, slips, the rest in other money, Storna, paper.

The film of each test is a page of a PDF that the console prints. On SQLite only.
"""
# long: one till, from the printed page to the end of its day.

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from ledger.exports.letters import SlipPaper, family_letters, slip_sheets
from ledger.operations.issue_credential import issue_slip_codes
from ledger.operations.issue_vouchers import SlipOrder, issue_slips
from ledger.operations.sign_in import credential_of_code
from ledger.reports.demo_tokens import slip_tokens
from ledger.reports.letters_to_print import letters_to_print
from ledger.store.network.credentials import families_of
from tests.browser.conftest import StartBrowser
from tests.browser.film import SIZE, write_film
from tests.browser.place import (
    Place,
    assert_accessible,
    connect,
    owed,
    type_sale,
    without_faults,
)
from tests.exports.test_letters import PRESS
from tests.printed_codes import qr_codes
from tests.town import NOON, key
from wallet_web.comune.letters import letter

pytestmark = pytest.mark.browser
PAY = "#take"

# Notes what a phone does beside the screen: whether it stays awake, what it sounds, how it shakes.
SENSES = """
window.told = [];
navigator.wakeLock.request = async () => {
  window.told.push("awake");
  return { release: () => window.told.push("asleep") };
};
navigator.vibrate = (pattern) => window.told.push(`shakes ${pattern}`);
const begin = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) {
  window.told.push(`sounds ${this.frequency.value}`);
  return begin.apply(this, when);
};
window.print = () => window.told.push("prints");
"""


@dataclass
class Slip:
    """A slip's paper, printed."""

    pdf: bytes
    code: str


def printed(pdf: bytes, top: float = 0.55) -> Image.Image:
    """The upper part of a page, as a camera sees it: the codes fill the picture."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[0].render(scale=200 / 72).to_pil().convert("RGB")
    document.close()
    part: Image.Image = page.crop((0, 0, page.width, int(page.height * top)))
    part.thumbnail(SIZE)
    return part


def a_slip(place: Place, face: int) -> Slip:
    """Issue one slip of the town's programme, and print it as the console does."""
    town = place.town
    with town.ledger.reading() as db:
        family = min(families_of(db, town.book_no).values())
    programme = town.programme(1_000_00, act=f"slip-{key().hex}")
    order = SlipOrder(key(), programme.programme_id, programme.fund(), family, face, 1)
    [made] = issue_slips(
        town.ledger, town.comune, order, officer=town.officer, approver=town.approver, now=NOON
    )
    slips = [(made.transfers[0].credit, face)]
    [code] = issue_slip_codes(town.ledger, town.comune, slips, now=NOON)
    token = slip_tokens(town.ledger, "c_e063", [code.credential_id])[code.credential_id]
    paper = SlipPaper(token, code.code, "Buoni", face, "31 dicembre", "Tutti i negozi")
    return Slip(slip_sheets(PRESS, [paper]), code.code)


def family_sheet(place: Place) -> bytes:
    """The sheet of the family that the town tells of, as its officer prints it."""
    credential = credential_of_code(place.town.ledger, place.family.code)
    assert credential
    no = place.town.book_no
    [one] = letters_to_print(place.town.ledger, "c_e063", no, [credential.target_id])
    return family_letters(PRESS, [letter(one, "it")])


class Filmed:
    """A tab whose camera shows one printed page."""

    def __init__(self, place: Place, start: StartBrowser, folder: Path) -> None:
        self.place, self.start, self.folder = place, start, folder

    def before(self, picture: Image.Image) -> Page:
        browser = self.start(write_film(self.folder / "film.y4m", picture))
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, base_url=self.place.address, locale="it-IT"
        )
        tab = context.new_page()
        tab.add_init_script(SENSES)
        return tab


@pytest.fixture
def filmed(place: Place, start_with_camera: StartBrowser, tmp_path: Path) -> Filmed:
    return Filmed(place, start_with_camera, tmp_path)


def told(tab: Page) -> list[str]:
    found: list[str] = tab.evaluate("window.told")
    return found


def expect_told(tab: Page, wanted: list[str]) -> None:
    """A phone's senses answer by promises, and so perhaps a moment after the screen."""
    for _ in range(250):
        if len(told(tab)) >= len(wanted):
            break
        tab.wait_for_timeout(100)
    assert told(tab) == wanted


def to_the_camera(tab: Page, place: Place, keys: str) -> None:
    connect(tab, place)
    for one in keys:
        tab.click(f"[data-key='{one}']")
    tab.click("#to-code")


LATE_LOCK = """
async () => {
  const { stayAwake, letSleep } = await import("/static/till/awake.js");
  let given, asleep = 0;
  const lock = { release: () => { asleep += 1; } };
  navigator.wakeLock.request = () => new Promise((give) => { given = () => give(lock); });
  const awake = stayAwake();
  letSleep();
  given();
  await awake;
  return asleep;
}
"""


def test_a_lock_on_the_screen_that_comes_late_is_let_go(tab: Page) -> None:
    """The camera can have read a code before the phone has answered that it stays awake."""
    tab.goto("/cassa")
    assert tab.evaluate(LATE_LOCK) == 1


def test_a_printed_family_sheet_is_read_and_paid_once(filmed: Filmed, place: Place) -> None:
    with without_faults(filmed.before(printed(family_sheet(place)))) as tab:
        before = owed(place)
        to_the_camera(tab, place, "1250")
        expect(tab.locator("#scanned")).to_contain_text("Ora il PIN", timeout=20_000)
        expect_told(tab, ["awake", "asleep"])
        assert tab.locator("#video").is_hidden()
        tab.keyboard.type(place.family.pin)  # The cursor is there already.
        tab.keyboard.press("Enter")
        expect(tab.locator("#result-word")).to_have_text("PAGATO")
        assert owed(place) == before + 12_50
        paid = ["awake", "asleep", "shakes 60", "sounds 660", "sounds 880"]
        expect_told(tab, paid)
        receipt = tab.locator("#result-receipt")
        expect(receipt).to_contain_text("Documento non fiscale")
        expect(receipt).to_contain_text("12,50 €")
        expect(receipt.locator("img")).to_be_visible()
        shown = tab.locator("#result-receipt img").screenshot()
        [read] = qr_codes(Image.open(BytesIO(shown)))
        assert read.startswith("BC1:")
        assert_accessible(tab)
        tab.click("#result-print")
        expect_told(tab, [*paid, "prints"])
        tab.emulate_media(media="print")
        expect(receipt).to_be_visible()
        expect(tab.locator("#result-word")).to_be_hidden()


def test_a_slip_says_before_that_it_is_used_once(filmed: Filmed, place: Place) -> None:
    slip = a_slip(place, 15_00)
    with without_faults(filmed.before(printed(slip.pdf, 0.3))) as tab:
        before = owed(place)
        to_the_camera(tab, place, "990")
        expect(tab.locator("#look")).to_contain_text("15,00 €", timeout=20_000)
        expect(tab.locator("#look")).to_contain_text("si usa una volta sola")
        expect(tab.locator("#look")).to_contain_text("il resto torna al Comune")
        expect(tab.locator("#scanned")).to_contain_text("il PIN non serve")
        assert_accessible(tab)
        tab.keyboard.press("Enter")  # The cursor is on the button.
        expect(tab.locator("#result-word")).to_have_text("PAGATO")
        assert owed(place) == before + 9_90


def test_what_is_missing_is_paid_in_other_money(tab: Page, place: Place) -> None:
    slip = a_slip(place, 5_00)
    connect(tab, place)
    type_sale(tab, place, "1250")
    tab.fill("#code", slip.code)
    tab.fill("#pin", "")
    tab.click(PAY)
    expect(tab.locator("#result-word")).to_have_text("NON PAGATO")
    expect(tab.locator("#result-why")).to_contain_text("Restano da pagare 7,50 € con altro mezzo")
    assert_accessible(tab)
    before = owed(place)
    tab.click("#result-most")
    expect(tab.locator("#result-word")).to_have_text("PAGATO")
    expect(tab.locator("#result-much")).to_have_text("5,00 €")
    expect(tab.locator("#result-why")).to_contain_text("Restano da pagare 7,50 € con altro mezzo")
    expect(tab.locator("#result-receipt")).to_contain_text("7,50")
    assert owed(place) == before + 5_00


def test_a_family_with_too_little_pays_the_rest_in_other_money(tab: Page, place: Place) -> None:
    connect(tab, place)
    type_sale(tab, place, "40000")
    tab.click(PAY)
    expect(tab.locator("#result-why")).to_contain_text("Puoi incassare al massimo")
    expect(tab.locator("#result-why")).to_contain_text("con altro mezzo")
    expect(tab.locator("#result-most")).to_contain_text("Incassa")


def test_a_look_offers_to_take_the_most_there_is(tab: Page, place: Place) -> None:
    slip = a_slip(place, 5_00)
    connect(tab, place)
    type_sale(tab, place, "800")
    tab.fill("#code", slip.code)
    tab.fill("#pin", "")
    tab.click("#verify")
    expect(tab.locator("#look")).to_contain_text("Restano da pagare 3,00 € con altro mezzo")
    tab.click("#take-most")
    expect(tab.locator("#result-much")).to_have_text("5,00 €")
    expect(tab.locator("#result-word")).to_have_text("PAGATO")


def test_a_wrong_pin_is_typed_again_without_typing_the_sum(tab: Page, place: Place) -> None:
    connect(tab, place)
    type_sale(tab, place, "210")
    tab.fill("#pin", "00000" if place.family.pin != "00000" else "11111")
    tab.click(PAY)
    expect(tab.locator("#result-why")).to_contain_text("PIN sbagliato")
    tab.click("#result-again")
    expect(tab.locator("#pin")).to_be_focused()
    tab.keyboard.type(place.family.pin)
    tab.keyboard.press("Enter")
    expect(tab.locator("#result-word")).to_have_text("PAGATO")
    expect(tab.locator("#result-much")).to_have_text("2,10 €")


def test_a_part_is_given_back_with_a_reason(tab: Page, place: Place) -> None:
    connect(tab, place)
    type_sale(tab, place, "1000")
    tab.click(PAY)
    expect(tab.locator("#result-word")).to_have_text("PAGATO")
    before = owed(place)
    tab.click("#result-next")
    tab.click("#tab-list")
    tab.locator(".sale").first.get_by_role("button", name="Storna").click()
    expect(tab.locator("#refund-much")).to_have_value("10,00")
    assert_accessible(tab)
    tab.fill("#refund-much", "2.5")
    tab.click("#refund-form button")
    expect(tab.locator("#refund-error")).to_contain_text("12,50")
    tab.fill("#refund-much", "99,00")
    tab.click("#refund-form button")
    expect(tab.locator("#refund-error")).to_contain_text("più di quanto pagato")
    tab.fill("#refund-much", "2,50")
    tab.select_option("#reason", "wrong_amount")
    tab.click("#refund-form button")
    expect(tab.locator("#receipt-note")).to_contain_text("Stornati 2,50 €")
    assert owed(place) == before - 2_50
    assert_receipt(tab, "−2,50 €", "Storno")
    tab.get_by_role("button", name="Indietro").last.click()
    back = tab.locator(".sale", has_text="−2,50").first
    back.get_by_role("button", name="Ricevuta").click()
    assert_receipt(tab, "−2,50 €", "Storno")
    tab.get_by_role("button", name="Indietro").last.click()
    sale = tab.locator(".sale", has_text="Incasso").first
    expect(sale).to_contain_text("Restituiti 2,50 €")
    sale.get_by_role("button", name="Ricevuta").click()
    expect(tab.locator("#past-receipt")).to_contain_text("Restituiti 2,50 €")
    assert_receipt(tab, "10,00 €", "Incasso")


def assert_receipt(tab: Page, much: str, kind: str) -> None:
    """Its words, a code that can be read, and a strip of each width that holds it all."""
    receipt = tab.locator("#past-receipt")
    for words in ("Documento non fiscale", "Panificio Prova · Cassa 1", much, kind):
        expect(receipt).to_contain_text(words)
    expect(receipt.locator("img")).to_be_visible()
    assert_accessible(tab)
    for wide in (80, 58):
        tab.select_option("#carta", str(wide))
        strip = pypdfium2.PdfDocument(tab.pdf(prefer_css_page_size=True))
        assert len(strip) == 1
        assert round(strip[0].get_width() * 25.4 / 72) == wide
        picture = strip[0].render(scale=203 / 72).to_pil()  # As fine as a till's printer.
        strip.close()
        [read] = qr_codes(picture)
        assert read.startswith("BC1:")


def test_the_whole_redemption_needs_no_pointer(tab: Page, place: Place) -> None:
    tab.goto("/cassa")

    def reach(where: str) -> None:
        """Go on by Tab until the cursor is there; it is always seen."""
        for _ in range(60):
            if tab.evaluate("(where) => document.activeElement.matches(where)", where):
                return
            tab.keyboard.press("Tab")
        raise AssertionError(f"no way to {where} by keyboard")

    reach("#secret")
    tab.keyboard.type(place.secret)
    tab.keyboard.press("Enter")
    expect(tab.locator("#screen-amount")).to_be_visible()
    tab.keyboard.type("145")
    reach("#to-code")
    tab.keyboard.press("Enter")
    reach("#code")
    tab.keyboard.type(place.family.code)
    reach("#pin")
    tab.keyboard.type(place.family.pin)
    reach("#verify")
    tab.keyboard.press("Enter")
    expect(tab.locator("#look")).to_contain_text("Si può spendere")
    expect(tab.locator(PAY)).to_be_focused()
    tab.keyboard.press("Enter")
    expect(tab.locator("#result-word")).to_have_text("PAGATO")
    expect(tab.locator("#result-undo")).to_be_enabled()
    reach("#result-undo")
    tab.keyboard.press("Enter")
    expect(tab.locator("#list-note")).to_contain_text("Annullato")
