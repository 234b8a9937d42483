"""The till's page: one shell with every screen. Not here: payments; its scripts ask the API."""

from typing import Annotated, Final

from fastapi import APIRouter, Body
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ledger.core.till_rules import GOODS
from wallet_web.code_picture import code_picture
from wallet_web.rendering import packed, page
from wallet_web.shop.words import TILL

router = APIRouter(prefix="/cassa")
LONGEST: Final = 600
OURS: Final = ("BC1:", "BX1:")  # What counts, and what is a test.


@router.get("")
def till(request: Request) -> Response:
    """The till: it asks for its secret, then takes payments."""
    return packed(request, page(request, "shop/till.html", words=TILL, goods=GOODS))


@router.post("/ricevuta.svg")
def receipt(text: Annotated[str, Body(media_type="text/plain", max_length=LONGEST)]) -> Response:
    """The QR code of a receipt; nothing is kept. Errors: 400 for what is no token of ours.

    Asked with the text in the body, since addresses are written down on the way.
    """
    if not (text.startswith(OURS) and text.isascii() and text.isprintable()):
        raise HTTPException(400)
    return Response(code_picture(text), media_type="image/svg+xml")
