"""A day's totals, by programme and by who stood at the till: to be looked at, printed and kept.

The page comes empty; its script asks for the totals with the till's session. Not here: the sums
(`ledger.reports.shop_day`).
"""

from datetime import date
from typing import Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ledger.core.programmes import ends_at, starts_at
from ledger.exports.tables import Kind
from ledger.reports.shop_day import (
    by_all,
    by_operator,
    by_programme,
    day_sums,
    in_all,
    shop_day,
)
from ledger.reports.shop_people import shop_called
from wallet_web.dependencies import Now, OpenLedger, SignedTill
from wallet_web.languages import mark
from wallet_web.rendering import as_date, page
from wallet_web.shop.papers import day_pdf
from wallet_web.tables import FORMATS, Column, Table, as_file

router = APIRouter(prefix="/cassa/giornata")

DAY: Final = Table(
    "giornata",
    mark("Totali del giorno"),
    (
        Column(mark("Iniziativa"), Kind.WORDS, lambda one: one.name[0]),
        Column(mark("Comune"), Kind.WORDS, lambda one: one.name[1]),
        Column(mark("Cassa"), Kind.WORDS, lambda one: one.name[2] or "—"),
        Column(mark("Operatore"), Kind.WORDS, lambda one: one.name[3] or "—"),
        Column(mark("Incassi"), Kind.COUNT, lambda one: one.sales),
        Column(mark("Incassato"), Kind.AMOUNT, lambda one: one.sold_cents),
        Column(mark("Storni"), Kind.COUNT, lambda one: one.refunds),
        Column(mark("Stornato"), Kind.AMOUNT, lambda one: one.refunded_cents),
        Column(mark("Netto"), Kind.AMOUNT, lambda one: one.net_cents),
    ),
    mark("In questo giorno nessun incasso."),
)  # fmt: skip


@router.get("")
def day_page(request: Request, now: Now, giorno: str = "") -> Response:
    """The page, which asks for its totals; today, at first."""
    day = day_of(giorno) if giorno else as_date(now)
    return page(request, "shop/day.html", today=day.isoformat())


@router.get("/totali")
def totals(  # noqa: PLR0917 -- which day, as what.
    request: Request,
    till: SignedTill,
    ledger: OpenLedger,
    now: Now,
    giorno: str = "",
    formato: str = "",
) -> Response:
    """One day's totals; or the finest of them as a file."""
    day = day_of(giorno) if giorno else as_date(now)
    moves = shop_day(ledger, till.shop_id, (starts_at(day), ends_at(day)))
    if formato in FORMATS:
        return as_file(request, DAY, day_sums(moves, by_all), formato)
    if formato == "pdf":
        return day_pdf(request, shop_called(ledger, till.shop_id), day, moves, now)
    return page(
        request, "shop/day_totals.html", day=day, table=DAY,
        programmes=day_sums(moves, by_programme), operators=day_sums(moves, by_operator),
        whole=next(iter(day_sums(moves, in_all)), None),
    )  # fmt: skip


def day_of(text: str) -> date:
    """The day in an address. Errors: 400."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise HTTPException(400) from None
