"""A family's discounts and credits of the circuit, and credits that it gives to an association.

A credit is no voucher and no money. Not here: vouchers (`pages`).
"""

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger import Code, new_id
from ledger.core.circuit.credits import Holder
from ledger.core.circuit.rules import Role
from ledger.core.quantities import euro_text
from ledger.operations.pay_credits import give_to_association
from ledger.operations.sign_in import PinOutcome, credential_of_id, try_pin
from ledger.reports.associations import associations
from ledger.reports.circuit_credits import wallet_of
from wallet_web import forms
from wallet_web.dependencies import Now, OpenLedger, SentForm, SignedFamily
from wallet_web.languages import mark
from wallet_web.rendering import page
from wallet_web.troubles import trouble_page

router = APIRouter(prefix="/famiglia/crediti")
HERE: Final = "/famiglia/crediti"
PINS: Final[Mapping[PinOutcome, str]] = {
    PinOutcome.WRONG: mark("PIN sbagliato: non è stato donato nulla. Riprova."),
    PinOutcome.LOCKED: mark("Troppi PIN sbagliati: il codice è bloccato. Chiama il Comune."),
}
NOT_GIVEN: Final[Mapping[str, str]] = {
    Code.INSUFFICIENT_FUNDS: mark("Hai meno crediti: non è stato dato nulla."),
    Code.CEILING_REACHED: mark("L’associazione ne ha già quanti può usarne adesso."),
}
OTHER_NO: Final = mark("Non è andata: nulla è stato donato. Riprova.")


@router.get("")
def circuit_credits(
    request: Request, family: SignedFamily, ledger: OpenLedger, now: Now, fatto: str = ""
) -> Response:
    """What the circuit holds for the family: discounts on their way, and credits. No voucher."""
    return _drawn(request, family, ledger, now, done=fatto == "1")


def _drawn(
    request: Request,
    family: SignedFamily,
    ledger: OpenLedger,
    now: Now,
    *,
    error: str = "",
    done: bool = False,
) -> Response:
    wallet = wallet_of(ledger, Holder(Role.FAMILY, family.family_id), now=now)
    return page(
        request, "family/credits.html", status_code=422 if error else 200, family=family,
        wallet=wallet, number=euro_text, error=error, done=done, key=new_id(),
        known=[one for one in associations(ledger) if one.status == "active"],
    )  # fmt: skip


@router.post("")
def give(
    request: Request, family: SignedFamily, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Give credits to an association; the PIN first."""
    cents, key = forms.amount(form, "importo"), forms.key(form)
    to = forms.an_id(form, "associazione")
    if request.app.state.guesses.are_too_many(request):
        return trouble_page(request, 429)
    outcome = try_pin(ledger, family.credential_id, form.get("pin", ""))
    if outcome is not PinOutcome.RIGHT:
        request.app.state.guesses.count(request)
        return _drawn(request, family, ledger, now, error=PINS[outcome])
    credential = credential_of_id(ledger, family.credential_id)
    assert credential is not None
    try:
        done = give_to_association(ledger, credential, to, cents, key=key, now=now)
    except LookupError:
        raise HTTPException(404) from None
    if done.accepted:
        return RedirectResponse(f"{HERE}?fatto=1", status_code=303)
    return _drawn(request, family, ledger, now, error=NOT_GIVEN.get(done.code, OTHER_NO))
