"""A reader that types like a keyboard, at a till with and without a camera; on SQLite only.

It types as the factory left it: as a keyboard of the USA, on a computer that has another.
"""

import json

import pytest
from playwright.sync_api import Page, expect

from ledger.operations.sign_in import credential_of_code
from ledger.operations.switch_cards import switch_on_cards
from ledger.store.signing import Signer
from tests.browser.place import Place, assert_accessible, connect, owed
from tests.town import NOON, ROSSI

pytestmark = pytest.mark.browser

# A key for each character, as a keyboard of the USA has them, and as one of Italy understands them.
US = {" ": "Space", "-": "Minus", ".": "Period", "/": "Slash"}
US_SHIFTED = {"$": "Digit4", "%": "Digit5", "*": "Digit8", "+": "Equal", ":": "Semicolon"}
ITALIAN = {":": "ç", "/": "-", "-": "'", "+": "^", "*": "("}
# It has a clock of its own: a key's time is when it was pressed, however late a busy computer sees
# it. `hiccup`: the keys typed when it stops, and for how many milliseconds.
TYPE = """([keys, hiccup]) => {
  let time = performance.now();
  for (const [typed, one] of [...keys, { key: "Enter", code: "Enter" }].entries()) {
    const where = document.activeElement ?? document.body;
    const options = { ...one, bubbles: true, cancelable: true };
    time += typed === hiccup[0] ? hiccup[1] : 0.01;
    const pressed = new KeyboardEvent("keydown", options);
    Object.defineProperty(pressed, "timeStamp", { value: time });
    const taken = !where.dispatchEvent(pressed);
    if (!taken && where.matches("input") && one.key.length === 1) {
      where.value += one.key;
      where.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const released = where.dispatchEvent(new KeyboardEvent("keyup", options));
    const taps = one.key === "Enter" ? !taken : one.key === " " && !taken && released;
    if (taps) where.closest("button")?.click(); // As a browser does with a button in focus.
  }
}"""


def keys_of(text: str, *, italian: bool = False, caps: bool = False, codes: bool = True) -> str:
    """The keys that a reader presses for a text, and what the computer makes of them."""
    made = []
    for one in text:
        shifted = one in US_SHIFTED or one.isalpha()
        name = (
            US_SHIFTED.get(one) or US.get(one) or (f"Key{one}" if one.isalpha() else f"Digit{one}")
        )
        told = ITALIAN.get(one, one) if italian else one
        made.append({
            "key": told.swapcase() if caps and told.isascii() else told,
            "code": name if codes else "",
            "shiftKey": shifted,
        })  # fmt: skip
    return json.dumps(made)


def read(tab: Page, keys: str, *, hiccup: tuple[int, int] = (-1, 0)) -> None:
    """Have the reader type."""
    tab.evaluate(TYPE, [json.loads(keys), list(hiccup)])


@pytest.fixture
def token(place: Place) -> str:
    ledger = place.town.ledger
    credential = credential_of_code(ledger, place.family.code)
    assert credential
    return Signer(ledger).family_code(credential, "c_e063")


@pytest.fixture
def sent(tab: Page) -> list[str]:
    found: list[str] = []
    tab.on("request", lambda one: found.append(one.post_data or ""))
    return found


def finish(tab: Page, place: Place, cents: int) -> None:
    before = owed(place)
    expect(tab.locator("#scanned")).to_contain_text("Codice letto. Ora il PIN")
    expect(tab.locator("#pin")).to_be_focused()
    tab.keyboard.type(place.family.pin)
    tab.keyboard.press("Enter")
    expect(tab.locator("#result-word")).to_have_text("PAGATO")
    assert owed(place) == before + cents


def test_read_on_the_amount_screen_the_code_opens_the_next(
    tab: Page, place: Place, token: str
) -> None:
    connect(tab, place)
    for one in "125":
        tab.click(f"[data-key='{one}']")
    read(tab, keys_of(token))  # Its digits and Enter are keys of this screen, too.
    expect(tab.locator("#code")).to_have_value("")
    finish(tab, place, 1_25)


