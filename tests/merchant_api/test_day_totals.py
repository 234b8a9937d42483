"""A day's totals over the API: what the shop's page says, to the cent and to the sale."""

from datetime import date

from ledger.operations.close_period import close_period
from ledger.operations.record_payout import Mandate, record_payout
from ledger.reports.settlement_list import settlement_lines
from tests.merchant_api.conftest import Till
from tests.town import NOON, key

TOTALS = "/api/v1/day-totals"
ALONE = {"sales": 1, "sold_cents": 60_00, "refunds": 0, "refunded_cents": 0}


def whole(told: dict[str, object]) -> dict[str, object]:
    return {name: told[name] for name in ALONE}


def test_a_sale_from_two_vouchers_is_one_sale(till: Till) -> None:
    till.town.issue(till.town.programme(act="43"), round_name="2")
    most = till.post("/api/v1/looks", {"token": till.token, "pin": till.family.pin}).json()
    assert len(most["parts"]) == 2
    assert till.redeem(60_00).status_code == 201
    told = till.get(TOTALS).json()
    assert whole(told) == ALONE
    assert [(one["sales"], one["comune"]) for one in told["items"]] == [(1, "Giussano")]


def test_a_refund_after_the_payment_is_counted(till: Till) -> None:
    sale = till.redeem(12_50).json()["id"]
    officer = till.town.officer.officer_id
    close_period(till.town.ledger, "giussano", 1, "uno", officer=officer, key=key(), now=NOON)
    pay(till)
    body = {"amount_cents": 3_00, "reason": "goods_returned"}
    assert till.post(f"/api/v1/redemptions/{sale}/refunds", body).status_code == 201
    told = till.get(TOTALS).json()
    assert (told["refunds"], told["refunded_cents"]) == (1, 3_00)
    assert told["items"][0]["refunded_cents"] == 3_00


def pay(till: Till) -> None:
    [owed] = settlement_lines(till.town.ledger, till.town.book_no, 1)
    mandate = Mandate("1001", date(2026, 12, 5), 1, owed.programme_id, owed.shop_id, 12_50)
    decision = record_payout(
        till.town.ledger, "giussano", mandate, officer=till.town.treasurer, key=key(), now=NOON
    )
    assert decision.accepted, decision.code


def test_another_day_has_none_of_it(till: Till) -> None:
    till.redeem(12_50)
    told = till.get(f"{TOTALS}?date=2026-01-01").json()
    assert (told["date"], told["sales"], told["items"]) == ("2026-01-01", 0, [])
    assert till.get(f"{TOTALS}?date=2026-02-30").status_code == 422
