"""Forms for shops: a new agreement, tills added and withdrawn. Not here: what shops are owed."""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger import new_id
from ledger.core.programmes import CATEGORIES
from ledger.operations.enrol_shop import (
    Agreement,
    WrongShop,
    accredit_shop,
    readmit_shop,
    remove_till,
    suspend_shop,
)
from ledger.operations.take_turn import part_with_all
from ledger.reports.shop_statement import ShopRow, tills
from wallet_web import forms
from wallet_web.comune.filters import an_id
from wallet_web.comune.payments import the_shop
from wallet_web.dependencies import Allowed, Desk, Now, OpenLedger, SentForm
from wallet_web.languages import mark
from wallet_web.permissions import Action
from wallet_web.rendering import page

router = APIRouter(prefix="/comune/{slug}/negozi")
MayEnrol = Annotated[Desk, Depends(Allowed(Action.ENROL))]
FIELDS: Final = ("nome", "tipo", "indirizzo", "partita-iva", "iban")
WRONG: Final[Mapping[str, tuple[str, str]]] = {
    "name": ("nome", forms.NEEDED),
    "category": ("tipo", forms.ODD),
    "vat_number": (
        "partita-iva", mark("La partita IVA non è giusta: sono 11 cifre, l’ultima di controllo.")
    ),
    "iban": (
        "iban", mark("L’IBAN non è giusto: controllalo, comincia con IT e ha 27 caratteri.")
    ),
}  # fmt: skip


@router.get("/nuovo")
def new_shop(request: Request, desk: MayEnrol) -> Response:
    """Ask for the agreement."""
    return again(request, desk, {"chiave": str(new_id())}, "", "", 200)


def again(  # noqa: PLR0917 -- the form, and what is wrong with it.
    request: Request, desk: Desk, typed: Mapping[str, str], wrong: str, advice: str, status: int
) -> Response:
    """The form with what was typed, and what is wrong with which field."""
    return page(
        request, "comune/shop_new.html", status_code=status, desk=desk, categories=CATEGORIES,
        typed={name: typed.get(name, "") for name in FIELDS}, key=typed.get("chiave", ""),
        wrong=wrong, advice=advice,
    )  # fmt: skip


@router.post("/nuovo")
def enrol(request: Request, desk: MayEnrol, ledger: OpenLedger, form: SentForm) -> Response:
    """Accredit a shop; what is wrong is told beside its field, and nothing typed is lost."""
    try:
        asked = Agreement(*(forms.words(form, name) for name in FIELDS))
        made = accredit_shop(ledger, desk.comune.slug, asked, shop_id=forms.an_id(form, "chiave"))
    except WrongShop as wrong:
        return again(request, desk, form, *WRONG[wrong.field], 422)
    except forms.Unclear as unclear:
        return again(request, desk, form, unclear.field, unclear.advice, 422)
    return RedirectResponse(f"{desk.home}/negozi/{made}", status_code=303)


def own_shop(ledger: OpenLedger, desk: Desk, shop_id: str) -> ShopRow:
    """A shop of one's own comune. Errors: 404; 403 for another comune's."""
    found = the_shop(ledger, desk, shop_id)
    if found.comune != desk.comune.name:
        raise HTTPException(403)
    return found


@router.post("/{shop_id}/stato")
def change_shop(desk: MayEnrol, shop_id: str, ledger: OpenLedger, form: SentForm) -> Response:
    """Suspend a shop, or admit it again."""
    found = own_shop(ledger, desk, shop_id)
    change = readmit_shop if form.get("stato") == "active" else suspend_shop
    change(ledger, found.shop_id)
    return RedirectResponse(f"{desk.home}/negozi/{found.shop_id}", status_code=303)


@router.post("/{shop_id}/casse")
def add_till(  # noqa: PLR0917 -- the form, and who sends it.
    request: Request, desk: MayEnrol, shop_id: str, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Add a till: its secret is on this one page, to be printed, and nowhere else."""
    found, label = own_shop(ledger, desk, shop_id), forms.words(form, "nome")
    secret = request.app.state.new_tills.add(
        ledger, found.shop_id, label, till_id=forms.an_id(form, "chiave"), now=now
    )
    return page(
        request, "comune/till_secret.html", desk=desk, one=found, label=label, secret=secret
    )


@router.post("/{shop_id}/casse/{till_id}/ritira")
def withdraw_till(desk: MayEnrol, shop_id: str, till_id: str, ledger: OpenLedger) -> Response:
    """Take a lost till's rights away."""
    found, wanted = own_shop(ledger, desk, shop_id), an_id(till_id)
    if wanted not in {one.till_id for one in tills(ledger, found.shop_id)}:
        raise HTTPException(404)
    remove_till(ledger, wanted)
    return RedirectResponse(f"{desk.home}/negozi/{found.shop_id}", status_code=303)


@router.post("/{shop_id}/operatori/azzera")
def forget_operators(desk: MayEnrol, shop_id: str, ledger: OpenLedger) -> Response:
    """Let a shop begin anew whose owner forgot the PIN: its tills ask for none until then."""
    found = own_shop(ledger, desk, shop_id)
    part_with_all(ledger, found.shop_id)
    return RedirectResponse(f"{desk.home}/negozi/{found.shop_id}", status_code=303)
