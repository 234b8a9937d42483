"""Fees for services: write a version, have another person sign it, try a case, print the list.

Not here: the page where a family asks (`wallet_web.public.fees`).
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger import new_id
from ledger.core.canonical import Json
from ledger.core.entitlement.tariff import Tariff, read_tariff
from ledger.exports.tables import Kind
from ledger.operations.set_tariff import approve_tariff, propose_tariff
from ledger.reports.tariffs import TariffBoard, tariff_board, tariff_boards
from wallet_web import forms
from wallet_web.comune.calls import CHOICES
from wallet_web.comune.filters import an_id
from wallet_web.comune.pages import listed, whole
from wallet_web.comune.rule_form import (
    Filled,
    cents_of,
    filled_function,
    filled_table,
    function_of,
    table_of,
    typed,
)
from wallet_web.dependencies import Allowed, Desk, Now, OpenLedger, SentForm, SignedOfficer
from wallet_web.entitlement_words import DEGREES, told_steps
from wallet_web.fee_cases import CHILDREN, case_of, wants_household
from wallet_web.languages import language_of, mark, translations
from wallet_web.permissions import Action
from wallet_web.rendering import as_date, page
from wallet_web.tables import Column, Table

router = APIRouter(prefix="/comune/{slug}/tariffe")
MayPrepare = Annotated[Desk, Depends(Allowed(Action.PREPARE))]
MayApprove = Annotated[Desk, Depends(Allowed(Action.APPROVE))]
NOT_A_TARIFF: Final = mark("Questa tariffa non sta in piedi: controlla i numeri e le fasce.")
NOT_SIGNED: Final = mark(
    "La firma non vale: la versione è cambiata, è già firmata, o l’hai proposta tu."
)
FIRST: Final = Filled({"indicatore": "isee", "tabella": "S", "funzione": "bands"})
FEES: Final = Table(
    "tariffe",
    mark("Tariffe per indicatore"),
    (
        Column(mark("Oltre"), Kind.AMOUNT, lambda one: one.over),
        Column(mark("Fino a"), Kind.AMOUNT, lambda one: one.upto),
        Column(mark("Tariffa"), Kind.AMOUNT, lambda one: one.cents),
    ),
    mark("Nessuna tariffa."),
)


@router.get("")
def tariffs(request: Request, desk: SignedOfficer, ledger: OpenLedger, now: Now) -> Response:
    """All tariffs, by title."""
    boards = tariff_boards(ledger, desk.book.book_no)
    return page(request, "comune/tariffs.html", desk=desk, boards=boards, today=as_date(now))


@router.get("/nuova")
def new_tariff(request: Request, desk: MayPrepare) -> Response:
    """An empty form."""
    return _form(request, desk, new_id(), FIRST)


def _form(request: Request, desk: Desk, tariff_id: UUID, form: Filled) -> Response:
    return page(
        request, "comune/tariff_form.html", desk=desk, tariff_id=tariff_id, form=form,
        choices=CHOICES,
    )  # fmt: skip


@router.post("")
def propose(desk: MayPrepare, form: SentForm, now: Now) -> Response:
    """Write a version down; it counts once another person has signed it."""
    tariff_id = forms.an_id(form, "tariffa")
    made = tariff_of(form)
    try:
        propose_tariff(desk.book, tariff_id, made, officer=desk.officer, now=now)
    except LookupError:
        raise HTTPException(404) from None
    return RedirectResponse(f"{desk.home}/tariffe/{tariff_id}", status_code=303)


def tariff_of(form: forms.Form) -> Tariff:
    """The tariff that was typed. Errors: `Unclear`."""
    words: dict[str, Json] = {
        "v": 1,
        "title": forms.words(form, "titolo"),
        "service": forms.words(form, "servizio"),
        "act": forms.words(form, "delibera", needed=False),
        "note": forms.words(form, "nota", needed=False),
        "from": forms.day(form, "dal").isoformat(),
        "meter": form.get("indicatore", ""),
        "table": table_of(form),
        "function": function_of(form),
        "full_cost": cents_of(form, "costo"),
    }
    try:
        return read_tariff(words)
    except ValueError as error:
        raise forms.Unclear("funzione", NOT_A_TARIFF) from error


def filled(tariff: Tariff) -> Filled:
    """A tariff as the form shows it."""
    words: Mapping[str, Any] = tariff.words()
    values = {
        "titolo": words["title"], "servizio": words["service"], "delibera": words["act"],
        "nota": words["note"], "dal": words["from"], "indicatore": words["meter"],
        "tabella": "S" if words["table"] == "S" else "propria", "costo": typed(words["full_cost"]),
    }  # fmt: skip
    return Filled(values | filled_function(words["function"]) | filled_table(words["table"]))


def the_tariff(ledger: OpenLedger, desk: Desk, tariff_id: str) -> TariffBoard:
    """One tariff of this comune. Errors: 404."""
    found = tariff_board(ledger, desk.book.book_no, an_id(tariff_id))
    if found is None:
        raise HTTPException(404)
    return found


@router.get("/{tariff_id}")
def one_tariff(
    request: Request, desk: SignedOfficer, tariff_id: str, ledger: OpenLedger, now: Now
) -> Response:
    """The fees by indicator, to print; and what waits for a second signature."""
    found = the_tariff(ledger, desk, tariff_id)
    return _shown(request, desk, found, now)


def _shown(
    request: Request,
    desk: Desk,
    found: TariffBoard,
    now: Now,
    *,
    asked: object = None,
    no: str = "",
) -> Response:
    tariff = found.in_force(as_date(now)) or found.signed() or found.newest
    return listed(
        request, desk, FEES, whole(tariff.fees()), "comune/tariff.html", one=found, tariff=tariff,
        today=as_date(now), choices=CHOICES, asked=asked, no=no, children=CHILDREN,
        wants_household=wants_household(tariff), degrees=DEGREES,
    )  # fmt: skip


@router.get("/{tariff_id}/cambia")
def edit(request: Request, desk: MayPrepare, tariff_id: str, ledger: OpenLedger) -> Response:
    """The form, filled with the newest version."""
    found = the_tariff(ledger, desk, tariff_id)
    return _form(request, desk, found.tariff_id, filled(found.newest))


@router.post("/{tariff_id}/approva")
def approve(  # noqa: PLR0917 -- which one, by whom, when.
    request: Request, desk: MayApprove, tariff_id: str, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """The second person's signature, bound to the text that was on the page."""
    found = the_tariff(ledger, desk, tariff_id)
    version, seen = forms.number(form, "versione"), forms.hexadecimal(form, "impronta")
    try:
        done = approve_tariff(
            desk.book, found.tariff_id, version, seen, approver=desk.officer, now=now
        )
    except LookupError:
        raise HTTPException(404) from None
    if not done:
        return _shown(request, desk, found, now, no=NOT_SIGNED)
    return RedirectResponse(f"{desk.home}/tariffe/{tariff_id}", status_code=303)


@router.post("/{tariff_id}/prova")
def try_case(  # noqa: PLR0917 -- which one, by whom, when.
    request: Request, desk: MayPrepare, tariff_id: str, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Try a case on what was written last, signed or not; nothing is kept."""
    found = the_tariff(ledger, desk, tariff_id)
    case = case_of(form, found.newest, as_date(now))
    made = found.newest.fee(case.household, case.isee)
    steps = told_steps(made.steps, translations(language_of(request)).gettext)
    return _shown(request, desk, found, now, asked={"made": made, "steps": steps, "case": case})
