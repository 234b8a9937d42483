"""An auditor's samples: draw one of a month, look at each row, record what was found, close it.

Notes are shown to auditors alone and leave in no file. Not here: what is drawn (`core.sampling`).
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger import new_id
from ledger.core.quantities import Instant
from ledger.core.sampling import ALL, FEWEST_PERCENT, FINDINGS, LONGEST_SEED
from ledger.operations.sample_redemptions import (
    Drawing,
    Examined,
    NothingToDraw,
    close_sample,
    draw_sample,
    new_seed,
    record_outcome,
)
from ledger.reports.samples_page import (
    SampledRow,
    SampleRow,
    next_place,
    note_of,
    sample,
    sampled_rows,
    samples,
)
from wallet_web import forms
from wallet_web.comune import control_tables as tables
from wallet_web.comune.filters import an_id
from wallet_web.comune.pages import listed, whole
from wallet_web.dependencies import Allowed, Desk, Now, OpenLedger, SentForm, SignedOfficer
from wallet_web.languages import mark
from wallet_web.outcomes import no_of, said_no
from wallet_web.permissions import Action
from wallet_web.rendering import as_date, page
from wallet_web.tables import EVERYTHING
from wallet_web.unclear import Unclear

router = APIRouter(prefix="/comune/{slug}/controlli/campioni")
MayExamine = Annotated[Desk, Depends(Allowed(Action.EXAMINE))]
MONTHS_BACK: Final = 12
SEED: Final = mark("Il seme ha da 1 a 64 lettere semplici o cifre, senza accenti.")
PERCENT: Final = mark("La parte va dal 15 al 100 per cento.")
NOTHING: Final = mark("In questo mese non c’è niente da estrarre, o il mese non è finito.")
WHY: Final = mark("Scrivi perché: serve a chi legge dopo.")


def ended_months(now: Instant) -> list[date]:
    """The first days of the last months that have ended, newest first."""
    months, first = [], as_date(now).replace(day=1)
    for _ in range(MONTHS_BACK):
        first = (first - timedelta(days=1)).replace(day=1)
        months.append(first)
    return months


@router.get("")
def all_samples(request: Request, desk: SignedOfficer, ledger: OpenLedger, now: Now) -> Response:
    """Every sample that was ever drawn, and a form for another."""
    rows = samples(ledger, desk.book.book_no)
    return listed(
        request, desk, tables.SAMPLES, whole(rows), "comune/samples.html", key=new_id(),
        months=ended_months(now), fewest=FEWEST_PERCENT, seed=new_seed(), no=no_of(request),
    )  # fmt: skip


@router.post("")
def draw(desk: MayExamine, ledger: OpenLedger, form: SentForm, now: Now) -> Response:
    """Draw a sample, by a typed seed or the one that came with the form, which nobody chose."""
    seed = forms.words(form, "seme", needed=False) or forms.words(form, "estratto")
    if not (seed.isascii() and len(seed) <= LONGEST_SEED):
        raise Unclear("seme", SEED)
    percent = forms.number(form, "parte")
    if not FEWEST_PERCENT <= percent <= ALL:
        raise Unclear("parte", PERCENT)
    asked, key = Drawing(forms.day(form, "mese"), seed, percent), forms.key(form)
    try:
        decision = draw_sample(
            ledger, desk.comune.slug, asked, officer=desk.officer, key=key, now=now
        )
    except NothingToDraw:
        raise Unclear("mese", NOTHING) from None
    return said_no(decision, f"{desk.home}/controlli/campioni", f"/{key}")


def the_sample(ledger: OpenLedger, desk: Desk, sample_id: str) -> SampleRow:
    """One sample of this comune. Errors: 404."""
    found = sample(ledger, desk.book.book_no, an_id(sample_id))
    if found is None:
        raise HTTPException(404)
    return found


def the_row(ledger: OpenLedger, desk: Desk, one: SampleRow, place: int) -> SampledRow:
    """One row of a sample. Errors: 404."""
    if not 0 < place <= one.size:
        raise HTTPException(404)
    [row] = sampled_rows(ledger, desk.book.book_no, one.sample_id, after=place - 1, limit=1)
    return row


@router.get("/{sample_id}")
def one_sample(
    request: Request, desk: SignedOfficer, sample_id: str, ledger: OpenLedger
) -> Response:
    """One sample: how far it is, its error rate, and its rows."""
    one, no = the_sample(ledger, desk, sample_id), desk.book.book_no

    def read(offset: int, limit: int) -> Sequence[Any]:
        return sampled_rows(ledger, no, one.sample_id, after=offset, limit=limit)

    table = tables.sampled(one.sample_id)
    return listed(
        request, desk, table, read, "comune/sample.html", one=one, key=new_id(),
        share=tables.share, no=no_of(request), following_place=_next(ledger, desk, one),
    )  # fmt: skip


def _next(ledger: OpenLedger, desk: Desk, one: SampleRow) -> int | None:
    if one.is_complete:
        return None
    return next_place(ledger, desk.book.book_no, one.sample_id, one.size)


@router.get("/{sample_id}/stampa")
def on_paper(request: Request, desk: SignedOfficer, sample_id: str, ledger: OpenLedger) -> Response:
    """All its rows on one page, with room to write by hand."""
    one = the_sample(ledger, desk, sample_id)
    rows = sampled_rows(ledger, desk.book.book_no, one.sample_id, after=0, limit=EVERYTHING)
    return page(request, "comune/sample_print.html", desk=desk, one=one, rows=rows)


@router.get("/{sample_id}/{place}")
def one_row(
    request: Request, desk: SignedOfficer, sample_id: str, place: int, ledger: OpenLedger
) -> Response:
    """One row: where its entry is, what was found, and the form to record it."""
    one = the_sample(ledger, desk, sample_id)
    row = the_row(ledger, desk, one, place)
    note = note_of(ledger, row) if desk.may(Action.EXAMINE) else ""
    return page(
        request, "comune/sample_row.html", desk=desk, one=one, row=row, note=note, key=new_id(),
        findings=FINDINGS, no=no_of(request),
    )  # fmt: skip


@router.post("/{sample_id}/{place}")
def record(  # noqa: PLR0917 -- the address, the form, who asks.
    desk: MayExamine, sample_id: str, place: int, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Record what was found, then on to the next row without an outcome."""
    one = the_sample(ledger, desk, sample_id)
    finding = forms.words(form, "esito")
    note = " ".join(form.get("nota", "").split())
    if finding not in FINDINGS:
        raise Unclear("esito", forms.ODD)
    if len(note) > forms.LONGEST or (finding != FINDINGS[0] and not note):
        raise Unclear("nota", WHY)
    asked = Examined(one.sample_id, the_row(ledger, desk, one, place).place, finding, note)
    decision = record_outcome(
        ledger, desk.comune.slug, asked, officer=desk.officer, key=forms.key(form), now=now
    )
    here = f"{desk.home}/controlli/campioni/{one.sample_id}"
    if not decision.accepted:
        return said_no(decision, f"{here}/{place}")
    following = next_place(ledger, desk.book.book_no, one.sample_id, one.size)
    return RedirectResponse(f"{here}/{following}" if following else here, status_code=303)


@router.post("/{sample_id}")
def close(
    desk: MayExamine, sample_id: str, ledger: OpenLedger, form: SentForm, now: Now
) -> Response:
    """Close it: what was found stays as it is."""
    one = the_sample(ledger, desk, sample_id)
    decision = close_sample(
        ledger, desk.comune.slug, one.sample_id, officer=desk.officer, key=forms.key(form), now=now
    )
    return said_no(decision, f"{desk.home}/controlli/campioni/{one.sample_id}")
