"""Who stands at a till: PINs, whose turn it is, what each may do, and what entries carry of it."""

from typing import Any
from uuid import UUID

import pytest

from ledger import RequestId
from ledger.core.quantities import SECOND
from ledger.core.redemption import UNDO_WINDOW
from ledger.operations.take_turn import (
    NewOperator,
    WrongOperator,
    add_own_operator,
    change_pin,
    limit_refunds,
    part_with,
    part_with_all,
    unlock_operator,
)
from ledger.store.network.operators import operators_of
from merchant_api import dependencies
from tests.merchant_api.conftest import Till
from tests.merchant_api.test_enrolment import shop_of
from tests.town import NOON

PINS = {"Titta": "11111", "Rina": "22222", "Sara": "33333"}
RIGHTS = {"Titta": "owner", "Rina": "refund", "Sara": "scan"}


@pytest.fixture
def people(till: Till) -> dict[str, UUID]:
    """An owner, one who may refund, one who only scans."""
    return {
        name: add_own_operator(
            till.town.ledger, shop_of(till), NewOperator(name, PINS[name], RIGHTS[name]), now=NOON
        )
        for name in PINS
    }


def come(till: Till, who: UUID, pin: str) -> Any:  # noqa: ANN401
    return till.post("/api/v1/operator-turns", {"operator": str(who), "pin": pin})


def code(answer: Any) -> tuple[int, str]:  # noqa: ANN401
    return answer.status_code, answer.json()["code"]


def asked(till: Till, entry: str) -> dict[str, Any]:
    decision = till.town.ledger.book(till.town.comune).decision(RequestId(UUID(entry)))
    assert decision
    return dict(decision.request.asked or {})


def sale(till: Till, cents: int) -> str:
    paid = till.redeem(cents)
    assert paid.status_code == 201, paid.text
    made: str = paid.json()["id"]
    return made


def refund(till: Till, sold: str, cents: int, **more: object) -> Any:  # noqa: ANN401
    body = {"amount_cents": cents, "reason": "goods_returned", **more}
    return till.post(f"/api/v1/redemptions/{sold}/refunds", body)


def test_a_shop_without_operators_goes_on_as_before(till: Till) -> None:
    assert till.get("/api/v1/operators").json() == {"items": [], "current": None}
    sold = sale(till, 10_00)
    assert "operator" not in asked(till, sold)
    assert refund(till, sold, 2_00).status_code == 201
    limit_refunds(till.town.ledger, shop_of(till), 1_00)
    assert refund(till, sold, 2_00).status_code == 201  # There is nobody to be the second.


def test_nobody_works_at_a_locked_till_but_it_still_hands_in(
    till: Till, people: dict[str, UUID]
) -> None:
    assert people
    for answer in (
        till.redeem(1_00), till.post("/api/v1/looks", {"code": till.family.code}),
        till.get("/api/v1/statement"), till.get("/api/v1/day-totals"),
        till.post("/api/v1/redemptions/018f0000-0000-7000-8000-000000000001/void", None),
    ):  # fmt: skip
        assert code(answer) == (403, "operator_needed")
    assert till.post("/api/v1/acceptances", {"acceptances": ["AAAA"]}).status_code == 200
    assert till.get("/api/v1/operators").json()["current"] is None


def test_every_entry_carries_its_operator_by_a_random_id(
    till: Till, people: dict[str, UUID]
) -> None:
    assert come(till, people["Rina"], PINS["Rina"]).json()["current"] == str(people["Rina"])
    sold = sale(till, 10_00)
    assert asked(till, sold)["operator"] == people["Rina"].hex
    back = refund(till, sold, 2_00).json()["id"]
    assert asked(till, back)["operator"] == people["Rina"].hex
    till.post(f"/api/v1/redemptions/{sold}/void", None)
    lines = till.get("/api/v1/statement").json()["items"]
    [undone] = [one["id"] for one in lines if one["amount_cents"] == -8_00]
    assert asked(till, undone)["operator"] == people["Rina"].hex
    typed = till.redeem(1_00, operator="Somebody else").json()["id"]
    assert asked(till, typed)["operator"] == people["Rina"].hex
    assert "Rina" not in str(lines)


def test_a_pin_is_tried_five_times_and_the_owner_unlocks(
    till: Till, people: dict[str, UUID]
) -> None:
    who, ledger, shop = people["Sara"], till.town.ledger, shop_of(till)
    for _ in range(4):
        assert code(come(till, who, "00000")) == (422, "operator_pin_wrong")
    assert come(till, who, PINS["Sara"]).status_code == 200  # It begins to count anew.
    for _ in range(5):
        assert code(come(till, who, "00000")) == (422, "operator_pin_wrong")
    assert code(come(till, who, PINS["Sara"])) == (422, "operator_locked")
    unlock_operator(ledger, shop, who)
    assert come(till, who, PINS["Sara"]).status_code == 200
    change_pin(ledger, shop, who, "44444")
    assert code(till.redeem(1_00)) == (403, "operator_needed")  # Out with the old PIN.
    assert code(come(till, who, PINS["Sara"])) == (422, "operator_pin_wrong")
    assert come(till, who, "44444").status_code == 200


