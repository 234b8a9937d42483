"""A family's phones: switched on and taken away by the family, which is signed in for it.

Not here: how they pay (`paying`).
"""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from ledger.core.phones import TooManyPhones
from ledger.operations.prepare_phone import register_phone, remove_phone
from ledger.reports.family_phones import family_phones
from wallet_web.bodies import base64_of, json_words
from wallet_web.dependencies import Now, OpenLedger, SignedFamily
from wallet_web.family.phone_words import WORDS
from wallet_web.rendering import page

router = APIRouter(prefix="/famiglia/telefono")
HERE: Final = "/famiglia/telefono"


@router.get("")
def phones(request: Request, family: SignedFamily, ledger: OpenLedger, tolto: str = "") -> Response:
    """Which phones pay for the family, and how to add this one."""
    found = family_phones(ledger, family.book_no, family.family_id)
    return page(
        request, "family/phones.html", family=family, phones=found, removed=tolto, words=WORDS
    )


@router.post("/attiva")
async def switch_on(
    request: Request, family: SignedFamily, ledger: OpenLedger, now: Now
) -> JSONResponse:
    """Register the key that this phone made; the same key again is the same phone."""
    words = await json_words(request)
    try:
        public = base64_of(words.get("public"))
        made = register_phone(ledger, family.book_no, family.family_id, public, now=now)
    except TooManyPhones:
        return JSONResponse({"code": "too_many_phones"}, 409)
    except ValueError:
        return JSONResponse({"code": "no_device_key"}, 422)
    return JSONResponse({"phone": made.phone_id.hex, "number": made.number}, 201)


@router.post("/togli")
def remove(
    family: SignedFamily, ledger: OpenLedger, telefono: Annotated[str, Form()] = ""
) -> Response:
    """Take a phone away: it pays nothing any more, and what it carried comes back."""
    try:
        remove_phone(ledger, family.book_no, family.family_id, UUID(hex=telefono))
    except (LookupError, ValueError):
        return RedirectResponse(HERE, status_code=303)
    return RedirectResponse(f"{HERE}?tolto=1", status_code=303)
