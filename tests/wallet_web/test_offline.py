"""Offline on the console: limits and a cover that two persons sign, a shop that was stopped."""

from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.testclient import TestClient

from ledger import Ledger
from ledger.core.quantities import SECOND
from ledger.operations.grant_offline import enrol_device
from ledger.reports.offline_page import devices, offline_page, stopped_shops
from ledger.store.network.shops import find_till
from ledger.token.acceptances import public_bytes_of
from tests.offline.outage import COVERED, NOW, World, make_world, opened
from tests.town import PASSWORD, Town
from tests.wallet_web.conftest import come_in
from tests.wallet_web.test_acts import confirm
from tests.wallet_web.test_console import HOME, hidden

PAGE = f"{HOME}/iniziative/P1/offline"
LIMITS = {
    "tagliando": "10,00", "negozio": "200,00", "vendite": "20", "ore": "24", "fino": "2026-12-20",
    "secondo": "approver", "password": PASSWORD,
}  # fmt: skip


def typed(browser: TestClient, **words: str) -> dict[str, str]:
    return LIMITS | {"chiave": hidden(browser.get(PAGE).text, "chiave")} | words


def test_two_officers_open_a_programme_and_its_cover(town: Town, browser: TestClient) -> None:
    town.programme(1_000_00)
    come_in(browser, "officer")
    assert "zero: nessuno" in browser.get(PAGE).text
    alone = browser.post(f"{PAGE}/limiti", data=typed(browser, secondo="officer"))
    assert "serve l’approvazione" in browser.get(alone.headers["location"]).text
    for wrong in ({"vendite": "0"}, {"ore": "99"}, {"tagliando": "x"}, {"password": "altra"}):
        assert browser.post(f"{PAGE}/limiti", data=typed(browser, **wrong)).status_code == 422
    for _ in range(2):
        assert browser.post(f"{PAGE}/limiti", data=typed(browser)).status_code == 303
    page = browser.get(PAGE).text
    assert "non copre il giorno di un altro negozio" in " ".join(page.split())
    fund = page.partition('<option value="')[2].partition('"')[0]
    keys = page.split('name="chiave" value="')
    words = {"chiave": keys[2].partition('"')[0], "fonte": fund, "importo": "600,00"}
    proposed = browser.post(f"{PAGE}/copertura", data=words).headers["location"]
    assert "Copertura offline" in browser.get(proposed).text
    confirm(browser, proposed)
    found = offline_page(town.ledger.book(town.comune), "P1", now=NOW * SECOND)
    assert found
    assert (found.cover_cents, found.exposure_cents, found.is_covered) == (600_00, 0, True)


@pytest.fixture
def world(url: str) -> Iterator[World]:
    with opened(url) as ledger:
        yield make_world(ledger)


def test_what_may_be_lost_is_one_number_and_a_shortage_names_its_till(world: World) -> None:
    first, second = (world.till(world.town.shop(f"Prova {n}")) for n in "ab")
    [slip] = world.slips(1)
    book = world.ledger.book(world.town.comune)
    for till in (first, second):
        till.meet(NOW + 60)
        till.accept(slip, 10_00, NOW + 120)
    now = (NOW + 200) * SECOND
    before = offline_page(book, "P1", now=now)
    assert before
    assert (before.exposure_cents, before.cover_cents, len(before.shares)) == (400_00, COVERED, 2)
    first.upload(NOW + 300)
    second.upload(NOW + 301)
    after = offline_page(book, "P1", now=now + 200 * SECOND)
    assert after
    assert (after.exposure_cents, after.lost_cents, after.accepted) == (380_00, 10_00, 2)
    [stopped] = stopped_shops(world.ledger, world.town.book_no)
    assert (stopped.shop_id, stopped.loss_cents, stopped.seq) == (second.shop_id, 10_00, 1)


def test_a_device_waits_until_it_is_confirmed_on_its_shops_page(
    town: Town, browser: TestClient
) -> None:
    shop_id, secret = town.shop()
    made = _device(town.ledger, secret)
    come_in(browser, "officer")
    page = f"{HOME}/negozi/{shop_id}"
    assert "Da confermare" in browser.get(page).text
    address = f"{page}/dispositivi/{made}"
    browser.post(address, data={"stato": "active"})
    assert [one.status for one in devices(town.ledger, shop_id)] == ["active"]
    browser.post(address, data={"stato": "revoked"})
    assert devices(town.ledger, shop_id) == ()
    assert browser.post(address, data={"stato": "active"}).status_code == 404


def _device(ledger: Ledger, secret: str) -> object:
    with ledger.reading() as db:
        till = find_till(db, secret.encode())
    assert till
    public = public_bytes_of(Ed25519PrivateKey.generate().public_key())
    return enrol_device(ledger, till.till_id, public, now=NOW * SECOND).device_id
