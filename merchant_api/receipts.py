"""Receipts again: of any sale or refund of the shop, whichever of its tills it was made at.

Not here: the answer to a sale itself, which brings its receipt (`answers`).
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.responses import PlainTextResponse, Response

from ledger import Book, Decision, RequestId
from ledger.core.redemption import SALES
from ledger.operations.redeem import reference_in
from ledger.reports.log_proofs import proof_of
from ledger.reports.receipts import refunded
from ledger.reports.shop_statement import TillRow, tills
from ledger.reports.who_asks import comuni
from merchant_api import messages
from merchant_api.answers import parts_of
from merchant_api.dependencies import Api, CallingTill, TheApi, Till, read_key
from merchant_api.instants import instant_text
from merchant_api.openapi import problems
from merchant_api.problems import Problem

router = APIRouter(prefix="/api/v1/receipts", tags=["redemptions"])
KINDS = (*SALES, "refund")


@router.get(
    "/{id}",
    operation_id="readReceipt",
    responses=problems(404),
    response_model_exclude_none=True,
)
def read_receipt(
    receipt_id: Annotated[str, Path(alias="id")], till: CallingTill, api: TheApi
) -> messages.ReceiptAgain:
    """Read the receipt of a sale or a refund of this shop again."""
    book, decision, made_at = _found(api, till, receipt_id)
    return _told(api, till.shop_id, book, decision, made_at)


@router.get(
    "/{id}/proof",
    operation_id="readProof",
    response_class=PlainTextResponse,
    responses=problems(404),
)
def read_proof(
    receipt_id: Annotated[str, Path(alias="id")], till: CallingTill, api: TheApi
) -> Response:
    """Read the proof of a sale or a refund of this shop: a file that anybody checks offline.

    It is there once the book was signed after the sale, within minutes.
    """
    book, decision, _made_at = _found(api, till, receipt_id)
    _sale_of(book, decision)
    proof = proof_of(book, decision.request.id)
    if proof is None:
        raise Problem("not_proved_yet", headers={"Retry-After": "60"})
    return PlainTextResponse(proof.text())


def _found(api: Api, till: Till, receipt_id: str) -> tuple[Book, Decision, TillRow]:
    """What one of the shop's tills booked under this id, and which. Errors: `Problem`."""
    wanted = read_key(receipt_id, "not_found")
    made_at = {f"till:{one.till_id.hex}": one for one in tills(api.ledger, till.shop_id)}
    for place in comuni(api.ledger):
        book = api.ledger.book(place.slug)
        decision = book.decision(wanted)
        if decision is not None and decision.accepted and decision.request.actor in made_at:
            return book, decision, made_at[decision.request.actor]
    raise Problem("not_found")


def _told(
    api: Api, shop_id: UUID, book: Book, decision: Decision, till: TillRow
) -> messages.ReceiptAgain:
    sale = _sale_of(book, decision)
    is_sale = decision.request.kind in SALES
    parts = parts_of(api, decision)
    return messages.ReceiptAgain(
        id=str(decision.request.id),
        at=instant_text(decision.recorded_at),
        kind="redemption" if is_sale else "refund",
        sale=str(sale.request.id),
        till=till.label,
        amount_cents=sum(one.amount_cents for one in parts),
        refunded_cents=refunded(book, decision) if is_sale else 0,
        parts=parts,
        receipt=api.receipts.sign(decision, shop_id, reference_in(sale)),
    )


def _sale_of(book: Book, decision: Decision) -> Decision:
    """The sale itself, or the one that a refund gives back. Errors: `Problem` for anything else."""
    if decision.request.kind not in KINDS:
        raise Problem("not_found")
    named = (decision.request.asked or {}).get("redemption")
    sale = book.decision(RequestId(UUID(hex=str(named)))) if named else decision
    assert sale is not None
    return sale
