"""What a family shows at the till -> the credential behind it: token or typed code, then PIN.

A bad token or a wrong PIN is no decision and leaves nothing in the book. Source: design 6.
"""

from uuid import UUID

from ledger.core.credentials import Credential
from ledger.core.ids import ClaimId
from ledger.core.phones import counter_claim
from ledger.core.quantities import SECOND, Amount, Instant
from ledger.operations.sign_in import PinOutcome, credential_of_code, credential_of_id, try_pin
from ledger.token.refusal import TokenRefused
from ledger.token.short_code import Mistyped, parse
from ledger.token.shown import is_shown_by_phone, peek_shown
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
        if is_shown_by_phone(token, api.environment):
            shown = api.receipts.shown(token, now)
            return credential_of_id(api.ledger, UUID(bytes=shown.credential.id))
        payload = verify_payment(token, api.trust(now), now=now // SECOND)
    except TokenRefused:
        return None
    return credential_of_id(api.ledger, UUID(bytes=payload.id))


def presented(
    api: Api, till: Till, credential: Credential, token: str | None, amount: Amount
) -> ClaimId | None:
    """The number that a phone signed for this sale; None: it was paper. Errors: `Problem`.

    `amount` (cents): no more than it was shown for, and an answer for its own shop and amount only.
    """
    if credential.phone is None or token is None:
        return None
    shown = peek_shown(token, api.environment)
    if not shown.fits(api.receipts.shop_no(till.shop_id), amount):
        raise Problem("other_sale")
    return counter_claim(credential.phone.phone_id, shown.counter)


def _by_code(api: Api, typed: str) -> Credential | None:
    try:
        code = parse(typed)
    except Mistyped as error:
        raise Problem("code_mistyped") from error
    return credential_of_code(api.ledger, code)


def check_pin(api: Api, till: Till, key: UUID, credential: Credential, pin: str | None) -> None:
    """Let nobody on without the right PIN. Errors: `Problem`.

    The same key with the same wrong PIN is answered again without counting.
    """
    if pin is None:
        raise Problem("pin_needed")
    told = api.wrong_pins.find(till.till_id, key, pin)
    if told is not None:
        raise Problem(told)
    whose = credential.pin_id
    outcome = PinOutcome.LOCKED if whose is None else try_pin(api.ledger, whose, pin)
    if outcome is not PinOutcome.RIGHT:
        code = PIN_PROBLEMS[outcome]
        if outcome is PinOutcome.WRONG:  # A locked one burns no try, and may be unlocked just now.
            api.wrong_pins.keep(till.till_id, key, pin, code)
        raise Problem(code)
