"""A till that its shop's owner adds: its device's key by a code, then sessions by that key.

No token is kept on the phone: it signs a challenge. Not here: the owner's yes (the shop's pages),
and what a device sells without network (`offline`).
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from ledger import Ledger
from ledger.core.quantities import Instant
from ledger.operations.invite_till import answer_invitation
from ledger.operations.sign_in import (
    ChallengeRefused,
    DeviceWaiting,
    Opened,
    make_challenge,
    open_device_session,
    till_behind,
)
from ledger.reports.shop_statement import tills
from ledger.token.short_code import Mistyped
from merchant_api import messages
from merchant_api.base64url import bytes_of, text_of
from merchant_api.body import body_of
from merchant_api.dependencies import Api, Guesses, Now, TheApi, guessing_address
from merchant_api.instants import instant_text
from merchant_api.openapi import body, problems
from merchant_api.problems import Problem

router = APIRouter(prefix="/api/v1", tags=["tills"])

EnrolmentBody = Annotated[messages.Enrolment, Depends(body_of(messages.Enrolment))]
KeyBody = Annotated[messages.DeviceKey, Depends(body_of(messages.DeviceKey))]
SignedBody = Annotated[messages.SignedChallenge, Depends(body_of(messages.SignedChallenge))]


@router.post(
    "/till-enrolments",
    status_code=201,
    operation_id="enrolTill",
    responses=problems(422, 429),
    openapi_extra=body(messages.Enrolment),
)
def enrol(body: EnrolmentBody, request: Request, api: TheApi, now: Now) -> messages.Enrolled:
    """Register a device's key by the code that the owner shows; the owner's yes opens the till.

    A code that cannot be one is told apart and is no guess; any other wrong one is counted.
    """
    Guesses.check(api, guessing_address(api, request))
    try:
        made = answer_invitation(api.ledger, body.code, bytes_of(body.public), now=now)
    except Mistyped as error:
        raise Problem("code_mistyped") from error
    except LookupError as error:
        Guesses.count(api, guessing_address(api, request))
        raise Problem("invitation_unknown") from error
    except ValueError as error:
        raise Problem("invalid") from error
    mine = next(one for one in tills(api.ledger, made.shop_id) if one.till_id == made.till_id)
    shop = api.receipts.shop_name(made.shop_id)
    return messages.Enrolled(device_no=made.device_no, shop=shop, till=mine.label)


@router.post(
    "/till-challenges",
    operation_id="askChallenge",
    responses=problems(401, 422, 429),
    openapi_extra=body(messages.DeviceKey),
)
def challenge(body: KeyBody, request: Request, api: TheApi, now: Now) -> messages.Challenge:
    """Ask for what this device has to sign to open a session."""
    Guesses.check(api, guessing_address(api, request))
    try:
        made = make_challenge(api.ledger, bytes_of(body.public), now=now)
    except (LookupError, ValueError) as error:
        Guesses.count(api, guessing_address(api, request))
        raise Problem("challenge_refused") from error
    return messages.Challenge(challenge=text_of(made))


@router.post(
    "/device-sessions",
    status_code=201,
    operation_id="openDeviceSession",
    responses=problems(401, 403, 422, 429),
    openapi_extra=body(messages.SignedChallenge),
)
def open_session(body: SignedBody, request: Request, api: TheApi, now: Now) -> messages.TillSession:
    """Open a session by a signed challenge, once; a withdrawn till's is good for handing in."""
    Guesses.check(api, guessing_address(api, request))
    try:
        opened = _opened(api.ledger, body, now)
    except DeviceWaiting as error:
        raise Problem("device_unconfirmed") from error
    except (ChallengeRefused, ValueError) as error:
        Guesses.count(api, guessing_address(api, request))
        raise Problem("challenge_refused") from error
    return session_told(api, opened, now)


def _opened(ledger: Ledger, body: messages.SignedChallenge, now: Instant) -> Opened:
    return open_device_session(ledger, bytes_of(body.challenge), bytes_of(body.signature), now=now)


def session_told(api: Api, opened: Opened, now: Instant) -> messages.TillSession:
    """A session just opened, with the names of shop and till."""
    till = till_behind(api.ledger, opened.token, now=now)
    assert till is not None
    return messages.TillSession(
        session_token=opened.token,
        expires_at=instant_text(opened.session.expires_at),
        shop=api.receipts.shop_name(till.shop_id),
        till=till.label,
    )
