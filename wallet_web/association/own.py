"""An association's own console: its actions, the credits it pays with, its ideas for a vote.

Whoever signs in for an association sees nothing else of the circuit. Not here: the circuit's own
console (`console`), and how an association is registered (`register`).
"""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger import new_id
from ledger.core.chart import CIRCUIT_BOOK
from ledger.core.circuit.credits import Holder
from ledger.core.circuit.hours import Alfa, Beta
from ledger.core.circuit.rules import Role
from ledger.core.quantities import euro_text
from ledger.operations.pay_credits import pay_as_association
from ledger.operations.propose_idea import TooManyIdeas, propose_as_association
from ledger.operations.sign_in import calling_officer
from ledger.reports.associations import Association, acts_for
from ledger.reports.circuit_credits import wallet_of
from ledger.reports.circuit_page import member_shops
from ledger.reports.hours import own_actions
from ledger.reports.ideas import ideas_of_association
from ledger.reports.who_asks import OfficerRow, comune, comuni
from wallet_web import forms
from wallet_web.association.console import AUDIENCE, HOME, OWN
from wallet_web.association.hours import offered, seen_done
from wallet_web.dependencies import Now, OpenLedger, SentForm, SignInNeeded
from wallet_web.hours import HALF_HOURS, hours_text
from wallet_web.languages import mark
from wallet_web.outcomes import no_of, said_no
from wallet_web.rendering import page
from wallet_web.sessions import token_of

router = APIRouter(prefix=OWN)
ACTIVE: Final = "active"
SHORT: Final = mark("Scrivi un titolo; titolo e spiegazione al massimo di 300 caratteri.")
ENOUGH: Final = mark("Per questo Comune hai già tre idee in attesa: aspetta che le guardi.")


@dataclass(frozen=True, slots=True)
class Member:
    """Who acts for an association, and for which."""

    officer: OfficerRow
    association: Association


def member(request: Request, ledger: OpenLedger, now: Now) -> Member:
    """Who is signed in for an association. Errors: `SignInNeeded`, also of one suspended."""
    officer = calling_officer(ledger, token_of(request, AUDIENCE), now=now)
    found = None if officer is None else acts_for(ledger, officer.officer_id)
    if officer is None or found is None or found.status != ACTIVE:
        raise SignInNeeded(f"{HOME}/accesso", OWN)
    assert officer.book_no == ledger.book(CIRCUIT_BOOK).book_no
    return Member(officer, found)


SignedMember = Annotated[Member, Depends(member)]


@router.get("")
def own(
    request: Request, who: SignedMember, ledger: OpenLedger, now: Now, fatto: str = ""
) -> Response:
    """Its actions, its credits."""
    holder = Holder(Role.ASSOCIATION, who.association.association_id)
    return page(
        request, "association/own.html", officer=who.officer, association=who.association,
        actions=own_actions(ledger, who.association.association_id), base=OWN,
        wallet=wallet_of(ledger, holder, now=now), number=euro_text, key=new_id(),
        shops=member_shops(ledger, now=now), done=fatto == "1",
        halves=HALF_HOURS, in_hours=hours_text, alfas=list(Alfa), betas=list(Beta),
        no=no_of(request), comuni=comuni(ledger),
        ideas=ideas_of_association(ledger, who.association.association_id),
    )  # fmt: skip


@router.post("/crediti")
def pay(who: SignedMember, ledger: OpenLedger, form: SentForm, now: Now) -> Response:
    """Pay a shop of the circuit. Errors: 404 for one that there is not."""
    shop_id, cents = forms.an_id(form, "negozio"), forms.amount(form, "importo")
    try:
        done = pay_as_association(
            ledger, who.association.association_id, shop_id, cents,
            officer_id=who.officer.officer_id, key=forms.key(form), now=now,
        )  # fmt: skip
    except LookupError:
        raise HTTPException(404) from None
    return said_no(done, OWN, "?fatto=1")


@router.post("/idee")
def propose(who: SignedMember, ledger: OpenLedger, form: SentForm) -> Response:
    """Propose to a comune's families what to vote on. Errors: 404 for no comune; `Unclear`."""
    found = comune(ledger, form.get("comune", ""))
    if found is None:
        raise HTTPException(404)
    title, text = forms.words(form, "titolo"), forms.words(form, "testo", needed=False)
    try:
        propose_as_association(
            ledger, found.book_no, who.association.association_id, title, text,
            idea_id=forms.an_id(form, "chiave"),
        )  # fmt: skip
    except ValueError:
        raise forms.Unclear("titolo", SHORT) from None
    except TooManyIdeas:
        raise forms.Unclear("comune", ENOUGH) from None
    return RedirectResponse(f"{OWN}#ideas", status_code=303)


@router.post("/azioni")
def offer(who: SignedMember, ledger: OpenLedger, form: SentForm) -> Response:
    """Offer an action in its own name."""
    return offered(who.officer, ledger, form, who.association.name, OWN)


@router.post("/azioni/{action_id}/fatta")
def done(
    who: SignedMember, action_id: str, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Say that a family did one of its actions."""
    return seen_done(who.officer, action_id, ledger, form, now, back=OWN)
