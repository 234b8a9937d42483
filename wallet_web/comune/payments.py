"""Shops, periods and mandati: what is owed to whom, and when it was paid.

Not here: a shop's own page (`shop`), and what the period's list means in law (domain.md 5.5).
"""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ledger import new_id
from ledger.core.programmes import CATEGORIES
from ledger.operations.close_period import close_period
from ledger.operations.record_payout import Mandate, record_payout
from ledger.reports.offline_page import devices
from ledger.reports.settlement_list import periods, settlement_lines
from ledger.reports.shop_statement import (
    ShopFilter,
    ShopRow,
    categories,
    shop,
    shop_periods,
    shops,
    tills,
)
from ledger.reports.who_asks import comuni
from wallet_web import forms
from wallet_web.comune import determina, tables
from wallet_web.comune.filters import an_id
from wallet_web.comune.pages import listed, whole
from wallet_web.dependencies import Allowed, Desk, Now, OpenLedger, SentForm, SignedOfficer
from wallet_web.outcomes import no_of, said_no
from wallet_web.permissions import Action
from wallet_web.tables import EVERYTHING, PAGE

router = APIRouter(prefix="/comune/{slug}")
MayClose = Annotated[Desk, Depends(Allowed(Action.CLOSE))]
MayPay = Annotated[Desk, Depends(Allowed(Action.PAY))]


@router.get("/negozi")
def all_shops(  # noqa: PLR0917 -- the filter's fields.
    request: Request,
    desk: SignedOfficer,
    ledger: OpenLedger,
    tipo: str = "",
    stato: str = "",
    comune: str = "",
    nome: str = "",
) -> Response:
    """The shops of the network, and what this comune owes each."""
    wanted = ShopFilter(tipo, stato, comune, nome)

    def read(offset: int, limit: int) -> Sequence[Any]:
        return shops(ledger, desk.book.book_no, wanted, offset=offset, limit=limit)

    return listed(
        request, desk, tables.SHOPS, read, "comune/shops.html", wanted=wanted,
        kinds=categories(ledger, desk.book.book_no), places=comuni(ledger),
        all_categories=CATEGORIES,
    )  # fmt: skip


def the_shop(ledger: OpenLedger, desk: Desk, shop_id: str) -> ShopRow:
    """One shop. Errors: 404."""
    found = shop(ledger, desk.book.book_no, an_id(shop_id))
    if found is None:
        raise HTTPException(404)
    return found


@router.get("/negozi/{shop_id}")
def one_shop(request: Request, desk: SignedOfficer, shop_id: str, ledger: OpenLedger) -> Response:
    """One shop: what it sold for our vouchers, and when it is paid."""
    found = the_shop(ledger, desk, shop_id)
    read = whole(shop_periods(ledger, desk.book.book_no, found.shop_id))
    return listed(
        request, desk, tables.SHOP_PERIODS, read, "comune/shop.html", one=found,
        tills=tills(ledger, found.shop_id), devices=devices(ledger, found.shop_id), key=new_id(),
    )  # fmt: skip


@router.get("/liquidazioni")
def all_periods(request: Request, desk: SignedOfficer, ledger: OpenLedger) -> Response:
    """Closed periods, and the open one as far as it has come."""
    no, head = desk.book.book_no, desk.book.head()
    lines = settlement_lines(ledger, no, head.period)
    return listed(
        request, desk, tables.PERIODS, whole(periods(ledger, no)), "comune/periods.html",
        head=head, owed=sum(one.owed_cents for one in lines), key=new_id(), no=no_of(request),
    )  # fmt: skip


@router.post("/liquidazioni")
def close(desk: MayClose, ledger: OpenLedger, form: SentForm, now: Now) -> Response:
    """Close the open period under a name: from now on its list does not change."""
    period = forms.number(form, "periodo")
    decision = close_period(
        ledger, desk.comune.slug, period, forms.words(form, "nome"), officer=desk.officer_id,
        key=forms.key(form), now=now,
    )  # fmt: skip
    return said_no(decision, f"{desk.home}/liquidazioni", f"/{period}")


@router.get("/liquidazioni/{period}")
def settlement(request: Request, desk: SignedOfficer, period: int, ledger: OpenLedger) -> Response:
    """What one period owes, shop by shop: the list for the accounting office."""
    lines = settlement_lines(ledger, desk.book.book_no, min(period, EVERYTHING))
    closed = {one.period: one for one in periods(ledger, desk.book.book_no)}
    return listed(
        request, desk, tables.SETTLEMENT, whole(lines), "comune/settlement.html", period=period,
        closed=closed.get(period), owed=sum(one.owed_cents for one in lines),
        paid=sum(one.paid_cents for one in lines), no=no_of(request),
        keys=[new_id() for _ in range(PAGE)],
    )  # fmt: skip


@router.get("/liquidazioni/{period}/elenco.pdf")
def settlement_list(
    request: Request, desk: SignedOfficer, period: int, ledger: OpenLedger, now: Now
) -> Response:
    """The period's list on paper, to be kept with the determina."""
    lines = settlement_lines(ledger, desk.book.book_no, min(period, EVERYTHING))
    closed = {one.period: one for one in periods(ledger, desk.book.book_no)}.get(period)
    if not lines:
        raise HTTPException(404)
    return determina.pdf_of(request, desk, lines, closed, period=period, now=now)


@router.post("/liquidazioni/{period}/mandati")
def pay(desk: MayPay, period: int, ledger: OpenLedger, form: SentForm, now: Now) -> Response:
    """Write down a mandato that came back paid."""
    mandate = Mandate(
        forms.words(form, "numero"), forms.day(form, "data"), period,
        forms.an_id(form, "iniziativa"), forms.an_id(form, "negozio"),
        forms.amount(form, "importo"),
    )  # fmt: skip
    decision = record_payout(
        ledger, desk.comune.slug, mandate, officer=desk.officer, key=forms.key(form), now=now
    )
    return said_no(decision, f"{desk.home}/liquidazioni/{period}")
