"""The till as a page that is installed. Not here: how such a page is kept (`installed_page`)."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from wallet_web.installed_page import InstalledPage
from wallet_web.languages import language_of, mark, translations

router = APIRouter(prefix="/cassa")
TILL: Final = InstalledPage(
    "/cassa", "till", mark("Cassa Portavalori"),
    ("till.js", "shop.js", "circuit.js", "till/*.js", "src/*.js"),
    ("templates", "locales", "shop"), ("/cassa/circuito",),
)  # fmt: skip


@router.get("/worker.js")
def worker() -> Response:
    """What keeps the till's page."""
    return TILL.worker()


@router.get("/manifest.webmanifest")
def manifest(request: Request) -> Response:
    """How it is drawn among a phone's applications, with a way to the list of sales."""
    name = translations(language_of(request)).gettext(mark("Incassi"))
    return TILL.manifest(request, shortcuts=[{"name": name, "url": "/cassa#incassi"}])
