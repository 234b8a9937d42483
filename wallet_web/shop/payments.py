"""When a shop is paid: a page of its own, drawn for the till that asks; and the same as files.

The page comes empty; its script asks for the list with the till's session, which no cookie holds.
Not here: what an office pays from (`wallet_web.comune.payments`).
"""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ledger.core.quantities import MAX_AMOUNT
from ledger.exports.tables import Kind
from ledger.reports.shop_payments import cents_by_state, owed_lines, shop_claims, shop_payments
from wallet_web.dependencies import OpenLedger, SignedTill
from wallet_web.languages import mark
from wallet_web.rendering import page
from wallet_web.tables import FORMATS, Column, Table, as_file

router = APIRouter(prefix="/cassa/pagamenti")
MOST_LINES: Final = 2_000

PAYMENTS: Final = Table(
    "pagamenti",
    mark("Quando mi pagano?"),
    (
        Column(mark("Comune"), Kind.WORDS, lambda one: one.comune),
        Column(mark("Periodo"), Kind.COUNT, lambda one: one.period),
        Column(mark("Nome"), Kind.WORDS, lambda one: one.label),
        Column(mark("Chiuso il"), Kind.MOMENT, lambda one: one.closed_at or None),
        Column(mark("Iniziativa"), Kind.WORDS, lambda one: one.programme),
        Column(mark("Incassi"), Kind.COUNT, lambda one: one.sales),
        Column(mark("Dovuto"), Kind.AMOUNT, lambda one: one.owed_cents),
        Column(mark("Stato"), Kind.WORDS, lambda one: one.state, words="state"),
        Column(mark("Mandato"), Kind.WORDS, lambda one: one.number),
        Column(mark("Pagato il"), Kind.DAY, lambda one: one.paid_on),
    ),
    mark("Ancora nessun incasso: qui vedrai quando ti pagano."),
)  # fmt: skip


@router.get("")
def payments_page(request: Request) -> Response:
    """The page, which asks for its list."""
    return page(request, "shop/payments.html")


@router.get("/elenco")
def payments(request: Request, till: SignedTill, ledger: OpenLedger, formato: str = "") -> Response:
    """What each comune owes this shop, and how far its payment is; or the same as a file."""
    found = shop_payments(ledger, till.shop_id)
    if formato in FORMATS:
        return as_file(request, PAYMENTS, found, formato)
    return page(
        request, "shop/payment_list.html", payments=found, sums=cents_by_state(found),
        claims=shop_claims(ledger, till.shop_id), table=PAYMENTS,
    )  # fmt: skip


@router.get("/incassi")
def lines(  # noqa: PLR0917 -- which payment.
    request: Request,
    till: SignedTill,
    ledger: OpenLedger,
    comune: str = "",
    iniziativa: str = "",
    periodo: int = 0,
) -> Response:
    """The sales that make up one payment."""
    period = min(abs(periodo), MAX_AMOUNT)
    found = owed_lines(ledger, till.shop_id, comune, iniziativa, period, limit=MOST_LINES)
    return page(request, "shop/payment_lines.html", lines=found)
