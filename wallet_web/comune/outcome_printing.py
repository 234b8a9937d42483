"""The letters of a ranking: award, waiting list, refusal, each family's in its own language.

They hold names, so only who may issue prints them, a portion at a time, and nothing of them is
kept. Not here: the words (`outcome_words`) and the print (`ledger.exports.outcome_letters`).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

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
from wallet_web.comune import forms
from wallet_web.comune.calls import the_call
from wallet_web.comune.filters import an_id
from wallet_web.comune.letter_facts import Addressee, CallTold, Spending, ranked_outcomes
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
    desk: MayIssue, call_id: str, ranking_id: str, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """One portion of the letters; the rest of a ranking is another."""
    found = the_call(ledger, desk, call_id)
    version, rows = the_rows(ledger, desk, found, ranking_id)
    rule = found.rule(version)
    assert rule is not None  # It was signed.
    told = replace(call_told(desk, found, form, as_date(now)), synthetic=rule.is_synthetic)
    kept = {"appeal": told.appeal}
    keep_call_texts(ledger, found.call.call_id, kept, by=desk.person_id, now=now)
    first = forms.number(form, "prima")
    wanted = [row.application_id for row in rows[first : first + PORTION]]
    lines = opened_lines(ledger, found.call, wanted, rule)
    evaluations = {one: line.evaluation for one, line in lines.items() if line.evaluation}
    outcomes = ranked_outcomes(rows, evaluations, rule, spending_of(ledger, desk, found))
    letters = [
        outcome_letter(told, addressee_of(lines[row.application_id]), outcome)
        for row, outcome in outcomes
        if row.application_id in lines and lines[row.application_id].declared
    ]
    return letters_file(desk, letters, first, now)


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
