"""The page of a phone that pays, as one that is installed. Not here: how it is kept."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from wallet_web.installed_page import InstalledPage
from wallet_web.languages import mark

router = APIRouter(prefix="/famiglia/paga")
SHARED: Final = ("till/money.js", "till/awake.js", "till/signals.js")
PHONE: Final = InstalledPage(
    "/famiglia/paga", "phone", mark("I miei buoni"),
    ("phone.js", "phone/*.js", "src/*.js", *SHARED), ("templates", "locales", "family"),
)  # fmt: skip


@router.get("/worker.js")
def worker() -> Response:
    """What keeps the page."""
    return PHONE.worker()


@router.get("/manifest.webmanifest")
def manifest(request: Request) -> Response:
    """How it is drawn among a phone's applications."""
    return PHONE.manifest(request)
