"""What rules ask at the till: the receipt's total and what is not in the shopping; on SQLite only.

A phone's width, and once without a pointer.
"""

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from ledger.core.till_rules import TillRules
from ledger.operations.issue_credential import issue_slip_codes
from ledger.operations.issue_vouchers import SlipOrder, issue_slips
from ledger.store.network.credentials import families_of
from tests.browser.place import Place, assert_accessible, connect, owed, type_sale
from tests.town import NOON, TERMS, key

pytestmark = pytest.mark.browser
PAY = "#take"
RULES = TillRules(bill_share=50, excluded=("alcohol", "tobacco"), added_value=15)


def slip_under(place: Place, rules: TillRules, face: int = 50_00) -> str:
    """One slip of a programme with these rules; gives its code."""
    town = place.town
    act = f"rules-{key().hex}"
    funding = town.programme(1_000_00, replace(TERMS, title="Buoni a metà", rules=rules), act)
    with town.ledger.reading() as db:
        family = min(families_of(db, town.book_no).values())
    order = SlipOrder(key(), funding.programme_id, funding.fund(), family, face, 1)
    [made] = issue_slips(
        town.ledger, town.comune, order, officer=town.officer, approver=town.approver, now=NOON
    )
    [code] = issue_slip_codes(
        town.ledger, town.comune, [(made.transfers[0].credit, face)], now=NOON
    )
    return code.code


def begin(tab: Page, place: Place, keys: str, code: str) -> None:
    connect(tab, place)
    type_sale(tab, place, keys)
    tab.fill("#code", code)
    tab.fill("#pin", "")


def test_a_look_asks_for_the_bill_and_what_is_not_there(tab: Page, place: Place) -> None:
    before = owed(place)
    begin(tab, place, "4000", slip_under(place, RULES))
    expect(tab.locator("#asked-bill")).to_be_hidden()
    expect(tab.locator("#asked-goods")).to_be_hidden()
    tab.click("#verify")
    expect(tab.locator("#look")).to_contain_text("Si può spendere fino a 20,00 €")
    expect(tab.locator("#look")).to_contain_text("vale 23,00 €")
    expect(tab.locator("#bill")).to_have_value("40,00")
    expect(tab.locator("#asked-goods")).to_contain_text("Niente alcolici")
    expect(tab.locator("#asked-goods")).not_to_contain_text("lotterie", use_inner_text=True)
    assert_accessible(tab)
    tab.fill("#bill", "60,00")
    tab.locator("#bill").blur()
    expect(tab.locator("#look")).to_contain_text("30,00 €")
    tab.check("#no-alcohol")
    tab.check("#no-tobacco")
    tab.click("#take-most")
    expect(tab.locator("#result-word")).to_have_text("PAGATO")
    expect(tab.locator("#result-much")).to_have_text("30,00 €")
    expect(tab.locator("#result-why")).to_contain_text("la spesa vale 34,50 €")
    expect(tab.locator("#result-why")).to_contain_text("Restano da pagare 25,50 €")
    expect(tab.locator("#result-receipt")).to_contain_text("vale 34,50 €")
    assert owed(place) == before + 30_00


def test_taken_without_a_look_the_till_comes_back_and_asks(tab: Page, place: Place) -> None:
    before = owed(place)
    begin(tab, place, "1000", slip_under(place, RULES))
    tab.click(PAY)
    expect(tab.locator("#code-error")).to_contain_text("segna che cosa non c’è")
    expect(tab.locator("#no-alcohol")).to_be_focused()
    assert owed(place) == before
    tab.keyboard.press("Space")
    tab.click(PAY)
    expect(tab.locator("#code-error")).to_contain_text("segna che cosa non c’è")
    expect(tab.locator("#no-alcohol")).to_be_checked()
    expect(tab.locator("#no-tobacco")).to_be_focused()
    tab.check("#no-tobacco")
    tab.click(PAY)
    expect(tab.locator("#result-why")).to_contain_text("più della parte di scontrino")
    tab.click("#result-again")
    tab.fill("#bill", "20,00")
    tab.click(PAY)
    expect(tab.locator("#result-word")).to_have_text("PAGATO")
    assert owed(place) == before + 10_00


def test_a_bill_that_cannot_be_read_is_told_and_nothing_is_sent(tab: Page, place: Place) -> None:
    begin(tab, place, "1000", slip_under(place, TillRules(bill_share=50)))
    tab.click("#verify")
    expect(tab.locator("#bill")).to_be_focused()
    tab.fill("#bill", "venti")
    tab.click(PAY)
    expect(tab.locator("#code-error")).to_contain_text("12,50")
    expect(tab.locator("#bill")).to_be_focused()


def test_another_code_is_asked_nothing_of_the_one_before(tab: Page, place: Place) -> None:
    begin(tab, place, "1000", slip_under(place, RULES))
    tab.click("#verify")
    expect(tab.locator("#asked-bill")).to_be_visible()
    tab.check("#no-alcohol")
    tab.fill("#code", slip_under(place, TillRules()))
    expect(tab.locator("#asked-bill")).to_be_hidden()
    expect(tab.locator("#asked-goods")).to_be_hidden()
    tab.click(PAY)
    expect(tab.locator("#result-word")).to_have_text("PAGATO")


def test_the_most_of_one_sale_is_offered(tab: Page, place: Place) -> None:
    begin(tab, place, "3000", slip_under(place, TillRules(max_per_sale=20_00)))
    tab.click(PAY)
    expect(tab.locator("#result-why")).to_contain_text("più del massimo per una spesa")
    expect(tab.locator("#result-why")).to_contain_text("Restano da pagare 10,00 €")
    tab.click("#result-most")
    expect(tab.locator("#result-word")).to_have_text("PAGATO")
    expect(tab.locator("#result-much")).to_have_text("20,00 €")


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (TillRules(gaf=(999_999,)), "solo nei negozi del gruppo di acquisto"),
        (TillRules(first_use_days=1), None),
    ],
)
def test_a_no_says_what_to_do(tab: Page, place: Place, rules: TillRules, said: str | None) -> None:
    begin(tab, place, "1000", slip_under(place, rules))
    tab.click(PAY)
    if said is None:
        expect(tab.locator("#result-word")).to_have_text("PAGATO")
    else:
        expect(tab.locator("#result-why")).to_contain_text(said)
