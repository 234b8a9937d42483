"""Receipts again: of a sale, a refund, a sale undone; of the shop that asks and of no other."""

from uuid import uuid4

from ledger.core.leaves import read_leaf
from ledger.operations.enrol_shop import enrol_till
from ledger.operations.publish_checkpoint import publish_checkpoint
from ledger.proof.cosignature import Policy
from ledger.proof.receipt import prove, read_proof
from ledger.reports.log_proofs import policy_of
from ledger.reports.shop_statement import ShopFilter, shops
from tests.merchant_api.conftest import Till


def signed_in(till: Till, secret: str) -> None:
    opened = till.client.post("/api/v1/till-sessions", json={"secret": secret})
    till.session = opened.json()["session_token"]


def test_a_sale_and_its_refund_have_their_receipts_again(till: Till) -> None:
    sold = till.redeem(10_00).json()
    given = till.post(
        f"/api/v1/redemptions/{sold['id']}/refunds",
        {"amount_cents": 2_50, "reason": "goods_returned"},
    ).json()
    sale = till.get(f"/api/v1/receipts/{sold['id']}").json()
    assert (sale["kind"], sale["amount_cents"], sale["refunded_cents"]) == (
        "redemption",
        10_00,
        250,
    )
    assert sale["receipt"] == sold["receipt"]
    assert sale["sale"] == sold["id"]
    back = till.get(f"/api/v1/receipts/{given['id']}").json()
    assert (back["kind"], back["amount_cents"], back["sale"]) == ("refund", 2_50, sold["id"])
    assert back["receipt"] == given["receipt"]
    assert back["parts"] == [{"programme": "Buoni spesa", "amount_cents": 2_50}]
    assert back["till"] == "Cassa 1"


def test_what_a_sale_undone_gave_back_has_a_receipt(till: Till) -> None:
    sold = till.redeem(10_00).json()
    till.post(f"/api/v1/redemptions/{sold['id']}/void", {})
    [back] = [one for one in till.get("/api/v1/statement").json()["items"]
              if one["kind"] == "refund"]  # fmt: skip
    assert till.get(f"/api/v1/receipts/{back['id']}").json()["amount_cents"] == 10_00


def test_another_till_of_the_shop_prints_it_too_and_may_not_undo_it(till: Till) -> None:
    sold = till.redeem(10_00).json()
    [shop] = shops(till.town.ledger, till.town.book_no, ShopFilter(), offset=0, limit=9)
    signed_in(till, enrol_till(till.town.ledger, shop.shop_id, "Cassa 2")[1])
    assert till.get(f"/api/v1/receipts/{sold['id']}").json()["till"] == "Cassa 1"
    assert [one["own_till"] for one in till.get("/api/v1/statement").json()["items"]] == [False]
    assert till.get(f"/api/v1/redemptions/{sold['id']}").status_code == 404


def test_nobody_elses_receipt_is_told(till: Till) -> None:
    sold = till.redeem(10_00).json()
    signed_in(till, till.town.shop("Un altro")[1])
    for wanted in (sold["id"], str(uuid4()), "x", "0" * 36):
        assert till.get(f"/api/v1/receipts/{wanted}").status_code == 404


def test_the_proof_of_a_sale_is_read_once_the_book_was_signed(till: Till) -> None:
    sold = till.redeem(10_00).json()
    address = f"/api/v1/receipts/{sold['id']}/proof"
    early = till.get(address)
    assert (early.status_code, early.json()["code"]) == (404, "not_proved_yet")
    assert early.headers["retry-after"] == "60"
    ledger = till.town.ledger
    publish_checkpoint(ledger, "giussano", domain="portavalori.example", now=ledger.clock())
    answer = till.get(address)
    assert answer.status_code == 200
    assert len(answer.content) <= 3_000
    policy = policy_of(ledger.book("giussano"))
    assert policy is not None
    proof = read_proof(answer.text)
    assert prove(proof, Policy(policy.log, (), 0)).checkpoint.size > proof.index
    assert read_leaf(proof.leaf).request.id.hex == sold["id"].replace("-", "")
    signed_in(till, till.town.shop("Un altro")[1])
    assert till.get(address).status_code == 404
    assert till.get("/api/v1/receipts/x/proof").status_code == 404
