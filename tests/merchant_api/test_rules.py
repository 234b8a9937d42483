"""What a programme's rules ask of who programs a till: said by a look, sent with the redemption."""

from dataclasses import replace
from typing import Any

import pytest

from ledger.core.till_rules import GOODS, TillRules
from merchant_api.messages import Goods
from tests.merchant_api.conftest import Till
from tests.town import TERMS


@pytest.fixture
def asked(till: Till) -> Till:
    """Beside what the family has without rules, half a bill without alcohol, worth a tenth more."""
    rules = TillRules(bill_share=50, excluded=("alcohol",), added_value=10)
    terms = replace(TERMS, title="Buoni a metà", rules=rules)
    till.town.issue(till.town.programme(terms=terms, act="43"))
    spent = till.post("/api/v1/looks", shown(till)).json()
    [free] = [one for one in spent["parts"] if one["programme"] == TERMS.title]
    assert till.redeem(free["spendable_cents"]).status_code == 201
    return till


def shown(till: Till) -> dict[str, object]:
    return {"token": till.token, "pin": till.family.pin}


def test_a_look_says_what_must_be_told_and_what_it_is_worth(asked: Till) -> None:
    seen = asked.post("/api/v1/looks", shown(asked)).json()
    assert (seen["wants_bill"], seen["to_declare"]) == (True, ["alcohol"])
    [part] = seen["parts"]
    assert part["worth_cents"] == part["spendable_cents"] * 11 // 10
    more = {"bill_cents": 20_01, "declared": ["alcohol"]}
    known = asked.post("/api/v1/looks", shown(asked) | more).json()
    assert (known["spendable_cents"], known["parts"][0]["worth_cents"]) == (10_00, 11_00)
    unpaid = asked.post("/api/v1/looks", shown(asked) | {"declared": []})
    assert (unpaid.status_code, unpaid.json()["code"]) == (422, "declaration_needed")


def test_what_was_paid_tells_what_it_is_worth_also_again(asked: Till) -> None:
    paid = asked.redeem(10_01, bill_cents=30_00, declared=["alcohol"]).json()
    assert paid["parts"] == [
        {"programme": "Buoni a metà", "amount_cents": 10_01, "worth_cents": 11_01}
    ]
    again = asked.get(f"/api/v1/redemptions/{paid['id']}").json()
    assert again["parts"] == paid["parts"]
    receipt = asked.get(f"/api/v1/receipts/{paid['id']}").json()
    assert receipt["parts"] == paid["parts"]


def test_each_no_says_what_to_send(asked: Till) -> None:
    body = shown(asked) | {"amount_cents": 10_00}
    codes = [
        asked.post("/api/v1/redemptions", body | more).json().get("code", "paid")
        for more in (
            {},
            {"declared": ["alcohol"]},
            {"declared": ["alcohol"], "bill_cents": 19_99},
            {"declared": ["alcohol"], "bill_cents": 20_00},
        )
    ]
    assert codes == ["declaration_needed", "bill_needed", "over_share", "paid"]


def test_the_same_key_with_another_bill_or_declaration_is_another_request(asked: Till) -> None:
    words: dict[str, Any] = {"bill_cents": 20_00, "declared": ["alcohol"]}
    paid = asked.redeem(10_00, **words)
    for other in ({"bill_cents": 20_01}, {"declared": ["alcohol", "tobacco"]}):
        again = asked.redeem(10_00, key=paid.json()["id"], **words | other)
        assert (again.status_code, again.json()["code"]) == (409, "key_reused")


@pytest.mark.parametrize(
    "more",
    [
        {"declared": ["sweets"]}, {"declared": "alcohol"}, {"declared": ["alcohol"] * 5},
        {"bill_cents": 0}, {"bill_cents": 12.5}, {"bill_cents": "2000"},
    ],
)  # fmt: skip
def test_what_no_till_means_is_refused_before_the_book(
    asked: Till, more: dict[str, object]
) -> None:
    for path, body in (
        ("/api/v1/looks", shown(asked)),
        ("/api/v1/redemptions", shown(asked) | {"amount_cents": 1}),
    ):
        refused = asked.post(path, body | more)
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid")


def test_the_api_knows_every_kind_of_goods() -> None:
    assert Goods.__args__ == GOODS  # type: ignore[attr-defined]
