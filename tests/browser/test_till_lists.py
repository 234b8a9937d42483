"""A till believes the lists that the network's root signed, and those alone; on SQLite only.

Keys, limits and what is withdrawn; which root; no list that is older; nothing once they are old.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from ledger.core.quantities import SECOND
from ledger.operations.block_codes import block_codes
from ledger.operations.end_key import ask_to_end_key, confirm_key_end
from ledger.operations.publish_lists import believe_root
from ledger.reports.key_report import keys_today
from ledger.store.engines import Store
from ledger.store.key_register import DENY_LIST, KEY_LIST, signed_codes
from ledger.store.keys import signed_list
from ledger.store.network.credentials import withdrawn_codes
from ledger.store.trust import read_trust
from ledger.token.verify import verify_payment
from tests.browser.place import owed, without_faults
from tests.browser.test_till_offline import (
    HOUR,
    PHONE,
    Village,
    accept,
    connect,
    prepare,
    sell,
)
from tests.browser.test_till_offline import village as village  # noqa: PLC0414 -- a fixture.
from tests.roots import Root, make_root, rooted

pytestmark = pytest.mark.browser


def now() -> int:
    return time.time_ns() // 1_000


@pytest.fixture
def root(village: Village, tmp_path: Path) -> Root:
    """The network's root, and its first lists."""
    return rooted(village.place.town.ledger, tmp_path, now())


@pytest.fixture
def phone(village: Village, plain_browser: Browser) -> Iterator[BrowserContext]:
    address = village.place.address
    with plain_browser.new_context(viewport=PHONE, base_url=address, locale="it-IT") as context:
        yield context


def meet(tab: Page, phone: BrowserContext) -> None:
    """Contact the server, then lose the network."""
    phone.set_offline(False)
    with tab.expect_response(lambda one: one.url.endswith("/till-syncs")):
        tab.click("#tab-offline")
    expect(tab.locator("#device-state")).not_to_be_empty()
    tab.wait_for_timeout(300)
    tab.click("#tab-sell")
    phone.set_offline(True)


def refused(tab: Page, slip: str) -> None:
    """The till does not take this slip without network, whatever is tapped."""
    sell(tab, "100", slip)
    expect(tab.locator("#offer")).to_be_visible(timeout=10_000)
    expect(tab.locator("#accept")).to_be_hidden()
    tab.click("#give-up")


@pytest.mark.usefixtures("root")
def test_by_signed_lists_a_slip_is_taken_and_paid(village: Village, phone: BrowserContext) -> None:
    place = village.place
    with without_faults(phone.new_page()) as tab:
        prepare(tab, village, place.secret)
        phone.set_offline(True)
        before = owed(place)
        accept(tab, "900", village.slip())
        phone.set_offline(False)
        tab.click("#result-next")
        expect(tab.locator("#unsent")).to_be_hidden(timeout=10_000)
        assert owed(place) == before + 9_00


def test_an_ended_key_is_refused_once_the_list_came_and_not_before(
    village: Village, phone: BrowserContext, root: Root
) -> None:
    town = village.place.town
    slips = [village.slip(), village.slip(), village.slip()]
    with without_faults(phone.new_page()) as tab:
        prepare(tab, village, village.place.secret)
        [kid] = [one.kid for one in keys_today(town.ledger).keys if one.use == "voucher"]
        ask_to_end_key(town.ledger, kid, "leaked", officer=town.officer, now=now())
        confirm_key_end(town.ledger, kid, officer=town.approver, now=now())
        meet(tab, phone)
        before = owed(village.place)
        accept(tab, "500", slips[0])  # The list without the key is not signed yet.
        phone.set_offline(False)
        tab.click("#result-next")
        expect(tab.locator("#unsent")).to_be_hidden(timeout=10_000)
        assert owed(village.place) == before + 5_00  # It kept the rules.
        root.publish(town.ledger, now())
        meet(tab, phone)
        refused(tab, slips[1])


def test_a_withdrawn_slip_is_refused_without_network(
    village: Village, phone: BrowserContext, root: Root
) -> None:
    town = village.place.town
    good, stolen = village.slip(), village.slip()
    with town.ledger.reading(Store.KEYS) as db:
        kid = next(one.kid for one in keys_today(town.ledger).keys if one.use == "voucher")
        codes = signed_codes(db, kid)
    with without_faults(phone.new_page()) as tab:
        prepare(tab, village, village.place.secret)
        [last] = [one for one in codes if is_code_of(village, one, stolen)]
        block_codes(town.ledger, town.comune, [last])
        with town.ledger.reading() as db:
            assert withdrawn_codes(db, now()) == [last]
        root.publish(town.ledger, now())
        meet(tab, phone)
        refused(tab, stolen)
        accept(tab, "300", good)


def is_code_of(village: Village, code: UUID, text: str) -> bool:
    """Whether a slip's text is that of this code."""
    trust = read_trust(village.place.town.ledger, now=now())
    read = verify_payment(text, trust, now=now() // SECOND)
    return read.id == code.bytes


@pytest.mark.parametrize("kind", [KEY_LIST, DENY_LIST])
def test_another_root_and_an_older_list_are_refused(
    village: Village, phone: BrowserContext, root: Root, tmp_path: Path, kind: int
) -> None:
    ledger = village.place.town.ledger
    with without_faults(phone.new_page()) as tab:
        prepare(tab, village, village.place.secret)
        root.publish(ledger, now())
        meet(tab, phone)
        newest = (signed_list.c.version == 2) & (signed_list.c.kind == kind)
        ledger.write(
            lambda db: db.execute(signed_list.delete().where(newest)), store=Store.KEYS
        )  # A server that was set back.
        phone.set_offline(False)
        tab.click("#tab-offline")
        expect(tab.locator("#device-error")).to_contain_text("elenchi firmati non sono quelli")
        (tmp_path / "other").mkdir()
        stranger = make_root(tmp_path / "other")
        believe_root(ledger, stranger.public, now=now() + SECOND)
        stranger.publish(ledger, now())
        tab.click("#tab-sell")
        tab.click("#tab-offline")
        expect(tab.locator("#device-error")).to_contain_text("elenchi firmati non sono quelli")


def test_without_lists_of_its_root_a_till_sells_nothing_offline(
    village: Village, phone: BrowserContext, tmp_path: Path
) -> None:
    made = make_root(tmp_path)
    believe_root(village.place.town.ledger, made.public, now=now())
    with without_faults(phone.new_page()) as tab:
        connect(tab, village.place.secret)
        tab.click("#tab-offline")
        tab.click("#prepare")
        expect(tab.locator("#device-error")).to_contain_text("elenchi firmati non sono quelli")


def test_after_two_days_without_a_contact_nothing_is_taken(
    village: Village, phone: BrowserContext, root: Root
) -> None:
    del root
    with without_faults(phone.new_page()) as tab:
        prepare(tab, village, village.place.secret)
        phone.set_offline(True)
        slip = village.slip()
        tab.evaluate(
            f"(() => {{ const now = Date.now; Date.now = () => now() + {49 * HOUR}e3; }})()"
        )
        refused(tab, slip)
