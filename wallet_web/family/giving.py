"""A family gives on what it does not use, and sees where its gifts are. Never to whom.

Not here: what may be given (`ledger.operations.give_voucher`), and how it is followed.
"""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger import Code, RequestId, new_id
from ledger.core.quantities import MAX_AMOUNT, Amount, parse_euro
from ledger.operations.give_voucher import Gift, give_voucher
from ledger.operations.sign_in import PinOutcome, credential_of_id, try_pin
from ledger.reports.family_page import FamilyVoucher, family_vouchers
from ledger.reports.gifts import gifts_of
from wallet_web.dependencies import Now, OpenLedger, SentForm, SignedFamily
from wallet_web.languages import mark
from wallet_web.rendering import page
from wallet_web.troubles import trouble_page

router = APIRouter(prefix="/famiglia/dona")
HERE: Final = "/famiglia/dona"
WRONG_AMOUNT: Final = mark("Scrivi l’importo così: 12,50.")
PINS: Final[Mapping[PinOutcome, str]] = {
    PinOutcome.WRONG: mark("PIN sbagliato: non è stato donato nulla. Riprova."),
    PinOutcome.LOCKED: mark("Troppi PIN sbagliati: il codice è bloccato. Chiama il Comune."),
}
NOT_GIVEN: Final[Mapping[str, str]] = {
    Code.INSUFFICIENT_FUNDS: mark("Su questo buono resta meno: non è stato donato nulla."),
    Code.GIFT_NOT_ALLOWED: mark("Chi ha dato questo denaro non permette di donarlo."),
    Code.EXPIRED: mark("Questo buono è scaduto: il resto torna al Comune."),
    Code.ACCOUNT_CLOSED: mark("Questo buono è chiuso: non c’è più nulla da donare."),
    Code.CREDENTIAL_INACTIVE: mark("Questo codice non è più attivo: chiama il Comune."),
    Code.KEY_REUSED: mark("Questo dono è già registrato: eccolo qui sotto."),
}
OTHER_NO: Final = mark("Non è andata: nulla è stato donato. Riprova.")


@router.get("")
def ask(  # noqa: PLR0917 -- which voucher, and what was just done.
    request: Request,
    family: SignedFamily,
    ledger: OpenLedger,
    now: Now,
    buono: str = "",
    fatto: str = "",
) -> Response:
    """What can be given, what cannot and why, and what was given already."""
    return _asked(request, family, ledger, now, chosen=buono, done=fatto == "1")


def _asked(
    request: Request,
    family: SignedFamily,
    ledger: OpenLedger,
    now: Now,
    *,
    chosen: str = "",
    typed: str = "",
    error: str = "",
    done: bool = False,
) -> Response:
    found = family_vouchers(ledger, family.book_no, family.family_id, now=now)
    return page(
        request, "family/give.html", status_code=422 if error else 200, family=family,
        vouchers=[one for one in found if one.can_be_given],
        barred=[one for one in found if _is_barred(one)],
        chosen=chosen, typed=typed, error=error, done=done, key=new_id(),
        gifts=gifts_of(ledger, family.book_no, family.family_id),
    )  # fmt: skip


def _is_barred(one: FamilyVoucher) -> bool:
    """Whether something is left of it that its source does not let be given."""
    there = one.available_cents > 0 and one.state != "ended" and one.kind == "voucher"
    return there and not one.gift_allowed


@router.post("")
def give(
    request: Request, family: SignedFamily, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Give it, once for each form however often it is sent; the PIN first."""
    typed, chosen = form.get("importo", ""), form.get("buono", "")
    asked, key = _gift(form, typed), _key(form)
    if asked is None:
        return _asked(request, family, ledger, now, chosen=chosen, typed=typed, error=WRONG_AMOUNT)
    if request.app.state.guesses.are_too_many(request):
        return trouble_page(request, 429)
    no = _tried(request, family, ledger, form.get("pin", ""))
    if no:
        return _asked(request, family, ledger, now, chosen=chosen, typed=typed, error=no)
    credential = credential_of_id(ledger, family.credential_id)
    assert credential is not None
    try:
        decision = give_voucher(ledger, asked, credential=credential, key=key, now=now)
    except LookupError:
        raise HTTPException(404) from None
    if decision.accepted:
        return RedirectResponse(f"{HERE}?fatto=1", status_code=303)
    why = NOT_GIVEN.get(decision.code, OTHER_NO)
    return _asked(request, family, ledger, now, chosen=chosen, typed=typed, error=why)


def _gift(form: SentForm, typed: str) -> Gift | None:
    """What the form asks to give; None: the amount cannot be read. Errors: 400."""
    try:
        voucher = UUID(hex=form.get("buono", ""))
    except ValueError:
        raise HTTPException(400) from None
    cents = _cents(typed)
    return None if cents is None else Gift(voucher, cents)


def _cents(typed: str) -> Amount | None:
    try:
        cents = parse_euro(typed.strip())
    except ValueError:
        return None
    return cents if 0 < cents <= MAX_AMOUNT else None


def _key(form: SentForm) -> RequestId:
    try:
        return RequestId(UUID(form.get("chiave", "")))
    except ValueError:
        raise HTTPException(400) from None


def _tried(request: Request, family: SignedFamily, ledger: OpenLedger, pin: str) -> str:
    """Why the PIN does not open the way; nothing: it does. Wrong ones count by address too."""
    outcome = try_pin(ledger, family.credential_id, pin)
    if outcome is PinOutcome.RIGHT:
        return ""
    request.app.state.guesses.count(request)
    return PINS[outcome]
