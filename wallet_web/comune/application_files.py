"""Lists of applications as comuni and CAF write them: upload, look, take in. Nothing is half taken.

Not here: how a file is read (`ledger.imports.household_lists`).
"""

from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.core.entitlement.declared import Declared
from ledger.core.quantities import Instant
from ledger.imports.faults import MAX_ROWS, CannotRead, Fault
from ledger.imports.household_lists import (
    HouseholdPreview,
    household_template,
    read_household_list,
)
from ledger.operations.import_applications import CoverLetter
from ledger.operations.receive_applications import Arrived, receive_applications
from wallet_web import forms
from wallet_web.comune.batches import COUNT, GONE, LETTERS, SEPARATORS, UNCHECKED
from wallet_web.comune.calls import the_call
from wallet_web.dependencies import Allowed, Desk, Now, OpenLedger, SentFile, SentForm
from wallet_web.languages import mark
from wallet_web.permissions import Action
from wallet_web.rendering import as_date, page
from wallet_web.tables import TEXT

router = APIRouter(prefix="/comune/{slug}/bandi/{call_id}/domande")
MayPrepare = Annotated[Desk, Depends(Allowed(Action.PREPARE))]
SHOWN: Final = 20
DIFFERENT: Final = mark("Le domande nel file non sono quante ne dice la lettera.")
FAULTY: Final = frozenset(Fault)


@router.get("/carica")
def new_file(
    request: Request, desk: MayPrepare, call_id: str, ledger: OpenLedger, guasto: str = ""
) -> Response:
    """Ask for a file, and for how many applications its letter tells of."""
    found = the_call(ledger, desk, call_id)
    fault = guasto if guasto in FAULTY else ""
    return page(request, "comune/application_file.html", desk=desk, one=found, fault=fault)


@router.get("/modello.csv")
def template(desk: MayPrepare) -> Response:
    """An empty list to fill in, with one invented row."""
    del desk
    headers = {"Content-Disposition": 'attachment; filename="domande-modello.csv"'}
    return Response(household_template(), media_type=TEXT, headers=headers)


@router.post("/anteprima")
def preview(  # noqa: PLR0917 -- which call, by whom, when.
    request: Request, desk: MayPrepare, call_id: str, ledger: OpenLedger, now: Now, sent: SentFile
) -> Response:
    """Read the file and show what was understood; nothing is stored."""
    found = the_call(ledger, desk, call_id)
    rows = forms.number(sent.form, "righe")
    if not 0 < rows <= MAX_ROWS:
        raise forms.Unclear("righe", COUNT)
    try:
        read = read_household_list(sent.data, on=as_date(now))
    except CannotRead as cannot:
        back = f"{desk.home}/bandi/{call_id}/domande/carica?guasto={cannot.fault}"
        return RedirectResponse(back, status_code=303)
    said = CoverLetter(rows, read.isee_in_file)
    files = request.app.state.pending_files
    file_id = files.keep(desk.officer_id, sent.name, sent.data, said, now=now)
    return page(
        request, "comune/application_preview.html", desk=desk, one=found, read=read,
        file_id=file_id, name=sent.name, rows=rows, shown=SHOWN, letters=LETTERS,
        separators=SEPARATORS,
    )  # fmt: skip


@router.post("/file")
def take_in(  # noqa: PLR0917 -- as above.
    request: Request, desk: MayPrepare, call_id: str, ledger: OpenLedger, now: Now, form: SentForm
) -> Response:
    """Take in whoever has not applied yet; who has is told by how many, and left as it is."""
    found = the_call(ledger, desk, call_id)
    files, file_id = request.app.state.pending_files, forms.an_id(form, "file")
    kept = files.find(file_id, desk.officer_id, now=now)
    if kept is None:
        raise forms.Unclear("file", GONE)
    if not form.get("controllato"):
        raise forms.Unclear("controllato", UNCHECKED)
    read = read_household_list(kept.data, on=as_date(now))
    if read.rows_in_file != kept.said.rows:
        raise forms.Unclear("righe", DIFFERENT)
    made = receive_applications(
        ledger, found.call, arrived_of(read, now), officer=desk.person_id, now=now
    )
    files.forget(file_id)
    told = f"nuove={made.new}&gia={len(made.again)}&nucleo={len(made.same_household)}"
    return RedirectResponse(f"{desk.home}/bandi/{call_id}/domande?{told}", status_code=303)


def arrived_of(read: HouseholdPreview, now: Instant) -> list[Arrived]:
    """The rows that could be read, as applications; without a day they came now, in their order."""
    return [
        Arrived(
            row.fiscal_code, row.surname, row.name,
            Declared(row.isee_cents, row.statement, row.household, row.dsu, row.language),
            now + row.line if row.received is None else row.received,
        )
        for row in read.rows
    ]  # fmt: skip
