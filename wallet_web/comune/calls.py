"""Calls: open one, write its rule and have it signed, try it, rank, and hand the ranking over.

Not here: the applications one by one (`applications`), the form of a rule (`rule_form`), and the
list that a ranking becomes (`batches`).
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger import AccountId, new_id
from ledger.core.quantities import Amount
from ledger.operations.open_call import (
    NewCall,
    RoundTaken,
    RuleApproval,
    approve_rule,
    open_call,
    propose_rule,
)
from ledger.operations.rank_applications import NoRule, NothingToIssue, prepare_ranking
from ledger.reports.batches_page import batch
from ledger.reports.calls_page import CallBoard, call_board, call_boards, ranked_lines_of
from ledger.reports.practices import origin
from ledger.reports.programme_page import every_fund
from ledger.reports.simulation import simulate
from wallet_web import forms
from wallet_web.comune import call_tables
from wallet_web.comune.filters import an_id
from wallet_web.comune.pages import listed, whole
from wallet_web.comune.rule_form import FIRST, filled, rule_of
from wallet_web.dependencies import Allowed, Desk, Now, OpenLedger, SentForm, SignedOfficer
from wallet_web.entitlement_words import BURDENS, DEGREES, FITS, FUNCTIONS, METERS, ORDERS, PER
from wallet_web.languages import mark
from wallet_web.outcomes import no_of, said_no
from wallet_web.permissions import Action
from wallet_web.rendering import page
from wallet_web.tables import FORMATS, Table, as_file

router = APIRouter(prefix="/comune/{slug}/bandi")
MayPrepare = Annotated[Desk, Depends(Allowed(Action.PREPARE))]
MayApprove = Annotated[Desk, Depends(Allowed(Action.APPROVE))]
MayJudge = Annotated[Desk, Depends(Allowed(Action.JUDGE))]
TAKEN: Final = mark("Questa iniziativa ha già un bando con questo turno: scrivine un altro.")
NO_FUND: Final = mark("Scegli la fonte da cui si paga.")
NOBODY: Final = mark("Con questo importo e questa regola nessuno riceve niente: cambiali.")
CHOICES: Final[Mapping[str, Mapping[str, str]]] = {
    "meters": METERS, "functions": FUNCTIONS, "fits": FITS, "orders": ORDERS, "per": PER,
    "burdens": BURDENS, "degrees": DEGREES,
}  # fmt: skip


def the_call(ledger: OpenLedger, desk: Desk, call_id: str) -> CallBoard:
    """One call of this comune. Errors: 404."""
    found = call_board(ledger, desk.book.book_no, an_id(call_id))
    if found is None:
        raise HTTPException(404)
    return found


@router.get("")
def calls(request: Request, desk: SignedOfficer, ledger: OpenLedger) -> Response:
    """The calls, newest first."""
    read = whole(call_boards(ledger, desk.book.book_no))
    return listed(request, desk, call_tables.CALLS, read, "comune/calls.html")


@router.get("/nuovo")
def new_call(request: Request, desk: MayPrepare, ledger: OpenLedger) -> Response:
    """Ask which fund, which round, until when."""
    funds = every_fund(ledger, desk.book.book_no)
    return page(request, "comune/call_new.html", desk=desk, funds=funds, key=new_id())


@router.post("")
def open_one(desk: MayPrepare, ledger: OpenLedger, form: SentForm, now: Now) -> Response:
    """Open a call; sent twice, opened once."""
    fund = forms.an_id(form, "fonte")
    programmes = {one.fund: one.programme_id for one in every_fund(ledger, desk.book.book_no)}
    if AccountId(fund) not in programmes:
        raise forms.Unclear("fonte", NO_FUND)
    asked = NewCall(
        forms.an_id(form, "chiave"), programmes[AccountId(fund)], AccountId(fund),
        forms.words(form, "turno"), forms.words(form, "titolo"), forms.day(form, "entro"),
    )  # fmt: skip
    try:
        made = open_call(ledger, desk.comune.slug, asked, officer=desk.officer, now=now)
    except RoundTaken:
        raise forms.Unclear("turno", TAKEN) from None
    return RedirectResponse(f"{desk.home}/bandi/{made.call_id}", status_code=303)


@router.get("/{call_id}")
def one_call(request: Request, desk: SignedOfficer, call_id: str, ledger: OpenLedger) -> Response:
    """Where a call stands, and what comes next."""
    found = the_call(ledger, desk, call_id)
    rule = found.rule()
    waiting = found.waiting and found.rule(found.waiting.version)
    return page(
        request, "comune/call.html", desk=desk, one=found, rule=rule, waiting_rule=waiting,
        key=new_id(), no=no_of(request), choices=CHOICES,
        origin=origin(ledger, found.call.call_id),
    )  # fmt: skip


@router.get("/{call_id}/regola")
def edit_rule(request: Request, desk: MayPrepare, call_id: str, ledger: OpenLedger) -> Response:
    """The rule as a form, filled with the newest version, or with a first one."""
    found = the_call(ledger, desk, call_id)
    newest = found.drafts[0].version if found.drafts else None
    rule = None if newest is None else found.rule(newest)
    form = FIRST if rule is None else filled(rule)
    return page(
        request, "comune/rule.html", desk=desk, one=found, form=form, choices=CHOICES,
    )  # fmt: skip


@router.post("/{call_id}/regola")
def propose(
    desk: MayPrepare, call_id: str, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Write a version down; it can be tried, and waits for a second officer."""
    found = the_call(ledger, desk, call_id)
    made = propose_rule(ledger, found.call.call_id, rule_of(form), officer=desk.officer, now=now)
    address = f"{desk.home}/bandi/{call_id}/simulazione?versione={made.version}"
    return RedirectResponse(address, status_code=303)


