"""The circuit at the till: what the shop gives today and its credits; its forms are a script's.

The script (`static/circuit.js`) notes purchases, also without network, and takes credits through
the API. Not here: what is owed, and how many credits a shop may hold (`ledger`).
Source: docs/CIRCUIT.md.
"""

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ledger.core.circuit.credits import Holder
from ledger.core.circuit.rules import Role
from ledger.core.circuit.split import percent_text
from ledger.core.quantities import euro_text
from ledger.operations.record_purchase import terms_at
from ledger.reports.circuit_credits import wallet_of
from wallet_web.dependencies import Now, OpenLedger, SignedTill
from wallet_web.languages import mark
from wallet_web.rendering import page
from wallet_web.shop.words import TILL

router = APIRouter(prefix="/cassa/circuito")

WORDS: Final[Mapping[str, str]] = {
    **TILL,
    "amount_wrong": mark("Scrivi l’importo così: 12,50."),
    "code_wanted": mark("Inquadra o scrivi il codice della famiglia."),
    "no_family_code": mark("Qui serve il codice della famiglia, non la tessera sanitaria."),
    "code_read": mark("Codice letto."),
    "purchase_noted": mark("Scontrino {receipt}: lo sconto da versare al circuito è {discount}."),
    "purchase_kept": mark("Manca la rete: l’acquisto è segnato qui e parte da solo appena torna."),
    "purchase_line": mark("Scontrino {receipt}, {when}"),
    "purchase_waits": mark("da inviare"),
    "purchase_other_till": mark("di un’altra cassa: si invia da quella"),
    "purchase_forget": mark("Ho letto, togli"),
    "credits_taken": mark("{sum} crediti. Alla famiglia restano {left} crediti."),
    "insufficient_funds": mark("La famiglia non ha abbastanza crediti: non è stato preso nulla."),
    "credits_unknown": mark("Non c’è risposta. Tocca di nuovo: non si prende due volte."),
}  # fmt: skip


@router.get("")
def circuit_page(request: Request) -> Response:
    """The page, which opens without network too; it asks for its content."""
    return page(request, "shop/circuit.html", words=WORDS)


@router.get("/oggi")
def today(request: Request, till: SignedTill, ledger: OpenLedger, now: Now) -> Response:
    """What the shop gives today, and its credits."""
    terms = terms_at(ledger, till.shop_id, now=now)
    wallet = wallet_of(ledger, Holder(Role.SHOP, till.shop_id), now=now)
    points = None if terms is None else percent_text(terms.discount.points)
    return page(
        request, "shop/circuit_today.html", points=points, wallet=wallet, number=euro_text
    )  # fmt: skip
