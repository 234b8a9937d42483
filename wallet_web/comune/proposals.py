"""What one person proposed and another has to confirm: a recall, a correction, money by an act.

Not here: who proposes what (`families`, `money`), and what is bound to what (the verb).
"""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger import Decision, EntryKind, new_id
from ledger.core.proposals import Confirmation
from ledger.core.quantities import Instant
from ledger.operations.change_by_two import (
    Change,
    confirm_change,
    effect_of,
    propose_change,
    withdraw_change,
)
from ledger.operations.fund_programme import (
    Cover,
    Economie,
    Funding,
    confirm_budget,
    is_as_proposed,
    propose_budget,
)
from ledger.reports.proposals_page import ProposalRow, proposal
from wallet_web import forms
from wallet_web.comune.filters import an_id
from wallet_web.dependencies import Allowed, Desk, Now, OpenLedger, SentForm, SignedOfficer
from wallet_web.outcomes import no_of, said_no
from wallet_web.permissions import Action
from wallet_web.rendering import page

router = APIRouter(prefix="/comune/{slug}/proposte")
MayConfirm = Annotated[Desk, Depends(Allowed(Action.CONFIRM))]
MONEY = frozenset({
    EntryKind.FUNDING, EntryKind.DEFUNDING, EntryKind.OFFLINE_COVER, EntryKind.OFFLINE_COVER_FREED,
})  # fmt: skip
MayRecall = Annotated[Desk, Depends(Allowed(Action.RECALL))]


def proposed(desk: Desk, change: Change, form: forms.Form, now: Now, back: str) -> Response:
    """Propose a change; on to its page, or back with the reason of a no."""
    ledger, key = desk.book.ledger, forms.key(form)
    decision: Decision = propose_change(
        ledger, desk.comune.slug, change, officer=desk.officer, key=key, now=now
    )
    if decision.accepted:
        return RedirectResponse(f"{desk.home}/proposte/{key}", status_code=303)
    return said_no(decision, back)


def proposed_money(
    desk: Desk, asked: Funding | Economie | Cover, form: forms.Form, now: Now, back: str
) -> Response:
    """Propose to commit money or to give it back; on to its page, or back with a no."""
    key = forms.key(form)
    decision = propose_budget(
        desk.book.ledger, desk.comune.slug, asked, officer=desk.officer, key=key, now=now
    )
    if decision.accepted:
        return RedirectResponse(f"{desk.home}/proposte/{key}", status_code=303)
    return said_no(decision, back)


def the_proposal(ledger: OpenLedger, desk: Desk, proposal_id: str) -> ProposalRow:
    """One proposal of this comune. Errors: 404."""
    found = proposal(ledger, desk.book.book_no, an_id(proposal_id))
    if found is None:
        raise HTTPException(404)
    return found


@router.get("/{proposal_id}")
def one_proposal(
    request: Request, desk: SignedOfficer, proposal_id: str, ledger: OpenLedger, now: Now
) -> Response:
    """What it would do, to the cent, and whether that is still what was proposed."""
    found = the_proposal(ledger, desk, proposal_id)
    return page(
        request, "comune/proposal.html", desk=desk, one=found, same=_is_same(desk, found, now),
        key=new_id(), own=found.proposed_by == desk.person_id, no=no_of(request),
    )  # fmt: skip


def _is_same(desk: Desk, found: ProposalRow, now: Instant) -> bool:
    """Whether it would still do what was proposed."""
    if found.kind in MONEY:
        return is_as_proposed(desk.book, found.proposal_id)
    change = Change(EntryKind(found.kind), found.subject)
    return effect_of(desk.book, change, now).content_hash(change) == found.content_hash


@router.post("/{proposal_id}/conferma")
def confirm(
    desk: MayConfirm, proposal_id: str, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """The second person's yes, bound to what was on the page."""
    found = the_proposal(ledger, desk, proposal_id)
    asked = Confirmation(found.proposal_id, forms.hexadecimal(form, "impronta"))
    verb = confirm_budget if found.kind in MONEY else confirm_change
    decision = verb(
        ledger, desk.comune.slug, asked, officer=desk.officer, key=forms.key(form), now=now
    )
    return said_no(decision, f"{desk.home}/proposte/{found.proposal_id}")


@router.post("/{proposal_id}/ritira")
def withdraw(
    desk: MayRecall, proposal_id: str, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Put it aside: nothing happens."""
    found = the_proposal(ledger, desk, proposal_id)
    decision = withdraw_change(
        ledger, desk.comune.slug, found.proposal_id, officer=desk.officer, key=forms.key(form),
        now=now,
    )  # fmt: skip
    return said_no(decision, f"{desk.home}/proposte/{found.proposal_id}")
