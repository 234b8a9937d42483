"""The API's application: wiring only. Not here: what a route answers."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from ledger import Ledger, QueueFull, ReadOnly, WriterStopped
from ledger.reports.receipts import Receipts
from ledger.token.text import Environment
from merchant_api import (
    circuit,
    enrolment,
    messages,
    offline,
    operators,
    practice,
    receipts,
    redemptions,
    requests,
    returned,
    sessions,
    statements,
)
from merchant_api.dependencies import Api
from merchant_api.ground import Practice
from merchant_api.headers import AnswerHeaders
from merchant_api.openapi import problems, with_messages
from merchant_api.problems import CATALOGUE, MEDIA_TYPE, Problem, document, response
from merchant_api.rates import Rates

TITLE = "Portavalori"
READ_BY_HAND: Final[Mapping[str, type[messages.Message]]] = {
    one.__name__: one
    for one in (
        messages.TillSecret, messages.Look, messages.Redemption, messages.Refund,
        messages.DeviceKey, messages.Acceptances, messages.Enrolment, messages.SignedChallenge,
        messages.OperatorPin, messages.KeptReceipts, messages.Purchase,
        messages.GroupOrder, messages.CreditSale, messages.PayOn, messages.Conversion,
    )
}  # fmt: skip
ROOMS: Final = (
    sessions, enrolment, operators, practice, redemptions, requests, offline, receipts, returned,
    statements, circuit,
)  # fmt: skip
HTTP_CODES = {404: "not_found", 405: "method_not_allowed"}

public = APIRouter()


@public.get("/status", operation_id="readStatus", tags=["status"])
def status() -> Response:
    """Say that the server answers, without asking the database."""
    words = {"title": "OK", "status": 200, "type": "about:blank", "detail": "It serves."}
    return JSONResponse(words, 200, media_type=MEDIA_TYPE)


@public.get(
    "/api/v1/problems/{code}",
    operation_id="readProblem",
    tags=["status"],
    responses=problems(404),
)
def problem(code: str) -> Response:
    """Say what a problem's code means and what to do."""
    if code not in CATALOGUE:
        raise Problem("not_found")
    return JSONResponse(document(code), 200)


def create_app(
    ledger: Ledger,
    *,
    environment: Environment = Environment.REAL,
    rates: Rates | None = None,
    ground: Practice | None = None,
) -> FastAPI:
    """Put the API together for one open ledger; `ground`: where its tills may try everything."""
    app = FastAPI(title=TITLE, docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json")
    receiver = Receipts(ledger, environment)
    app.state.api = Api(ledger, environment, receiver, rates or Rates(), ground)
    app.router.routes.extend(_rooms())
    app.add_middleware(AnswerHeaders)
    app.add_exception_handler(Problem, _tell)
    app.add_exception_handler(RequestValidationError, _tell_fields)
    app.add_exception_handler(HTTPException, _tell_http)
    app.add_exception_handler(QueueFull, _tell_busy)
    app.add_exception_handler(ReadOnly, _tell_read_only)
    app.add_exception_handler(WriterStopped, _tell_unknown)
    app.add_exception_handler(Exception, _tell_unknown)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
    return app


@cache
def _rooms() -> Sequence[BaseRoute]:
    """Every operation's route, put together once: what each asks for is read at its first call.

    The routes say nothing of the application: that is in each request.
    """
    together = APIRouter()
    for room in ROOMS:
        together.include_router(room.router)
    together.include_router(public)
    return together.routes


def _tell(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return response(error)


def _tell_fields(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    told = [{"field": str(one["loc"][-1]), "what": one["type"]} for one in error.errors()]
    return response(Problem("invalid", errors=told))


def _tell_http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return response(Problem(HTTP_CODES.get(error.status_code, "malformed")))


def _tell_busy(_request: Request, _error: Exception) -> Response:
    return response(Problem("busy", headers={"Retry-After": str(QueueFull.retry_after)}))


def _tell_read_only(_request: Request, _error: Exception) -> Response:
    return response(Problem("read_only", headers={"Retry-After": "60"}))


def _tell_unknown(_request: Request, _error: Exception) -> Response:
    """Whatever went wrong: the till asks again by its key, and takes no other money meanwhile."""
    return response(Problem("unknown_outcome", headers={"Retry-After": "2"}))


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI 3.1 document, with what is read by hand and ModI's own fields."""
    if app.openapi_schema is None:
        description = get_openapi(
            title=TITLE,
            version="1.0.0",
            summary="Redeem vouchers / Riscuotere i buoni",
            description="For tills. Amounts are integer cents. / Per le casse, importi in cent.",
            routes=app.routes,
            servers=[{"url": "/", "description": "This server / Questo server"}],
            tags=[
                {"name": "tills", "description": "Sessions and looks / Sessioni e verifiche"},
                {"name": "redemptions", "description": "Payments / Incassi"},
                {"name": "offline", "description": "Without network / Senza rete"},
                {"name": "statements", "description": "What is owed / Quanto è dovuto"},
                {"name": "status", "description": "Health / Stato"},
            ],
        )
        description["info"]["x-summary"] = "Redeem local vouchers"
        description["info"]["x-api-id"] = "portavalori-merchant-v1"
        app.openapi_schema = with_messages(description, READ_BY_HAND)
    return app.openapi_schema
