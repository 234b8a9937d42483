"""Lists of families: upload, preview, prepare; a second officer approves; issue.

Not here: how a file is read (`ledger.imports`), and four eyes (`ledger.operations.approve_batch`).
"""

from collections.abc import Mapping
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger import AccountId, new_id
from ledger.imports.applications import read_applications
from ledger.imports.faults import MAX_ROWS, CannotRead, Fault
from ledger.operations.approve_batch import Approval, approve_batch
from ledger.operations.import_applications import (
    CoverLetter,
    NothingToIssue,
    Target,
    TotalsDiffer,
    compare_with_ledger,
    prepare_batch,
    withdraw_batch,
)
from ledger.reports.batches_page import BatchRow, batch, batches
from ledger.reports.programme_page import funds
from wallet_web import forms
from wallet_web.comune import tables
from wallet_web.comune.filters import an_id
from wallet_web.comune.pages import listed, the_programme, whole
from wallet_web.dependencies import (
    Allowed,
    Desk,
    Now,
    OpenLedger,
    SentFile,
    SentForm,
    SignedOfficer,
)
from wallet_web.languages import mark
from wallet_web.outcomes import no_of, said_no
from wallet_web.permissions import Action
from wallet_web.rendering import page

router = APIRouter(prefix="/comune/{slug}/elenchi")
MayPrepare = Annotated[Desk, Depends(Allowed(Action.PREPARE))]
MayApprove = Annotated[Desk, Depends(Allowed(Action.APPROVE))]
MayIssue = Annotated[Desk, Depends(Allowed(Action.ISSUE))]
SHOWN: Final = 20
GONE: Final = mark("Il file caricato non c’è più: caricalo di nuovo.")
UNCHECKED: Final = mark("Controlla come è stato letto il file e metti il segno: poi prepara.")
DIFFERENT: Final = mark("Righe o totale non sono quelli della lettera: controlla il file.")
COUNT: Final = mark("Scrivi quante righe dice la lettera.")
NOBODY: Final = mark("In questo elenco non c’è nessuno a cui emettere: è già stato caricato?")
FAULTY: Final = frozenset(Fault)
LETTERS: Final[Mapping[str, str]] = {
    "utf-8": mark("testo UTF-8"),
    "utf-16": mark("testo UTF-16"),
    "windows-1252": mark("testo Windows: guarda gli accenti"),
    "xlsx": mark("foglio Excel"),
}
SEPARATORS: Final[Mapping[str, str]] = {
    "": "",
    ";": mark("colonne separate da punto e virgola"),
    ",": mark("colonne separate da virgola"),
    "\t": mark("colonne separate da tabulazione"),
    "|": mark("colonne separate da |"),
}


@router.get("")
def all_batches(request: Request, desk: SignedOfficer, ledger: OpenLedger) -> Response:
    """The lists, newest first."""
    read = whole(batches(ledger, desk.book.book_no))
    return listed(request, desk, tables.BATCHES, read, "comune/batches.html")


@router.get("/nuovo")
def new_batch(
    request: Request, desk: MayPrepare, ledger: OpenLedger, iniziativa: str, guasto: str = ""
) -> Response:
    """Ask for the file, the source and the round."""
    found = the_programme(ledger, desk, iniziativa)
    sources = funds(ledger, desk.book.book_no, found.programme.id)
    return page(
        request,
        "comune/batch_new.html",
        desk=desk,
        one=found,
        sources=sources,
        fault=guasto if guasto in FAULTY else "",
    )


@router.post("/anteprima")
def preview(
    request: Request, desk: MayPrepare, ledger: OpenLedger, now: Now, sent: SentFile
) -> Response:
    """Read the file and show what would happen; nothing is stored."""
    found = the_programme(ledger, desk, forms.words(sent.form, "iniziativa"))
    target, said = target_of(sent.form, found.programme.id), cover_letter(sent.form)
    try:
        read = read_applications(sent.data)
    except CannotRead as cannot:
        back = f"{desk.home}/elenchi/nuovo?iniziativa={found.programme.unit}"
        return RedirectResponse(f"{back}&guasto={cannot.fault}", status_code=303)
    compared = compare_with_ledger(ledger, desk.comune.slug, read, target)
    files = request.app.state.pending_files
    file_id = files.keep(desk.officer_id, sent.name, sent.data, said, now=now)
    return page(
        request, "comune/batch_preview.html", desk=desk, one=found, compared=compared,
        file_id=file_id, name=sent.name, target=target, shown=SHOWN, said=said,
        letters=LETTERS, separators=SEPARATORS,
    )  # fmt: skip


