"""The 5R report of a comune, whole or of one programme, and what each figure is made of."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ledger.reports.programme_page import programme_totals
from wallet_web.dependencies import Desk, Now, OpenLedger, SignedOfficer
from wallet_web.five_rs_entries import Below, entries_page
from wallet_web.five_rs_page import asked_of, chosen_span, file_of, five_rs_view_of, paper_of
from wallet_web.rendering import as_date, page, titled

router = APIRouter(prefix="/comune/{slug}/cinque-r")
FIRST_YEAR: Final = 5  # How many years the list offers, before this one.


@router.get("")
def report(
    request: Request, desk: SignedOfficer, ledger: OpenLedger, now: Now, iniziativa: str = ""
) -> Response:
    """Each R in words and figures, or one of its tables as a file."""
    span, here = chosen_span(request, now), f"{desk.home}/cinque-r"
    place = (desk.comune.slug, iniziativa)
    view = five_rs_view_of(request, ledger, span, place, f"{here}/registrazioni")
    this_year = as_date(now).year
    return file_of(request, view) or page(
        request, "comune/five_rs.html", desk=desk, view=view, unit=iniziativa,
        units=_units(ledger, desk), years=range(this_year, this_year - FIRST_YEAR, -1),
    )  # fmt: skip


@router.get("/rapporto.pdf")
def paper(request: Request, desk: SignedOfficer, ledger: OpenLedger, now: Now) -> Response:
    """The whole report of a period on paper, for the council."""
    span = chosen_span(request, now)
    return paper_of(request, ledger, span, desk.comune.slug, now)


@router.get("/registrazioni")
def entries(
    request: Request, desk: SignedOfficer, ledger: OpenLedger, now: Now, iniziativa: str = ""
) -> Response:
    """What a figure is made of: entries of this comune's book; of the circuit's, the sum."""
    span = chosen_span(request, now)
    asked = asked_of(span, desk.comune.slug, iniziativa)
    back = f"{desk.home}/cinque-r?{span.address}&iniziativa={iniziativa}"
    below = Below("comune/five_rs_entries.html", back, {desk.comune.slug: desk.home})
    return entries_page(request, ledger, asked, below, desk=desk, span=span)


def _units(ledger: OpenLedger, desk: Desk) -> list[tuple[str, str]]:
    return titled(one.programme for one in programme_totals(ledger, desk.book.book_no))
