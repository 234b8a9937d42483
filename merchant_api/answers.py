"""Decisions -> answers: the same bytes each time, from the facts that the decision keeps."""

from typing import Literal

from starlette.responses import JSONResponse, Response

from ledger import Book, Code, Decision, RequestId
from ledger.core.redemption import read_paid
from ledger.operations.redeem import book_of_redemption, reference_in
from ledger.reports.receipts import refunded
from merchant_api import messages
from merchant_api.dependencies import Api, Till
from merchant_api.instants import instant_text
from merchant_api.problems import Problem


def answer_paid(api: Api, till: Till, decision: Decision) -> Response:
    """The answer to a redemption. Errors: `Problem` for a no."""
    if not decision.accepted:
        raise refused(decision)
    return _json(_paid(api, till, decision), 201)


def refused(decision: Decision) -> Problem:
    """A no of the book as a problem, with the facts that it keeps."""
    facts = decision.facts
    field = facts.get("field")
    available = facts.get("available")
    return Problem(
        decision.code,
        field=f"{field}" if field else None,
        available_cents=available if decision.code is Code.INSUFFICIENT_FUNDS else None,
    )


def _paid(api: Api, till: Till, decision: Decision) -> messages.Paid:
    paid = read_paid(decision)
    return messages.Paid(
        id=str(decision.request.id),
        at=instant_text(decision.recorded_at),
        amount_cents=paid.amount_cents,
        parts=parts_of(api, decision),
        remaining_cents=paid.left_cents,
        receipt=api.receipts.sign(decision, till.shop_id, reference_in(decision)),
    )


def parts_of(api: Api, decision: Decision) -> list[messages.Part]:
    """What was taken from each programme, or given back to it."""
    units = {move.seq: move.unit for move in decision.transfers}
    return [
        messages.Part(
            programme=api.receipts.title(decision.book, units[part.seq]).title,
            amount_cents=part.amount_cents,
            worth_cents=api.receipts.worth(decision.book, part),
        )
        for part in read_paid(decision).parts
    ]


def read_again(api: Api, till: Till, key: RequestId) -> Response:
    """The decision of a key again, and its present state. Errors: `Problem` where there is none."""
    try:
        book = book_of_redemption(api.ledger, till.till_id, key)
    except LookupError as error:
        raise Problem("not_found") from error
    decision = book.decision(key)
    if decision is None or decision.request.scope != till.till_id:
        raise Problem("not_found")
    if not decision.accepted:
        return _json(_refused(decision), 200)
    paid = _paid(api, till, decision)
    back = refunded(book, decision)
    return _json(
        messages.Decided(
            **paid.model_dump(),
            state=_state(back, paid.amount_cents),
            refunded_cents=back,
        ),
        200,
    )


def _state(back: int, amount: int) -> Literal["paid", "partly_refunded", "refunded"]:
    if back == 0:
        return "paid"
    return "refunded" if back == amount else "partly_refunded"


def _refused(decision: Decision) -> messages.Decided:
    amount = (decision.request.asked or {}).get("amount", 0)
    return messages.Decided(
        id=str(decision.request.id),
        at=instant_text(decision.recorded_at),
        outcome="refused",
        state="voided" if decision.code is Code.VOIDED else "refused",
        amount_cents=amount if isinstance(amount, int) else 0,
        refunded_cents=0,
        parts=[],
        remaining_cents=0,
        code=str(decision.code),
    )


def answer_refund(
    api: Api, till: Till, book: Book, decision: Decision, redemption: RequestId
) -> Response:
    """The answer to a refund. Errors: `Problem` for a no."""
    if not decision.accepted:
        raise refused(decision)
    original = book.decision(redemption)
    assert original is not None
    paid = read_paid(original).amount_cents
    given = sum(move.amount for move in decision.transfers)
    return _json(
        messages.Refunded(
            id=str(decision.request.id),
            at=instant_text(decision.recorded_at),
            refunded_cents=given,
            remaining_cents=max(0, paid - refunded(book, original)),
            receipt=api.receipts.sign(decision, till.shop_id, reference_in(original)),
        ),
        201,
    )


def _json(message: messages.Message, status: int) -> Response:
    return JSONResponse(message.model_dump(exclude_none=True), status)
