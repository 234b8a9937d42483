"""A family comes in by code and PIN, and goes out. A typing error is told apart from a wrong code.

Not here: PIN tries; `ledger.operations.sign_in` counts them.
"""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.operations.sign_in import PinOutcome, sign_in_family, sign_out
from ledger.token.short_code import Mistyped, parse
from wallet_web.dependencies import Now, OpenLedger
from wallet_web.languages import mark
from wallet_web.rendering import page
from wallet_web.sessions import drop, keep, token_of
from wallet_web.troubles import trouble_page
from wallet_web.ways_back import way_back

router = APIRouter(prefix="/famiglia")
HOME: Final = "/famiglia"

MISTYPED: Final = mark(
    "Nel codice c’è un errore di battitura: controlla i 12 caratteri e scrivili di nuovo."
)
REFUSALS: Final[Mapping[PinOutcome, str]] = {
    PinOutcome.WRONG: mark("Codice o PIN non giusti. Controlla sul foglio del Comune e riprova."),
    PinOutcome.LOCKED: mark(
        "Troppi PIN sbagliati: il codice è bloccato. Chiama il Comune per sbloccarlo."
    ),
}


@router.get("/accesso")
def way_in(request: Request, torna: str = HOME) -> Response:
    """Ask for code and PIN."""
    return page(request, "family/sign_in.html", back=torna, code="", error="")


@router.post("/accesso")
def come_in(  # noqa: PLR0917 -- a form's fields.
    request: Request,
    ledger: OpenLedger,
    now: Now,
    codice: Annotated[str, Form()] = "",
    pin: Annotated[str, Form()] = "",
    torna: Annotated[str, Form()] = HOME,
) -> Response:
    """Open a session, or say what was wrong and how to go on."""
    guesses = request.app.state.guesses
    if guesses.are_too_many(request):
        return trouble_page(request, 429)
    try:
        signed = sign_in_family(ledger, codice, pin, now=now)
    except Mistyped:
        return again(request, codice, torna, MISTYPED)
    if signed.opened is None:
        guesses.count(request)
        return again(request, codice, torna, REFUSALS[signed.outcome])
    answer = RedirectResponse(way_back(torna, HOME), status_code=303)
    keep(request, answer, "famiglia", signed.opened.token)
    keep(request, answer, "codice", parse(codice))  # The register has its hash only.
    return answer


def again(request: Request, code: str, back: str, error: str) -> Response:
    """The same form, with what went wrong; the PIN is typed anew."""
    return page(request, "family/sign_in.html", status_code=422, back=back, code=code, error=error)


@router.post("/uscita")
def go_out(request: Request, ledger: OpenLedger) -> Response:
    """Close the session."""
    sign_out(ledger, token_of(request, "famiglia"))
    answer = RedirectResponse("/famiglia/accesso", status_code=303)
    drop(request, answer, "famiglia")
    drop(request, answer, "codice")
    return answer
