"""The file for the SIUSS: the comune says what each field is called and each benefit's code.

We have neither the field names nor the codes, so there is no file until all are typed. It names
families: only who may help them takes it, and every file that leaves is noted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.exports.tables import Cell, Heading, Kind, csv_for_offices, csv_for_programs
from ledger.operations.tell_siuss import keep_siuss_mapping, note_siuss_file
from ledger.reports.programme_page import programme_totals
from ledger.reports.siuss import (
    MEASURES,
    Benefit,
    Field,
    Mapped,
    benefits,
    files_taken,
    mapped,
    units_told,
)
from ledger.reports.who_asks import officers
from wallet_web import forms
from wallet_web.dependencies import Allowed, Desk, Now, OpenLedger, SentForm
from wallet_web.languages import mark
from wallet_web.permissions import Action
from wallet_web.rendering import as_date, page
from wallet_web.siuss_words import FIELDS
from wallet_web.siuss_words import MEASURES as MEASURES_TOLD
from wallet_web.tables import TEXT

router = APIRouter(prefix="/comune/{slug}/siuss")
MayHelp = Annotated[Desk, Depends(Allowed(Action.HELP))]
MayPrepare = Annotated[Desk, Depends(Allowed(Action.PREPARE))]
KINDS: Final[Mapping[Field, Kind]] = {
    Field.FISCAL_CODE: Kind.WORDS,
    Field.PAYING_BODY: Kind.WORDS,
    Field.BENEFIT_CODE: Kind.WORDS,
    Field.AMOUNT: Kind.AMOUNT,
    Field.FIRST_DAY: Kind.DAY,
    Field.LAST_DAY: Kind.DAY,
    Field.DSU: Kind.WORDS,
}
WRONG_DAYS: Final = mark("L’ultimo giorno viene prima del primo: correggi le date.")
INCOMPLETE: Final = mark(
    "La corrispondenza non è completa: senza i nomi dei campi e i codici dell’INPS il file non si"
    " fa. Scrivili, presi dalla guida dell’INPS."
)
TWICE: Final = mark("Due campi hanno lo stesso nome: nel file non si distinguerebbero.")


@dataclass(frozen=True, slots=True)
class Asked:
    """From which day to which (in Rome), and what counts as the amount."""

    first: date
    last: date
    measure: str


@router.get("")
def siuss(  # noqa: PLR0917 -- the period, by whom, when.
    request: Request, desk: MayHelp, ledger: OpenLedger, now: Now, dal: str = "", al: str = "",
    importo: str = "given",
) -> Response:  # fmt: skip
    """What was typed, what is missing, how many families the file would name."""
    form = {"dal": dal, "al": al, "importo": importo}
    asked = asked_of(form) if dal else this_year(as_date(now))
    no, words = desk.book.book_no, mapped(ledger, desk.book.book_no)
    told = units_told(ledger, no, asked.first, asked.last, asked.measure)
    return page(
        request, "comune/siuss.html", desk=desk, mapped=words, asked=asked, told=told,
        missing=words.missing(list(told)), fields=list(Field), names=FIELDS,
        measures=MEASURES_TOLD, taken=files_taken(ledger, no),
        programmes=[one.programme for one in programme_totals(ledger, no)],
        people={one.person_id: one.user_name for one in officers(ledger, no)},
    )  # fmt: skip


def this_year(today: date) -> Asked:
    """The year so far."""
    return Asked(today.replace(month=1, day=1), today, "given")


def asked_of(form: forms.Form) -> Asked:
    """The period that was typed. Errors: `Unclear`."""
    first, last = forms.day(form, "dal"), forms.day(form, "al")
    if last < first:
        raise forms.Unclear("al", WRONG_DAYS)
    measure = form.get("importo", "")
    if measure not in MEASURES:
        raise forms.Unclear("importo", forms.ODD)
    return Asked(first, last, measure)


@router.post("")
def keep(desk: MayPrepare, ledger: OpenLedger, form: SentForm, now: Now) -> Response:
    """Keep what was typed; half of it too, which makes no file yet."""
    units = [one.programme.unit for one in programme_totals(ledger, desk.book.book_no)]
    typed = Mapped(
        {field: forms.words(form, f"campo-{field}", needed=False) for field in Field},
        forms.words(form, "ente", needed=False),
        {unit: forms.words(form, f"codice-{unit}", needed=False) for unit in units},
    )
    names = [name for name in typed.names.values() if name]
    if len(set(names)) < len(names):
        raise forms.Unclear("campo-fiscal_code", TWICE)
    keep_siuss_mapping(desk.book, typed.words(), by=desk.person_id, now=now)
    return RedirectResponse(f"{desk.home}/siuss", status_code=303)


@router.post("/file")
def take(desk: MayHelp, ledger: OpenLedger, form: SentForm, now: Now) -> Response:
    """The file of a period; that it left is written down before it does."""
    asked, no = asked_of(form), desk.book.book_no
    words = mapped(ledger, no)
    found = benefits(ledger, no, asked.first, asked.last, asked.measure)
    if words.missing([one.unit for one in found]):
        raise forms.Unclear("campo", INCOMPLETE)
    write = csv_for_offices if form.get("formato") == "csv-it" else csv_for_programs
    columns = [Heading(words.names[field], KINDS[field]) for field in Field]
    data = write(columns, [cells(one, words, asked) for one in found])
    span = asked.first, asked.last
    note_siuss_file(desk.book, data, len(found), span, by=desk.person_id, now=now)
    name = f"siuss-{desk.comune.slug}-{asked.first}-{asked.last}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=TEXT, headers=headers)


def cells(one: Benefit, words: Mapped, asked: Asked) -> list[Cell]:
    """One row, in the order of the columns."""
    told: Mapping[Field, Cell] = {
        Field.FISCAL_CODE: one.fiscal_code,
        Field.PAYING_BODY: words.body,
        Field.BENEFIT_CODE: words.codes[one.unit],
        Field.AMOUNT: one.cents,
        Field.FIRST_DAY: asked.first.isoformat(),
        Field.LAST_DAY: asked.last.isoformat(),
        Field.DSU: one.dsu,
    }
    return [told[field] for field in Field]
