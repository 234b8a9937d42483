"""Open pages: the start, the choice of language, what the law wants in the footer.

Not here: anything that needs to know who asks.
"""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.reports.who_asks import comuni
from wallet_web.dependencies import OpenLedger
from wallet_web.languages import COOKIE, LANGUAGES, SOURCE
from wallet_web.public.demo_people import demo_people
from wallet_web.rendering import page
from wallet_web.ways_back import way_back

YEAR = 365 * 86_400
router = APIRouter()


@router.get("/")
def start(request: Request, ledger: OpenLedger) -> Response:
    """Say in a few lines what can be tried here, and by whom."""
    tried = demo_people(request.app.state.settings)
    return page(request, "public/start.html", comuni=comuni(ledger), tried=tried)


@router.post("/lingua")
def choose_language(
    request: Request, lingua: Annotated[str, Form()], torna: Annotated[str, Form()] = "/"
) -> Response:
    """Remember the reader's language, and go back to the page."""
    answer = RedirectResponse(way_back(torna, "/"), status_code=303)
    chosen = lingua if lingua in LANGUAGES else SOURCE
    https = request.app.state.settings.https
    answer.set_cookie(COOKIE, chosen, max_age=YEAR, secure=https, httponly=True, samesite="lax")
    return answer


@router.get("/accessibilita")
def accessibility(request: Request) -> Response:
    """Say how accessible these pages are, where a comune has no statement of its own yet."""
    return page(request, "public/accessibility.html")


@router.get("/privacy")
def privacy(request: Request) -> Response:
    """Say what is kept of whom."""
    return page(request, "public/privacy.html")


@router.get("/note-legali")
def legal_notes(request: Request) -> Response:
    """Say whose software this is, and under which licence."""
    return page(request, "public/legal_notes.html")
