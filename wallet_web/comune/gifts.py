"""Gifts of families: what may be given, what was, and where each gift went, to the shop.

Nothing is changed here: a gift is undone like any entry, by two (`money`, `proposals`).
"""

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ledger.reports.gifts import gift_sources, gift_ways
from wallet_web.comune.filters import an_id
from wallet_web.comune.gift_tables import GIFTS
from wallet_web.comune.pages import listed, whole
from wallet_web.dependencies import OpenLedger, SignedOfficer
from wallet_web.rendering import page

router = APIRouter(prefix="/comune/{slug}/doni")


@router.get("")
def sources(request: Request, desk: SignedOfficer, ledger: OpenLedger) -> Response:
    """Every source: whether it may be given on, and what became of what was."""
    rows = gift_sources(ledger, desk.book.book_no)
    return listed(request, desk, GIFTS, whole(rows), "comune/gifts.html")


@router.get("/{fund}")
def one_source(request: Request, desk: SignedOfficer, ledger: OpenLedger, fund: str) -> Response:
    """Each gift of one source, step by step; each number leads to its entry. Errors: 404."""
    wanted = an_id(fund)
    for source in gift_sources(ledger, desk.book.book_no):
        if source.gift_fund == wanted:
            ways = gift_ways(ledger, desk.book.book_no, source)
            return page(request, "comune/gift_ways.html", desk=desk, source=source, ways=ways)
    raise HTTPException(404)
