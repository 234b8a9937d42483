"""A shop's history: day by day, and every line as a file for whoever keeps its accounts.

The page comes empty; its script asks for the content with the till's session. Not here: the lines
(`ledger.reports.shop_ledger`), one day's totals (`day`).
"""

from datetime import date
from typing import Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ledger.core.programmes import ends_at, starts_at
from ledger.exports.tables import Kind
from ledger.reports.shop_ledger import line_sums, shop_lines
from ledger.reports.shop_people import shop_called
from wallet_web.dependencies import Now, OpenLedger, SignedTill
from wallet_web.languages import mark
from wallet_web.rendering import as_date, page
from wallet_web.shop.day import day_of
from wallet_web.shop.papers import by_day, by_state, statement_pdf
from wallet_web.tables import FORMATS, Column, Table, as_file

router = APIRouter(prefix="/cassa/storico")
LONGEST: Final = 366

LINES: Final = Table(
    "estratto",
    mark("Estratto degli incassi"),
    (
        Column(mark("Quando"), Kind.MOMENT, lambda one: one.recorded_at),
        Column(mark("Comune"), Kind.WORDS, lambda one: one.comune),
        Column(mark("Iniziativa"), Kind.WORDS, lambda one: one.programme),
        Column(mark("Che cosa"), Kind.WORDS, lambda one: "sale" if one.is_sale else "refund",
               words="movement"),
        Column(mark("Importo"), Kind.AMOUNT, lambda one: one.amount_cents),
        Column(mark("Cassa"), Kind.WORDS, lambda one: one.till),
        Column(mark("Operatore"), Kind.WORDS, lambda one: one.operator),
        Column(mark("Periodo"), Kind.COUNT, lambda one: one.period),
        Column(mark("Stato"), Kind.WORDS, lambda one: one.state, words="state"),
        Column(mark("Mandato"), Kind.WORDS, lambda one: one.mandate),
        Column(mark("Pagato il"), Kind.DAY, lambda one: one.paid_on),
    ),
    mark("In questi giorni nessun incasso."),
)  # fmt: skip


@router.get("")
def statement_page(request: Request, now: Now) -> Response:
    """The page, which asks for its content; this month, at first."""
    today = as_date(now)
    first = today.replace(day=1).isoformat()
    return page(request, "shop/statement.html", first=first, last=today.isoformat())


@router.get("/elenco")
def statement(  # noqa: PLR0917 -- which days, as what.
    request: Request,
    till: SignedTill,
    ledger: OpenLedger,
    now: Now,
    dal: str = "",
    al: str = "",
    formato: str = "",
) -> Response:
    """A span day by day; or each of its lines as a file."""
    first, last = span_of(dal, al, as_date(now))
    lines = shop_lines(ledger, till.shop_id, (starts_at(first), ends_at(last)))
    if formato in FORMATS:
        return as_file(request, LINES, lines, formato)
    if formato == "pdf":
        shop = shop_called(ledger, till.shop_id)
        return statement_pdf(request, shop, (first, last), lines, now)
    return page(
        request, "shop/statement_list.html", days=by_day(lines)[::-1], states=by_state(lines),
        whole=next(iter(line_sums(lines, lambda _one: ())), None), table=LINES,
    )  # fmt: skip


def span_of(since: str, until: str, today: date) -> tuple[date, date]:
    """The days in an address, at most a year. Errors: 400."""
    first = day_of(since) if since else today.replace(day=1)
    last = day_of(until) if until else today
    if not 0 <= (last - first).days < LONGEST:
        raise HTTPException(400)
    return first, last
