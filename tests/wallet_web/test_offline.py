"""Offline on the console: limits and a cover that two persons sign, a shop that was stopped."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.testclient import TestClient

from ledger import Ledger
from ledger.core.phones import PhoneTerms
from ledger.core.quantities import SECOND
from ledger.operations.grant_offline import enrol_device
from ledger.reports.offline_page import devices, doubled, offline_page, stopped_shops
from ledger.store.network.shops import find_till
from ledger.token.device_keys import public_bytes_of
from tests.offline.outage import COVERED, NOW, World, make_world, opened
from tests.offline.phones import allow_phones, families, phone_of
from tests.roots import rooted
from tests.town import PASSWORD, Town
from tests.wallet_web.conftest import ADDRESS, come_in
from tests.wallet_web.test_acts import confirm
from tests.wallet_web.test_console import HOME, hidden
from wallet_web.app import create_app
from wallet_web.settings import Settings

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
    words = {"chiave": keys[3].partition('"')[0], "fonte": fund, "importo": "600,00"}
    proposed = browser.post(f"{PAGE}/copertura", data=words).headers["location"]
    assert "Copertura offline" in browser.get(proposed).text
    confirm(browser, proposed)
    found = offline_page(town.ledger.book(town.comune), "P1", now=NOW * SECOND)
    assert found
    assert (found.cover_cents, found.exposure_cents, found.is_covered) == (600_00, 0, True)


PHONES = {
    "spesa": "20,00", "scorta": "40,00", "senza-pin": "15,00", "secondo": "approver",
    "password": PASSWORD,
}  # fmt: skip


def test_two_officers_let_phones_carry_something_along(town: Town, browser: TestClient) -> None:
    town.programme(1_000_00)
    come_in(browser, "officer")
    page = browser.get(PAGE).text
    assert "Per ora i telefoni pagano solo con la rete" in " ".join(page.split())
    key = page.split('name="chiave" value="')[2].partition('"')[0]
    for wrong in ({"scorta": "x"}, {"password": "altra"}):
        words = PHONES | {"chiave": key} | wrong
        assert browser.post(f"{PAGE}/telefoni", data=words).status_code == 422
    for _ in range(2):
        told = browser.post(f"{PAGE}/telefoni", data=PHONES | {"chiave": key})
        assert told.status_code == 303
    found = offline_page(town.ledger.book(town.comune), "P1", now=NOW * SECOND)
    assert found
    assert found.programme.phones == PhoneTerms(20_00, 40_00, 15_00)
    assert found.programme.phone_version == 1


def test_what_was_shown_twice_is_told_with_voucher_and_till(world: World) -> None:
    allow_phones(world)
    phone = phone_of(world, families(world)[0])
    phone.meet(NOW + 60)
    phone.counter += 1
    [slip] = world.slips(1)
    for name in "ab":
        till = world.till(world.town.shop(f"Prova {name}"))
        till.meet(NOW + 60)
        till.accept(phone.redraw(5_00, NOW + 120), 5_00, NOW + 125)
        till.accept(slip, 4_00, NOW + 130)
        till.upload(NOW + 300)
    told = doubled(world.ledger, world.town.book_no)
    assert {(one.shop, one.phone, one.amount_cents) for one in told} == {
        ("Prova b", 1, 5_00), ("Prova b", None, 4_00),
    }  # fmt: skip
    app = create_app(world.ledger, Settings(https=True))
    headers = {"Sec-Fetch-Site": "same-origin"}
    with TestClient(app, base_url=ADDRESS, headers=headers, follow_redirects=False) as browser:
        come_in(browser, "officer")
        page = browser.get(PAGE).text
    for one in told:
        assert f"/conti/{one.voucher_id}" in page
    assert "telefono 1" in page


def test_limits_that_the_root_has_not_signed_are_told_so(
    town: Town, browser: TestClient, tmp_path: Path
) -> None:
    town.programme(1_000_00)
    come_in(browser, "officer")
    assert browser.post(f"{PAGE}/limiti", data=typed(browser)).status_code == 303
    unsigned = "Le casse non conoscono ancora"
    assert unsigned not in browser.get(PAGE).text  # No root: the server tells them.
    root = rooted(town.ledger, tmp_path, town.ledger.clock())
    assert unsigned not in browser.get(PAGE).text
    assert browser.post(f"{PAGE}/limiti", data=typed(browser, ore="12")).status_code == 303
    assert unsigned in browser.get(PAGE).text
    root.publish(town.ledger, town.ledger.clock())
    assert unsigned not in browser.get(PAGE).text


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
