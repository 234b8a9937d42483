"""The 5R report of the Rete or of one comune, for the association; its own book's entries.

Entries of a comune's book are its own officers' to see: here is their sum and their number.
"""

from typing import Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ledger.core.chart import CIRCUIT_BOOK
from ledger.core.quantities import MAX_AMOUNT
from ledger.reports.entry_page import entry_page
from ledger.reports.log_proofs import signed_size
from ledger.reports.who_asks import ComuneRow, comuni
from wallet_web.association.console import HOME, Signed
from wallet_web.dependencies import Now, OpenLedger
from wallet_web.five_rs_entries import Below, entries_page
from wallet_web.five_rs_page import asked_of, chosen_span, file_of, five_rs_view_of, paper_of
from wallet_web.rendering import as_date, page

router = APIRouter(prefix="/associazione")
YEARS: Final = 5  # How many the list offers.


@router.get("/cinque-r")
def report(
    request: Request, officer: Signed, ledger: OpenLedger, now: Now, comune: str = ""
) -> Response:
    """Each R in words and figures, or one of its tables as a file."""
    span, places = chosen_span(request, now), comuni(ledger)
    place = (_book_of(comune, places), "")
    base = f"{HOME}/cinque-r/registrazioni"
    view = five_rs_view_of(request, ledger, span, place, base)
    this_year = as_date(now).year
    return file_of(request, view) or page(
        request, "association/five_rs.html", officer=officer, view=view, places=places,
        comune=comune, years=range(this_year, this_year - YEARS, -1),
    )  # fmt: skip


@router.get("/cinque-r/rapporto.pdf")
def paper(
    request: Request, _officer: Signed, ledger: OpenLedger, now: Now, comune: str = ""
) -> Response:
    """The whole report of a period on paper, for a council or the members."""
    span = chosen_span(request, now)
    return paper_of(request, ledger, span, _book_of(comune, comuni(ledger)), now)


@router.get("/cinque-r/registrazioni")
def entries(
    request: Request, officer: Signed, ledger: OpenLedger, now: Now, comune: str = ""
) -> Response:
    """What a figure is made of: the sum of each book, and the entries of the circuit's."""
    span, places = chosen_span(request, now), comuni(ledger)
    asked = asked_of(span, _book_of(comune, places), "")
    back = f"{HOME}/cinque-r?{span.address}&comune={comune}"
    below = Below("association/five_rs_entries.html", back, {CIRCUIT_BOOK: HOME})
    names = {one.slug: one.name for one in places}
    return entries_page(request, ledger, asked, below, officer=officer, span=span, names=names)


@router.get("/registrazioni/{log_index}")
def entry(request: Request, officer: Signed, ledger: OpenLedger, log_index: int) -> Response:
    """One entry of the circuit's book: both sides, who, when, and its hash. Errors: 404."""
    book_no = ledger.book(CIRCUIT_BOOK).book_no
    found = entry_page(ledger, book_no, min(log_index, MAX_AMOUNT))
    if found is None:
        raise HTTPException(404)
    return page(
        request, "association/entry.html", officer=officer, entry=found,
        proved=signed_size(ledger, book_no),
    )  # fmt: skip


def _book_of(comune: str, places: tuple[ComuneRow, ...]) -> str | None:
    """The comune that is asked for; None for the Rete. Errors: 404."""
    if not comune:
        return None
    if comune not in {one.slug for one in places}:
        raise HTTPException(404)
    return comune