@router.post("/{call_id}/regola/approva")
def approve(
    desk: MayApprove, call_id: str, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """The second officer's signature, bound to the text that was on the page."""
    asked = RuleApproval(
        an_id(call_id), forms.number(form, "versione"), forms.hexadecimal(form, "impronta")
    )
    the_call(ledger, desk, call_id)
    try:
        decision = approve_rule(
            ledger, desk.comune.slug, asked, approver=desk.officer, key=forms.key(form), now=now
        )
    except LookupError:
        raise HTTPException(404) from None
    return said_no(decision, f"{desk.home}/bandi/{call_id}")


@router.get("/{call_id}/simulazione")
def simulation(
    request: Request, desk: MayJudge, call_id: str, ledger: OpenLedger, versione: int = 0
) -> Response:
    """Try a version on all applications: what it costs, whom it helps, who falls just outside."""
    found = the_call(ledger, desk, call_id)
    version = versione or (found.drafts[0].version if found.drafts else 0)
    rule = found.rule(version) if version else None
    if rule is None:
        return RedirectResponse(f"{desk.home}/bandi/{call_id}", status_code=303)
    budget = budget_of(request.query_params, found)
    made = simulate(ledger, found.call, rule, budget=budget, other=found.rule())
    wanted, which = request.query_params.get("formato", ""), request.query_params.get("tabella")
    tables = tables_of(made)
    if wanted in FORMATS and which in tables:
        return as_file(request, *tables[which], wanted)
    return page(
        request, "comune/simulation.html", desk=desk, one=found, rule=rule, version=version,
        made=made, tables=tables, budget=budget, choices=CHOICES,
    )  # fmt: skip


def budget_of(given: Mapping[str, str], found: CallBoard) -> Amount:
    """The budget that was typed, or all that the fund has. Errors: `Unclear`."""
    return forms.amount(given, "importo") if given.get("importo") else found.fund.available_cents


def tables_of(made: Any) -> dict[str, tuple[Table, Any]]:  # noqa: ANN401 -- a simulation.
    """What a simulation shows, by the name of each table."""
    shown = {
        "fasce": (call_tables.BY_INDICATOR, made.bands),
        "componenti": (call_tables.BY_MEMBERS, made.members),
        "appena-fuori": (call_tables.OUTSIDE, made.outside),
    }
    if made.against is not None:
        shown["confronto"] = (call_tables.CHANGES, made.against.shifts)
    return shown


@router.post("/{call_id}/graduatoria")
def rank(desk: MayPrepare, call_id: str, ledger: OpenLedger, form: SentForm, now: Now) -> Response:
    """Make the ranking by the rule in force; it waits as a list for the second officer."""
    found = the_call(ledger, desk, call_id)
    budget = budget_of(form, found)
    try:
        made = prepare_ranking(ledger, found.call, budget=budget, officer=desk.officer, now=now)
    except NoRule:
        raise HTTPException(403) from None
    except NothingToIssue:
        raise forms.Unclear("importo", NOBODY) from None
    address = f"{desk.home}/bandi/{call_id}/graduatorie/{made.ranking_id}"
    return RedirectResponse(address, status_code=303)


@router.get("/{call_id}/graduatorie/{ranking_id}")
def ranking(
    request: Request, desk: MayJudge, call_id: str, ranking_id: str, ledger: OpenLedger
) -> Response:
    """A ranking by public codes; its list to publish has neither amounts nor links."""
    found = the_call(ledger, desk, call_id)
    read = ranked_lines_of(ledger, found.call, an_id(ranking_id))
    if read is None:
        raise HTTPException(404)
    made, lines = read
    listed_as = batch(ledger, desk.book.book_no, made.ranking_id)
    wanted = request.query_params.get("pubblica", "")
    if wanted in FORMATS:
        return as_file(request, call_tables.PUBLIC, lines, wanted)
    return listed(
        request, desk, call_tables.RANKING, whole(lines), "comune/ranking.html", one=found,
        ranking=made, rule=found.rule(made.version),
        approved=listed_as is not None and listed_as.status in {"approved", "issued"},
    )  # fmt: skip
