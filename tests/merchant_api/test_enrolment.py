"""A till that its owner adds: a code used once, a key that waits, sessions by what it signs."""

from typing import Any
from uuid import UUID

import pytest

from ledger.core.quantities import SECOND
from ledger.operations.enrol_shop import readmit_shop, remove_till, suspend_shop
from ledger.operations.invite_till import (
    LIFE,
    confirm_till,
    invite_till,
    refuse_till,
    withdraw_own_till,
)
from ledger.reports.shop_people import OwnTill, shop_people
from ledger.store.network.shops import find_till
from merchant_api import dependencies
from merchant_api.base64url import bytes_of, text_of
from tests.merchant_api.conftest import Till
from tests.merchant_api.device import Phone, phones


def shop_of(till: Till) -> UUID:
    with till.town.ledger.reading() as db:
        found = find_till(db, till.secret.encode())
    assert found
    return found.shop_id


def invite(till: Till, label: str = "Cassa 2", again: UUID | None = None) -> str:
    now = dependencies.clock()
    return invite_till(till.town.ledger, shop_of(till), label, again=again, now=now).text


def waiting(till: Till) -> OwnTill:
    [one] = [one for one in shop_people(till.town.ledger, shop_of(till)).tills if one.device]
    return one


def bearer(answer: Any) -> dict[str, str]:  # noqa: ANN401
    assert answer.status_code == 201, answer.text
    return {"Authorization": f"Bearer {answer.json()['session_token']}"}


@pytest.mark.parametrize("kind", [0, 1])
def test_a_device_comes_in_by_its_key_once_the_owner_said_yes(till: Till, kind: int) -> None:
    phone, api, ledger = phones()[kind], till.client, till.town.ledger
    code = invite(till)
    told = phone.enrol(api, code)
    assert told.status_code == 201, told.text
    assert told.json() == {"device_no": 1, "shop": "Panificio Prova", "till": "Cassa 2"}
    assert phone.enrol(api, code).json() == told.json()  # Its first answer was lost.
    refused = phone.come_in(api)
    assert (refused.status_code, refused.json()["code"]) == (403, "device_unconfirmed")
    assert waiting(till).label == "Cassa 2"
    confirm_till(ledger, shop_of(till), waiting(till).till_id)
    opened = phone.come_in(api)
    assert opened.json()["till"] == "Cassa 2"
    assert api.get("/api/v1/day-totals", headers=bearer(opened)).status_code == 200


