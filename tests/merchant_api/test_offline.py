"""A till's contact and its upload over HTTP: what it takes along, and what it may forget."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from starlette.testclient import TestClient

from ledger import Ledger
from ledger.operations.grant_offline import confirm_device
from ledger.store.network.devices import device_of_till
from ledger.store.network.shops import find_till
from ledger.store.trust import read_trust
from ledger.token.acceptances import (
    NOTHING_BEFORE,
    Acceptance,
    Answer,
    read_acknowledgement,
    sign_acceptance,
)
from ledger.token.device_keys import public_bytes_of
from ledger.token.keys import KeyUse
from ledger.token.text import Environment, unwrap
from merchant_api.app import create_app
from tests.offline.outage import NOW, World, make_world, opened


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    with opened(url) as one:
        yield one


@pytest.fixture
def world(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr("merchant_api.dependencies.clock", lambda: (NOW + 60) * 1_000_000)
    return make_world(ledger)


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def raw(said: str) -> bytes:
    return urlsafe_b64decode(said + "=" * (-len(said) % 4))


def check_keys(world: World, told: list[dict[str, str]]) -> None:
    """A till is told every key that signs what it reads; those of family codes stay here."""
    listed = read_trust(world.ledger, now=(NOW + 60) * 1_000_000).keys.keys
    needed = [one for one in listed if one.use is not KeyUse.FAMILY]
    assert {one["use"] for one in told} == {one.use for one in needed}
    assert len(needed) < len(listed)
    known = {(raw(one["kid"]), raw(one["x"])) for one in told}
    assert known == {(one.kid, one.key.public_bytes_raw()) for one in needed}


def enrol_once(api: TestClient, public: bytes) -> None:
    """Register the device's key: a double tap is one device, and it may take nothing yet."""
    for _ in range(2):
        made = api.post("/api/v1/till-devices", json={"public": text(public)}).json()
        assert made == {"device_no": 1, "status": "waiting"}
    assert api.post("/api/v1/till-devices", json={"public": text(bytes(65))}).status_code == 422
    assert api.post("/api/v1/till-syncs").json()["grants"] == []


def test_a_phone_sells_a_slip_without_network_and_hands_it_in(world: World) -> None:
    """With a P-256 key, as an older phone makes it."""
    shop_id, secret = world.town.shop()
    api = TestClient(create_app(world.ledger))
    session = api.post("/api/v1/till-sessions", json={"secret": secret}).json()["session_token"]
    api.headers = {"Authorization": f"Bearer {session}"}
    assert api.post("/api/v1/till-syncs").status_code == 404  # It has no device yet.
    key = generate_private_key(SECP256R1())
    public = public_bytes_of(key.public_key())
    enrol_once(api, public)
    with world.ledger.reading() as db:
        till = find_till(db, secret.encode())
        assert till
        device = device_of_till(db, till.till_id)
    assert device
    confirm_device(world.ledger, device.device_id)
    told = api.post("/api/v1/till-syncs").json()
    [grant], [programme] = told["grants"], told["programmes"]
    assert (programme["slip_cents"], programme["issuer"]) == (10_00, "c_e063")
    terms = told["public"], programme["guarantee_seconds"], told["max_age"], told["checked_at"]
    assert terms == (text(public), 24 * 3_600, 48 * 3_600, NOW + 60)
    [slip] = world.slips(1)
    check_keys(world, api.post("/api/v1/till-syncs").json()["keys"])
    signed = sign_acceptance(
        Acceptance(
            device_time=NOW + 90, shop_no=world.shop_no(shop_id), device_no=1, seq=1,
            previous=NOTHING_BEFORE, rid=bytes(range(1, 17)), amount_cents=9_00,
            evidence=unwrap(slip, Environment.REAL), sync=raw(grant["token"]), deny_version=1,
        ),
        key,
    )  # fmt: skip
    sent = {"acceptances": [text(signed), text(signed), "AAAA", text(signed[:-1] + b"x")]}
    answers = api.post("/api/v1/acceptances", json=sent).json()["answers"]
    assert [one["outcome"] for one in answers] == ["posted", "posted", "poison", "poison"]
    assert answers[0] == answers[1]
    told = read_acknowledgement(raw(answers[0]["acknowledgement"]), world.trust.keys)
    assert (told.answer, told.seq, told.rid) == (Answer.POSTED, 1, bytes(range(1, 17)))
    assert world.paid(shop_id) == 9_00
