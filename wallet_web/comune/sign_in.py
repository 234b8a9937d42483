"""Officers come in by user name and password, and go out; the list of comuni.

Not here: what a role may do (`permissions`).
"""

from typing import Annotated, Final

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.operations.sign_in import sign_in_officer, sign_out
from ledger.reports.who_asks import comuni
from wallet_web.dependencies import NamedComune, Now, OpenLedger
from wallet_web.languages import mark
from wallet_web.rendering import page
from wallet_web.sessions import drop, keep, token_of
from wallet_web.troubles import trouble_page
from wallet_web.ways_back import way_back

router = APIRouter(prefix="/comune")
REFUSED: Final = mark("Nome o password non giusti. Controlla e riprova.")


@router.get("")
def all_comuni(request: Request, ledger: OpenLedger) -> Response:
    """The comuni of the network."""
    return page(request, "comune/comuni.html", comuni=comuni(ledger))


@router.get("/{slug}/accesso")  # noqa: FAST003 -- NamedComune takes it.
def way_in(request: Request, place: NamedComune, torna: str = "") -> Response:
    """Ask for user name and password."""
    return page(request, "comune/sign_in.html", comune=place, back=torna, name="", error="")


@router.post("/{slug}/accesso")  # noqa: FAST003 -- NamedComune takes it.
def come_in(  # noqa: PLR0917 -- a form's fields.
    request: Request,
    place: NamedComune,
    ledger: OpenLedger,
    now: Now,
    nome: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    torna: Annotated[str, Form()] = "",
) -> Response:
    """Open a session, or say that name or password is wrong, never which."""
    guesses = request.app.state.guesses
    if guesses.are_too_many(request):
        return trouble_page(request, 429)
    opened = sign_in_officer(ledger, place.slug, nome, password, now=now)
    if opened is None:
        guesses.count(request)
        values = {"comune": place, "back": torna, "name": nome, "error": REFUSED}
        return page(request, "comune/sign_in.html", status_code=422, **values)
    answer = RedirectResponse(way_back(torna, f"/comune/{place.slug}"), status_code=303)
    keep(request, answer, f"comune-{place.slug}", opened.token)
    return answer


@router.post("/{slug}/uscita")  # noqa: FAST003 -- NamedComune takes it.
def go_out(request: Request, place: NamedComune, ledger: OpenLedger) -> Response:
    """Close the session."""
    audience = f"comune-{place.slug}"
    sign_out(ledger, token_of(request, audience))
    answer = RedirectResponse(f"/comune/{place.slug}/accesso", status_code=303)
    drop(request, answer, audience)
    return answer
