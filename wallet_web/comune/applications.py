"""The applications of a call: written by an officer, looked at one by one, corrected, explained.

Their contents are opened for who may judge them; no address and no table holds a name or a fiscal
code unless names are shown. Not here: lists in files (`application_files`).
"""

from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.core.entitlement.declared import Declared
from ledger.core.programmes import starts_at
from ledger.operations.receive_applications import (
    Arrived,
    Change,
    Changed,
    change_application,
    receive_applications,
)
from ledger.reports.calls_page import CallBoard, applied_line, applied_lines
from wallet_web import forms
from wallet_web.comune import call_tables
from wallet_web.comune.application_form import Filled, declared_of, filled, fiscal_code
from wallet_web.comune.calls import the_call
from wallet_web.comune.filters import an_id
from wallet_web.comune.pages import listed
from wallet_web.dependencies import Allowed, Desk, Now, OpenLedger, SentForm
from wallet_web.entitlement_words import DEGREES, STATEMENTS, told_steps
from wallet_web.languages import language_of, mark, translations
from wallet_web.permissions import Action
from wallet_web.rendering import as_date, page

router = APIRouter(prefix="/comune/{slug}/bandi/{call_id}/domande")
MayPrepare = Annotated[Desk, Depends(Allowed(Action.PREPARE))]
MayJudge = Annotated[Desk, Depends(Allowed(Action.JUDGE))]
AGAIN: Final = mark("Questa persona ha già fatto domanda in questo bando: correggi quella.")
SAME: Final = mark(
    "Per questa attestazione (DSU) ha già fatto domanda un’altra persona del nucleo."
)
STALE: Final = mark("Un’altra persona l’ha cambiata nel frattempo: ricarica la pagina.")
MOST_DIGITS: Final = 7
DOES: Final = frozenset({"corrected", "completed", "asked", "withdrawn"})


@router.get("")
def applications(
    request: Request, desk: MayJudge, call_id: str, ledger: OpenLedger, stato: str = ""
) -> Response:
    """Who applied, in the order in which they came; a page at a time is opened."""
    found = the_call(ledger, desk, call_id)
    status = stato if stato in {"complete", "incomplete", "withdrawn"} else ""

    def read(offset: int, limit: int) -> Any:  # noqa: ANN401 -- rows of the table.
        return applied_lines(
            ledger, found.call, found.rule(), named=desk.names_shown, status=status, first=offset,
            most=limit,
        )  # fmt: skip

    return listed(
        request, desk, call_tables.APPLICATIONS, read, "comune/applications.html", one=found,
        status=status, taken=_taken(request),
    )  # fmt: skip


def _taken(request: Request) -> tuple[int, ...]:
    """What became of a file that was just taken in: new, had applied, of the same household."""
    told = [request.query_params.get(name, "") for name in ("nuove", "gia", "nucleo")]
    is_told = all(one.isascii() and one.isdecimal() and len(one) < MOST_DIGITS for one in told)
    return tuple(map(int, told)) if is_told else ()


@router.get("/nuova")
def new_one(request: Request, desk: MayPrepare, call_id: str, ledger: OpenLedger) -> Response:
    """An empty form."""
    found = the_call(ledger, desk, call_id)
    return _form(request, desk, found, Filled(), new=True)


def _form(
    request: Request, desk: Desk, found: CallBoard, form: Filled, *, new: bool, version: int = 0
) -> Response:
    return page(
        request, "comune/application_form.html", desk=desk, one=found, form=form, new=new,
        version=version, kinds=STATEMENTS, degrees=DEGREES,
    )  # fmt: skip


@router.post("")
def receive(
    desk: MayPrepare, call_id: str, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Take one application in; somebody who has applied already is not taken twice."""
    found = the_call(ledger, desk, call_id)
    arrived = Arrived(
        fiscal_code(form), forms.words(form, "cognome"), forms.words(form, "nome"),
        declared_of(form, _today(now)), _received(form, now),
    )  # fmt: skip
    made = receive_applications(ledger, found.call, [arrived], officer=desk.person_id, now=now)
    if made.again:
        raise forms.Unclear("codice-fiscale", AGAIN)
    if made.same_household:
        raise forms.Unclear("dsu", SAME)
    return RedirectResponse(f"{desk.home}/bandi/{call_id}/domande", status_code=303)


def _today(now: int) -> date:
    return as_date(now)


def _received(form: forms.Form, now: int) -> int:
    """The day it came in, or now."""
    return starts_at(forms.day(form, "arrivata")) if form.get("arrivata") else now


@router.get("/{application_id}")
def one_application(
    request: Request, desk: MayJudge, call_id: str, application_id: str, ledger: OpenLedger
) -> Response:
    """One application: what it declares, what the rule makes of it step by step, its history."""
    found = the_call(ledger, desk, call_id)
    read = applied_line(
        ledger, found.call, an_id(application_id), found.rule(), named=desk.names_shown
    )
    if read is None:
        raise HTTPException(404)
    line, steps = read
    say = translations(language_of(request)).gettext
    explained = told_steps(line.evaluation.steps, say) if line.evaluation else []
    return page(
        request, "comune/application.html", desk=desk, one=found, line=line, steps=steps,
        rule=found.rule(), explained=explained,
    )  # fmt: skip


@router.get("/{application_id}/correggi")
def correct(
    request: Request, desk: MayPrepare, call_id: str, application_id: str, ledger: OpenLedger
) -> Response:
    """The same form, filled with what it declares now."""
    found = the_call(ledger, desk, call_id)
    read = applied_line(ledger, found.call, an_id(application_id), None, named=False)
    if read is None or read[0].declared is None:
        raise HTTPException(404)
    line, _steps = read
    form = filled(line.declared)  # type: ignore[arg-type]
    return _form(request, desk, found, form, new=False, version=line.row.version)


@router.post("/{application_id}")
def change(  # noqa: PLR0917 -- which one, by whom, when.
    desk: MayPrepare, call_id: str, application_id: str, ledger: OpenLedger, form: SentForm,
    now: Now,
) -> Response:  # fmt: skip
    """Correct, complete, ask for more, or withdraw: every step is kept with who made it."""
    found, what = the_call(ledger, desk, call_id), form.get("cosa", "")
    if what not in DOES:
        raise HTTPException(400)
    asked = Change(
        an_id(application_id), forms.number(form, "versione"), what, _new_contents(form, what, now)
    )
    try:
        change_application(ledger, found.call, asked, officer=desk.person_id, now=now)
    except LookupError:
        raise HTTPException(404) from None
    except Changed:
        raise forms.Unclear("versione", STALE) from None
    address = f"{desk.home}/bandi/{call_id}/domande/{application_id}"
    return RedirectResponse(address, status_code=303)


def _new_contents(form: forms.Form, what: str, now: int) -> Declared | None:
    return declared_of(form, _today(now)) if what in {"corrected", "completed"} else None
