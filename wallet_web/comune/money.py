"""New programmes, and the acts that give them money.

Not here: what a programme is (`ledger.core.programmes`).
"""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ledger import AccountId, new_id
from ledger.core.quantities import MAX_AMOUNT
from ledger.operations.change_by_two import REVERSAL, Change
from ledger.operations.change_terms import change_terms
from ledger.operations.define_programme import define_programme
from ledger.operations.fund_programme import (
    SOURCE_KINDS,
    Act,
    Economie,
    Funding,
    source_of,
)
from ledger.reports.entry_page import entry_page
from ledger.reports.programme_page import funds
from ledger.reports.shop_statement import shop_numbers
from ledger.reports.votes import voted_for
from wallet_web import forms
from wallet_web.comune.filters import an_id
from wallet_web.comune.pages import the_programme
from wallet_web.comune.programme_form import FIELDS, terms_of
from wallet_web.comune.proposals import proposed, proposed_money
from wallet_web.dependencies import Allowed, Desk, Now, OpenLedger, SentForm
from wallet_web.outcomes import no_of, said_no
from wallet_web.permissions import Action
from wallet_web.rendering import page

router = APIRouter(prefix="/comune/{slug}/iniziative")
corrections = APIRouter(prefix="/comune/{slug}/registrazioni")
MayCorrect = Annotated[Desk, Depends(Allowed(Action.CORRECT))]
MayFund = Annotated[Desk, Depends(Allowed(Action.FUND))]


@router.get("/nuova")
def new_programme(request: Request, desk: MayFund) -> Response:
    """Ask for a programme's terms."""
    return page(request, "comune/programme_new.html", desk=desk, key=new_id(), **FIELDS)


@router.post("")
def define(desk: MayFund, ledger: OpenLedger, form: SentForm, now: Now) -> Response:
    """Define a programme: a unit of its own, so that its money goes nowhere else."""
    decision = define_programme(
        ledger, desk.comune.slug, terms_of(form, shop_numbers(ledger)),
        officer=desk.officer_id, key=forms.key(form), now=now,
    )  # fmt: skip
    return said_no(decision, f"{desk.home}/iniziative")


@router.get("/{unit}/regole")
def other_terms(request: Request, desk: MayFund, unit: str, ledger: OpenLedger) -> Response:
    """Ask for a programme's next terms, beginning from those it has."""
    found = the_programme(ledger, desk, unit)
    return page(
        request, "comune/programme_terms.html", desk=desk, one=found, old=found.programme,
        key=new_id(), no=no_of(request), **FIELDS,
    )  # fmt: skip


@router.post("/{unit}/regole")
def change(desk: MayFund, unit: str, ledger: OpenLedger, form: SentForm, now: Now) -> Response:
    """Write the next version: what was issued before keeps its own."""
    found = the_programme(ledger, desk, unit)
    decision = change_terms(
        ledger, desk.comune.slug, found.programme.id, terms_of(form, shop_numbers(ledger)),
        officer=desk.officer_id, key=forms.key(form), now=now,
    )  # fmt: skip
    here = f"{desk.home}/iniziative/{unit}"
    return said_no(decision, here if decision.accepted else f"{here}/regole")


@router.get("/{unit}/finanzia")
def new_act(
    request: Request, desk: MayFund, unit: str, ledger: OpenLedger, voto: str = ""
) -> Response:
    """Ask for the act, the source and the amount; begun from a vote's result if one is named."""
    subject, cents = voted_for(ledger, desk.book.book_no, an_id(voto)) if voto else ("", None)
    return page(
        request, "comune/fund.html", desk=desk, one=the_programme(ledger, desk, unit),
        kinds=SOURCE_KINDS, key=new_id(), no=no_of(request), subject=subject, cents=cents,
    )  # fmt: skip


@router.post("/{unit}/finanzia")
def fund(desk: MayFund, unit: str, ledger: OpenLedger, form: SentForm, now: Now) -> Response:
    """Propose to commit an amount to a programme by an act: another person confirms it."""
    found = the_programme(ledger, desk, unit)
    act = Act(forms.words(form, "numero"), forms.day(form, "data"), forms.words(form, "oggetto"))
    kind = forms.words(form, "tipo")
    if kind not in SOURCE_KINDS:
        raise forms.Unclear("tipo", forms.ODD)
    asked = Funding(
        found.programme.id, act, kind, forms.words(form, "fonte"), forms.amount(form, "importo"),
        gift_allowed=bool(form.get("dona")),
    )  # fmt: skip
    return proposed_money(desk, asked, form, now, f"{desk.home}/iniziative/{unit}/finanzia")


@router.get("/{unit}/economie")
def unspent(request: Request, desk: MayFund, unit: str, ledger: OpenLedger) -> Response:
    """Ask which source is given back how much."""
    found = the_programme(ledger, desk, unit)
    return page(
        request, "comune/defund.html", desk=desk, one=found, key=new_id(), no=no_of(request),
        sources=funds(ledger, desk.book.book_no, found.programme.id),
    )  # fmt: skip


@router.post("/{unit}/economie")
def give_back(desk: MayFund, unit: str, ledger: OpenLedger, form: SentForm, now: Now) -> Response:
    """Propose that unspent money goes back to its owner."""
    found, fund = the_programme(ledger, desk, unit), AccountId(forms.an_id(form, "fonte"))
    try:
        source = source_of(ledger, desk.comune.slug, found.programme.id, fund)
    except LookupError:
        raise forms.Unclear("fonte", forms.ODD) from None
    asked = Economie(source, forms.amount(form, "importo"))
    return proposed_money(desk, asked, form, now, f"{desk.home}/iniziative/{unit}/economie")


@corrections.post("/{log_index}/rettifica")
def correct(
    desk: MayCorrect, log_index: int, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Propose to book the contrary of an entry; what was booked stays."""
    found = entry_page(ledger, desk.book.book_no, min(log_index, MAX_AMOUNT))
    if found is None:
        raise HTTPException(404)
    change = Change(REVERSAL, found.decision.request_id)
    return proposed(desk, change, form, now, f"{desk.home}/registrazioni/{log_index}")
