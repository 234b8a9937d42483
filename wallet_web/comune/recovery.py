"""After a restore: what the book lost, what tills brought back, and its booking again by two.

Not here: what a receipt proves, and what is booked (`ledger.operations.recover`).
"""

from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger import new_id
from ledger.core.proposals import Confirmation
from ledger.core.recovery import Standing
from ledger.operations.change_by_two import withdraw_change
from ledger.operations.recover import (
    confirm_recovery,
    lost_sales,
    propose_recovery,
    reopen_tills,
)
from ledger.reports.recovery_page import gap_of, recovery_proposals, tills_that_told
from wallet_web import forms
from wallet_web.comune.filters import an_id
from wallet_web.dependencies import Allowed, Desk, Now, OpenLedger, SentForm, SignedOfficer
from wallet_web.languages import mark
from wallet_web.outcomes import no_of, said_no
from wallet_web.permissions import Action
from wallet_web.rendering import page

router = APIRouter(prefix="/comune/{slug}/ripristino")
MayCorrect = Annotated[Desk, Depends(Allowed(Action.CORRECT))]
MayRecall = Annotated[Desk, Depends(Allowed(Action.RECALL))]
MayConfirm = Annotated[Desk, Depends(Allowed(Action.CONFIRM))]
NOTHING: Final = mark("Adesso non c’è niente da registrare di nuovo: guarda l’elenco.")


@router.get("")
def after_restore(request: Request, desk: SignedOfficer, ledger: OpenLedger, now: Now) -> Response:
    """What is missing, who has told, what can be booked, and the way on, step by step."""
    gap = gap_of(desk.book)
    if gap is None:
        raise HTTPException(404)
    return page(
        request, "comune/recovery.html", desk=desk, gap=gap, no=no_of(request),
        lost=lost_sales(ledger, desk.comune.slug), tills=tills_that_told(desk.book, now),
        proposals=recovery_proposals(desk.book), key=new_id(), standings=Standing,
    )  # fmt: skip


@router.post("/proponi")
def propose(desk: MayCorrect, ledger: OpenLedger, form: SentForm, now: Now) -> Response:
    """Propose to book again all that can be."""
    try:
        decision = propose_recovery(
            ledger, desk.comune.slug, officer=desk.officer, key=forms.key(form), now=now
        )
    except ValueError:
        raise forms.Unclear("chiave", NOTHING) from None
    return said_no(decision, f"{desk.home}/ripristino")


@router.post("/proposte/{proposal_id}/conferma")
def confirm(
    desk: MayConfirm, proposal_id: str, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """The second person's yes: everything in the list is booked, under its old number."""
    asked = Confirmation(an_id(proposal_id), forms.hexadecimal(form, "impronta"))
    try:
        decision = confirm_recovery(
            ledger, desk.comune.slug, asked, officer=desk.officer, key=forms.key(form), now=now
        )
    except LookupError:
        raise HTTPException(404) from None
    return said_no(decision, f"{desk.home}/ripristino")


@router.post("/proposte/{proposal_id}/ritira")
def withdraw(
    desk: MayRecall, proposal_id: str, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Put a proposal aside: nothing is booked."""
    try:
        decision = withdraw_change(
            ledger, desk.comune.slug, an_id(proposal_id), officer=desk.officer,
            key=forms.key(form), now=now,
        )  # fmt: skip
    except LookupError:
        raise HTTPException(404) from None
    return said_no(decision, f"{desk.home}/ripristino")


@router.post("/riapri")
def reopen(desk: MayConfirm, ledger: OpenLedger, now: Now) -> Response:
    """Let tills take money again."""
    reopen_tills(ledger, desk.comune.slug, by=desk.officer, now=now)
    return RedirectResponse(f"{desk.home}/ripristino", status_code=303)
