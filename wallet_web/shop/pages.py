"""The till's page: one shell with every screen. Not here: payments; its scripts ask the API."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from wallet_web.rendering import page
from wallet_web.shop.words import TILL

router = APIRouter(prefix="/cassa")


@router.get("")
def till(request: Request) -> Response:
    """The till: it asks for its secret, then takes payments."""
    return page(request, "shop/till.html", words=TILL)
