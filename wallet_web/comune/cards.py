"""Health cards at the desk: switched on for a family, for all that have a code; switched off.

A fiscal code comes in a form's body, is hashed and forgotten; no page shows it again.
"""

from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.operations.switch_cards import (
    NoCard,
    OtherFamily,
    add_card,
    switch_off_cards,
    switch_on_cards,
)
from wallet_web import forms
from wallet_web.comune.families import the_family
from wallet_web.dependencies import Allowed, Desk, Now, OpenLedger, SentForm
from wallet_web.languages import mark
from wallet_web.permissions import Action
from wallet_web.rendering import page

router = APIRouter(prefix="/comune/{slug}/famiglie")
MayHelp = Annotated[Desk, Depends(Allowed(Action.HELP))]
NO_CARD: Final = mark("Il codice fiscale non è giusto: controlla i 16 caratteri sulla tessera.")
TAKEN: Final = mark("Questa tessera apre già i buoni di un’altra famiglia del Comune.")


@router.post("/tessere")
def switch_all_on(request: Request, desk: MayHelp, ledger: OpenLedger, now: Now) -> Response:
    """Have every family with a code use its card too; asked again, those who are new since."""
    new = switch_on_cards(ledger, desk.comune.slug, now=now)
    return page(request, "comune/families.html", desk=desk, unknown=False, switched=new)


@router.post("/{family_id}/tessera")
def switch_on(desk: MayHelp, family_id: str, ledger: OpenLedger, now: Now) -> Response:
    """Have the card of the person who asked open the family."""
    found = the_family(ledger, desk, family_id)
    switch_on_cards(ledger, desk.comune.slug, families=[found.family_id], now=now)
    return RedirectResponse(f"{desk.home}/famiglie/{found.family_id}", status_code=303)


@router.post("/{family_id}/tessera/altra")
def add_another(
    desk: MayHelp, family_id: str, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Have the card of another person of the family open it too. Errors: `Unclear`."""
    found, typed = the_family(ledger, desk, family_id), forms.words(form, "tessera")
    try:
        add_card(ledger, desk.comune.slug, found.family_id, typed, now=now)
    except NoCard:
        raise forms.Unclear("tessera", NO_CARD) from None
    except OtherFamily:
        raise forms.Unclear("tessera", TAKEN) from None
    return RedirectResponse(f"{desk.home}/famiglie/{found.family_id}", status_code=303)


@router.post("/{family_id}/tessera/spegni")
def switch_off(desk: MayHelp, family_id: str, ledger: OpenLedger) -> Response:
    """Have no card open a family any more."""
    found = the_family(ledger, desk, family_id)
    switch_off_cards(ledger, found.family_id)
    return RedirectResponse(f"{desk.home}/famiglie/{found.family_id}", status_code=303)