def target_of(form: forms.Form, programme_id: UUID) -> Target:
    """Which fund and round the form means. Errors: `Unclear`."""
    fund = AccountId(forms.an_id(form, "fonte"))
    return Target(programme_id, fund, forms.words(form, "turno"))


def cover_letter(form: forms.Form) -> CoverLetter:
    """What the letter that came with the file says. Errors: `Unclear`."""
    rows = forms.number(form, "righe")
    if not 0 < rows <= MAX_ROWS:
        raise forms.Unclear("righe", COUNT)
    return CoverLetter(rows, forms.amount(form, "totale"))


@router.post("")
def prepare(
    request: Request, desk: MayPrepare, ledger: OpenLedger, now: Now, form: SentForm
) -> Response:
    """Write the list down as a draft that waits for the second officer."""
    files, file_id = request.app.state.pending_files, forms.an_id(form, "file")
    kept = files.find(file_id, desk.officer_id, now=now)
    if kept is None:
        raise forms.Unclear("file", GONE)
    if not form.get("controllato"):
        raise forms.Unclear("controllato", UNCHECKED)
    target = target_of(form, forms.an_id(form, "iniziativa"))
    compared = compare_with_ledger(ledger, desk.comune.slug, read_applications(kept.data), target)
    try:
        draft = prepare_batch(
            ledger, desk.comune.slug, compared, target, prepared_by=desk.person_id,
            said=kept.said, now=now,
        )  # fmt: skip
    except TotalsDiffer:
        raise forms.Unclear("totale", DIFFERENT) from None
    except NothingToIssue:
        raise forms.Unclear("file", NOBODY) from None
    files.forget(file_id)
    return RedirectResponse(f"{desk.home}/elenchi/{draft.batch_id}", status_code=303)


def the_batch(ledger: OpenLedger, desk: Desk, batch_id: str) -> BatchRow:
    """One list of this comune. Errors: 404."""
    found = batch(ledger, desk.book.book_no, an_id(batch_id))
    if found is None:
        raise HTTPException(404)
    return found


@router.get("/{batch_id}")
def one_batch(request: Request, desk: SignedOfficer, batch_id: str, ledger: OpenLedger) -> Response:
    """One list: its total, who prepared and approved it, how far its issue has come."""
    return page(
        request, "comune/batch.html", desk=desk, one=the_batch(ledger, desk, batch_id),
        key=new_id(), no=no_of(request), issuing=request.app.state.issuing,
    )  # fmt: skip


@router.post("/{batch_id}/approva")
def approve(
    desk: MayApprove, batch_id: str, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """The second officer's yes, bound to the hash and total that were on the page."""
    asked = Approval(
        the_batch(ledger, desk, batch_id).batch_id,
        forms.hexadecimal(form, "impronta"),
        forms.number(form, "totale"),
    )
    decision = approve_batch(
        ledger, desk.comune.slug, asked, approver=desk.officer, key=forms.key(form), now=now
    )
    return said_no(decision, f"{desk.home}/elenchi/{batch_id}")


@router.post("/{batch_id}/ritira")
def withdraw(desk: MayPrepare, batch_id: str, ledger: OpenLedger) -> Response:
    """Put a draft aside that nobody has approved."""
    found = the_batch(ledger, desk, batch_id)
    if found.status != "prepared":
        raise HTTPException(403)
    withdraw_batch(ledger, found.batch_id)
    return RedirectResponse(f"{desk.home}/elenchi/{batch_id}", status_code=303)


@router.post("/{batch_id}/emetti")
def issue(
    request: Request, desk: MayIssue, batch_id: str, ledger: OpenLedger, now: Now
) -> Response:
    """Begin to issue, or go on where it stopped; the page shows how far it has come."""
    found = the_batch(ledger, desk, batch_id)
    if found.status not in {"approved", "issued"}:
        raise HTTPException(403)
    request.app.state.issuing.start(ledger, desk.comune.slug, found.batch_id, now=now)
    return RedirectResponse(f"{desk.home}/elenchi/{batch_id}", status_code=303)