def test_read_before_the_amount_the_code_waits_for_it(tab: Page, place: Place, token: str) -> None:
    connect(tab, place)
    read(tab, keys_of(token))
    expect(tab.locator("#read-first")).to_have_text("Codice letto. Ora l’importo.")
    expect(tab.locator("#screen-amount [data-amount]")).to_have_text("0,00 €")
    assert_accessible(tab)
    tab.keyboard.press("7")
    tab.click("#to-code")
    finish(tab, place, 7)


@pytest.mark.parametrize(
    "trap", [{"italian": True}, {"caps": True}, {"italian": True, "caps": True}]
)
def test_another_keyboard_on_the_computer_does_not_spoil_it(
    tab: Page, place: Place, token: str, trap: dict[str, bool]
) -> None:
    connect(tab, place)
    tab.click("[data-key='9']")
    tab.click("#to-code")
    read(tab, keys_of(token, **trap))
    finish(tab, place, 9)


def test_a_reader_that_stops_in_the_middle_has_read_one_code(
    tab: Page, place: Place, token: str
) -> None:
    connect(tab, place)
    tab.click("[data-key='9']")
    tab.click("#to-code")
    read(tab, keys_of(token), hiccup=(40, 300))
    finish(tab, place, 9)


def test_what_cannot_be_put_right_is_refused_and_says_why(
    tab: Page, place: Place, token: str, sent: list[str]
) -> None:
    connect(tab, place)
    tab.click("[data-key='9']")
    tab.click("#to-code")
    spoilt = keys_of(token, italian=True, codes=False)
    read(tab, spoilt)
    expect(tab.locator("#code-error")).to_contain_text("impostalo su tastiera USA")
    expect(tab.locator("#code")).to_have_value("")
    tab.fill("#code", token.lower())  # A slow reader, into the field.
    tab.click("#take")
    expect(tab.locator("#code-error")).to_contain_text("impostalo su tastiera USA")
    assert not [one for one in sent if "bc1" in one.lower()]


def test_a_card_is_read_too_and_is_on_no_screen(tab: Page, place: Place) -> None:
    switch_on_cards(place.town.ledger, place.town.comune, now=NOON)
    connect(tab, place)
    tab.click("[data-key='9']")
    tab.click("#to-code")
    read(tab, keys_of(ROSSI, caps=True))
    expect(tab.locator("#scanned")).to_have_text("Tessera letta. Ora il PIN.")
    expect(tab.locator("#code")).to_have_value("")
    expect(tab.locator("#pin")).to_be_focused()


def test_a_typed_short_code_may_be_read_as_well(tab: Page, place: Place) -> None:
    connect(tab, place)
    tab.click("[data-key='9']")
    read(tab, keys_of(place.family.code))
    expect(tab.locator("#code")).to_have_value(place.family.code)
    tab.keyboard.type(place.family.pin)
    tab.click("#take")
    expect(tab.locator("#result-word")).to_have_text("PAGATO")


def test_another_systems_code_is_told(tab: Page, place: Place) -> None:
    connect(tab, place)
    read(tab, keys_of("8001234567890"))
    expect(tab.locator("#read-first")).to_contain_text("non è un buono")
    expect(tab.locator("#screen-amount [data-amount]")).to_have_text("0,00 €")


def test_a_space_in_the_code_taps_no_button(tab: Page, place: Place, token: str) -> None:
    """The button that was tapped last has the focus: here the one that disconnects the till."""
    assert " " in token
    connect(tab, place)
    tab.locator("#leave").focus()
    read(tab, keys_of(token))
    expect(tab.locator("#read-first")).to_have_text("Codice letto. Ora l’importo.")
    expect(tab.locator("#leave")).to_be_visible()


def test_a_person_who_types_is_no_reader(tab: Page, place: Place) -> None:
    connect(tab, place)
    tab.locator("body").press_sequentially("1234567890", delay=80)
    expect(tab.locator("#screen-amount [data-amount]")).not_to_have_text("0,00 €")
    tab.keyboard.press("Enter")
    expect(tab.locator("[data-screen=code]")).to_be_visible()
    expect(tab.locator("#code-error")).to_be_hidden()


def test_where_nothing_is_sold_a_reader_types_as_it_does_everywhere(
    tab: Page, place: Place
) -> None:
    tab.goto("/cassa")
    tab.locator("#secret").focus()
    read(tab, keys_of(place.secret))
    expect(tab.locator("#secret")).to_have_value(place.secret)
