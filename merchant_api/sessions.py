"""Till sessions, and the look before you take."""

from typing import Annotated
from uuid import uuid5

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool

from ledger.core.credentials import Credential
from ledger.core.quantities import Instant
from ledger.operations.redeem import Basket, look
from ledger.operations.sign_in import open_till_session
from merchant_api import messages
from merchant_api.body import body_of
from merchant_api.cards import credential_of_card
from merchant_api.credentials import check_pin, shown_credential
from merchant_api.dependencies import (
    Api,
    CallingTill,
    Guesses,
    Now,
    TheApi,
    Till,
    guessing_address,
)
from merchant_api.enrolment import session_told
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
    return session_told(api, opened, now)


@router.post(
    "/looks",
    operation_id="look",
    responses=problems(422, 429),
    openapi_extra=body(messages.Look),
)
async def look_before(
    request: Request, body: LookBody, till: CallingTill, api: TheApi, now: Now
) -> messages.LookAnswer:
    """See what could be taken: consumes nothing, but a PIN typed here counts."""
    if body.card is not None:
        key = uuid5(till.till_id, "look")
        credential = await credential_of_card(request, api, till, key, body, now)
        return await run_in_threadpool(_seen, body, till, api, credential, now)
    return await run_in_threadpool(_look_by_code, body, till, api, now)


def _look_by_code(body: messages.Look, till: Till, api: Api, now: Instant) -> messages.LookAnswer:
    credential = shown_credential(api, till, body, now=now)
    if credential.wants_pin:
        check_pin(api, till, uuid5(credential.id, "look"), credential, body.pin)
    return _seen(body, till, api, credential, now)


def _seen(
    body: messages.Look, till: Till, api: Api, credential: Credential, now: Instant
) -> messages.LookAnswer:
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
