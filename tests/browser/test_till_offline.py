"""A shop whose network is gone: its phone takes slips, says so loudly, and hands them in later.

The network is switched off in the browser; the book is asked for every cent. On SQLite only.
"""
# long: one outage, seen from the till, in all its ends.

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from ledger import AccountId, derived_id
from ledger.core.offline import Limits
from ledger.operations.enrol_shop import remove_till
from ledger.operations.fund_programme import Cover, Funding, source_of
from ledger.operations.grant_offline import confirm_device
from ledger.operations.issue_credential import issue_slip_codes
from ledger.operations.issue_vouchers import SlipOrder, issue_slips
from ledger.operations.open_offline import set_offline_limits
from ledger.reports.demo_tokens import slip_tokens
from ledger.store.network.credentials import families_of
from ledger.store.network.devices import device_of_till
from ledger.store.network.shops import find_till
from tests.browser.place import Place, assert_accessible, owed, served, without_faults
from tests.town import NOON, key
from wallet_web import installed_page

pytestmark = pytest.mark.browser
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
HOUR = 3_600


@dataclass
class Village:
    """A served town with a programme whose slips may be taken offline, and its cover."""

    place: Place
    funding: Funding

    def slip(self, face: int = 10_00) -> str:
        """Issue a slip; gives what its QR code says."""
        town = self.place.town
        with town.ledger.reading() as db:
            family = min(families_of(db, town.book_no).values())
        programme, fund = self.funding.programme_id, self.funding.fund()
        order = SlipOrder(key(), programme, fund, family, face, 1)
        [made] = issue_slips(
            town.ledger, town.comune, order, officer=town.officer, approver=town.approver, now=NOON
        )
        slips = [(made.transfers[0].credit, face)]
        now = time.time_ns() // 1_000  # The limits were signed now: a slip before them has none.
        [code] = issue_slip_codes(town.ledger, town.comune, slips, now=now)
        return slip_tokens(town.ledger, "c_e063", [code.credential_id])[code.credential_id]

    def confirm(self, secret: str) -> None:
        """The comune's yes to the device of a till."""
        ledger = self.place.town.ledger
        with ledger.reading() as db:
            till = find_till(db, secret.encode())
            assert till
            device = device_of_till(db, till.till_id)
        assert device
        confirm_device(ledger, device.device_id)

    def allow(self, guarantee_seconds: int) -> None:
        """Open the programme offline, as two officers sign it."""
        town = self.place.town
        limits = Limits(int(time.time()) + 720 * HOUR, 10_00, 200_00, 20, guarantee_seconds)
        both = town.officer, town.approver
        signed = set_offline_limits(
            town.ledger, town.comune, self.funding.programme_id, limits, signed_by=both,
            key=key(), now=NOON,
        )  # fmt: skip
        assert signed.accepted

    @property
    def cover(self) -> int:
        """What is left for losses, in cents."""
        account = AccountId(derived_id("offline_risk", self.funding.programme_id))
        return self.place.town.ledger.book(self.place.town.comune).balance(account)


@pytest.fixture
def village(sqlite_template: Path, tmp_path: Path) -> Iterator[Village]:
    with served(sqlite_template, tmp_path) as place:
        town = place.town
        funding = town.programme(20_000_00, act="offline")
        source = source_of(town.ledger, town.comune, funding.programme_id, funding.fund())
        assert town.commit(Cover(source, 1_000_00)).accepted
        made = Village(place, funding)
        made.allow(24 * HOUR)
        yield made


@pytest.fixture
def phone(village: Village, plain_browser: Browser) -> Iterator[BrowserContext]:
    address = village.place.address
    with plain_browser.new_context(viewport=PHONE, base_url=address, locale="it-IT") as context:
        yield context


def connect(tab: Page, secret: str) -> None:
    tab.goto("/cassa")
    tab.fill("#secret", secret)
    tab.click("#enrol button")
    expect(tab.locator("#screen-amount")).to_be_visible()


