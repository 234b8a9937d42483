"""What an auditor looks at first: what is unusual, and how much a year's vouchers come to.

Not here: samples (`samples`), the replay of the book (`pages`), who has seen it (`witnesses`).
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ledger.core.programmes import ends_at, starts_at
from ledger.core.quantities import Instant
from ledger.reports.exception_lists import LONGEST, exceptions
from ledger.reports.exception_rules import RULES
from ledger.reports.redeemed_in_year import LEVELS, redeemed_in_year
from wallet_web.comune import control_tables as tables
from wallet_web.comune.filters import day_or_none
from wallet_web.comune.pages import listed, whole
from wallet_web.dependencies import Now, OpenLedger, SignedOfficer
from wallet_web.rendering import as_date, page

router = APIRouter(prefix="/comune/{slug}/controlli")
DAYS_LOOKED_AT: Final = 30
FIRST_YEAR: Final = 2026  # Before it there is no book.
RULE_NAMES: Final = frozenset(one.name for one in RULES)


@router.get("")
def controls(request: Request, desk: SignedOfficer) -> Response:
    """The way to each control, and what it answers."""
    return page(request, "comune/controls.html", desk=desk)


def days_of(since: str, until: str, now: Instant) -> tuple[date, date]:
    """The first and last day to look at, as a form sends them; the last thirty for nothing.

    Never more than three months: the first day gives way. Errors: 400.
    """
    last = day_or_none(until) or as_date(now)
    try:
        first = day_or_none(since) or last - timedelta(days=DAYS_LOOKED_AT)
        first = max(first, as_date(ends_at(last) - LONGEST))
    except (OverflowError, ValueError):
        raise HTTPException(400) from None
    return first, last


@router.get("/eccezioni")
def exception_lists(  # noqa: PLR0917 -- the filter's fields.
    request: Request,
    desk: SignedOfficer,
    ledger: OpenLedger,
    now: Now,
    regola: str = "",
    dal: str = "",
    al: str = "",
) -> Response:
    """What the rules find: how much each, and every row of them down to its entry."""
    if regola and regola not in RULE_NAMES:
        raise HTTPException(400)
    first, last = days_of(dal, al, now)
    span = starts_at(first), ends_at(last)
    found = exceptions(ledger, desk.book.book_no, span, now=now)
    rows = [row for one in found if regola in {"", one.rule.name} for row in one.rows]
    return listed(
        request, desk, tables.EXCEPTIONS, whole(rows), "comune/exceptions.html", found=found,
        rule=regola, first=first, last=last,
    )  # fmt: skip


def year_of(text: str, now: Instant) -> int:
    """A year as an address has it, not after this one; this one for nothing. Errors: 400."""
    this = as_date(now).year
    if not text:
        return this
    if not (text.isascii() and text.isdigit() and FIRST_YEAR <= int(text) <= this):
        raise HTTPException(400)
    return int(text)


@router.get("/soglia")
def yearly_limit(
    request: Request, desk: SignedOfficer, ledger: OpenLedger, now: Now, anno: str = ""
) -> Response:
    """What was spent in a year, by instrument, and how far that is from what the law wants told."""
    year = year_of(anno, now)
    total, *each = redeemed_in_year(ledger, desk.book.book_no, year)
    rows = [replace(total, title=desk.comune.name), *each]
    years = [str(one) for one in range(as_date(now).year, FIRST_YEAR - 1, -1)]
    return listed(
        request, desk, tables.REDEEMED, whole(rows), "comune/yearly_limit.html", year=year,
        years=[(one, one) for one in years], total=total, levels=LEVELS,
    )  # fmt: skip
