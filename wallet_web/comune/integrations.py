"""Requests to complete an application: a letter that says what is missing, and by when.

For all applications of a call that wait for something, or for one of them; each in the family's
language. They hold names, so only who may issue prints them. Nothing is kept.
"""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ledger.exports.outcome_letters import PORTION
from ledger.reports.calls_page import CallBoard, opened_lines, waiting_applications
from wallet_web import forms
from wallet_web.comune.calls import the_call
from wallet_web.comune.filters import an_id
from wallet_web.comune.letter_facts import CallTold, Integration
from wallet_web.comune.outcome_printing import addressee_of, letters_file
from wallet_web.comune.outcome_words import MISSING, outcome_letter
from wallet_web.dependencies import Allowed, Desk, Now, OpenLedger, SentForm
from wallet_web.languages import mark
from wallet_web.permissions import Action
from wallet_web.rendering import as_date, page

router = APIRouter(prefix="/comune/{slug}/bandi/{call_id}/integrazioni")
MayIssue = Annotated[Desk, Depends(Allowed(Action.ISSUE))]
NOTHING: Final = mark("Segna almeno una cosa che manca, o scrivila.")
PAST: Final = mark("Scegli un giorno che deve ancora venire.")


def asked_of(ledger: OpenLedger, found: CallBoard, which: str) -> tuple[UUID, ...]:
    """The applications that wait for something: all, or the one that is named."""
    waiting = waiting_applications(ledger, found.call)
    return tuple(one for one in waiting if one == an_id(which)) if which else waiting


@router.get("")
def integrations(
    request: Request, desk: MayIssue, call_id: str, ledger: OpenLedger, domanda: str = ""
) -> Response:
    """Ask what is missing, by when, and which portion to print."""
    found = the_call(ledger, desk, call_id)
    some = asked_of(ledger, found, domanda)
    return page(
        request, "comune/integrations.html", desk=desk, one=found, count=len(some), which=domanda,
        missing=MISSING, portions=range(0, len(some), PORTION), size=PORTION,
    )  # fmt: skip


@router.post("")
def printed(desk: MayIssue, call_id: str, ledger: OpenLedger, form: SentForm, now: Now) -> Response:
    """One portion of the letters."""
    found, first = the_call(ledger, desk, call_id), forms.number(form, "prima")
    asked = integration_of(form, as_date(now))
    some = asked_of(ledger, found, form.get("domanda", ""))[max(0, first) :][:PORTION]
    lines = opened_lines(ledger, found.call, some, None)
    call = CallTold(
        (f"Comune di {desk.comune.name}", desk.comune.telephone), found.fund.programme,
        found.call.title, "", desk.comune.telephone, "", as_date(now),
    )  # fmt: skip
    told = [lines[one] for one in some if lines[one].declared]
    letters = [outcome_letter(call, addressee_of(one), asked) for one in told]
    return letters_file(desk, letters, first, now)


def integration_of(form: forms.Form, today: date) -> Integration:
    """What is missing, as it was ticked and typed. Errors: `Unclear`."""
    missing = tuple(code for code in MISSING if form.get(f"manca-{code}"))
    also, last = forms.words(form, "altro", needed=False), forms.day(form, "entro")
    if not missing and not also:
        raise forms.Unclear("altro", NOTHING)
    if last <= today:
        raise forms.Unclear("entro", PAST)
    return Integration(missing, last, (also,) if also else ())