def prepare(tab: Page, village: Village, secret: str) -> None:
    """Make the phone a device of its till, as its shop and its comune do."""
    connect(tab, secret)
    tab.click("#tab-offline")
    expect(tab.locator("#device-state")).to_contain_text("non è preparato")
    tab.click("#prepare")
    expect(tab.locator("#device-state")).to_contain_text("In attesa di conferma del Comune")
    expect(tab.locator("#prepare")).to_be_hidden()
    assert_accessible(tab)
    village.confirm(secret)
    tab.click("#tab-offline")
    expect(tab.locator("#device-state")).to_contain_text("Pronto: senza rete accetta tagliandi")
    tab.click("#tab-sell")


def sell(tab: Page, keys: str, code: str) -> None:
    for one in keys:
        tab.click(f"[data-key='{one}']")
    tab.click("#to-code")
    tab.fill("#code", code)
    tab.click("#take")


def accept(tab: Page, keys: str, slip: str) -> None:
    sell(tab, keys, slip)
    tab.get_by_role("button", name="Accetta senza rete").click()
    tab.get_by_role("button", name="Sì: accetto").click()
    expect(tab.locator("#result-word")).to_have_text("ACCETTATO, DA SINCRONIZZARE")


def comes_to(place: Place, cents: int) -> None:
    """Wait for a phone that hands in by itself; a banner that is not drawn yet says nothing."""
    for _ in range(300):
        if owed(place) == cents:
            return
        time.sleep(0.1)
    assert owed(place) == cents


def test_a_slip_taken_without_network_is_paid_to_the_cent(
    village: Village, phone: BrowserContext
) -> None:
    place = village.place
    with without_faults(phone.new_page()) as tab:
        prepare(tab, village, place.secret)
        phone.set_offline(True)
        before = owed(place)
        accept(tab, "900", village.slip())
        expect(tab.locator("#result-much")).to_have_text("9,00 €")
        for one in ("#result-undo", "#result-print", "#result-again"):
            expect(tab.locator(one)).to_be_hidden()
        expect(tab.locator("#unsent")).to_contain_text("Da inviare: 1 incasso, 9,00 €")
        expect(tab.locator("#unsent")).to_contain_text(re.compile("entro 2[34] ore"))
        assert_accessible(tab)
        tab.click("#result-next")
        assert_accessible(tab)
        tab.click("#leave")
        expect(tab.locator("#leave-why")).to_contain_text("Non scollegare: ci sono 1 incassi")
        assert owed(place) == before
        tab.close()  # Killed: the next tab knows nothing of this one's session.
        again = phone.new_page()
        phone.set_offline(False)
        again.goto("/cassa")  # It comes back by its key, and hands in.
        expect(again.locator("#screen-amount")).to_be_visible()
        comes_to(place, before + 9_00)
        expect(again.locator("#unsent")).to_be_hidden()
        assert village.cover == 1_000_00
        again.click("#tab-list")
        expect(again.locator("#sales")).to_contain_text("Incasso senza rete")
        expect(again.locator("#own-sales")).to_be_empty()


LATE_WORKER = """
  const register = ServiceWorkerContainer.prototype.register;
  const gone_on = new Promise((resume) => { window.keepNow = resume; });
  ServiceWorkerContainer.prototype.register = async function (...words) {
    await gone_on;
    return register.apply(this, words);
  };
"""


def test_it_is_ready_only_when_its_page_is_kept(village: Village, phone: BrowserContext) -> None:
    """On a slow phone, "ready" was told before what the till needs without network was there."""
    with without_faults(phone.new_page()) as tab:
        tab.add_init_script(LATE_WORKER)
        connect(tab, village.place.secret)
        tab.click("#tab-offline")
        tab.click("#prepare")
        expect(tab.locator("#device-state")).to_contain_text("Salvo la cassa su questo telefono")
        village.confirm(village.place.secret)
        tab.click("#tab-offline")
        expect(tab.locator("#device-state")).to_contain_text("Salvo la cassa su questo telefono")
        assert_accessible(tab)
        tab.evaluate("keepNow()")
        expect(tab.locator("#device-state")).to_contain_text("Pronto: senza rete accetta tagliandi")
        assert tab.evaluate("navigator.serviceWorker.controller !== null")


