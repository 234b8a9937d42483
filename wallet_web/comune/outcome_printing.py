"""The letters of a ranking: award, waiting list, refusal, each family's in its own language.

They hold names, so only who may issue prints them, a portion at a time, and nothing of them is
kept. Not here: the words (`outcome_words`) and the print (`ledger.exports.outcome_letters`).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.core.entitlement.call_rule import CallRule
from ledger.exports.outcome_letters import (
    PORTION,
    CannotPrint,
    OutcomeLetter,
    print_letters,
)
from ledger.operations.take_practice import keep_call_texts
from ledger.reports.batches_page import batch
from ledger.reports.calls_page import (
    AppliedLine,
    CallBoard,
    RankedRow,
    opened_lines,
    ranked_lines_of,
)
from ledger.reports.practices import call_texts
from wallet_web import forms
from wallet_web.comune.calls import the_call
from wallet_web.comune.filters import an_id
from wallet_web.comune.letter_facts import Addressee, CallTold, Spending, ranked_outcomes
from wallet_web.comune.letter_runs import Run
from wallet_web.comune.letters import as_pdf
from wallet_web.comune.outcome_words import outcome_letter, outcome_press
from wallet_web.comune.pages import the_programme
from wallet_web.dependencies import Allowed, Desk, Now, OpenLedger, SentForm
from wallet_web.languages import mark
from wallet_web.permissions import Action
from wallet_web.rendering import as_date, page

router = APIRouter(prefix="/comune/{slug}/bandi/{call_id}/graduatorie/{ranking_id}/lettere")
MayIssue = Annotated[Desk, Depends(Allowed(Action.ISSUE))]
LONGEST: Final = 2_000
ALL: Final = "tutte"
APPEAL: Final = mark("Scrivi come si fa ricorso: a chi, dove, entro quando.")
UNPRINTABLE: Final = mark("Una lettera ha caratteri che nessun carattere di stampa conosce.")


def the_rows(
    ledger: OpenLedger, desk: Desk, found: CallBoard, ranking_id: str
) -> tuple[int, tuple[RankedRow, ...]]:
    """The rule's version and the lines of a ranking that was approved. Errors: 403, 404."""
    read = ranked_lines_of(ledger, found.call, an_id(ranking_id))
    if read is None:
        raise HTTPException(404)
    made = batch(ledger, desk.book.book_no, an_id(ranking_id))
    if made is None or made.status not in {"approved", "issued"}:
        raise HTTPException(403)
    return read[0].version, tuple(line.row for line in read[1])


@router.get("")
def ask(
    request: Request, desk: MayIssue, call_id: str, ranking_id: str, ledger: OpenLedger
) -> Response:
    """Ask for the act and the terms of appeal, and which portion to print."""
    found = the_call(ledger, desk, call_id)
    _version, rows = the_rows(ledger, desk, found, ranking_id)
    return page(
        request, "comune/outcome_letters.html", desk=desk, one=found, ranking_id=ranking_id,
        count=len(rows), portions=range(0, len(rows), PORTION), size=PORTION,
        texts=call_texts(ledger, found.call.call_id),
    )  # fmt: skip


@router.post("")
def printed(  # noqa: PLR0917 -- which letters, by whom, when.
    request: Request,
    desk: MayIssue,
    call_id: str,
    ranking_id: str,
    ledger: OpenLedger,
    form: SentForm,
    now: Now,
) -> Response:
    """One portion of the letters at once; or all of them, with a page that tells how far it is."""
    found = the_call(ledger, desk, call_id)
    version, rows = the_rows(ledger, desk, found, ranking_id)
    rule = found.rule(version)
    assert rule is not None  # It was signed.
    told = replace(call_told(desk, found, form, as_date(now)), synthetic=rule.is_synthetic)
    kept = {"appeal": told.appeal}
    keep_call_texts(ledger, found.call.call_id, kept, by=desk.person_id, now=now)
    letters = partial(_portion, ledger, desk, found, rule, rows, told)
    if form.get("prima") != ALL:
        first = forms.number(form, "prima")
        return letters_file(desk, letters(first), first, now)
    press = outcome_press(desk.comune.name, now=now)
    portions = [range(at, min(at + PORTION, len(rows))) for at in range(0, len(rows), PORTION)]
    run_id = request.app.state.letter_runs.start(
        desk.officer_id, portions,
        lambda first: print_letters(press, letters(first), first=first + 1), now=now,
    )  # fmt: skip
    here = f"{desk.home}/bandi/{call_id}/graduatorie/{ranking_id}/lettere"
    return RedirectResponse(f"{here}/{run_id}", status_code=303)


