"""The practice ground: everything works there, nothing of it counts, and no code crosses over."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from ledger import Ledger
from ledger.operations.sign_in import credential_of_code
from ledger.reports.demo_tokens import family_tokens
from scripts.practice import PracticeGround
from scripts.serve import build_app
from tests.town import Town, make_town
from wallet_web.settings import Settings


class Desk:
    """A server with a practice ground, and a till of its real side."""

    def __init__(self, ledger: Ledger, ground: PracticeGround) -> None:
        self.town: Town = make_town(ledger)
        self.town.issue(self.town.programme())
        _shop, secret = self.town.shop()
        self.family = self.town.codes()[0]
        self.client = TestClient(build_app(ledger, Settings(), ground=ground))
        self.real = self.post("/api/v1/till-sessions", {"secret": secret}, "").json()

    def post(self, path: str, body: object, session: str) -> Any:  # noqa: ANN401
        headers = {"Authorization": f"Bearer {session}", "Idempotency-Key": str(uuid4())}
        return self.client.post(path, json=body, headers=headers)

    def practise(self) -> dict[str, str]:
        answer = self.post("/api/v1/practice-sessions", None, self.real["session_token"])
        assert answer.status_code == 201, answer.text
        told: dict[str, str] = answer.json()
        return told


@pytest.fixture
def desk(ledger: Ledger) -> Iterator[Desk]:
    ground = PracticeGround()
    yield Desk(ledger, ground)
    ground.close()


def code(answer: Any) -> str:  # noqa: ANN401
    told: str = answer.json()["code"]
    return told


def test_a_practice_sale_is_paid_there_and_counted_nowhere(desk: Desk) -> None:
    book = desk.town.ledger.book(desk.town.comune)
    before = book.head(), book.trial_balance()
    here = desk.practise()
    assert (here["shop"], here["till"]) == ("PROVA · Panificio Prova", "Cassa 1")
    sale = {"code": here["code"], "pin": here["pin"], "amount_cents": 12_50}
    paid = desk.post("/prova/api/v1/redemptions", sale, here["session_token"])
    assert paid.status_code == 201, paid.text
    assert paid.json()["receipt"].startswith("BX1:")
    slip = {"token": here["slip"], "amount_cents": 4_00}
    assert desk.post("/prova/api/v1/redemptions", slip, here["session_token"]).status_code == 201
    back = {"amount_cents": 2_50, "reason": "mistake"}
    path = f"/prova/api/v1/redemptions/{paid.json()['id']}/refunds"
    assert desk.post(path, back, here["session_token"]).status_code == 201
    assert (book.head(), book.trial_balance()) == before
    headers = {"Authorization": f"Bearer {desk.real['session_token']}"}
    assert desk.client.get("/api/v1/statement", headers=headers).json()["items"] == []


def test_no_code_and_no_session_crosses_over(desk: Desk) -> None:
    here, real = desk.practise(), desk.real["session_token"]
    credential = credential_of_code(desk.town.ledger, desk.family.code)
    assert credential
    ours = family_tokens(desk.town.ledger, "c_e063", [credential.id])[credential.id].token
    assert ours.startswith("BC1:")
    for path, session, shown in (
        ("/api/v1/redemptions", real, {"token": here["token"], "pin": here["pin"]}),
        ("/api/v1/redemptions", real, {"token": here["slip"]}),
        ("/prova/api/v1/redemptions", here["session_token"],
         {"token": ours, "pin": desk.family.pin}),
    ):  # fmt: skip
        refused = desk.post(path, shown | {"amount_cents": 1_00}, session)
        assert (refused.status_code, code(refused)) == (422, "token_refused"), path
    typed = {"pin": "12345", "amount_cents": 1_00}
    refused = desk.post("/api/v1/redemptions", typed | {"code": here["code"]}, real)
    assert code(refused) == "code_unknown"
    sale = {"code": desk.family.code, "pin": desk.family.pin, "amount_cents": 1_00}
    refused = desk.post("/prova/api/v1/redemptions", sale, here["session_token"])
    assert code(refused) == "code_unknown"
    for path, session in (
        ("/prova/api/v1/redemptions", real), ("/api/v1/redemptions", here["session_token"]),
    ):  # fmt: skip
        assert desk.post(path, sale, session).status_code == 401


def test_it_is_entered_with_a_till_s_session_alone(desk: Desk) -> None:
    refused = desk.post("/api/v1/practice-sessions", None, "x")
    assert refused.status_code == 401
    closed = desk.post("/prova/api/v1/looks", {"code": desk.family.code}, "x")
    assert closed.status_code == 404  # Nobody has entered: there is none.


def test_a_second_time_it_is_the_same_family_with_a_fresh_pin(desk: Desk) -> None:
    here = desk.practise()
    wrong = [f"0000{one}" for one in range(6) if f"0000{one}" != here["pin"]][:5]
    for pin in wrong:
        look = {"code": here["code"], "pin": pin}
        desk.post("/prova/api/v1/looks", look, here["session_token"])
    right = {"code": here["code"], "pin": here["pin"], "amount_cents": 1_00}
    locked = desk.post("/prova/api/v1/redemptions", right, here["session_token"])
    assert code(locked) == "pin_locked"
    again = desk.practise()
    assert again["code"] == here["code"]
    paid = desk.post("/prova/api/v1/redemptions", right, again["session_token"])
    assert paid.status_code == 201, paid.text
    assert again["slip"] != here["slip"]


def test_a_server_without_a_ground_says_so(ledger: Ledger) -> None:
    town = make_town(ledger)
    _shop, secret = town.shop()
    client = TestClient(build_app(ledger, Settings()))
    told = client.post("/api/v1/till-sessions", json={"secret": secret}).json()
    headers = {"Authorization": f"Bearer {told['session_token']}"}
    refused = client.post("/api/v1/practice-sessions", headers=headers)
    assert (refused.status_code, code(refused)) == (404, "no_practice")
