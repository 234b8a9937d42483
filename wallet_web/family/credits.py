"""A family's discounts and credits of the circuit, and what it pays with them by its own hand.

A shop's code leads here with shop and amount. A credit is no voucher and no money. Not here:
vouchers (`pages`), credits that a till takes (`merchant_api.circuit`).
"""

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger import Code, Ledger, new_id
from ledger.core.circuit.credits import Holder
from ledger.core.circuit.rules import Role
from ledger.core.quantities import Instant, euro_text
from ledger.operations.pay_credits import pay_by_hand
from ledger.operations.sign_in import PinOutcome, credential_of_id, try_pin
from ledger.reports.associations import associations
from ledger.reports.circuit_credits import wallet_of
from ledger.reports.circuit_page import Member, member_shops
from ledger.reports.who_asks import FamilyRow
from wallet_web import forms
from wallet_web.dependencies import Now, OpenLedger, SentForm, SignedFamily
from wallet_web.languages import mark
from wallet_web.rendering import page
from wallet_web.troubles import trouble_page

router = APIRouter(prefix="/famiglia/crediti")
HERE: Final = "/famiglia/crediti"
PINS: Final[Mapping[PinOutcome, str]] = {
    PinOutcome.WRONG: mark("PIN sbagliato: non si è mosso nulla. Riprova."),
    PinOutcome.LOCKED: mark("Troppi PIN sbagliati: il codice è bloccato. Chiama il Comune."),
}
NOT_PAID: Final[Mapping[str, str]] = {
    Code.INSUFFICIENT_FUNDS: mark("Hai meno crediti: non si è mosso nulla."),
    Code.CEILING_REACHED: mark("Chi riceve ne ha già quanti può usarne adesso."),
    Code.SHOP_SUSPENDED: mark("Questo negozio ora è sospeso: non si è mosso nulla."),
}
OTHER_NO: Final = mark("Non è andata: non si è mosso nulla. Riprova.")
NO_SHOP: Final = mark("Nel circuito non c’è un negozio con questo numero.")


@router.get("")
def circuit_credits(  # noqa: PLR0917 -- an address's words.
    request: Request, family: SignedFamily, ledger: OpenLedger, now: Now, fatto: str = "",
    negozio: str = "", importo: str = "",
) -> Response:  # fmt: skip
    """What the circuit holds for the family, and the shop that it is about to pay. No voucher."""
    shop = _shop(ledger, negozio, now)
    error = NO_SHOP if negozio and shop is None else ""
    return _drawn(
        request, family, ledger, now, shop=shop, asked=importo, error=error, done=fatto == "1"
    )


def _shop(ledger: Ledger, number: str, now: Instant) -> Member | None:
    """The circuit's shop with this number; None: there is none."""
    try:
        return next(
            (one for one in member_shops(ledger, now=now) if str(one.shop_no) == number), None
        )
    except LookupError:
        return None


def _drawn(
    request: Request, family: FamilyRow, ledger: Ledger, now: Instant, *, error: str = "",
    done: bool = False, shop: Member | None = None, asked: str = "",
) -> Response:  # fmt: skip
    wallet = wallet_of(ledger, Holder(Role.FAMILY, family.family_id), now=now)
    return page(
        request, "family/credits.html", status_code=422 if error else 200, family=family,
        wallet=wallet, number=euro_text, error=error, done=done, key=new_id(), shop=shop,
        asked=asked, known=[one for one in associations(ledger) if one.status == "active"],
    )  # fmt: skip


@router.post("")
def give(
    request: Request, family: SignedFamily, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Give credits to an association; the PIN first."""
    to = Holder(Role.ASSOCIATION, forms.an_id(form, "associazione"))
    return _paid(request, family, ledger, form, now, to=to, shop=None)


@router.post("/paga")
def pay(
    request: Request, family: SignedFamily, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Pay a shop of the circuit; the PIN first. Errors: 404 for a shop that takes no part."""
    shop = _shop(ledger, form.get("negozio", ""), now)
    if shop is None:
        raise HTTPException(404)
    return _paid(request, family, ledger, form, now, to=Holder(Role.SHOP, shop.shop_id), shop=shop)


def _paid(
    request: Request, family: FamilyRow, ledger: Ledger, form: forms.Form, now: Instant, *,
    to: Holder, shop: Member | None,
) -> Response:  # fmt: skip
    cents, key = forms.amount(form, "importo"), forms.key(form)
    asked = form.get("importo", "")
    if request.app.state.guesses.are_too_many(request):
        return trouble_page(request, 429)
    outcome = try_pin(ledger, family.credential_id, form.get("pin", ""))
    if outcome is not PinOutcome.RIGHT:
        request.app.state.guesses.count(request)
        return _drawn(request, family, ledger, now, error=PINS[outcome], shop=shop, asked=asked)
    credential = credential_of_id(ledger, family.credential_id)
    assert credential is not None
    try:
        done = pay_by_hand(ledger, credential, to, cents, key=key, now=now)
    except LookupError:
        raise HTTPException(404) from None
    if done.accepted:
        return RedirectResponse(f"{HERE}?fatto=1", status_code=303)
    error = NOT_PAID.get(done.code, OTHER_NO)
    return _drawn(request, family, ledger, now, error=error, shop=shop, asked=asked)
