"""A phone at the till: it signs, the till sends what it was shown, the server knows it again."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi.testclient import TestClient

from ledger import Ledger, new_id
from ledger.core.quantities import SECOND
from ledger.core.redemption import Redemption
from ledger.operations.prepare_phone import remove_phone
from ledger.operations.read_request import read_till_request
from ledger.operations.redeem import redeem
from ledger.token.phones import ShopRequest
from ledger.token.refusal import TokenRefused
from ledger.token.shown import sign_request
from ledger.token.verify import verify_receipt
from merchant_api.app import create_app
from tests.offline.outage import NOW, World, make_world, opened
from tests.offline.phones import PHONES, FamilyPhone, allow_phones, families, phone_of

AT = NOW + 60


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    with opened(url) as one:
        yield one


@pytest.fixture
def world(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> World:
    for room in ("dependencies", "redemptions"):
        monkeypatch.setattr(f"merchant_api.{room}.clock", lambda: AT * SECOND)
    made = make_world(ledger)
    allow_phones(made)
    return made


@pytest.fixture
def phone(world: World) -> FamilyPhone:
    """Of the family that has 50.00: 40.00 of it on the phone, from now on."""
    one = phone_of(world, families(world)[0])
    one.meet(AT)
    return one


@pytest.fixture
def api(world: World) -> Iterator[TestClient]:
    with TestClient(create_app(world.ledger)) as client:
        yield client


class Till:
    """A till in session."""

    def __init__(self, api: TestClient, shop: tuple[Any, str]) -> None:
        self.api, self.shop_id = api, shop[0]
        told = api.post("/api/v1/till-sessions", json={"secret": shop[1]}).json()
        self.headers = {"Authorization": f"Bearer {told['session_token']}"}

    def pay(self, token: str, cents: int, *, key: str = "", **more: object) -> Any:  # noqa: ANN401
        return self.api.post(
            "/api/v1/redemptions",
            json={"token": token, "amount_cents": cents, **more},
            headers={**self.headers, "Idempotency-Key": key or str(new_id())},
        )


@pytest.fixture
def till(world: World, api: TestClient) -> Till:
    return Till(api, world.town.shop())


def test_a_phone_pays_without_pin_and_each_number_once(phone: FamilyPhone, till: Till) -> None:
    text = phone.show(50_00, AT)
    looked = till.api.post("/api/v1/looks", json={"token": text}, headers=till.headers)
    assert looked.json()["spendable_cents"] == 10_00
    key = str(new_id())
    paid = till.pay(text, 6_00, key=key)
    assert (paid.status_code, paid.json()["remaining_cents"]) == (201, 4_00)
    redrawn = phone.redraw(50_00, AT + 20)
    assert till.pay(redrawn, 6_00, key=key).json() == paid.json()  # The same sale, asked again.
    again = till.pay(redrawn, 1_00)
    assert (again.status_code, again.json()["code"]) == (422, "already_claimed")
    assert till.pay(phone.show(50_00, AT), 1_00).status_code == 201


def test_above_its_programme_s_threshold_it_wants_the_pin(
    world: World, phone: FamilyPhone, till: Till
) -> None:
    allow_phones(world, replace(PHONES, pin_over_cents=3_00))
    [code] = [one for one in world.town.codes() if one.target_id == phone.family_id]
    phone.meet(AT)
    assert till.pay(phone.show(50_00, AT), 3_00).status_code == 201
    asked = till.pay(phone.show(50_00, AT), 3_01)
    assert asked.json()["code"] == "pin_needed"
    wrong = "00000" if code.pin != "00000" else "11111"
    assert till.pay(phone.redraw(50_00, AT), 3_01, pin=wrong).json()["code"] == "pin_wrong"
    assert till.pay(phone.redraw(50_00, AT), 3_01, pin=code.pin).status_code == 201


def test_without_a_family_code_there_is_no_right_pin(
    world: World, phone: FamilyPhone, till: Till
) -> None:
    allow_phones(world, replace(PHONES, pin_over_cents=0))
    phone.meet(AT)
    told = till.pay(phone.show(50_00, AT), 1_00, pin="12345").json()
    assert told["code"] == "pin_locked"


def test_it_pays_no_more_than_it_was_shown_for_and_its_answer_one_shop_alone(
    world: World, api: TestClient, phone: FamilyPhone, till: Till
) -> None:
    over = till.pay(phone.show(2_00, AT), 2_01)
    assert (over.status_code, over.json()["code"]) == (422, "other_sale")
    number = world.shop_no(till.shop_id)
    other = Till(api, world.town.shop("Altro"))
    text = phone.show(2_00, AT, answers=(b"a nonce.", number))
    assert other.pay(text, 2_00).json()["code"] == "other_sale"
    assert till.pay(text, 1_99).json()["code"] == "other_sale"
    assert till.pay(text, 2_00).status_code == 201


def test_old_flipped_and_foreign_ones_are_one_refusal(
    world: World, phone: FamilyPhone, till: Till
) -> None:
    old = phone.show(5_00, AT - 400)
    good = phone.show(5_00, AT)
    bad = good[:-1] + ("A" if good[-1] != "A" else "B")
    stranger = replace(phone, key=Ed25519PrivateKey.generate()).show(5_00, AT)
    told = [till.pay(one, 1_00).json()["code"] for one in (old, bad, stranger)]
    assert told == ["token_refused"] * 3
    remove_phone(world.ledger, world.town.book_no, phone.family_id, phone.phone_id)
    assert till.pay(good, 1_00).json()["code"] == "credential_inactive"


def test_what_answers_a_request_is_found_by_its_till_alone(
    world: World, api: TestClient, phone: FamilyPhone
) -> None:
    shop, other = world.town.shop(), Till(api, world.town.shop("Altro"))
    device, till = world.till(shop), Till(api, shop)
    asked = ShopRequest(
        expires_at=AT + 300, nonce=b"8 bytes.", shop_no=device.shop_no, amount_cents=7_00
    )
    raw = sign_request(asked, device.key)
    read = read_till_request(world.ledger, raw, now=AT * SECOND)
    assert (read.shop_name, read.amount_cents) == ("Panificio Prova", 7_00)
    where = f"/api/v1/shop-requests/{b'8 bytes.'.hex()}"
    assert api.get(where, headers=till.headers).status_code == 404
    assert phone.prepared
    credential = phone.prepared.right.credential_id
    sale = Redemption(read.till_id, credential, 7_00, nonce=read.nonce)
    assert redeem(world.ledger, sale, key=read.key, now=AT * SECOND).accepted
    told = api.get(where, headers=till.headers).json()
    assert (told["state"], told["amount_cents"]) == ("paid", 7_00)
    receipt = verify_receipt(told["receipt"], world.trust, now=AT)
    assert (receipt.nonce, receipt.amount_cents) == (b"8 bytes.", 7_00)
    assert api.get(where, headers=other.headers).status_code == 404


def test_a_request_of_nobody_or_of_yesterday_is_refused(world: World) -> None:
    device = world.till(world.town.shop())

    def asks(key: Ed25519PrivateKey | None = None, ends: int = 300, shop: int = 0) -> bytes:
        one = ShopRequest(
            expires_at=AT + ends, nonce=b"8 bytes.", shop_no=shop or device.shop_no,
            amount_cents=7_00,
        )  # fmt: skip
        return sign_request(one, key or device.key)

    assert read_till_request(world.ledger, asks(), now=AT * SECOND).amount_cents == 7_00
    for bad in (asks(Ed25519PrivateKey.generate()), asks(shop=99_999)):
        with pytest.raises(LookupError):
            read_till_request(world.ledger, bad, now=AT * SECOND)
    for bad in (asks(ends=-301), asks(ends=3_600), asks()[:-1]):
        with pytest.raises(TokenRefused):
            read_till_request(world.ledger, bad, now=AT * SECOND)


def test_a_till_takes_along_what_it_needs_to_read_phones(world: World, api: TestClient) -> None:
    shop = world.town.shop()
    device, till = world.till(shop), Till(api, shop)
    told = api.post("/api/v1/till-syncs", headers=till.headers).json()
    assert {one["use"] for one in told["keys"]} == {"voucher", "credential", "receipt", "sync"}
    [programme] = told["programmes"]
    assert (programme["phone_sale_cents"], programme["reserve_cents"]) == (20_00, 40_00)
    assert told["shop_no"] == device.shop_no
