"""What a till programmer relies on: one promise a test, over HTTP, on both engines."""

from uuid import uuid4

import pytest

from ledger.operations.issue_credential import unlock_pin
from merchant_api import redemptions
from tests.merchant_api.conftest import Till


def test_a_redemption_pays_and_says_what_is_left(till: Till) -> None:
    looked = till.post("/api/v1/looks", {"code": till.family.code, "pin": till.family.pin})
    spendable = looked.json()["spendable_cents"]
    paid = till.redeem(12_50)
    assert paid.status_code == 201, paid.text
    answer = paid.json()
    assert (answer["outcome"], answer["amount_cents"]) == ("paid", 12_50)
    assert answer["parts"] == [{"programme": "Buoni spesa", "amount_cents": 12_50}]
    assert answer["remaining_cents"] == spendable - 12_50
    assert answer["receipt"].startswith("BC1:")
    assert paid.headers["cache-control"] == "no-store"
    assert "x-ratelimit-remaining" in paid.headers


def test_a_retry_gets_the_same_answer_byte_for_byte(till: Till) -> None:
    key = str(uuid4())
    first = till.redeem(12_50, key=key)
    again = till.redeem(12_50, key=key)
    assert (again.status_code, again.content) == (201, first.content)
    read = till.get(f"/api/v1/redemptions/{key}").json()
    assert first.json().items() <= read.items()
    assert (read["state"], read["refunded_cents"]) == ("paid", 0)


def test_a_key_used_for_another_amount_names_the_field(till: Till) -> None:
    key = str(uuid4())
    till.redeem(12_50, key=key)
    other = till.redeem(13_00, key=key)
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")
    assert other.json()["field"] == "amount"
    assert other.headers["content-type"] == "application/problem+json"


def test_too_little_says_how_much_can_be_taken_and_takes_nothing(till: Till) -> None:
    left = till.redeem(1_00).json()["remaining_cents"]
    refused = till.redeem(left + 1)
    assert (refused.status_code, refused.json()["code"]) == (422, "insufficient_funds")
    assert refused.json()["available_cents"] == left
    assert till.redeem(left).json()["remaining_cents"] == 0


def test_a_refund_gives_back_and_the_state_tells_it(till: Till) -> None:
    key = str(uuid4())
    till.redeem(12_50, key=key)
    back = till.post(
        f"/api/v1/redemptions/{key}/refunds", {"amount_cents": 2_50, "reason": "mistake"}
    )
    assert back.status_code == 201, back.text
    assert (back.json()["refunded_cents"], back.json()["remaining_cents"]) == (2_50, 10_00)
    read = till.get(f"/api/v1/redemptions/{key}").json()
    assert (read["state"], read["refunded_cents"]) == ("partly_refunded", 2_50)
    beyond = till.post(
        f"/api/v1/redemptions/{key}/refunds", {"amount_cents": 10_01, "reason": "mistake"}
    )
    assert beyond.json()["code"] in {"refund_exceeds", "insufficient_funds"}


def test_a_void_burns_an_unknown_key_and_refunds_a_paid_one(till: Till) -> None:
    unknown, paid = str(uuid4()), str(uuid4())
    assert till.post(f"/api/v1/redemptions/{unknown}/void", {}).json() == {"state": "burnt"}
    late = till.redeem(12_50, key=unknown)
    assert (late.status_code, late.json()["code"]) == (409, "voided")
    till.redeem(12_50, key=paid)
    for _ in range(2):
        ended = till.post(f"/api/v1/redemptions/{paid}/void", {})
        assert ended.json() == {"state": "refunded"}
    assert till.get(f"/api/v1/redemptions/{paid}").json()["state"] == "refunded"


def test_nothing_decided_is_404(till: Till) -> None:
    missing = till.get(f"/api/v1/redemptions/{uuid4()}")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")


def test_another_tills_key_is_409_to_a_post_and_404_to_a_get(till: Till) -> None:
    key = str(uuid4())
    till.redeem(12_50, key=key)
    _shop, secret = till.town.shop("Alimentari Prova", "grocery")
    opened = till.client.post("/api/v1/till-sessions", json={"secret": secret}).json()
    other = Till(till.client, till.town, opened["session_token"], till.family, till.token, secret)
    assert other.redeem(12_50, key=key).status_code == 409
    assert other.get(f"/api/v1/redemptions/{key}").status_code == 404
    assert other.post(f"/api/v1/redemptions/{key}/void", {}).status_code == 404


NO_AMOUNTS = (
    "12,50", "1250", 0, -1, 12.5, 10.0, 1e3, True, None, 2**63, 10**30, "\uff11\uff12",
)  # fmt: skip


def test_only_integers_of_cents_are_amounts(till: Till) -> None:
    for amount in NO_AMOUNTS:
        refused = till.redeem(amount)
        told = amount, refused.status_code, refused.json()["code"]
        assert told == (amount, 422, "invalid")
        assert till.family.pin not in refused.text
        assert till.token not in refused.text


def test_a_wrong_pin_is_counted_once_per_key_and_locks_after_five(till: Till) -> None:
    key = str(uuid4())
    wrong = f"{(int(till.family.pin) + 1) % 100_000:05d}"
    for _ in range(3):
        assert till.redeem(1_00, key=key, pin=wrong).json()["code"] == "pin_wrong"
    for _ in range(4):
        assert till.redeem(1_00, pin=wrong).json()["code"] == "pin_wrong"
    assert till.redeem(1_00).json()["code"] == "pin_locked"


