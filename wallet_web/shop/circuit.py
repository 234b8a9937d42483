"""The circuit at the till: what the shop gives, its credits, and where they go from here.

Two scripts serve the page: one (`static/circuit.js`) notes purchases, also without network, and
takes credits through the API; the other (`static/shop.js`) asks for the content and sends its forms
with the till's session. Not here: what is owed, and how many credits a shop may hold (`ledger`).
Source: docs/CIRCUIT.md.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ledger import Code, Decision, Ledger, new_id
from ledger.core.circuit.credits import ASSOCIATION, Holder
from ledger.core.circuit.rules import Role
from ledger.core.circuit.split import percent_text
from ledger.core.quantities import Amount, Instant, euro_text
from ledger.operations.convert_credits import convert_credits
from ledger.operations.pay_credits import pay_on
from ledger.operations.record_purchase import terms_at
from ledger.reports.associations import associations
from ledger.reports.circuit_credits import wallet_of
from ledger.reports.circuit_page import Member, member_shops
from ledger.reports.who_asks import TillRow
from wallet_web import forms
from wallet_web.code_picture import code_picture
from wallet_web.dependencies import Now, OpenLedger, SentForm, SignedOwner, SignedTill
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
DONE: Final = mark("Fatto: trovi il movimento qui sotto.")
NOT_DONE: Final[Mapping[str, str]] = {
    Code.INSUFFICIENT_FUNDS: mark("Il negozio ha meno crediti: non si è mosso nulla."),
    Code.CEILING_REACHED: mark("Chi riceve ne ha già quanti può usarne adesso."),
    Code.SWITCHED_OFF: mark("La conversione è spenta finché l’associazione non l’ha firmata."),
    Code.SHOP_SUSPENDED: mark("Questo negozio, o l’altro, ora è sospeso: chiama l’associazione."),
    Code.NOT_ADMITTED: mark("Questa associazione ora è sospesa: scegline un’altra."),
}
OTHER_NO: Final = mark("Non è andata: non si è mosso nulla. Riprova.")
AMOUNT_WRONG: Final = WORDS["amount_wrong"]
TO_CIRCUIT: Final = "circuito"


@router.get("")
def circuit_page(request: Request) -> Response:
    """The page, which opens without network too; it asks for its content."""
    return page(request, "shop/circuit.html", words=WORDS)


@router.get("/oggi")
def today(request: Request, till: SignedTill, ledger: OpenLedger, now: Now) -> Response:
    """What the shop gives today, its credits, and what it can do with them."""
    return _told(request, till, ledger, now)


@router.post("/oggi/codice")
def asked_for(
    request: Request, till: SignedTill, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """The code for so many credits, which a family's phone reads and pays by itself."""
    try:
        cents = forms.amount(form, "importo")
    except forms.Unclear:
        return _told(request, till, ledger, now, wrong=AMOUNT_WRONG)
    return _told(request, till, ledger, now, cents=cents)


@router.post("/oggi/paga")
def paid_on(
    request: Request, till: SignedOwner, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Pay the shop's credits on. Errors: 404 for a receiver that there is not."""
    try:
        cents, key = forms.amount(form, "importo"), forms.key(form)
    except forms.Unclear:
        return _told(request, till, ledger, now, wrong=AMOUNT_WRONG)
    try:
        receiver = _receiver(form.get("a", ""))
        done = pay_on(ledger, till.till_id, receiver, cents, key=key, now=now)
    except (LookupError, ValueError):
        raise HTTPException(404) from None
    return _told(request, till, ledger, now, done=done)


@router.post("/oggi/converti")
def converted(
    request: Request, till: SignedOwner, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Turn credits into euro that the circuit owes the shop, by the rule of today."""
    try:
        cents, key = forms.amount(form, "quanti"), forms.key(form)
    except forms.Unclear:
        return _told(request, till, ledger, now, wrong=AMOUNT_WRONG)
    actor = f"till:{till.till_id.hex}"
    try:
        done = convert_credits(ledger, till.shop_id, cents, actor=actor, key=key, now=now)
    except LookupError:
        raise HTTPException(404) from None
    return _told(request, till, ledger, now, done=done)


def _receiver(text: str) -> Holder:
    """Whom a form means. Errors: `ValueError`."""
    if text == TO_CIRCUIT:
        return ASSOCIATION
    role, _, owner = text.partition("/")
    if Role(role) is Role.FAMILY:
        raise ValueError(role)
    return Holder(Role(role), UUID(owner))


def _told(
    request: Request, till: TillRow, ledger: Ledger, now: Instant, *, wrong: str = "",
    done: Decision | None = None, cents: Amount = 0,
) -> Response:  # fmt: skip
    """The content, with what became of the last form, or with the code just asked for."""
    terms = terms_at(ledger, till.shop_id, now=now)
    wallet = wallet_of(ledger, Holder(Role.SHOP, till.shop_id), now=now)
    shops = member_shops(ledger, now=now) if wallet else ()
    own = next((one for one in shops if one.shop_id == till.shop_id), None)
    if done is not None and not done.accepted:
        wrong = NOT_DONE.get(done.code, OTHER_NO)
    code = code_picture(_way_to_pay(request, own.shop_no, cents)) if own and cents else b""
    return page(
        request, "shop/circuit_today.html", wallet=wallet, number=euro_text, key=new_id(),
        points=None if terms is None else percent_text(terms.discount.points),
        wrong=wrong, done=DONE if done is not None and done.accepted else "",
        receivers=_receivers(ledger, shops, till.shop_id) if wallet else [],
        rules=wallet.rules if wallet else None, is_owner=till.may("owner"),
        takes_part=own is not None, cents=cents, code=b64encode(code).decode(),
    )  # fmt: skip


def _receivers(ledger: Ledger, shops: Sequence[Member], own: UUID) -> list[tuple[str, str]]:
    """What the choice of a receiver offers: shops, associations; the circuit itself is added."""
    others = [(f"shop/{one.shop_id}", one.name) for one in shops if one.shop_id != own]
    known = [one for one in associations(ledger) if one.status == "active"]
    return others + [(f"association/{one.association_id}", one.name) for one in known]


def _way_to_pay(request: Request, shop_no: int, cents: Amount) -> str:
    """Where a phone that reads the code goes: the family's own page, which asks for its PIN."""
    asked = urlencode({"negozio": shop_no, "importo": euro_text(cents)})
    return f"{request.base_url}famiglia/crediti?{asked}"