def test_the_page_opens_without_network_and_goes_on_selling(
    village: Village, phone: BrowserContext
) -> None:
    place = village.place
    with without_faults(phone.new_page()) as tab:
        prepare(tab, village, place.secret)
        tab.evaluate("navigator.serviceWorker.ready.then(() => true)")
        slips = [village.slip(), village.slip()]
        phone.set_offline(True)
        before = owed(place)
        accept(tab, "400", slips[0])
        tab.close()
        again = phone.new_page()
        again.goto("/cassa")
        expect(again.locator("#screen-amount")).to_be_visible()
        expect(again.locator("#shop")).to_contain_text("Panificio Prova")
        expect(again.locator("#unsent")).to_contain_text("1 incasso, 4,00 €")
        accept(again, "300", slips[1])
        expect(again.locator("#unsent")).to_contain_text("2 incassi, 7,00 €")
        assert_accessible(again)
        phone.set_offline(False)
        again.goto("/cassa")
        comes_to(place, before + 7_00)
        expect(again.locator("#unsent")).to_be_hidden()
        asked = "caches.keys().then((all) => caches.open(all[0])).then((one) => one.keys())"
        kept: list[str] = again.evaluate(f"{asked}.then((all) => all.map((one) => one.url))")
        assert not [one for one in kept if "/api/" in one]


def test_a_network_that_comes_back_is_enough(village: Village, phone: BrowserContext) -> None:
    place = village.place
    with without_faults(phone.new_page()) as tab:
        prepare(tab, village, place.secret)
        slips = [village.slip(), village.slip(5_00)]
        phone.set_offline(True)
        before = owed(place)
        accept(tab, "1000", slips[0])
        tab.click("#result-next")
        accept(tab, "500", slips[1])
        expect(tab.locator("#unsent")).to_contain_text("Da inviare: 2 incassi, 15,00 €")
        phone.set_offline(False)
        expect(tab.locator("#unsent")).to_be_hidden()
        assert owed(place) == before + 15_00


def test_what_needs_the_server_is_refused_in_words(village: Village, phone: BrowserContext) -> None:
    place = village.place
    with without_faults(phone.new_page()) as tab:
        prepare(tab, village, place.secret)
        slip = village.slip()
        phone.set_offline(True)
        before = owed(place)
        sell(tab, "900", place.family.code)
        expect(tab.locator("#waiting-why")).to_contain_text("il codice scritto non basta")
        expect(tab.locator("#accept")).to_be_hidden()
        tab.click("#give-up")
        expect(tab.locator("#leave-why")).to_contain_text("Incasso lasciato")
        sell(tab, "1001", slip)
        expect(tab.locator("#waiting-why")).to_contain_text("più di quanto resta")
        tab.click("#give-up")
        accept(tab, "600", slip)
        tab.click("#result-next")
        sell(tab, "500", slip)
        expect(tab.locator("#waiting-why")).to_contain_text("più di quanto resta")
        tab.click("#give-up")
        phone.set_offline(False)
        expect(tab.locator("#unsent")).to_be_hidden()
        assert owed(place) == before + 6_00


