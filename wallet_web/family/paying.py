"""The page by which a phone pays, and what it asks of us: its right for a week, and its payments.

The page says nothing of anybody: what a phone knows, it keeps. What it asks is signed by its key,
so that no session is needed; without a phone's key, a family that is signed in pays with its PIN.
Not here: whose phone it is (`phones`), and what it draws (`static/phone`).
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ledger import Ledger
from ledger.core.credentials import Credential
from ledger.core.phones import counter_claim
from ledger.core.quantities import SECOND, Instant
from ledger.core.redemption import Redemption, read_paid
from ledger.operations.prepare_phone import Heard, WrongClock, hear_phone, prepare_phone
from ledger.operations.read_request import Asked, read_till_request
from ledger.operations.redeem import answered, redeem, reference_in
from ledger.operations.sign_in import PinOutcome, credential_of_id, session_of, try_pin
from ledger.reports.family_page import family_vouchers
from ledger.reports.receipts import Receipts
from ledger.reports.shop_names import shop_names
from ledger.token.refusal import TokenRefused
from wallet_web.bodies import base64_of, json_words
from wallet_web.dependencies import Now, OpenLedger
from wallet_web.family.phone_words import WORDS
from wallet_web.rendering import packed, page
from wallet_web.sessions import token_of

router = APIRouter(prefix="/famiglia/paga")
PINS: Final = {PinOutcome.WRONG: "pin_wrong", PinOutcome.LOCKED: "pin_locked"}


class No(Exception):
    """What is not done, by its code; becomes the answer."""

    def __init__(self, code: str, status: int = 422, **more: object) -> None:
        """Name it."""
        super().__init__(code)
        self.code, self.status, self.more = code, status, more


@router.get("")
def shown(request: Request) -> Response:
    """The page itself, the same for everybody."""
    return packed(request, page(request, "family/pay.html", words=WORDS))


@router.post("/prepara")
async def prepare(request: Request, ledger: OpenLedger, now: Now) -> JSONResponse:
    """Give a phone its right for a week and what it may carry; it tells what it spent unseen."""
    words = await json_words(request)
    return await run_in_threadpool(_answer, _prepared, request, ledger, words, now)


@router.post("/guarda")
async def look(request: Request, ledger: OpenLedger, now: Now) -> JSONResponse:
    """Say which shop asks, and how much, before anybody pays."""
    words = await json_words(request)
    return await run_in_threadpool(_answer, _looked, request, ledger, words, now)


@router.post("/rispondi")
async def pay(request: Request, ledger: OpenLedger, now: Now) -> JSONResponse:
    """Pay what a till asks, by a phone's answer or by a signed-in family's PIN."""
    words = await json_words(request)
    return await run_in_threadpool(_answer, _paid, request, ledger, words, now)


Words = Mapping[str, object]


Doing = Callable[[Request, Ledger, Words, Instant], Words]


def _answer(
    doing: Doing, request: Request, ledger: Ledger, words: Words, now: Instant
) -> JSONResponse:
    """Do it, or say which no it was."""
    try:
        return JSONResponse(doing(request, ledger, words, now))
    except No as no:
        return JSONResponse({"code": no.code, **no.more}, no.status)


def _prepared(request: Request, ledger: Ledger, words: Words, now: Instant) -> Words:
    heard = _heard(ledger, words, now)
    receipts: Receipts = request.app.state.receipts
    phone = heard.phone
    try:
        told = prepare_phone(ledger, receipts.signer, phone.phone_id, heard.spent, now=now)
    except LookupError as error:
        raise No("phone_unknown", 404) from error
    vouchers = family_vouchers(ledger, phone.book_no, phone.family_id, now=now)
    return {
        "credential": _text(told.token),
        "reserve_cents": told.reserve_cents,
        "known": told.known,
        "at": now // SECOND,
        "ends_at": told.right.expires_at // SECOND,
        "pin_over_cents": told.right.pin_over_cents,
        "number": phone.number,
        "vouchers": [
            {"title": one.title, "left_cents": one.available_cents}
            for one in vouchers
            if one.can_be_spent and one.kind == "voucher"
        ],
        "shops": [[one.shop_no, one.name] for one in shop_names(ledger)],
    }


def _heard(ledger: Ledger, words: Words, now: Instant) -> Heard:
    try:
        said, signature = base64_of(words.get("said")), base64_of(words.get("signature"))
        return hear_phone(ledger, said, signature, now=now)
    except WrongClock as error:
        raise No("clock", 409, at=now // SECOND) from error
    except LookupError as error:
        raise No("phone_unknown", 404) from error
    except ValueError as error:
        raise No("not_signed", 403) from error


def _looked(_request: Request, ledger: Ledger, words: Words, now: Instant) -> Words:
    asked = _asked(ledger, words, now)
    return {"shop": asked.shop_name, "shop_no": asked.shop_no, "amount_cents": asked.amount_cents}


def _asked(ledger: Ledger, words: Words, now: Instant) -> Asked:
    try:
        return read_till_request(ledger, base64_of(words.get("request")), now=now)
    except (TokenRefused, LookupError, ValueError) as error:
        raise No("request_refused") from error


def _paid(request: Request, ledger: Ledger, words: Words, now: Instant) -> Words:
    asked = _asked(ledger, words, now)
    receipts: Receipts = request.app.state.receipts
    sale = _sale(request, ledger, asked, words, now)
    credential = credential_of_id(ledger, sale.credential_id)
    assert credential is not None
    decision = answered(ledger, sale, key=asked.key)
    if decision is None:
        _check_pin(request, ledger, credential, asked, words)
        decision = redeem(ledger, sale, key=asked.key, now=now)
    if not decision.accepted:
        raise No(str(decision.code))
    paid = read_paid(decision)
    return {
        "shop": asked.shop_name,
        "amount_cents": paid.amount_cents,
        "left_cents": paid.left_cents,
        "receipt": receipts.sign(decision, asked.shop_id, reference_in(decision)),
    }


def _sale(request: Request, ledger: Ledger, asked: Asked, words: Words, now: Instant) -> Redemption:
    """The sale that is asked for, and by whom: the phone that answers, or the family signed in."""
    token = words.get("token")
    if not isinstance(token, str):
        session = session_of(ledger, token_of(request, "famiglia"), "family", now=now)
        if session is None:
            raise No("not_signed_in", 401)
        return Redemption(asked.till_id, session.subject_id, asked.amount_cents, nonce=asked.nonce)
    try:
        seen = request.app.state.receipts.shown(token, now)
    except TokenRefused as error:
        raise No("not_signed", 403) from error
    one = seen.presentation
    if one.nonce != asked.nonce or not one.fits(asked.shop_no, asked.amount_cents):
        raise No("request_refused")
    found = credential_of_id(ledger, UUID(bytes=seen.credential.id))
    if found is None or found.phone is None:
        raise No("phone_unknown", 404)
    claim = counter_claim(found.phone.phone_id, one.counter)
    return Redemption(
        asked.till_id, found.id, asked.amount_cents, presented=claim, nonce=asked.nonce
    )


def _check_pin(
    request: Request, ledger: Ledger, credential: Credential, asked: Asked, words: Words
) -> None:
    """Let nobody on without the right PIN, where one is wanted. Wrong ones count by address too."""
    if not credential.wants_pin_for(asked.amount_cents):
        return
    pin, guesses = words.get("pin"), request.app.state.guesses
    if not isinstance(pin, str) or not pin:
        raise No("pin_needed")
    if guesses.are_too_many(request):
        raise No("too_many", 429)
    whose = credential.pin_id
    outcome = PinOutcome.LOCKED if whose is None else try_pin(ledger, whose, pin)
    if outcome is not PinOutcome.RIGHT:
        guesses.count(request)
        raise No(PINS[outcome])


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
