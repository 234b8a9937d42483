"""Reminders: a letter to each family that has money left and vouchers that end within some days.

They hold names, so only who may issue prints them, a portion at a time, and nothing is kept.
"""

from datetime import date, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ledger.core.programmes import ends_at
from ledger.exports.outcome_letters import PORTION, OutcomeLetter
from ledger.reports.programme_page import ProgrammeTotals
from ledger.reports.reminders import Reminded, RemindedPerson, people_to_remind, to_remind
from wallet_web import forms
from wallet_web.comune.letter_facts import Addressee, CallTold, Reminder
from wallet_web.comune.outcome_printing import letters_file
from wallet_web.comune.outcome_words import outcome_letter
from wallet_web.comune.pages import the_programme
from wallet_web.dependencies import Allowed, Desk, Now, OpenLedger, SentForm
from wallet_web.languages import mark
from wallet_web.permissions import Action
from wallet_web.rendering import as_date, page

router = APIRouter(prefix="/comune/{slug}/iniziative/{unit}/promemoria")
MayIssue = Annotated[Desk, Depends(Allowed(Action.ISSUE))]
DAYS: Final = 30
MOST_DAYS: Final = 366
WRONG: Final = mark("Scrivi quanti giorni: da 1 a 366.")


def days_of(form: forms.Form) -> int:
    """Within how many days. Errors: `Unclear`."""
    text = form.get("giorni", str(DAYS))
    if not (text.isascii() and text.isdecimal()) or not 0 < int(text[:4]) <= MOST_DAYS:
        raise forms.Unclear("giorni", WRONG)
    return int(text)


def found_of(
    ledger: OpenLedger, desk: Desk, found: ProgrammeTotals, days: int, now: Now
) -> tuple[Reminded, ...]:
    """Whose vouchers end within so many days of Rome, today included."""
    until = ends_at(as_date(now) + timedelta(days=days))
    return to_remind(ledger, desk.book.book_no, found.programme.id, now=now, until=until)


@router.get("")
def reminders(
    request: Request, desk: MayIssue, unit: str, ledger: OpenLedger, now: Now
) -> Response:
    """How many families would be written to, and how much is left to them."""
    found, days = the_programme(ledger, desk, unit), days_of(request.query_params)
    some = found_of(ledger, desk, found, days, now)
    return page(
        request, "comune/reminders.html", desk=desk, one=found, days=days, count=len(some),
        left=sum(one.left_cents for one in some), portions=range(0, len(some), PORTION),
        size=PORTION,
    )  # fmt: skip


@router.post("")
def printed(desk: MayIssue, unit: str, ledger: OpenLedger, form: SentForm, now: Now) -> Response:
    """One portion of the letters."""
    found, first = the_programme(ledger, desk, unit), forms.number(form, "prima")
    some = found_of(ledger, desk, found, days_of(form), now)[max(0, first) :][:PORTION]
    told = people_to_remind(ledger, desk.book.book_no, some)
    return letters_file(
        desk, [letter_of(desk, found, one, as_date(now)) for one in told], first, now
    )


def letter_of(
    desk: Desk, found: ProgrammeTotals, one: RemindedPerson, today: date
) -> OutcomeLetter:
    """What is left, until when, in the family's language."""
    call = CallTold(
        (f"Comune di {desk.comune.name}", desk.comune.telephone), found.programme.title, "", "",
        desk.comune.telephone, "", today, one.made_up,
    )  # fmt: skip
    last = as_date(one.reminded.ends_at - 1)
    return outcome_letter(
        call, Addressee(one.name, (), one.language, ""), Reminder(one.reminded.left_cents, last)
    )
