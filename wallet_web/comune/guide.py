"""A guided first programme: each step says what is done and links the page that does it.

How far it has come is read from the book each time: there is nothing to save, and nothing to undo.
"""

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ledger.reports.first_programme import State, journey
from ledger.reports.programme_page import programme_totals
from wallet_web.dependencies import Now, OpenLedger, SignedOfficer
from wallet_web.languages import mark
from wallet_web.rendering import as_date, page

router = APIRouter(prefix="/comune/{slug}/guida")
STATES: Final[Mapping[str, str]] = {
    State.DONE: mark("Fatto"),
    State.WAITS: mark("Aspetta un’altra persona"),
    State.NOW: mark("Da fare adesso"),
    State.LATER: mark("Dopo"),
    State.OPEN: mark("Quando vuoi"),
}


@router.get("")
def guide(
    request: Request, desk: SignedOfficer, ledger: OpenLedger, now: Now, iniziativa: str = ""
) -> Response:
    """The steps of one programme, the newest if none is named."""
    no = desk.book.book_no
    found = journey(ledger, no, iniziativa, today=as_date(now))
    return page(
        request, "comune/guide.html", desk=desk, one=found, states=found.states(), words=STATES,
        programmes=[one.programme for one in programme_totals(ledger, no)],
    )  # fmt: skip
