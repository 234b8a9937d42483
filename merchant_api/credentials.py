"""What a family shows at the till -> the credential behind it: token or typed code, then PIN.

A bad token or a wrong PIN is no decision and leaves nothing in the book. Source: design 6.
"""

from uuid import UUID

from ledger.core.credentials import Credential
from ledger.core.quantities import SECOND, Instant
from ledger.operations.sign_in import PinOutcome, credential_of_code, credential_of_id, try_pin
from ledger.token.refusal import TokenRefused
from ledger.token.short_code import Mistyped, parse
from ledger.token.verify import verify_payment
from merchant_api.dependencies import Api, Guesses, Till, guessing_till
from merchant_api.messages import Shown
from merchant_api.problems import Problem

PIN_PROBLEMS = {PinOutcome.WRONG: "pin_wrong", PinOutcome.LOCKED: "pin_locked"}


def shown_credential(api: Api, till: Till, shown: Shown, *, now: Instant) -> Credential:
    """The credential that a token or a typed code names. Errors: `Problem`.

    Unknown codes are counted against the till; a typing error is told apart and is not.
    """
    if (shown.token is None) is (shown.code is None):
        raise Problem("invalid", errors=[{"field": "token", "what": "either token or code"}])
    Guesses.check(api, guessing_till(api, till))
    found = _by_token(api, shown.token, now) if shown.token else _by_code(api, shown.code or "")
    if found is None:
        Guesses.count(api, guessing_till(api, till))
        raise Problem("token_refused" if shown.token else "code_unknown")
    return found


def _by_token(api: Api, token: str, now: Instant) -> Credential | None:
    try:
        payload = verify_payment(token, api.trust(now), now=now // SECOND)
    except TokenRefused:
        return None
    return credential_of_id(api.ledger, UUID(bytes=payload.id))


def _by_code(api: Api, typed: str) -> Credential | None:
    try:
        code = parse(typed)
    except Mistyped as error:
        raise Problem("code_mistyped") from error
    return credential_of_code(api.ledger, code)


def check_pin(api: Api, till: Till, key: UUID, credential: Credential, pin: str | None) -> None:
    """Let nobody on without the right PIN, where one is wanted. Errors: `Problem`.

    The same key with the same wrong PIN is answered again without counting.
    """
    if not credential.wants_pin:
        return
    if pin is None:
        raise Problem("pin_needed")
    told = api.wrong_pins.find(till.till_id, key, pin)
    if told is not None:
        raise Problem(told)
    outcome = try_pin(api.ledger, credential.id, pin)
    if outcome is not PinOutcome.RIGHT:
        code = PIN_PROBLEMS[outcome]
        api.wrong_pins.keep(till.till_id, key, pin, code)
        raise Problem(code)