def test_a_turn_ends_by_the_lock_and_when_somebody_leaves(
    till: Till, people: dict[str, UUID]
) -> None:
    come(till, people["Rina"], PINS["Rina"])
    assert till.redeem(1_00).status_code == 201
    headers = {"Authorization": f"Bearer {till.session}"}
    assert till.client.delete("/api/v1/operator-turns", headers=headers).json()["current"] is None
    assert code(till.redeem(1_00)) == (403, "operator_needed")
    come(till, people["Rina"], PINS["Rina"])
    part_with(till.town.ledger, shop_of(till), people["Rina"])
    assert code(till.redeem(1_00)) == (403, "operator_needed")
    assert code(come(till, people["Rina"], PINS["Rina"])) == (404, "not_found")
    with till.town.ledger.reading() as db:
        left = {one.nickname for one in operators_of(db, shop_of(till))}
    assert left == {"Titta", "Sara"}


def test_another_shop_s_operator_is_nobody_here(till: Till, people: dict[str, UUID]) -> None:
    other, _secret = till.town.shop("Un altro")
    asked_for = NewOperator("Ugo", "55555", "owner")
    stranger = add_own_operator(till.town.ledger, other, asked_for, now=NOON)
    assert code(come(till, stranger, "55555")) == (404, "not_found")
    with pytest.raises(LookupError):
        part_with(till.town.ledger, other, people["Sara"])


def test_who_only_scans_undoes_a_slip_of_the_finger_and_refunds_nothing(
    till: Till, people: dict[str, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    come(till, people["Sara"], PINS["Sara"])
    first, second = sale(till, 10_00), sale(till, 5_00)
    assert code(refund(till, first, 1_00)) == (403, "right_missing")
    undone = till.post(f"/api/v1/redemptions/{second}/void", None)
    assert undone.json() == {"state": "refunded"}
    later = dependencies.clock() + UNDO_WINDOW + SECOND
    monkeypatch.setattr("merchant_api.dependencies.clock", lambda: later)
    void = till.post(f"/api/v1/redemptions/{first}/void", None)
    assert code(void) == (403, "right_missing")
    unknown = till.post("/api/v1/redemptions/018f0000-0000-7000-8000-000000000001/void", None)
    assert unknown.json() == {"state": "burnt"}  # To end a doubt is everybody's.


def test_above_the_limit_another_one_agrees_by_a_pin(till: Till, people: dict[str, UUID]) -> None:
    limit_refunds(till.town.ledger, shop_of(till), 4_00)
    come(till, people["Rina"], PINS["Rina"])
    sold = sale(till, 10_00)
    undo = till.post(f"/api/v1/redemptions/{sold}/void", None)
    assert code(undo) == (403, "second_operator_needed")
    assert refund(till, sold, 3_00).status_code == 201
    assert code(refund(till, sold, 3_00)) == (403, "second_operator_needed")  # Six in all.
    for name, pin, told in (
        ("Rina", PINS["Rina"], (403, "second_operator_needed")),
        ("Sara", PINS["Sara"], (403, "second_operator_needed")),
        ("Titta", "00000", (422, "operator_pin_wrong")),
    ):
        second = {"operator": str(people[name]), "pin": pin}
        assert code(refund(till, sold, 3_00, second=second)) == told
    agreed = {"operator": str(people["Titta"]), "pin": PINS["Titta"]}
    back = refund(till, sold, 3_00, second=agreed)
    assert back.status_code == 201, back.text
    told_words = asked(till, back.json()["id"])
    assert (told_words["operator"], told_words["second"]) == (
        people["Rina"].hex, people["Titta"].hex,
    )  # fmt: skip


def test_operators_that_no_shop_can_have_are_told_apart(till: Till) -> None:
    ledger, shop = till.town.ledger, shop_of(till)

    def add(nickname: str, pin: str, rights: str) -> str:
        try:
            add_own_operator(ledger, shop, NewOperator(nickname, pin, rights), now=NOON)
        except WrongOperator as wrong:
            return wrong.field
        return ""

    assert add("Sara", "33333", "scan") == "first_owner"
    assert add("Titta", "1111", "owner") == "pin"
    assert add("Titta", "١٢٣٤٥", "owner") == "pin"
    assert add("  ", "11111", "owner") == "nickname"
    assert add("x" * 21, "11111", "owner") == "nickname"
    assert add("Titta", "11111", "boss") == "rights"
    assert add(" Titta  B. ", "11111", "owner") == ""
    assert add("titta b.", "22222", "scan") == "nickname_taken"
    assert add("Sara", "33333", "scan") == ""
    with till.town.ledger.reading() as db:
        [owner] = [one for one in operators_of(db, shop) if one.rights == "owner"]
    with pytest.raises(WrongOperator, match="last_owner"):
        part_with(ledger, shop, owner.operator_id)
    part_with_all(ledger, shop)
    assert till.redeem(1_00).status_code == 201
