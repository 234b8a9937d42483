"""The hostile redemptions of qr.md 10.1, for what exists; each leaves a clean book.

R4, R13, R15 and R17 are in `test_redemptions`, R6 to R9 in the token room, R20 comes with offline.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
import uvicorn

from ledger import Code, random_id
from ledger.core.programmes import ends_at, starts_at
from ledger.core.redemption import Redemption
from ledger.operations.enrol_shop import remove_till, suspend_shop
from ledger.operations.issue_credential import issue_slip_codes, replace_family_code
from ledger.operations.issue_vouchers import SlipOrder, issue_slips
from ledger.operations.redeem import redeem
from ledger.operations.sign_in import calling_till, credential_of_code
from ledger.store.network.shops import find_till
from ledger.store.signing import Signer
from merchant_api import body
from scripts.listening import listen
from tests.merchant_api.conftest import Till
from tests.town import NOON, TERMS, key

AT_ONCE = 32


def at_once(count: int, send: Callable[[int], Any]) -> list[Any]:
    """The same moment for all: a barrier, then the calls."""
    barrier = threading.Barrier(count)

    def one(number: int) -> Any:  # noqa: ANN401
        barrier.wait()
        return send(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.fixture(autouse=True)
def the_book_stays_clean(till: Till) -> Iterator[None]:
    yield
    book = till.town.ledger.book("giussano")
    assert list(book.check()) == []
    assert sum(line.debits - line.credits for line in book.trial_balance()) == 0


def slip_token(till: Till) -> str:
    """A slip of 10.00 and its code."""
    town = till.town
    funding = town.programme(act="77", terms=replace(TERMS, title="Tagliandi"))
    order = SlipOrder(uuid4(), funding.programme_id, funding.fund(), random_id(), 10_00, 1)
    [issued] = issue_slips(
        town.ledger, "giussano", order, officer=town.officer, approver=town.approver, now=NOON
    )
    slip = issued.transfers[0].credit
    [code] = issue_slip_codes(town.ledger, "giussano", [(slip, 10_00)], now=NOON)
    credential = credential_of_code(town.ledger, code.code)
    assert credential is not None
    return Signer(town.ledger).slip(credential, "c_e063")


def test_r1_one_request_many_times_at_once_books_once(till: Till) -> None:
    attempt = str(uuid4())
    answers = at_once(AT_ONCE, lambda _n: till.redeem(12_50, key=attempt))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    payable = till.town.account("shop_payable")
    assert till.town.ledger.book("giussano").balance(payable) == 12_50


def test_many_sales_with_the_right_pin_at_once_lock_nobody_out(till: Till) -> None:
    answers = at_once(AT_ONCE, lambda _n: till.redeem(1_00))
    assert [answer.status_code for answer in answers] == [201] * AT_ONCE


def test_r2_the_same_key_for_another_voucher_names_the_field(till: Till) -> None:
    attempt = str(uuid4())
    till.redeem(12_50, key=attempt)
    other = till.post(
        "/api/v1/redemptions", {"token": slip_token(till), "amount_cents": 12_50}, key=attempt
    )
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")
    assert other.json()["field"] == "credential"


def test_r3_one_slip_in_two_shops_at_the_same_instant_is_taken_once(till: Till) -> None:
    token = slip_token(till)
    _shop, secret = till.town.shop("Alimentari Prova", "grocery")
    opened = till.client.post("/api/v1/till-sessions", json={"secret": secret}).json()
    tills = [till, replace(till, session=opened["session_token"])]

    def send(number: int) -> Any:  # noqa: ANN401
        return tills[number % 2].post(
            "/api/v1/redemptions", {"token": token, "amount_cents": 10_00}
        )

    answers = at_once(AT_ONCE, send)
    codes = sorted(answer.json().get("code", "paid") for answer in answers)
    assert codes.count("paid") == 1
    assert set(codes) <= {"paid", "account_closed", "insufficient_funds"}


def test_a_slip_is_used_once_and_its_rest_goes_back_to_its_fund(till: Till) -> None:
    token = slip_token(till)
    paid = till.post("/api/v1/redemptions", {"token": token, "amount_cents": 7_30})
    assert (paid.status_code, paid.json()["remaining_cents"]) == (201, 0)
    again = till.post("/api/v1/redemptions", {"token": token, "amount_cents": 1})
    assert again.json()["code"] in {"account_closed", "insufficient_funds"}


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (starts_at(TERMS.starts_on) - 1, Code.NOT_YET_VALID),
        (starts_at(TERMS.starts_on), Code.ACCEPTED),
        (ends_at(TERMS.ends_on) - 1, Code.ACCEPTED),
        (ends_at(TERMS.ends_on), Code.EXPIRED),
    ],
)
def test_r10_days_are_days_in_rome_to_the_last_instant(till: Till, now: int, code: Code) -> None:
    ledger = till.town.ledger
    with ledger.reading() as db:
        device = find_till(db, till.secret.encode())
    credential = credential_of_code(ledger, till.family.code)
    assert device is not None
    assert credential is not None
    asked = Redemption(device.till_id, credential.id, 1_00)
    assert redeem(ledger, asked, key=key(), now=now).code is code


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2026, 3, 29), 23),  # The night that has no 02:30.
        (date(2026, 10, 25), 25),  # The night that has it twice.
        (date(2028, 2, 29), 24),
        (date(2026, 12, 31), 24),
    ],
)
def test_r10_the_days_on_which_clocks_change_are_as_long_as_they_are(day: date, hours: int) -> None:
    assert ends_at(day) - starts_at(day) == hours * 3600 * 1_000_000


def test_r11_what_was_taken_away_is_refused_at_once(till: Till) -> None:
    ledger, town = till.town.ledger, till.town
    with ledger.reading() as db:
        device = find_till(db, till.secret.encode())
    assert device is not None
    suspend_shop(ledger, device.shop_id)
    assert till.redeem(1_00).json()["code"] == "shop_suspended"
    _shop, secret = town.shop("Alimentari Prova", "grocery")
    opened = till.client.post("/api/v1/till-sessions", json={"secret": secret}).json()
    other = replace(till, session=opened["session_token"], secret=secret)
    credential = credential_of_code(ledger, till.family.code)
    assert credential is not None
    fresh = replace_family_code(ledger, "giussano", credential.target_id, now=NOON)
    assert other.redeem(1_00).json()["code"] == "credential_inactive"
    assert fresh.code != till.family.code
    found = calling_till(ledger, other.session, now=ledger.clock())
    assert found is not None
    remove_till(ledger, found.till_id)
    assert other.redeem(1_00).status_code == 403


def test_r14_a_body_of_one_byte_a_second_ends_with_408(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body, "SECONDS", 0.5)  # The limit alone is shortened, not the reader.
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(till.client.app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    with socket.create_connection(listener.getsockname()) as slow:
        head = (
            "POST /api/v1/redemptions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {till.session}\r\nIdempotency-Key: {uuid4()}\r\n"
            "Content-Length: 100\r\n\r\n{"
        )
        slow.sendall(head.encode())
        assert slow.recv(1000).startswith(b"HTTP/1.1 408")
    server.should_exit = True
    thread.join()
    listener.close()


def test_r16_a_stranger_and_nobody_are_told_alike(till: Till) -> None:
    attempt = str(uuid4())
    till.redeem(12_50, key=attempt)
    _shop, secret = till.town.shop("Alimentari Prova", "grocery")
    opened = till.client.post("/api/v1/till-sessions", json={"secret": secret}).json()
    other = replace(till, session=opened["session_token"])
    refund = {"amount_cents": 1, "reason": "other"}
    for path in ("", "/refunds", "/void"):
        theirs = f"/api/v1/redemptions/{attempt}{path}"
        nobodys = f"/api/v1/redemptions/{UUID(int=1)}{path}"
        if path == "/void":
            assert other.post(theirs, {}).status_code == 404
            continue
        told = [other.post(one, refund) if path else other.get(one) for one in (theirs, nobodys)]
        assert told[0].status_code == told[1].status_code == 404
        assert told[0].content == told[1].content


@pytest.mark.parametrize("text", ["' OR 1=1", "<script>", "\u202e", "😀", "a\r\nb", "e\u0301"])
def test_r18_odd_texts_are_kept_as_they_are_or_refused(till: Till, text: str) -> None:
    attempt = str(uuid4())
    answer = till.redeem(1_00, key=attempt, operator=text)
    assert answer.status_code in {201, 422}
    if answer.status_code == 201:
        assert till.redeem(1_00, key=attempt, operator=text).content == answer.content
        assert till.redeem(1_00, key=attempt, operator=text + "x").status_code == 409
