"""The tessera sanitaria before the till's camera, typed, and from a reader; on SQLite only.

Its number is sent in a body and is nowhere else: not on the screen, in an address, on the phone.
"""

from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, Request, expect

from ledger.operations.sign_in import codes_of_card
from ledger.operations.switch_cards import switch_on_cards
from tests.browser.conftest import StartBrowser
from tests.browser.place import Place, assert_accessible, connect, owed, without_faults
from tests.browser.test_till import Filmed, family_sheet, printed, to_the_camera
from tests.town import BIANCHI, NOON, ROSSI

pytestmark = pytest.mark.browser

# What whoever stands at the till taps, and what is typed into the PIN.
HANDS = """
window.taps = [];
addEventListener("click", ({ isTrusted, target }) => {
  const button = target.closest("button");
  if (isTrusted && button) window.taps.push(button.id || button.dataset.key);
}, true);
addEventListener("keydown", ({ key }) => window.taps.push(key), true);
"""
KEPT = """async () => JSON.stringify([
  { ...localStorage }, { ...sessionStorage }, document.body.innerText, location.href,
  [...document.querySelectorAll("input")].map((one) => one.value),
  (await indexedDB.databases()).map((one) => one.name),
])"""


def tessera(number: str) -> Image.Image:
    """The back of a card, as a camera sees it: its bar code is Code 39."""
    made = zxingcpp.create_barcode(number, zxingcpp.BarcodeFormat.Code39)
    bars = Image.fromarray(made.to_image(scale=3)).convert("RGB").resize((900, 160))
    card = Image.new("RGB", (1000, 560), "#f5f5f5")
    card.paste(bars, (50, 60))
    return card


@pytest.fixture
def card(place: Place) -> str:
    """The number of the card of the family that the town tells of."""
    ledger = place.town.ledger
    switch_on_cards(ledger, place.town.comune, now=NOON)
    found = {one: codes_of_card(ledger, one) for one in (ROSSI, BIANCHI)}
    return next(one for one, codes in found.items() if codes[0].target_id == place.family.target_id)


def test_a_tessera_is_read_and_pays_with_its_pin(
    place: Place, start_with_camera: StartBrowser, tmp_path: Path, card: str
) -> None:
    sent: list[Request] = []

    def note(one: Request) -> None:
        sent.append(one)

    film = Filmed(place, start_with_camera, tmp_path)
    with without_faults(film.before(tessera(card))) as tab:
        tab.on("request", note)
        before = owed(place)
        to_the_camera(tab, place, "1250")
        expect(tab.locator("#scanned")).to_have_text("Tessera letta. Ora il PIN.", timeout=20_000)
        assert_accessible(tab)
        assert card not in tab.evaluate(KEPT)
        tab.keyboard.type(place.family.pin)
        tab.click("#take")
        expect(tab.locator("#result-word")).to_have_text("PAGATO")
        assert_accessible(tab)
        assert owed(place) == before + 12_50
        assert card not in tab.evaluate(KEPT)
        assert not [one for one in sent if card in one.url]
        assert [one.url.rpartition("/")[2] for one in sent if card in (one.post_data or "")] == [
            "redemptions"
        ]


def test_card_and_pin_take_no_more_taps_than_a_phone(
    place: Place, start_with_camera: StartBrowser, tmp_path: Path, card: str
) -> None:
    taps = {}
    for what, picture in (("card", tessera(card)), ("code", printed(family_sheet(place)))):
        (tmp_path / what).mkdir()
        with without_faults(
            Filmed(place, start_with_camera, tmp_path / what).before(picture)
        ) as tab:
            tab.add_init_script(HANDS)
            connect(tab, place)
            tab.evaluate("window.taps = []")
            for one in ("1", "2", "5"):
                tab.click(f"[data-key='{one}']")
            tab.click("#to-code")
            expect(tab.locator("#scanned")).to_contain_text("Ora il PIN", timeout=20_000)
            expect(tab.locator("#pin")).to_be_focused()
            tab.keyboard.type(place.family.pin)
            tab.click("#take")
            expect(tab.locator("#result-word")).to_have_text("PAGATO")
            taps[what] = tab.evaluate("window.taps")
    assert taps["card"] == taps["code"]
    assert taps["card"] == ["1", "2", "5", "to-code", *place.family.pin, "take"]


def test_a_typed_card_leaves_the_screen_at_once(tab: Page, place: Place, card: str) -> None:
    connect(tab, place)
    tab.click("[data-key='9']")
    tab.click("#to-code")
    tab.locator("#code").press_sequentially(card.lower())
    expect(tab.locator("#scanned")).to_have_text("Tessera letta. Ora il PIN.")
    expect(tab.locator("#code")).to_have_value("")
    assert card.lower() not in tab.evaluate(KEPT).lower()
    tab.fill("#pin", place.family.pin)
    tab.click("#verify")
    expect(tab.locator("#look")).to_contain_text("Si può spendere fino a")
    tab.click("#take")
    expect(tab.locator("#result-word")).to_have_text("PAGATO")


def test_a_mistyped_card_is_told_on_the_till_and_goes_nowhere(
    tab: Page, place: Place, card: str
) -> None:
    sent: list[str] = []
    tab.on("request", lambda one: sent.append(f"{one.url} {one.post_data}"))
    connect(tab, place)
    tab.click("[data-key='9']")
    tab.click("#to-code")
    wrong = card[:-1] + ("A" if card[-1] != "A" else "B")
    tab.fill("#code", wrong)
    for button in ("#verify", "#take"):
        tab.click(button)
        expect(tab.locator("#code-error")).to_contain_text("controlla i 16 caratteri")
    assert not [one for one in sent if wrong in one]


def test_an_unknown_card_is_refused_in_words_that_tell_nothing(tab: Page, place: Place) -> None:
    connect(tab, place)
    tab.click("[data-key='9']")
    tab.click("#to-code")
    tab.fill("#code", "VRDLCU70A41H501I")
    tab.fill("#pin", "12345")
    tab.click("#take")
    expect(tab.locator("#result-word")).to_have_text("NON PAGATO")
    expect(tab.locator("#result-why")).to_contain_text("Tessera o PIN non riconosciuti")