def _portion(  # noqa: PLR0917 -- all that a portion's letters say.
    ledger: OpenLedger,
    desk: Desk,
    found: CallBoard,
    rule: CallRule,
    rows: Sequence[RankedRow],
    told: CallTold,
    first: int,
) -> list[OutcomeLetter]:
    wanted = [row.application_id for row in rows[first : first + PORTION]]
    lines = opened_lines(ledger, found.call, wanted, rule)
    evaluations = {one: line.evaluation for one, line in lines.items() if line.evaluation}
    outcomes = ranked_outcomes(rows, evaluations, rule, spending_of(ledger, desk, found))
    return [
        outcome_letter(told, addressee_of(lines[row.application_id]), outcome)
        for row, outcome in outcomes
        if row.application_id in lines and lines[row.application_id].declared
    ]


@router.get("/{run_id}")
def how_far(  # noqa: PLR0917 -- whose print of what.
    request: Request, desk: MayIssue, call_id: str, ranking_id: str, run_id: str, now: Now
) -> Response:
    """How far a print of all letters is; then its file."""
    run = _the_run(request, desk, run_id, now)
    home = f"{desk.home}/bandi/{call_id}"
    return page(
        request, "comune/letter_run.html", desk=desk, one=run, run_id=run_id,
        call=home, ranking=f"{home}/graduatorie/{ranking_id}",
    )  # fmt: skip


@router.get("/{run_id}/lettere.zip")
def whole(request: Request, desk: MayIssue, run_id: str, now: Now) -> Response:
    """All letters of a ranking, a PDF for each portion. Errors: 404 until it is whole."""
    run = _the_run(request, desk, run_id, now)
    if run.is_running or run.failed:
        raise HTTPException(404)
    said = {"Content-Disposition": 'attachment; filename="lettere.zip"'}
    return Response(run.file.getvalue(), media_type="application/zip", headers=said)


def _the_run(request: Request, desk: Desk, run_id: str, now: Now) -> Run:
    found: Run | None = request.app.state.letter_runs.find(an_id(run_id), desk.officer_id, now=now)
    if found is None:
        raise HTTPException(404)
    return found


def letters_file(desk: Desk, letters: Sequence[OutcomeLetter], first: int, now: Now) -> Response:
    """A portion as a file; `first` counts those before it. Errors: 404, `Unclear`."""
    if not letters:
        raise HTTPException(404)
    try:
        made = print_letters(outcome_press(desk.comune.name, now=now), letters, first=first + 1)
    except CannotPrint:
        raise forms.Unclear("prima", UNPRINTABLE) from None
    return as_pdf(made, "lettere")


def call_told(desk: Desk, found: CallBoard, form: forms.Form, today: date) -> CallTold:
    """What all letters say. Errors: `Unclear`."""
    lines = form.get("ricorso", "").strip().splitlines()
    appeal = "\n".join(lines)  # As forms send it, a line ends in two characters.
    if not appeal or len(appeal) > LONGEST or not all(map(str.isprintable, lines)):
        raise forms.Unclear("ricorso", APPEAL)
    return CallTold(
        (f"Comune di {desk.comune.name}", desk.comune.telephone), found.fund.programme,
        found.call.title, forms.words(form, "atto"), desk.comune.telephone, appeal, today,
    )  # fmt: skip


def spending_of(ledger: OpenLedger, desk: Desk, found: CallBoard) -> Spending:
    """From when until when, and where, the call's programme can be spent."""
    one = the_programme(ledger, desk, found.fund.unit).programme
    kinds: Sequence[str] = one.categories.split(",") if one.categories else ()
    days = date.fromisoformat(one.starts_on), date.fromisoformat(one.ends_on)
    return Spending(*days, tuple(kinds))


def addressee_of(line: AppliedLine) -> Addressee:
    """The family; no address is kept, so that the letter is handed over or put in an envelope."""
    assert line.declared is not None
    return Addressee(line.name, (), line.declared.language, line.row.code)
