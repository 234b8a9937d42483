"""A family switches its own health card on and off, from the page of what is held about it."""

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from ledger.operations.switch_cards import switch_off_cards, switch_on_cards
from wallet_web.dependencies import Now, OpenLedger, SignedFamily

router = APIRouter(prefix="/famiglia/tessera")
BACK = "/famiglia/dati"


@router.post("/accendi")
def switch_on(family: SignedFamily, ledger: OpenLedger, now: Now) -> Response:
    """Have the card of the person who asked open the vouchers, with the PIN."""
    comune = ledger.book_numbered(family.book_no).name
    switch_on_cards(ledger, comune, families=[family.family_id], now=now)
    return RedirectResponse(BACK, status_code=303)


@router.post("/spegni")
def switch_off(family: SignedFamily, ledger: OpenLedger) -> Response:
    """Have no card open them any more."""
    switch_off_cards(ledger, family.family_id)
    return RedirectResponse(BACK, status_code=303)
