"""Filters and pages of the console's lists: they live in the address. Days and times are Rome's."""

from datetime import date, datetime
from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.requests import Request

from ledger.core.programmes import ROME, ends_at, starts_at
from ledger.core.quantities import MAX_AMOUNT, SECOND, Instant
from wallet_web.tables import PAGE


def day_or_none(text: str) -> date | None:
    """A day as a form sends it; None for nothing. Errors: 400."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise HTTPException(400) from None


def since(text: str) -> Instant:
    """The first instant of a day, or the beginning of time."""
    day = day_or_none(text)
    return starts_at(day) if day else 0


def until(text: str) -> Instant:
    """The first instant after a day, or the end of time."""
    day = day_or_none(text)
    return ends_at(day) if day else MAX_AMOUNT


def moment_or(text: str, otherwise: Instant) -> Instant:
    """The last instant of a minute in Rome, as a form sends it; the other for nothing."""
    try:
        typed = datetime.fromisoformat(text) if text else None
    except ValueError:
        raise HTTPException(400) from None
    if typed is None:
        return otherwise
    minute = typed.replace(second=59, microsecond=0, tzinfo=ROME)
    return round(minute.timestamp()) * SECOND + SECOND - 1


def an_id(text: str) -> UUID:
    """An id in an address. Errors: 404, as for anything that is not there."""
    try:
        return UUID(text)
    except ValueError:
        raise HTTPException(404) from None


def offset_of(request: Request) -> int:
    """How many rows the wanted page leaves out."""
    return (page_of(request) - 1) * PAGE


def page_of(request: Request) -> int:
    """Which page is wanted, from 1. Errors: 400."""
    text = request.query_params.get("pagina", "1")
    if not (text.isascii() and text.isdigit() and 0 < int(text) < PAGE * PAGE * PAGE):
        raise HTTPException(400)
    return int(text)


def period_of(text: str) -> int:
    """Which period is wanted; 0 for all. Errors: 400."""
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and int(text) < PAGE * PAGE * PAGE):
        raise HTTPException(400)
    return int(text)


def next_page(request: Request, rows: int) -> str:
    """Where the next page is; empty where the rows fit on this one."""
    if rows <= PAGE:
        return ""
    return str(request.url.include_query_params(pagina=page_of(request) + 1))