def test_what_the_comune_does_not_stand_for_is_shown_until_it_was_seen(
    village: Village, phone: BrowserContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = village.place
    monkeypatch.setattr("ledger.store.registers.offline.AROUND", 0)  # What was before counts not.
    village.allow(1)
    with without_faults(phone.new_page()) as tab:
        prepare(tab, village, place.secret)
        phone.set_offline(True)
        before = owed(place)
        accept(tab, "700", village.slip())
        tab.wait_for_timeout(2_000)
        phone.set_offline(False)
        expect(tab.locator("#unsent")).to_be_hidden()
        assert owed(place) == before + 7_00  # The slip still had it: paid, outside the guarantee.
        for _look in range(2):
            tab.reload()
            tab.click("#tab-list")
            expect(tab.locator("#own-sales")).to_contain_text("oltre il tempo della garanzia")
        assert_accessible(tab)
        tab.get_by_role("button", name="Ho visto").click()
        expect(tab.locator("#own-sales")).to_be_empty()


def test_the_same_slip_at_two_tills_pays_both_and_stops_the_second(
    village: Village, plain_browser: Browser
) -> None:
    place, slip = village.place, village.slip()
    _shop, other = place.town.shop("Forno Inventato")
    before, lists = owed(place), []
    for secret in (place.secret, other):
        context = plain_browser.new_context(viewport=PHONE, base_url=place.address, locale="it-IT")
        tab = context.new_page()
        prepare(tab, village, secret)
        context.set_offline(True)
        accept(tab, "1000", slip)
        lists.append((context, tab))
    for context, tab in lists:
        context.set_offline(False)
        expect(tab.locator("#unsent")).to_be_hidden()
    assert owed(place) == before + 20_00
    assert village.cover == 990_00
    tab = lists[1][1]
    tab.click("#result-next")
    tab.click("#tab-offline")
    expect(tab.locator("#device-state")).to_contain_text("nessuna iniziativa")
    for context, _tab in lists:
        context.close()


def test_a_copy_of_the_page_that_failed_is_made_again(
    village: Village, phone: BrowserContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One file that did not come once left the phone without its page, and waiting for ever."""
    whole, asked = installed_page.files_of, list[str]()

    def files(page: installed_page.InstalledPage) -> list[str]:
        asked.append(page.place)
        return [*whole(page), "/cassa/manca.js"] if len(asked) <= 2 else whole(page)

    monkeypatch.setattr(installed_page, "files_of", files)
    with phone.new_page() as tab:
        prepare(tab, village, village.place.secret)
        tab.click("#tab-offline")
        expect(tab.locator("#device-state")).to_contain_text("Pronto")
        assert len(asked) > 2  # Its version asks for the files, too.
        phone.set_offline(True)
        tab.reload()
        expect(tab.locator("#screen-amount")).to_be_visible()


def test_a_withdrawn_till_hands_in_what_it_took_before(
    village: Village, phone: BrowserContext
) -> None:
    place, ledger = village.place, village.place.town.ledger
    with without_faults(phone.new_page()) as tab:
        prepare(tab, village, place.secret)
        phone.set_offline(True)
        before = owed(place)
        accept(tab, "600", village.slip())
        with ledger.reading() as db:
            till = find_till(db, place.secret.encode())
        assert till
        remove_till(ledger, till.till_id)
        tab.close()
        again = phone.new_page()
        phone.set_offline(False)
        again.goto("/cassa")
        expect(again.locator("#enrol-error")).to_contain_text("è stata ritirata")
        expect(again.locator("#unsent")).to_be_hidden()
        assert owed(place) == before + 6_00
        assert_accessible(again)


def caches_of(tab: Page) -> list[str]:
    kept: list[str] = tab.evaluate("caches.keys().then((all) => all.sort())")
    return kept


def test_a_new_version_waits_until_no_sale_does(
    village: Village, phone: BrowserContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = village.place
    with without_faults(phone.new_page()) as tab:
        prepare(tab, village, place.secret)
        tab.evaluate("navigator.serviceWorker.ready.then(() => true)")
        [old] = caches_of(tab)
        phone.set_offline(True)
        before = owed(place)
        accept(tab, "800", village.slip())
        monkeypatch.setattr("wallet_web.installed_page.version_of", lambda _page: "another")
        monkeypatch.setattr("merchant_api.offline.take_offline", not_now)
        phone.set_offline(False)
        tab.evaluate(
            "navigator.serviceWorker.getRegistration('/cassa').then((one) => one.update())"
        )
        tab.wait_for_function(
            "navigator.serviceWorker.getRegistration('/cassa').then((one) => one.waiting !== null)"
        )
        tab.reload()  # It is asked to hand in again, and cannot.
        expect(tab.locator("#unsent")).to_contain_text("1 incasso, 8,00 €")
        tab.wait_for_timeout(1_000)
        assert caches_of(tab) == sorted([old, "till-another"])  # Both are there, the old one works.
        assert tab.evaluate(
            "navigator.serviceWorker.getRegistration('/cassa').then((one) => one.waiting !== null)"
        )
        monkeypatch.undo()
        monkeypatch.setattr("wallet_web.installed_page.version_of", lambda _page: "another")
        tab.evaluate("dispatchEvent(new Event('online'))")
        expect(tab.locator("#unsent")).to_be_hidden()
        assert owed(place) == before + 8_00
        tab.wait_for_function("caches.keys().then((all) => all.join() === 'till-another')")


def not_now(*_asked: object, **_more: object) -> None:
    """The server cannot say what became of it: nothing may be forgotten."""
    raise LookupError
