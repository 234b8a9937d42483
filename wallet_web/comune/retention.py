"""How long people are kept: the rules, who is due today, legal holds, and the lists signed by two.

Who is meant stands nowhere here: counts and random ids only. Not here: erasing itself (`erasing`).
"""

from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger import new_id
from ledger.core.proposals import Confirmation
from ledger.operations.erase_due import (
    ListChanged,
    NothingDue,
    confirm_list,
    propose_list,
)
from ledger.operations.keep_people import (
    FEWEST_MONTHS,
    MOST_MONTHS,
    lift_hold,
    set_hold,
    set_retention,
)
from ledger.reports.family_desk import find_family
from ledger.reports.retention_page import (
    ListRow,
    due_lines,
    holds,
    reason_of,
    retention_lists,
    retention_rules,
    who_is_due,
)
from ledger.reports.who_asks import Asking
from wallet_web import forms
from wallet_web.comune import control_tables as tables
from wallet_web.comune.erasing import Erasing
from wallet_web.comune.pages import listed, whole
from wallet_web.dependencies import Allowed, Desk, Now, OpenLedger, SentForm, SignedOfficer
from wallet_web.languages import mark
from wallet_web.outcomes import no_of, said_no
from wallet_web.permissions import Action
from wallet_web.rendering import as_date
from wallet_web.unclear import Unclear

router = APIRouter(prefix="/comune/{slug}/conservazione")
MayFund = Annotated[Desk, Depends(Allowed(Action.FUND))]
MayPrepare = Annotated[Desk, Depends(Allowed(Action.PREPARE))]
MayApprove = Annotated[Desk, Depends(Allowed(Action.APPROVE))]
MayHelp = Annotated[Desk, Depends(Allowed(Action.HELP))]
CHANGED: Final = "cambiato"
MONTHS: Final = mark("Scrivi quanti mesi: da 1 a 240.")
NOBODY: Final = mark("In questo comune non c’è una famiglia con questo codice.")


@router.get("")
def overview(request: Request, desk: SignedOfficer, ledger: OpenLedger, now: Now) -> Response:
    """Who would be erased today and who is kept and why; rules, holds and lists."""
    found = who_is_due(ledger, desk.comune.slug, as_date(now))
    lists = retention_lists(ledger, desk.book.book_no)
    held = holds(ledger, desk.book.book_no)
    reasons = {one.hold_id: reason_of(ledger, one) for one in held} if desk.may("help") else {}
    return listed(
        request, desk, tables.RETENTION, whole(due_lines(found)), "comune/retention.html",
        found=found, lists=lists, rules=retention_rules(ledger, desk.book.book_no), holds=held,
        reasons=reasons, key=new_id(), no=no_of(request), running=_running(request, lists),
        changed=request.query_params.get("esito") == CHANGED,
        fewest=FEWEST_MONTHS, most=MOST_MONTHS,
    )  # fmt: skip


def erasing_of(request: Request) -> Erasing:
    """What this process is erasing."""
    erasing: Erasing = request.app.state.erasing
    return erasing


def _running(request: Request, lists: tuple[ListRow, ...]) -> frozenset[object]:
    erasing = erasing_of(request)
    return frozenset(one.list_id for one in lists if erasing.is_running(one.list_id))


def _here(desk: Desk) -> str:
    return f"{desk.home}/conservazione"


@router.post("/elenchi")
def propose(desk: MayPrepare, ledger: OpenLedger, now: Now) -> Response:
    """Write today's list down for another person to confirm."""
    try:
        propose_list(ledger, desk.comune.slug, as_date(now), officer=desk.officer, now=now)
    except NothingDue:
        return RedirectResponse(f"{_here(desk)}?esito={CHANGED}", status_code=303)
    return RedirectResponse(_here(desk), status_code=303)


@router.post("/elenchi/{list_id}/conferma")
def confirm(  # noqa: PLR0917 -- the address, the form, who asks.
    request: Request, desk: MayApprove, list_id: str, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """The second person's yes, bound to what was on the page; then it is done in the background."""
    one = the_list(ledger, desk, list_id)
    asked = Confirmation(one.list_id, forms.hexadecimal(form, "impronta"))
    by = Asking(desk.officer, forms.key(form), now)
    try:
        decision = confirm_list(ledger, desk.comune.slug, asked, by=by)
    except ListChanged:
        return RedirectResponse(f"{_here(desk)}?esito={CHANGED}", status_code=303)
    if decision.accepted:
        erasing_of(request).start(
            ledger, desk.comune.slug, one.list_id, officer=desk.officer, now=now
        )
    return said_no(decision, _here(desk))


@router.post("/elenchi/{list_id}/riprendi")
def go_on(
    request: Request, desk: MayApprove, list_id: str, ledger: OpenLedger, now: Now
) -> Response:
    """Go on with a confirmed list that was stopped."""
    one = the_list(ledger, desk, list_id)
    if one.state == "approved":
        erasing_of(request).start(
            ledger, desk.comune.slug, one.list_id, officer=desk.officer, now=now
        )
    return RedirectResponse(_here(desk), status_code=303)


def the_list(ledger: OpenLedger, desk: Desk, list_id: str) -> ListRow:
    """One list of this comune. Errors: 404."""
    for one in retention_lists(ledger, desk.book.book_no):
        if str(one.list_id) == list_id:
            return one
    raise HTTPException(404)


@router.post("/regole/{unit}")
def set_rule(desk: MayFund, unit: str, ledger: OpenLedger, form: SentForm, now: Now) -> Response:
    """How many months after its end a programme's people are kept."""
    rules = {one.unit: one for one in retention_rules(ledger, desk.book.book_no)}
    if unit not in rules:
        raise HTTPException(404)
    months = forms.number(form, "mesi")
    if not FEWEST_MONTHS <= months <= MOST_MONTHS:
        raise Unclear("mesi", MONTHS)
    by = Asking(desk.officer, forms.key(form), now)
    programme = rules[unit].programme_id
    decision = set_retention(ledger, desk.comune.slug, programme, months, by=by)
    return said_no(decision, _here(desk))


@router.post("/blocchi")
def hold(desk: MayHelp, ledger: OpenLedger, form: SentForm, now: Now) -> Response:
    """Keep a family until further notice; what was typed is not written back."""
    reason = forms.words(form, "motivo")
    family = find_family(ledger, desk.book.book_no, forms.words(form, "chi"))
    if family is None:
        raise Unclear("chi", NOBODY)
    by = Asking(desk.officer, forms.key(form), now)
    return said_no(set_hold(ledger, desk.comune.slug, family, reason, by=by), _here(desk))


@router.post("/blocchi/{hold_id}/togli")
def lift(desk: MayHelp, hold_id: str, ledger: OpenLedger, form: SentForm, now: Now) -> Response:
    """Lift a hold."""
    found = [one for one in holds(ledger, desk.book.book_no) if str(one.hold_id) == hold_id]
    if not found:
        raise HTTPException(404)
    by = Asking(desk.officer, forms.key(form), now)
    reason = forms.words(form, "motivo")
    decision = lift_hold(ledger, desk.comune.slug, found[0].hold_id, reason, by=by)
    return said_no(decision, _here(desk))