def test_the_right_pin_forgives_and_a_retry_wants_none(till: Till) -> None:
    key = str(uuid4())
    assert till.redeem(1_00, key=key).status_code == 201
    assert till.redeem(1_00, key=key, pin="00000").status_code == 201  # Known: answered before.


def test_who_waited_too_long_for_the_pin_is_not_charged_any_more(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = str(uuid4())
    monkeypatch.setattr(redemptions, "GIVEN_UP", -1)
    late = till.redeem(1_00, key=key)
    assert (late.status_code, late.json()["code"]) == (503, "busy")
    assert till.get(f"/api/v1/redemptions/{key}").status_code == 404
    monkeypatch.undo()
    assert till.redeem(1_00, key=key).status_code == 201


def test_unknown_codes_are_counted_and_typing_errors_are_not(till: Till) -> None:
    pin = {"pin": "12345", "amount_cents": 100}
    typo = {"code": till.family.code[:-1] + ("A" if till.family.code[-1] != "A" else "B")}
    for _ in range(15):
        mistyped = till.post("/api/v1/redemptions", typo | pin)
        assert mistyped.json()["code"] == "code_mistyped"
    for _ in range(10):
        guessed = till.post("/api/v1/redemptions", {"code": "0000-0000-0000"} | pin)
        assert guessed.json()["code"] == "code_unknown"
    waits = till.post("/api/v1/redemptions", {"code": "0000-0000-0000"} | pin)
    assert (waits.status_code, waits.json()["code"]) == (429, "too_many")
    assert int(waits.headers["retry-after"]) >= 0


HOSTILE = (
    (b'{"amount_cents": NaN}', 422, "invalid"),
    (b'{"amount_cents": 1, "amount_cents": 2}', 422, "invalid"),
    (b'{"code": "\\ud800 000000000000"}', 422, "invalid"),
    (b'{"code": "\\u0000 000000000000"}', 422, "invalid"),
    (b'{"role": "admin", "amount_cents": 1}', 422, "invalid"),
    (b"[" * 100_000, 413, "too_large"),
    (b"[" * 60_000, 400, "malformed"),
    (b'{"a":' * 10_000, 400, "malformed"),
    (b"\xff\xfe", 400, "malformed"),
    (b"", 400, "malformed"),
    (b"1", 400, "malformed"),
    (b"x" * 10_000_000, 413, "too_large"),
)


def test_a_hostile_body_gets_a_clear_no(till: Till) -> None:
    for data, status, code in HOSTILE:
        headers = {
            "Authorization": f"Bearer {till.session}",
            "Idempotency-Key": str(uuid4()),
            "Content-Type": "application/json",
        }
        refused = till.client.post("/api/v1/redemptions", content=data, headers=headers)
        told = data[:40], refused.status_code, refused.json()["code"]
        assert told == (data[:40], status, code)
        assert refused.headers["content-type"] == "application/problem+json"


def test_who_has_no_session_key_or_type_is_told_so(till: Till) -> None:
    body = {"token": till.token, "pin": till.family.pin, "amount_cents": 1}
    nobody = till.client.post("/api/v1/redemptions", json=body)
    assert (nobody.status_code, nobody.json()["code"]) == (401, "unauthorized")
    bearer = {"Authorization": f"Bearer {till.session}"}
    keyless = till.client.post("/api/v1/redemptions", json=body, headers=bearer)
    assert (keyless.status_code, keyless.json()["code"]) == (400, "key_missing")
    odd = till.post("/api/v1/redemptions", body, key="1")
    assert (odd.status_code, odd.json()["code"]) == (400, "key_malformed")
    text = till.post("/api/v1/redemptions", body, headers={"Content-Type": "text/plain"})
    assert (text.status_code, text.json()["code"]) == (415, "media_type")


def test_the_statement_answers_when_the_shop_is_paid(till: Till) -> None:
    for amount in (1_00, 2_00, 3_00):
        till.redeem(amount)
    page = till.get("/api/v1/statement?limit=2").json()
    assert [item["amount_cents"] for item in page["items"]] == [3_00, 2_00]
    assert {item["state"] for item in page["items"]} == {"to_settle"}
    rest = till.get(f"/api/v1/statement?limit=2&cursor={page['next_cursor']}").json()
    assert [item["amount_cents"] for item in rest["items"]] == [1_00]
    assert "next_cursor" not in rest or rest["next_cursor"] is None


def test_every_answer_leaves_a_clean_book(till: Till) -> None:
    till.redeem(12_50)
    till.redeem(999_00)
    assert list(till.town.ledger.book("giussano").check()) == []


def test_a_book_that_may_only_be_read_takes_nothing_and_still_answers_what_it_decided(
    till: Till,
) -> None:
    key = str(uuid4())
    paid = till.redeem(1_00, key=key)
    till.town.ledger.read_only = "being restored"
    refused = till.redeem(1_00)
    assert (refused.status_code, refused.json()["code"]) == (503, "read_only")
    assert refused.headers["Retry-After"] == "60"
    assert till.redeem(1_00, key=key).content == paid.content
    assert till.get(f"/api/v1/redemptions/{key}").json()["state"] == "paid"


def test_a_pin_that_was_unlocked_opens_at_once(till: Till) -> None:
    wrong = [f"0000{one}" for one in range(6) if f"0000{one}" != till.family.pin][:5]
    for pin in wrong:
        till.post("/api/v1/looks", {"code": till.family.code, "pin": pin})
    right = {"code": till.family.code, "pin": till.family.pin}
    assert till.post("/api/v1/looks", right).json()["code"] == "pin_locked"
    unlock_pin(till.town.ledger, till.family.credential_id)
    assert till.post("/api/v1/looks", right).status_code == 200
