"""Hours at the association: actions in return, what came of them, and hours signed on paper.

Families are numbers here: each says its own at the door. Not here: what a family sees.
"""

from typing import Final
from uuid import UUID

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger import Decision, Ledger, new_id
from ledger.core.circuit.hours import Alfa, Beta, NotHours
from ledger.core.quantities import Instant
from ledger.operations.give_hours import HoursGiven, record_paper_hours
from ledger.operations.offer_action import NewAction, NotYours, Seen, offer_action, record_done
from ledger.operations.sign_in import credential_of_code
from ledger.reports.hours import hours_page
from ledger.reports.who_asks import OfficerRow
from ledger.token.short_code import Mistyped, parse
from wallet_web import forms
from wallet_web.association.console import Signed
from wallet_web.dependencies import Now, OpenLedger, SentForm
from wallet_web.hours import HALF_HOURS, hours_text, minutes_of
from wallet_web.languages import mark
from wallet_web.outcomes import no_of, said_no
from wallet_web.rendering import page

router = APIRouter(prefix="/associazione/ore")
HERE: Final = "/associazione/ore"
UNKNOWN: Final = mark("Questo codice non è di una famiglia, o c’è un errore di battitura.")
SAME: Final = mark("Chi dà e chi riceve sono due famiglie.")
ROOM: Final = mark("Scrivi quanti posti ci sono, da 1 a 500.")
LATER: Final = mark("Quello che è stato dato è già successo: scegli un giorno passato.")


@router.get("")
def hours(request: Request, officer: Signed, ledger: OpenLedger) -> Response:
    """All hours, the actions and who chose them, by number."""
    return page(
        request, "association/hours.html", officer=officer, hours=hours_page(ledger), base=HERE,
        key=new_id(), no=no_of(request), halves=HALF_HOURS, in_hours=hours_text,
        alfas=list(Alfa), betas=list(Beta),
    )  # fmt: skip


@router.post("/azioni")
def offer(officer: Signed, ledger: OpenLedger, form: SentForm) -> Response:
    """Offer an action to all families."""
    return offered(officer, ledger, form, forms.words(form, "chi"), HERE)


def offered(
    officer: OfficerRow, ledger: Ledger, form: forms.Form, proposer: str, back: str
) -> Response:
    """Offer what a form says, in an association's name. Errors: 403, `Unclear`."""
    places = forms.number(form, "posti")
    asked = NewAction(
        proposer, forms.words(form, "titolo"), forms.words(form, "dove"),
        forms.day(form, "giorno"), minutes_of(form), places,
    )  # fmt: skip
    try:
        offer_action(ledger, asked, officer=officer, action_id=forms.key(form))
    except NotYours as error:
        raise HTTPException(403) from error
    except ValueError:
        raise forms.Unclear("posti", ROOM) from None
    return RedirectResponse(back, status_code=303)


@router.post("/azioni/{action_id}/fatta")
def done(officer: Signed, action_id: str, ledger: OpenLedger, form: SentForm, now: Now) -> Response:
    """Say that a family did what it chose, and what came of it."""
    return seen_done(officer, action_id, ledger, form, now, back=HERE)


def seen_done(
    officer: OfficerRow,
    action_id: str,
    ledger: Ledger,
    form: forms.Form,
    now: Instant,
    *,
    back: str,
) -> Response:
    """Record what a form says of an action. Errors: 404, `Unclear`."""
    try:
        seen = Seen(
            minutes_of(form), Alfa(form.get("alfa", "")), Beta(form.get("beta", "")),
            forms.words(form, "nota", needed=False),
        )  # fmt: skip
        choice = UUID(action_id), forms.an_id(form, "famiglia")
        decision = record_done(ledger, choice, seen, officer=officer, key=forms.key(form), now=now)
    except forms.Unclear:
        raise
    except (LookupError, ValueError) as error:
        raise HTTPException(404) from error
    return said_no(decision, back)


@router.post("/carta")
def on_paper(officer: Signed, ledger: OpenLedger, form: SentForm, now: Now) -> Response:
    """What giver and receiver both signed on paper."""
    return said_no(_on_paper(officer, ledger, form, now), HERE)


def _on_paper(officer: Signed, ledger: Ledger, form: forms.Form, now: Instant) -> Decision:
    giver, receiver = (_family(ledger, form, field) for field in ("chi-da", "chi-riceve"))
    if giver == receiver:
        raise forms.Unclear("chi-riceve", SAME)
    given = HoursGiven(
        minutes_of(form), forms.day(form, "giorno"), forms.words(form, "cosa", needed=False)
    )
    try:
        return record_paper_hours(
            ledger, (giver, receiver), given, officer=officer, key=forms.key(form), now=now
        )
    except NotHours:
        raise forms.Unclear("giorno", LATER) from None
    except LookupError as error:
        raise HTTPException(404) from error


def _family(ledger: Ledger, form: forms.Form, field: str) -> UUID:
    try:
        found = credential_of_code(ledger, parse(form.get(field, "")))
    except Mistyped:
        found = None
    if found is None or found.kind != "family":
        raise forms.Unclear(field, UNKNOWN)
    return found.target_id
