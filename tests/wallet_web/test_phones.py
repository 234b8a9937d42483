"""What a phone asks of the server: signed by its key, refused in a word, and never twice paid."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.testclient import TestClient

from ledger import Ledger
from ledger.core.phones import MOST_PHONES
from ledger.core.quantities import SECOND
from ledger.operations.issue_credential import NewCredential
from ledger.store.device_signature import PHONE_WORDS
from ledger.store.network.phones import phones_of
from ledger.token.device_keys import public_bytes_of
from ledger.token.payloads import NO_NONCE
from ledger.token.phones import ShopRequest
from ledger.token.shown import sign_request
from ledger.token.verify import verify_receipt
from tests.offline.outage import NOW, Till, World, make_world, opened
from tests.offline.phones import FamilyPhone, allow_phones, families, phone_of
from tests.wallet_web.conftest import ADDRESS
from wallet_web.app import create_app
from wallet_web.settings import Settings

AT = NOW + 60
PAY = "/famiglia/paga"


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    with opened(url) as one:
        one.clock = lambda: AT * SECOND
        yield one


@pytest.fixture
def world(ledger: Ledger) -> World:
    made = make_world(ledger)
    allow_phones(made)
    return made


@pytest.fixture
def phone(world: World) -> FamilyPhone:
    return phone_of(world, families(world)[0])


@pytest.fixture
def code(world: World, phone: FamilyPhone) -> NewCredential:
    [mine] = [one for one in world.town.codes() if one.target_id == phone.family_id]
    return mine


@pytest.fixture
def browser(world: World) -> Iterator[TestClient]:
    app = create_app(world.ledger, Settings(https=True))
    headers = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "it"}
    with TestClient(app, base_url=ADDRESS, headers=headers, follow_redirects=False) as one:
        yield one


@pytest.fixture
def till(world: World) -> Till:
    return world.till(world.town.shop())


def said(one: FamilyPhone, **other: object) -> dict[str, str]:
    words = {"at": AT, "phone": one.phone_id.hex, "spent": []} | other
    raw = json.dumps(words).encode()
    assert isinstance(one.key, Ed25519PrivateKey)
    return {"said": text(raw), "signature": text(one.key.sign(PHONE_WORDS + raw))}


def prepared(browser: TestClient, phone: FamilyPhone, **other: object) -> Any:  # noqa: ANN401
    return browser.post(f"{PAY}/prepara", json=said(phone, **other))


def request_of(till: Till, cents: int, nonce: bytes = b"8 bytes.") -> bytes:
    one = ShopRequest(expires_at=AT + 300, nonce=nonce, shop_no=till.shop_no, amount_cents=cents)
    return sign_request(one, till.key)


def sign_in(browser: TestClient, code: NewCredential) -> None:
    answer = browser.post("/famiglia/accesso", data={"codice": code.code, "pin": code.pin})
    assert answer.status_code == 303


def test_a_phone_is_told_what_it_may_and_what_its_family_has(
    browser: TestClient, phone: FamilyPhone, till: Till
) -> None:
    told = prepared(browser, phone).json()
    assert (told["reserve_cents"], told["known"]) == (40_00, [])
    assert [one["left_cents"] for one in told["vouchers"]] == [10_00]
    assert [till.shop_no, "Panificio Prova"] in told["shops"]
    assert urlsafe_b64decode(told["credential"] + "==")
    again = prepared(browser, phone, spent=[[1, 15_00]]).json()
    assert again["reserve_cents"] == 25_00  # No till has told of it: it is kept back.


def test_what_a_phone_did_not_sign_or_say_is_refused(
    browser: TestClient, phone: FamilyPhone, world: World
) -> None:
    good, other = said(phone), phone_of(world, phone.family_id)
    for bad, code in (
        (good | {"signature": said(other)["signature"]}, "not_signed"),
        (good | {"signature": "AAAA"}, "not_signed"),
        (good | {"said": "!"}, "not_signed"),
        ({}, "not_signed"),
        (said(phone, phone="0" * 32), "phone_unknown"),
        (said(phone, phone="x"), "not_signed"),
        (said(phone, spent=[[1, -5]]), "not_signed"),
        (said(phone, spent=[[n + 1, 1] for n in range(65)]), "not_signed"),
        (said(phone, spent="all"), "not_signed"),
        ({"said": text(b"[" * 2_900), "signature": "AAAA"}, "not_signed"),
    ):
        assert browser.post(f"{PAY}/prepara", json=bad).json()["code"] == code
    clock = prepared(browser, phone, at=AT - 400)
    assert (clock.status_code, clock.json()) == (409, {"code": "clock", "at": AT})
    for raw in (b"", b"[]", b"[" * 60_000, b"\xff"):
        assert browser.post(f"{PAY}/prepara", content=raw).status_code == 400


def test_a_phone_pays_what_a_till_asks_and_again_is_the_same(
    browser: TestClient, phone: FamilyPhone, till: Till, world: World
) -> None:
    phone.meet(AT)
    raw = request_of(till, 7_00)
    looked = browser.post(f"{PAY}/guarda", json={"request": text(raw)}).json()
    assert looked == {"shop": "Panificio Prova", "shop_no": till.shop_no, "amount_cents": 7_00}
    token = phone.show(7_00, AT, answers=(b"8 bytes.", till.shop_no))
    body = {"request": text(raw), "token": token}
    paid = browser.post(f"{PAY}/rispondi", json=body).json()
    assert (paid["amount_cents"], paid["left_cents"]) == (7_00, 3_00)
    assert verify_receipt(paid["receipt"], world.trust, now=AT).nonce == b"8 bytes."
    assert browser.post(f"{PAY}/rispondi", json=body).json() == paid
    assert world.paid(till.shop_id) == 7_00


@pytest.mark.parametrize("change", ["amount", "shop", "nonce", "plain"])
def test_an_answer_to_something_else_is_refused(
    browser: TestClient, phone: FamilyPhone, till: Till, world: World, change: str
) -> None:
    phone.meet(AT)
    cents = 6_99 if change == "amount" else 7_00
    shop = till.shop_no + 1 if change == "shop" else till.shop_no
    nonce = b"another." if change == "nonce" else b"8 bytes."
    answers = (NO_NONCE, 0) if change == "plain" else (nonce, shop)
    token = phone.show(cents, AT, answers=answers)
    body = {"request": text(request_of(till, 7_00)), "token": token}
    told = browser.post(f"{PAY}/rispondi", json=body)
    assert (told.status_code, told.json()["code"]) == (422, "request_refused")
    assert world.paid(till.shop_id) == 0


def test_a_family_signed_in_pays_by_its_pin_and_five_wrong_ones_lock(
    browser: TestClient, code: NewCredential, till: Till, world: World
) -> None:
    body = {"request": text(request_of(till, 3_00))}
    assert browser.post(f"{PAY}/rispondi", json=body).json()["code"] == "not_signed_in"
    sign_in(browser, code)
    wrong = "00000" if code.pin != "00000" else "11111"
    for pin, said_no in ((None, "pin_needed"), (wrong, "pin_wrong")):
        told = browser.post(f"{PAY}/rispondi", json=body | {"pin": pin})
        assert told.json()["code"] == said_no
    paid = browser.post(f"{PAY}/rispondi", json=body | {"pin": code.pin}).json()
    assert paid["shop"] == "Panificio Prova"
    again = {"request": text(request_of(till, 3_00, b"another."))}
    codes = [
        browser.post(f"{PAY}/rispondi", json=again | {"pin": wrong}).json()["code"]
        for _ in range(6)
    ]
    assert codes == ["pin_wrong"] * 5 + ["pin_locked"]
    assert world.paid(till.shop_id) == 3_00


def test_requests_that_are_none_are_refused(browser: TestClient, till: Till) -> None:
    good = request_of(till, 3_00)
    for bad in (text(good[:-1]), text(good + b"x"), "", "ü", 7, None):
        for where in ("guarda", "rispondi"):
            told = browser.post(f"{PAY}/{where}", json={"request": bad})
            assert (told.status_code, told.json()["code"]) == (422, "request_refused")


def test_a_family_switches_phones_on_and_off(
    browser: TestClient, code: NewCredential, phone: FamilyPhone, world: World
) -> None:
    here = "/famiglia/telefono"
    key = {"public": text(public_bytes_of(phone.key.public_key()))}
    assert browser.post(f"{here}/attiva", json=key).status_code == 303  # Nobody is signed in.
    sign_in(browser, code)
    same = browser.post(f"{here}/attiva", json=key)
    assert (same.status_code, same.json()) == (201, {"phone": phone.phone_id.hex, "number": 1})
    for bad in ({"public": "AAAA"}, {"public": 7}, {}):
        assert browser.post(f"{here}/attiva", json=bad).json()["code"] == "no_device_key"
    for number in range(2, MOST_PHONES + 1):
        phone_of(world, phone.family_id)
        assert f"Telefono {number}" in browser.get(here).text
    more = {"public": text(bytes(range(32)))}
    assert browser.post(f"{here}/attiva", json=more).json()["code"] == "too_many_phones"
    phone.meet(AT)
    assert "40,00" in browser.get(here).text
    assert "sono sui tuoi" in browser.get("/famiglia").text
    gone = browser.post(f"{here}/togli", data={"telefono": phone.phone_id.hex})
    assert "Telefono tolto" in browser.get(gone.headers["location"]).text
    assert prepared(browser, phone).json()["code"] == "phone_unknown"
    for nonsense in ("", "x", "0" * 32):
        assert browser.post(f"{here}/togli", data={"telefono": nonsense}).status_code == 303
    with world.ledger.reading() as db:
        assert len(phones_of(db, world.town.book_no, phone.family_id)) == MOST_PHONES - 1