def test_a_code_is_good_once_and_for_a_quarter_of_an_hour(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = phones()
    code = invite(till)
    assert first.enrol(till.client, code).status_code == 201
    used = second.enrol(till.client, code)
    assert (used.status_code, used.json()["code"]) == (422, "invitation_unknown")
    late, now = invite(till, "Cassa 3"), dependencies.clock()
    monkeypatch.setattr("merchant_api.dependencies.clock", lambda: now + LIFE)
    assert second.enrol(till.client, late).json()["code"] == "invitation_unknown"
    monkeypatch.setattr("merchant_api.dependencies.clock", lambda: now + LIFE - SECOND)
    assert second.enrol(till.client, late).status_code == 201


def test_a_newer_code_for_the_same_till_ends_the_older_one(till: Till) -> None:
    first, second = phones()
    assert first.enrol(till.client, invite(till)).status_code == 201
    older, newer = (invite(till, again=waiting(till).till_id) for _ in range(2))
    assert second.enrol(till.client, older).json()["code"] == "invitation_unknown"
    assert second.enrol(till.client, newer).json()["device_no"] == 2


def test_guesses_of_codes_are_counted_but_slips_of_the_finger_are_not(till: Till) -> None:
    phone = phones()[0]
    for _ in range(40):
        assert phone.enrol(till.client, "7KQ2-M9XD-41PX").json()["code"] == "code_mistyped"
    answers = {phone.enrol(till.client, "DNM0-C4E2-0CF4").status_code for _ in range(40)}
    assert answers == {422, 429}
    assert phone.enrol(till.client, invite(till)).status_code == 429


def test_what_is_no_key_or_another_till_s_is_refused(till: Till) -> None:
    phone = phones()[0]
    body = {"code": invite(till), "public": text_of(bytes(65))}
    assert till.client.post("/api/v1/till-enrolments", json=body).json()["code"] == "invalid"
    assert phone.enrol(till.client, body["code"]).status_code == 201  # It was not used up.
    refuse_till(till.town.ledger, shop_of(till), waiting(till).till_id)
    again = phone.enrol(till.client, invite(till, "Cassa 3"))
    assert again.json()["code"] == "invalid"  # A key that was refused comes in by no other code.


def comes_in(till: Till) -> Phone:
    phone = phones()[0]
    assert phone.enrol(till.client, invite(till)).status_code == 201
    confirm_till(till.town.ledger, shop_of(till), waiting(till).till_id)
    return phone


def test_a_challenge_is_good_once_within_a_minute_for_its_own_key(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone, api = comes_in(till), till.client
    said = phone.challenge(api)
    assert phone.come_in(api, said).status_code == 201
    used = phone.come_in(api, said)
    assert (used.status_code, used.json()["code"]) == (401, "challenge_refused")
    other = phones()[1]
    body = {"challenge": phone.challenge(api), "signature": other.sign(said)}
    assert api.post("/api/v1/device-sessions", json=body).status_code == 401
    raw = bytes_of(phone.challenge(api))
    own = raw[:16] + dependencies.clock().to_bytes(8, "big") + raw[24:]  # Its own, with our mark.
    assert phone.come_in(api, text_of(own)).status_code == 401
    late, now = phone.challenge(api), dependencies.clock()
    monkeypatch.setattr("merchant_api.dependencies.clock", lambda: now + 61 * SECOND)
    assert phone.come_in(api, late).status_code == 401
    asked = api.post("/api/v1/till-challenges", json={"public": other.public})
    assert (asked.status_code, asked.json()["code"]) == (401, "challenge_refused")


def test_a_withdrawn_till_stops_at_once_and_still_hands_in(till: Till) -> None:
    phone, api, ledger = comes_in(till), till.client, till.town.ledger
    mine = bearer(phone.come_in(api))
    assert api.post("/api/v1/till-syncs", headers=mine).status_code == 200
    withdraw_own_till(ledger, shop_of(till), waiting(till).till_id)
    for path in ("/api/v1/till-syncs", "/api/v1/looks", "/api/v1/redemptions"):
        body = {"code": till.family.code, "pin": till.family.pin, "amount_cents": 1_00}
        sent = None if path.endswith("syncs") else body
        if path.endswith("looks"):
            sent = {"code": till.family.code}
        key = {"Idempotency-Key": "018f0000-0000-7000-8000-000000000001"}
        refused = api.post(path, json=sent, headers=mine | key)
        assert (refused.status_code, refused.json()["code"]) == (403, "till_revoked"), path
    again = bearer(phone.come_in(api))  # Also after its tab was killed.
    for headers in (mine, again):
        sent = {"acceptances": ["AAAA"]}
        answer = api.post("/api/v1/acceptances", json=sent, headers=headers)
        assert [one["outcome"] for one in answer.json()["answers"]] == ["poison"]
        assert api.get("/api/v1/day-totals", headers=headers).status_code == 403


def test_a_till_of_the_comune_s_secret_stops_too(till: Till) -> None:
    assert till.redeem(1_00).status_code == 201
    with till.town.ledger.reading() as db:
        found = find_till(db, till.secret.encode())
    assert found
    remove_till(till.town.ledger, found.till_id)
    refused = till.redeem(1_00)
    assert (refused.status_code, refused.json()["code"]) == (403, "till_revoked")
    sent = till.post("/api/v1/acceptances", {"acceptances": ["AAAA"]})
    assert sent.status_code == 200


def test_a_suspended_shop_takes_nothing_from_the_next_request_on(till: Till) -> None:
    suspend_shop(till.town.ledger, shop_of(till))
    refused = till.redeem(1_00)
    assert (refused.status_code, refused.json()["code"]) == (422, "shop_suspended")
    sent = till.post("/api/v1/acceptances", {"acceptances": ["AAAA"]})
    assert sent.status_code == 200
    readmit_shop(till.town.ledger, shop_of(till))
    assert till.redeem(1_00).status_code == 201


def test_another_device_takes_the_place_of_the_one_before(till: Till) -> None:
    old, new = comes_in(till), phones()[1]
    mine = bearer(old.come_in(till.client))
    place = waiting(till).till_id
    assert new.enrol(till.client, invite(till, again=place)).json()["till"] == "Cassa 2"
    refused = till.client.get("/api/v1/day-totals", headers=mine)
    assert refused.json()["code"] == "till_revoked"
    confirm_till(till.town.ledger, shop_of(till), place)
    assert new.come_in(till.client).status_code == 201


def test_nobody_invites_to_or_confirms_another_shop_s_till(till: Till) -> None:
    other, _secret = till.town.shop("Un altro")
    phone, ledger = phones()[0], till.town.ledger
    assert phone.enrol(till.client, invite(till)).status_code == 201
    place = waiting(till).till_id
    for act in (confirm_till, refuse_till, withdraw_own_till):
        with pytest.raises(LookupError):
            act(ledger, other, place)
    with pytest.raises(LookupError):
        invite_till(ledger, other, "", again=place, now=dependencies.clock())
    with pytest.raises(ValueError, match="name"):
        invite_till(ledger, other, "  ", now=dependencies.clock())
