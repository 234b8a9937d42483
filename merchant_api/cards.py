"""A health card and its PIN -> the code behind them, or one and the same no.

Who gets help must not be found out by scanning cards: a card that opens nothing, another PIN and a
locked one are answered alike, counted alike, and take the same way to the disk. So the PIN comes
before the look-up of a key: else a decided key would tell whose card it was. A retry with the right
PIN burns no try.
"""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from hashlib import sha256
from uuid import UUID

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from ledger import RequestId
from ledger.core.credentials import Credential
from ledger.core.quantities import Instant
from ledger.operations.redeem import is_decided
from ledger.operations.sign_in import codes_of_card, try_card
from ledger.token.short_code import Mistyped
from merchant_api.dependencies import Api, Guesses, Till, guessing_card
from merchant_api.messages import Shown
from merchant_api.problems import Problem

REFUSED = "card_refused"


async def credential_of_card(  # noqa: PLR0917 -- who asks, by what, when.
    request: Request, api: Api, till: Till, key: UUID, shown: Shown, now: Instant
) -> Credential:
    """The code that a card and its PIN open. Errors: `Problem`.

    The tries of one code go one after the other, whether by its card or by itself: many right PINs
    at once must not lock a family.
    """
    if shown.token is not None or shown.code is not None:
        raise Problem("invalid", errors=[{"field": "card", "what": "either card, token or code"}])
    try:
        codes = codes_of_card(api.ledger, shown.card or "")
    except Mistyped as error:
        raise Problem("card_mistyped") from error
    if shown.pin is None:
        raise Problem("pin_needed")
    async with AsyncExitStack() as turn:
        for one in sorted(code.id for code in codes) or [till.till_id]:
            await turn.enter_async_context(api.in_flight.alone(one, one))
        return await run_in_threadpool(_tried, request, api, till, key, shown, codes, now)


def _tried(  # noqa: PLR0917 -- as above.
    request: Request,
    api: Api,
    till: Till,
    key: UUID,
    shown: Shown,
    codes: Sequence[Credential],
    now: Instant,
) -> Credential:
    pin = shown.pin or ""
    Guesses.check(api, guessing_card(api, till, request))
    both = sha256(f"{shown.card} {pin}".encode()).hexdigest()
    told = api.wrong_pins.find(till.till_id, key, both)
    if told is not None:
        raise Problem(told)
    tried = try_card(api.ledger, till.till_id, codes, pin, now=now)
    if tried.credential is not None:
        return tried.credential
    Guesses.count(api, guessing_card(api, till, request))
    if tried.too_often:
        raise Problem("too_many", headers={"Retry-After": "3600"})
    no = "key_reused" if is_decided(api.ledger, till.till_id, RequestId(key)) else REFUSED
    api.wrong_pins.keep(till.till_id, key, both, no)
    raise Problem(no)
