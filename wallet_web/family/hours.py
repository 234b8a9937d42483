"""A family's hours: what it gave, what it signs for, actions in return that it may choose.

Hours are no money and no credit, and no aid hangs on them. Not here: the association's side.
"""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger import Code, Decision, new_id
from ledger.core.circuit.hours import NotHours
from ledger.core.programmes import day_of
from ledger.operations.give_hours import (
    HoursGiven,
    NoSuchCheque,
    give_to_hours_fund,
    offer_hours,
    sign_hours,
    withdraw_hours,
)
from ledger.operations.offer_action import choose_action, leave_action
from ledger.operations.sign_in import PinOutcome, try_pin
from ledger.reports.hours import family_hours
from wallet_web import forms
from wallet_web.dependencies import Now, OpenLedger, SentForm, SignedFamily
from wallet_web.hours import HALF_HOURS, hours_text, minutes_of
from wallet_web.languages import mark
from wallet_web.rendering import page
from wallet_web.troubles import trouble_page

router = APIRouter(prefix="/famiglia/ore")
HERE: Final = "/famiglia/ore"
PINS: Final[Mapping[PinOutcome, str]] = {
    PinOutcome.WRONG: mark("PIN sbagliato: non è stato registrato nulla. Riprova."),
    PinOutcome.LOCKED: mark("Troppi PIN sbagliati: il codice è bloccato. Chiama il Comune."),
}
NO_NUMBER: Final = mark("Nessuna ora aspetta con questo numero: controlla, o chiedilo di nuovo.")
LATER: Final = mark("Quello che hai dato è già successo: scegli un giorno passato.")
FULL: Final = mark("Non c’è più posto in questa azione.")
NOT_MOVED: Final[Mapping[str, str]] = {
    Code.INSUFFICIENT_FUNDS: mark("Chi riceve è arrivato al limite: prima dà qualche ora."),
    Code.CEILING_REACHED: mark("Chi dà è arrivato al limite: prima riceve qualche ora."),
}
OTHER_NO: Final = mark("Non è andata: nulla è stato registrato. Riprova.")
NO_CIRCUIT: Final = mark("Qui non c’è ancora una banca del tempo.")


@router.get("")
def hours(
    request: Request, family: SignedFamily, ledger: OpenLedger, now: Now, fatto: str = ""
) -> Response:
    """How many hours a family has, and what it can do with them."""
    return _drawn(request, family, ledger, now, done=fatto == "1")


def _drawn(
    request: Request,
    family: SignedFamily,
    ledger: OpenLedger,
    now: Now,
    *,
    error: str = "",
    done: bool = False,
) -> Response:
    return page(
        request, "family/hours.html", status_code=422 if error else 200, family=family,
        hours=family_hours(ledger, family.family_id, now=now), error=error, done=done,
        key=new_id(), halves=HALF_HOURS, in_hours=hours_text, today=day_of(now).isoformat(),
    )  # fmt: skip


@router.post("/date")
def gave(
    request: Request, family: SignedFamily, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Say what was given; another family signs it by its number."""
    given = HoursGiven(
        minutes_of(form), forms.day(form, "giorno"), forms.words(form, "cosa", needed=False)
    )
    try:
        decision = offer_hours(ledger, family.family_id, given, key=forms.key(form), now=now)
    except NotHours:
        return _drawn(request, family, ledger, now, error=LATER)
    except LookupError:
        return _drawn(request, family, ledger, now, error=NO_CIRCUIT)
    return _after(request, family, ledger, now, decision)


@router.post("/ricevute")
def received(
    request: Request, family: SignedFamily, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Sign for hours that another family gave; the PIN first."""
    if request.app.state.guesses.are_too_many(request):
        return trouble_page(request, 429)
    outcome = try_pin(ledger, family.credential_id, form.get("pin", ""))
    if outcome is not PinOutcome.RIGHT:
        request.app.state.guesses.count(request)
        return _drawn(request, family, ledger, now, error=PINS[outcome])
    number = forms.words(form, "numero")
    try:
        decision = sign_hours(ledger, family.family_id, number, key=forms.key(form), now=now)
    except LookupError:
        request.app.state.guesses.count(request)
        return _drawn(request, family, ledger, now, error=NO_NUMBER)
    return _after(request, family, ledger, now, decision)


@router.post("/ritira")
def withdraw(
    request: Request, family: SignedFamily, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Take back what nobody has signed."""
    offer, key = forms.an_id(form, "ore"), forms.key(form)
    try:
        decision = withdraw_hours(ledger, family.family_id, offer, key=key, now=now)
    except NoSuchCheque as error:
        raise HTTPException(404) from error
    return _after(request, family, ledger, now, decision)


@router.post("/fondo")
def to_fund(
    request: Request, family: SignedFamily, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Give hours to the fund of hours."""
    key, minutes = forms.key(form), minutes_of(form)
    try:
        decision = give_to_hours_fund(ledger, family.family_id, minutes, key=key, now=now)
    except LookupError:
        return _drawn(request, family, ledger, now, error=NO_CIRCUIT)
    return _after(request, family, ledger, now, decision)


@router.post("/azioni/{action_id}")
def choose(  # noqa: PLR0917 -- whose choice, of which action.
    request: Request,
    family: SignedFamily,
    ledger: OpenLedger,
    form: SentForm,
    now: Now,
    action_id: str,
) -> Response:
    """Choose an action, or leave it again. Errors: 404."""
    try:
        verb = leave_action if form.get("lascia") else choose_action
        went = verb(ledger, family.family_id, UUID(action_id))
    except (LookupError, ValueError) as error:
        raise HTTPException(404) from error
    if not went:
        return _drawn(request, family, ledger, now, error=FULL)
    return RedirectResponse(f"{HERE}?fatto=1", status_code=303)


def _after(
    request: Request, family: SignedFamily, ledger: OpenLedger, now: Now, decision: Decision
) -> Response:
    if decision.accepted:
        return RedirectResponse(f"{HERE}?fatto=1", status_code=303)
    return _drawn(request, family, ledger, now, error=NOT_MOVED.get(decision.code, OTHER_NO))
