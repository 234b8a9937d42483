"""The yearly account of a comune's vouchers, for its keeper and for the Corte dei conti.

Not here: the numbers (`ledger.reports.conto_giudiziale`), and what the paper says (`conto_pack`).
"""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Any, Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from ledger.core.quantities import Instant
from ledger.exports.conto_giudiziale import Pack, write_pack
from ledger.reports.conto_giudiziale import (
    NotWhole,
    SamePerson,
    Signers,
    YearAccount,
    year_account,
    years_of,
)
from ledger.reports.who_asks import OfficerRow, officers
from wallet_web.comune import conto_tables
from wallet_web.comune.conto_pack import conto_pack
from wallet_web.comune.filters import an_id
from wallet_web.comune.pages import listed, whole
from wallet_web.dependencies import Desk, Now, OpenLedger, SignedOfficer
from wallet_web.languages import language_of, mark
from wallet_web.unclear import Unclear

router = APIRouter(prefix="/comune/{slug}/conto-giudiziale")
IN_MEMORY: Final = 4_000_000  # Bytes of a pack, before it goes to the disk.
CHUNK: Final = 65_536
ONE_PERSON: Final = mark("Chi tiene i buoni e chi controlla il conto sono due persone diverse.")


@router.get("")
def yearly_account(
    request: Request, desk: SignedOfficer, ledger: OpenLedger, now: Now, anno: str = ""
) -> Response:
    """One year by programme, and the form that makes its pack; the last whole year at first."""
    years = years_of(desk.book, now=now)
    year = chosen_year(anno or str(years[min(1, len(years) - 1)]), years)
    account = account_or_none(desk, year, now)
    return listed(
        request, desk, conto_tables.PROGRAMMES, whole(account.programmes if account else ()),
        "comune/conto.html", account=account, year=year, years=years,
        people=officers(ledger, desk.book.book_no),
    )  # fmt: skip


@router.get("/conto.zip")
def pack(  # noqa: PLR0917 -- the form's fields, and who asks.
    request: Request,
    desk: SignedOfficer,
    ledger: OpenLedger,
    now: Now,
    anno: str,
    consegnatario: str,
    controllo: str,
) -> Response:
    """The pack of a year as one file. Errors: 404; `Unclear` where one person would be both."""
    year = chosen_year(anno, years_of(desk.book, now=now))
    staff = officers(ledger, desk.book.book_no)
    try:
        signers = Signers(an_officer(staff, consegnatario), an_officer(staff, controllo))
    except SamePerson:
        raise Unclear("controllo", ONE_PERSON) from None
    account = account_or_none(desk, year, now)
    if account is None:
        return RedirectResponse(f"{desk.home}/conto-giudiziale?anno={year}", status_code=303)
    made = conto_pack(desk.comune, account, signers, language=language_of(request))
    name = f"{desk.comune.slug}-conto-{year}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_pieces(made), media_type="application/zip", headers=headers)


def chosen_year(text: str, years: tuple[int, ...]) -> int:
    """The year that is asked for. Errors: 404 for one that this book has not."""
    for year in years:
        if text == str(year):
            return year
    raise HTTPException(404)


def an_officer(staff: tuple[OfficerRow, ...], officer_id: str) -> OfficerRow:
    """One of a comune's officers. Errors: 404."""
    wanted = an_id(officer_id)
    for one in staff:
        if one.officer_id == wanted:
            return one
    raise HTTPException(404)


def account_or_none(desk: Desk, year: int, now: Instant) -> YearAccount | None:
    """The account of a year; None where the book is not whole."""
    try:
        return year_account(desk.book, year, now=now)
    except NotWhole:
        return None


def _pieces(made: Pack) -> Iterator[bytes]:
    """The file, written aside first: its directory comes last and knows every length."""
    with SpooledTemporaryFile[bytes](IN_MEMORY) as file:
        target: Any = file
        write_pack(made, target)
        file.seek(0)
        while piece := file.read(CHUNK):
            yield piece
