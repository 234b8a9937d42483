"""Pages for what went wrong: each says what happened and what to do next, and no more.

Not here: a no of the book; the page that asked shows it. Source: web.md sections 9, 11.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, NamedTuple

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ledger import QueueFull, ReadOnly, WriterStopped, random_id
from wallet_web.dependencies import SignInNeeded
from wallet_web.headers import NEVER, fixed_headers, policy
from wallet_web.languages import mark
from wallet_web.rendering import page
from wallet_web.unclear import Unclear


class Trouble(NamedTuple):
    """What happened, and what to do."""

    title: str
    advice: str


TROUBLES: Final[Mapping[int, Trouble]] = {
    400: Trouble(
        mark("Non abbiamo capito la richiesta"),
        mark("Torna indietro, controlla quello che hai scritto e riprova."),
    ),
    401: Trouble(
        mark("Questa cassa non è collegata"),
        mark("Apri la pagina «Cassa» e collegala con il suo codice."),
    ),
    403: Trouble(
        mark("Non puoi fare questa operazione"),
        mark("Il tuo ruolo non la prevede. Se ti serve, chiedi a chi gestisce gli accessi."),
    ),
    404: Trouble(
        mark("Questa pagina non c’è"),
        mark("L’indirizzo è sbagliato o la pagina è stata tolta. Riparti dalla pagina iniziale."),
    ),
    405: Trouble(
        mark("Non abbiamo capito la richiesta"),
        mark("Torna indietro e usa i pulsanti della pagina."),
    ),
    413: Trouble(
        mark("Il file è troppo grande"),
        mark("Al massimo 20 MB e 100.000 righe: dividilo e caricalo in più volte."),
    ),
    429: Trouble(
        mark("Troppi tentativi"),
        mark("Aspetta un minuto e riprova."),
    ),
    500: Trouble(
        mark("Qualcosa non ha funzionato"),
        mark("Riprova tra poco. Prima di ripetere un’operazione controlla se è già registrata."),
    ),
    503: Trouble(
        mark("C’è troppo traffico"),
        mark("Nulla è stato registrato. Aspetta qualche secondo e riprova."),
    ),
}


READ_ONLY: Final = Trouble(
    mark("Per ora il registro si può solo consultare"),
    mark("Lo stiamo ripristinando, e nulla di nuovo viene registrato. Riprova più tardi."),
)


def trouble_page(request: Request, status: int) -> Response:
    """The page of one trouble; an unknown one is told as the nearest that we know."""
    kind = status if status in TROUBLES else (400 if status < 500 else 500)  # noqa: PLR2004
    return page(request, "trouble.html", status_code=status, trouble=TROUBLES[kind], status=status)


async def _of_sign_in(request: Request, error: Exception) -> Response:
    """On to the way in: the whole page, also where only a part of one was asked for."""
    assert isinstance(error, SignInNeeded)
    if request.headers.get("hx-request"):
        return Response(status_code=204, headers={"HX-Redirect": error.where})
    return RedirectResponse(error.where, status_code=303)


async def _of_http(request: Request, error: Exception) -> Response:
    """The page of a status."""
    assert isinstance(error, HTTPException)
    return trouble_page(request, error.status_code)


async def _of_form(request: Request, _error: Exception) -> Response:
    """A form that could not be read."""
    return trouble_page(request, 400)


async def _of_field(request: Request, error: Exception) -> Response:
    """A field that was not understood, with its own advice."""
    assert isinstance(error, Unclear)
    trouble = Trouble(TROUBLES[400].title, error.advice)
    return page(request, "trouble.html", status_code=422, trouble=trouble, status=422)


async def _of_queue(request: Request, _error: Exception) -> Response:
    """Too busy: nothing was recorded."""
    answer = trouble_page(request, 503)
    answer.headers["Retry-After"] = str(QueueFull.retry_after)
    return answer


async def _of_read_only(request: Request, _error: Exception) -> Response:
    """A book that may only be read."""
    return page(request, "trouble.html", status_code=503, trouble=READ_ONLY, status=503)


async def _of_stopped(request: Request, _error: Exception) -> Response:
    """Nobody knows yet what became of it: not the words of a queue."""
    return page(request, "trouble.html", status_code=503, trouble=TROUBLES[500], status=503)


async def _of_surprise(request: Request, _error: Exception) -> Response:
    """What nobody thought of; answered outside of `ResponseHeaders`, so they come from here."""
    nonce = random_id().hex
    request.state.nonce = nonce
    answer = trouble_page(request, 500)
    fixed = fixed_headers(https=request.app.state.settings.https)
    answer.headers.update(fixed | {"Content-Security-Policy": policy(nonce)})
    answer.headers["Cache-Control"] = NEVER
    return answer


class TooBusy:
    """Answers a call that was let in only to be told so, before any work.

    `too_busy`: nobody can serve it now (`scripts.admission`). `too_late`: it was served for too
    long, and nobody knows yet what becomes of it (`scripts.deadline`).
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a call on, unless it is marked."""
        state = scope.get("state", {}) if scope["type"] == "http" else {}
        if state.get("too_busy"):
            answer = await _of_queue(Request(scope), QueueFull())
            await answer(scope, receive, send)
            return
        if state.get("too_late"):
            answer = await _of_stopped(Request(scope), TimeoutError())
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)


HANDLERS: Final[Mapping[type[Exception], Callable[[Request, Exception], Awaitable[Response]]]] = {
    HTTPException: _of_http,
    RequestValidationError: _of_form,
    Unclear: _of_field,
    QueueFull: _of_queue,
    ReadOnly: _of_read_only,
    WriterStopped: _of_stopped,
    SignInNeeded: _of_sign_in,
    Exception: _of_surprise,
}


def install(app: FastAPI) -> None:
    """Have the application answer every trouble with its page."""
    for kind, handler in HANDLERS.items():
        app.add_exception_handler(kind, handler)
