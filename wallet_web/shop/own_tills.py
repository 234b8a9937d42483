"""What a shop's owner decides: its tills, who stands at them, from where a refund wants two.

The page comes empty; its script asks for the content, and sends its forms, with the till's session.
Not here: what the comune does with shops and tills (`wallet_web.comune.shops`).
"""

from base64 import b64encode
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ledger.core.quantities import MAX_AMOUNT, parse_euro
from ledger.operations.invite_till import (
    Invited,
    confirm_till,
    invite_till,
    refuse_till,
    withdraw_own_till,
)
from ledger.operations.take_turn import (
    NewOperator,
    WrongOperator,
    add_own_operator,
    change_pin,
    limit_refunds,
    part_with,
    unlock_operator,
)
from ledger.reports.shop_people import shop_people
from wallet_web.code_picture import code_picture
from wallet_web.dependencies import Now, OpenLedger, SentForm, SignedOwner
from wallet_web.languages import mark
from wallet_web.rendering import page

router = APIRouter(prefix="/cassa/casse")

WRONG: Final[Mapping[str, str]] = {
    "nickname": mark("Scrivi un soprannome, al massimo 20 lettere: non nome e cognome."),
    "nickname_taken": mark("C’è già un operatore con questo soprannome."),
    "rights": mark("Scegli che cosa può fare."),
    "pin": mark("Il PIN è di 5 cifre."),
    "first_owner": mark("Il primo operatore è il titolare: scegli «tutto»."),
    "last_owner": mark("È l’unico titolare: prima aggiungine un altro."),
    "amount": mark("Scrivi l’importo così: 12,50; oppure lascia vuoto."),
    "name": mark("Scrivi il nome della cassa."),
    "own_device": mark("Questo telefono lo conferma un’altra cassa, o il Comune."),
    "gone": mark("Non c’è più: guarda l’elenco."),
}


@router.get("")
def own_tills_page(request: Request) -> Response:
    """The page, which asks for its content."""
    return page(request, "shop/own_tills.html")


@router.get("/elenco")
def listed(request: Request, till: SignedOwner, ledger: OpenLedger) -> Response:
    """The shop's tills and operators."""
    return told(request, till, ledger)


def told(
    request: Request, till: SignedOwner, ledger: OpenLedger, *, wrong: str = "",
    invited: Invited | None = None,
) -> Response:  # fmt: skip
    """The content, with what is wrong with the last form, or with the code just made."""
    picture = b64encode(code_picture(invited.text)).decode() if invited else ""
    return page(
        request, "shop/own_tills_list.html", own=till, people=shop_people(ledger, till.shop_id),
        wrong=WRONG[wrong] if wrong else "", invited=invited, picture=picture,
    )  # fmt: skip


@router.get("/attesa")
def waiting(request: Request, till: SignedOwner, ledger: OpenLedger) -> Response:
    """The devices that wait for the owner's yes: the page asks again and again."""
    found = shop_people(ledger, till.shop_id)
    return page(request, "shop/own_tills_waiting.html", own=till, people=found)


@router.post("/nuova")
def add(
    request: Request, till: SignedOwner, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Make a code for a new till, or for another device of one."""
    again = an_id(form, "cassa") if form.get("cassa") else None
    try:
        made = invite_till(ledger, till.shop_id, form.get("nome", ""), again=again, now=now)
    except ValueError:
        return told(request, till, ledger, wrong="name")
    except LookupError:
        return told(request, till, ledger, wrong="gone")
    return told(request, till, ledger, invited=made)


@router.post("/conferma")
def confirm(request: Request, till: SignedOwner, ledger: OpenLedger, form: SentForm) -> Response:
    """The owner's yes or no to a device by its till's name; never from that very till."""
    wanted = an_id(form, "cassa")
    if wanted == till.till_id:
        return told(request, till, ledger, wrong="own_device")
    change = refuse_till if form.get("scelta") == "no" else confirm_till
    try:
        change(ledger, till.shop_id, wanted)
    except LookupError:
        return told(request, till, ledger, wrong="gone")
    return told(request, till, ledger)


@router.post("/ritira")
def withdraw(request: Request, till: SignedOwner, ledger: OpenLedger, form: SentForm) -> Response:
    """Take a lost till's rights away, at once."""
    try:
        withdraw_own_till(ledger, till.shop_id, an_id(form, "cassa"))
    except LookupError:
        return told(request, till, ledger, wrong="gone")
    return told(request, till, ledger)


@router.post("/operatori")
def add_operator(
    request: Request, till: SignedOwner, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Let somebody stand at the shop's tills."""
    asked = NewOperator(form.get("soprannome", ""), form.get("pin", ""), form.get("diritti", ""))
    try:
        add_own_operator(ledger, till.shop_id, asked, now=now)
    except WrongOperator as error:
        return told(request, till, ledger, wrong=error.field)
    return told(request, till, ledger)


@router.post("/operatori/cambia")
def change_operator(
    request: Request, till: SignedOwner, ledger: OpenLedger, form: SentForm
) -> Response:
    """Unlock an operator, give another PIN, or part with them."""
    who, shop = an_id(form, "operatore"), till.shop_id
    try:
        match form.get("scelta"):
            case "sblocca":
                unlock_operator(ledger, shop, who)
            case "pin":
                change_pin(ledger, shop, who, form.get("pin", ""))
            case "togli":
                part_with(ledger, shop, who)
            case _:
                raise HTTPException(400)
    except LookupError:
        return told(request, till, ledger, wrong="gone")
    except WrongOperator as error:
        return told(request, till, ledger, wrong=error.field)
    return told(request, till, ledger)


@router.post("/limite")
def limit(request: Request, till: SignedOwner, ledger: OpenLedger, form: SentForm) -> Response:
    """From more than how much a refund wants a second operator."""
    text = form.get("importo", "").strip()
    try:
        cents = parse_euro(text) if text else None
    except ValueError:
        return told(request, till, ledger, wrong="amount")
    if cents is not None and not 0 <= cents <= MAX_AMOUNT:
        return told(request, till, ledger, wrong="amount")
    limit_refunds(ledger, till.shop_id, cents)
    return told(request, till, ledger)


def an_id(form: Mapping[str, str], name: str) -> UUID:
    """An id that the page itself sent. Errors: 400."""
    try:
        return UUID(form.get(name, ""))
    except ValueError:
        raise HTTPException(400) from None
