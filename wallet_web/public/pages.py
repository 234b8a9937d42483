"""Open pages: for now the start page. Not here: anything that needs to know who asks."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from wallet_web.rendering import page

router = APIRouter()


@router.get("/", response_class=HTMLResponse)
def start() -> HTMLResponse:
    """Say in a few lines what can be tried here, and by whom."""
    return page("public/start.html")
