"""The register of associations: who they are, a new one with its first person, one suspended."""

from typing import Final
from uuid import UUID

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger import new_id
from ledger.operations.register_association import (
    NameTaken,
    NewAssociation,
    register_association,
    suspend_association,
)
from ledger.reports.associations import associations
from wallet_web import forms
from wallet_web.association.console import Signed
from wallet_web.dependencies import OpenLedger, SentForm
from wallet_web.languages import mark
from wallet_web.rendering import page

router = APIRouter(prefix="/associazione/associazioni")
HERE: Final = "/associazione/associazioni"
TAKEN: Final = mark("Questo nome c’è già: scegline un altro.")
SHORT: Final = mark("La password ha almeno 12 caratteri.")


@router.get("")
def register(request: Request, officer: Signed, ledger: OpenLedger) -> Response:
    """All associations, and a form for a new one."""
    return page(
        request, "association/register.html", officer=officer, known=associations(ledger),
        key=new_id(),
    )  # fmt: skip


@router.post("")
def add(officer: Signed, ledger: OpenLedger, form: SentForm) -> Response:
    """Register one, with its first person."""
    asked = NewAssociation(
        forms.words(form, "associazione"), forms.words(form, "utente"), form.get("password", "")
    )
    try:
        done = register_association(ledger, asked, officer=officer, association_id=forms.key(form))
    except NameTaken:
        raise forms.Unclear("associazione", TAKEN) from None
    except ValueError:
        raise forms.Unclear("password", SHORT) from None
    if not done:
        raise HTTPException(403)
    return RedirectResponse(HERE, status_code=303)


@router.post("/{association_id}/stato")
def suspend(officer: Signed, association_id: str, ledger: OpenLedger, form: SentForm) -> Response:
    """Suspend one, or let it act again."""
    try:
        one = UUID(association_id)
    except ValueError as error:
        raise HTTPException(404) from error
    active = form.get("attiva", "") == "1"
    if not suspend_association(ledger, one, officer=officer, active=active):
        raise HTTPException(403)
    return RedirectResponse(HERE, status_code=303)
