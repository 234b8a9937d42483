"""Till sessions, and the look before you take."""

from typing import Annotated
from uuid import uuid5

from fastapi import APIRouter, Depends, Request

from ledger.operations.redeem import Basket, look
from ledger.operations.sign_in import calling_till, open_till_session
from merchant_api import messages
from merchant_api.body import body_of
from merchant_api.credentials import check_pin, shown_credential
from merchant_api.dependencies import (
    CallingTill,
    Guesses,
    Now,
    TheApi,
    guessing_address,
)
from merchant_api.instants import instant_text
from merchant_api.openapi import body, problems
from merchant_api.problems import Problem

router = APIRouter(prefix="/api/v1", tags=["tills"])

SecretBody = Annotated[messages.TillSecret, Depends(body_of(messages.TillSecret))]
LookBody = Annotated[messages.Look, Depends(body_of(messages.Look))]


@router.post(
    "/till-sessions",
    status_code=201,
    operation_id="openTillSession",
    responses=problems(401, 422, 429),
    openapi_extra=body(messages.TillSecret),
)
def open_session(body: SecretBody, request: Request, api: TheApi, now: Now) -> messages.TillSession:
    """Open a session for an enrolled till."""
    Guesses.check(api, guessing_address(api, request))
    opened = open_till_session(api.ledger, body.secret, now=now)
    if opened is None:
        Guesses.count(api, guessing_address(api, request))
        raise Problem("secret_unknown")
    till = calling_till(api.ledger, opened.token, now=now)
    assert till is not None
    return messages.TillSession(
        session_token=opened.token,
        expires_at=instant_text(opened.session.expires_at),
        shop=api.receipts.shop_name(till.shop_id),
        till=till.label,
    )


@router.post(
    "/looks",
    operation_id="look",
    responses=problems(422, 429),
    openapi_extra=body(messages.Look),
)
def look_before(body: LookBody, till: CallingTill, api: TheApi, now: Now) -> messages.LookAnswer:
    """See what could be taken: consumes nothing, but a PIN typed here counts."""
    credential = shown_credential(api, till, body, now=now)
    check_pin(api, till, uuid5(credential.id, "look"), credential, body.pin)
    basket = Basket(body.bill_cents, None if body.declared is None else tuple(body.declared))
    seen = look(api.ledger, till.till_id, credential, basket, now=now)
    if seen.refusal is not None:
        raise Problem(seen.refusal)
    parts = [
        messages.LookPart(
            programme=one.voucher.title,
            spendable_cents=one.cents,
            worth_cents=one.worth_cents,
            ends_at=instant_text(one.voucher.ends_at),
            single_use=one.voucher.kind == "slip",
        )
        for one in seen.parts
    ]
    return messages.LookAnswer(
        spendable_cents=seen.spendable_cents,
        wants_bill=seen.wants_bill,
        to_declare=list(seen.excluded),
        parts=parts,
    )
