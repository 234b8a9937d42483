"""Redeem, read by key, void, refund: the routes that move money, and nothing more."""

from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ledger import RequestId
from ledger.core.credentials import Credential
from ledger.core.quantities import SECOND, Instant
from ledger.core.redemption import Redemption as Asked
from ledger.core.refunding import Refund as AskedBack
from ledger.operations.redeem import answered, aredeem, book_of_redemption
from ledger.operations.refund import (
    Asking,
    Wanted,
    refund,
    wanted_to_refund,
    wanted_to_undo,
)
from ledger.operations.void_redemption import Voided as Ended
from ledger.operations.void_redemption import void_redemption
from merchant_api import messages
from merchant_api.answers import answer_paid, answer_refund, read_again
from merchant_api.body import body_of, parse, read_bytes
from merchant_api.cards import credential_of_card
from merchant_api.credentials import check_pin, presented, shown_credential
from merchant_api.dependencies import (
    Api,
    CallingTill,
    IdempotencyKey,
    Now,
    TheApi,
    Till,
    clock,
    key_of,
    read_key,
    the_state,
    till_of,
)
from merchant_api.openapi import CALLER, body, problems
from merchant_api.operators import second_person
from merchant_api.problems import Problem

router = APIRouter(prefix="/api/v1/redemptions", tags=["redemptions"])

GIVEN_UP: Final = 4 * SECOND  # A till asks again by then: what has not begun is not begun.

RefundBody = Annotated[messages.Refund, Depends(body_of(messages.Refund))]


@router.post(
    "",
    status_code=201,
    operation_id="redeem",
    response_model=messages.Paid,
    responses=problems(409, 422, 503),
    openapi_extra=body(messages.Redemption) | CALLER,
)
async def redeem_voucher(request: Request) -> Response:
    """Take a payment; answer with its receipt, or with a problem that says what to do.

    The hot path: it reads session, key and body itself, since resolving dependencies would cost
    more than the book does.
    """
    api, now = the_state(request), clock()
    till = till_of(request, api, request.headers.get("authorization", ""), now)
    key = key_of(request.headers.get("idempotency-key", ""))
    body = parse(messages.Redemption, await read_bytes(request))
    if by_card := body.card is not None:
        credential = await credential_of_card(request, api, till, key, body, now)
    else:
        credential = shown_credential(api, till, body, now=now)
    claim = presented(api, till, credential, body.token, body.amount_cents)
    asked = replace(asked_by(till, credential, body), presented=claim)
    async with api.in_flight.alone(till.till_id, key):
        decision = answered(api.ledger, asked, key=key)
        if decision is None:
            if credential.wants_pin_for(body.amount_cents) and not by_card:
                await _check_pin(api, till, key, credential, body.pin)
            if clock() - now > GIVEN_UP:
                raise Problem("busy", headers={"Retry-After": "1"})
            decision = await aredeem(api.ledger, asked, key=key, now=now)
    return answer_paid(api, till, decision)


async def _check_pin(
    api: Api, till: Till, key: RequestId, credential: Credential, pin: str | None
) -> None:
    """A try is counted, durably, before it is compared, so a thread waits for it.

    One credential's tries go one after the other: many right PINs at once must not lock it.
    """
    whose = credential.pin_id or credential.id
    async with api.in_flight.alone(whose, whose):
        await run_in_threadpool(check_pin, api, till, key, credential, pin)


def operator_of(till: Till) -> str | None:
    """Who stands at the till, as entries carry it: a random id."""
    return None if till.operator_id is None else till.operator_id.hex


def asked_by(till: Till, credential: Credential, body: messages.Redemption) -> Asked:
    """The caller's words, without token and PIN."""
    return Asked(
        till_id=till.till_id,
        credential_id=credential.id,
        amount_cents=body.amount_cents,
        bill_cents=body.bill_cents,
        operator=operator_of(till) or body.operator,
        declared=tuple(body.declared),
    )


@router.get(
    "/{key}",
    operation_id="readRedemption",
    response_model=messages.Decided,
    responses=problems(404),
)
def read_redemption(key: str, till: CallingTill, api: TheApi) -> Response:
    """Tell the decision of a key again, and its present state."""
    return read_again(api, till, read_key(key, "not_found"))


@router.post(
    "/{key}/void",
    operation_id="voidRedemption",
    response_model=messages.Voided,
    responses=problems(403, 404, 503),
)
def void(key: str, till: CallingTill, api: TheApi, now: Now) -> messages.Voided:
    """End any doubt: an unknown key is burnt, a paid one refunded in full.

    Within minutes any operator undoes; later it takes the right to refund, above the shop's limit
    a refund with a second operator.
    """
    return voided(api, till, read_key(key, "not_found"), now)


def voided(api: Api, till: Till, key: RequestId, now: Instant) -> messages.Voided:
    """Burn a key, or give back in full what it paid. Errors: `Problem`."""
    operator = operator_of(till)
    _want(wanted_to_undo(api.ledger, till, key, now=now))
    try:
        ended = void_redemption(api.ledger, till.till_id, key=key, now=now, operator=operator)
    except LookupError as error:
        raise Problem("not_found") from error
    return messages.Voided(state="refunded" if ended is Ended.REFUNDED else "burnt")


@router.post(
    "/{key}/refunds",
    status_code=201,
    operation_id="refundRedemption",
    response_model=messages.Refunded,
    responses=problems(403, 404, 409, 422, 503),
    openapi_extra=body(messages.Refund),
)
def refund_redemption(  # noqa: PLR0917 -- FastAPI fills them by name.
    key: str,
    body: RefundBody,
    till: CallingTill,
    refund_key: IdempotencyKey,
    api: TheApi,
    now: Now,
) -> Response:
    """Give back a part of a redemption, or all; also after the shop was paid out."""
    redemption, by_till = read_key(key, "not_found"), f"till:{till.till_id.hex}"
    second = second_person(api, till, body.second)
    asked = AskedBack(
        redemption, body.amount_cents, body.reason, by_till, operator_of(till),
        None if second is None else second.hex,
    )  # fmt: skip
    _want(wanted_to_refund(api.ledger, till, asked, second=second))
    try:
        book = book_of_redemption(api.ledger, till.till_id, redemption)
        by = Asking(till.till_id)
        decision = refund(api.ledger, book, asked, by=by, key=refund_key, now=now)
    except LookupError as error:
        raise Problem("not_found") from error
    return answer_refund(api, till, book, decision, redemption)


def _want(missing: Wanted) -> None:
    """Refuse where somebody else is wanted. Errors: `Problem`."""
    if missing is Wanted.RIGHT:
        raise Problem("right_missing")
    if missing is Wanted.SECOND:
        raise Problem("second_operator_needed")
