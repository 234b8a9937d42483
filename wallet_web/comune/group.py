"""A buying group's months, for who gives money to it: of a programme that only its shops take.

Public money is told from the comune's book, orders from the circuit's; the two are never added.
Nobody is named. Not here: the sums (`ledger.reports.group_month`).
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ledger.exports.tables import Kind
from ledger.reports.contributions import shops_by_number
from ledger.reports.group_month import GroupMonth, group_month, group_orders
from ledger.reports.programme_page import ProgrammeTotals, funds
from wallet_web.comune.pages import the_programme
from wallet_web.dependencies import Desk, Now, OpenLedger, SignedOfficer
from wallet_web.languages import mark
from wallet_web.rendering import as_date, page
from wallet_web.tables import FORMATS, Column, Table, as_file

router = APIRouter(prefix="/comune/{slug}/iniziative/{unit}/gruppo")
MOST_MONTHS: Final = 60


def _orders(row: GroupMonth) -> str:
    return f"/gruppo/{row.month}#ordini"


def _moved(kind: str, row: GroupMonth) -> str:
    return f"/gruppo/{row.month}#{kind}"


MONTHS: Final = Table(
    "gruppo-di-acquisto",
    mark("Il gruppo di acquisto mese per mese"),
    (
        Column(mark("Mese"), Kind.MONTH, lambda one: one.month, lambda one: f"/gruppo/{one.month}"),
        Column(mark("Famiglie con un buono nuovo"), Kind.COUNT, lambda one: one.vouchers.families),
        Column(
            mark("Buoni emessi"), Kind.AMOUNT, lambda one: one.vouchers.issued_cents,
            lambda one: _moved("buoni", one),
        ),
        Column(
            mark("Buoni spesi"), Kind.AMOUNT, lambda one: one.vouchers.spent_cents,
            lambda one: _moved("buoni", one),
        ),
        Column(
            mark("Tornati alla fonte"), Kind.AMOUNT, lambda one: one.vouchers.returned_cents,
            lambda one: _moved("buoni", one),
        ),
        Column(mark("Ordini"), Kind.COUNT, lambda one: one.orders.count, _orders),
        Column(mark("Prezzo pieno"), Kind.AMOUNT, lambda one: one.orders.list_cents, _orders),
        Column(mark("Sconto"), Kind.AMOUNT, lambda one: one.orders.cut_cents, _orders),
        Column(mark("Pagato"), Kind.AMOUNT, lambda one: one.orders.paid_cents, _orders),
        Column(
            mark("Al Fondo Sociale"), Kind.AMOUNT, lambda one: one.orders.accrued_cents, _orders
        ),
    ),
    mark("L’iniziativa non è ancora cominciata."),
)  # fmt: skip
ORDERS: Final = Table(
    "ordini-del-gruppo",
    mark("Ordini del mese"),
    (
        Column(mark("Registrazione del circuito"), Kind.COUNT, lambda one: one.log_index),
        Column(mark("Quando"), Kind.MOMENT, lambda one: one.recorded_at),
        Column(mark("Prezzo pieno"), Kind.AMOUNT, lambda one: one.list_cents),
        Column(mark("Sconto"), Kind.AMOUNT, lambda one: one.cut_cents),
        Column(mark("Pagato"), Kind.AMOUNT, lambda one: one.paid_cents),
        Column(mark("Al Fondo Sociale"), Kind.AMOUNT, lambda one: one.accrued_cents),
    ),
    mark("In questo mese nessun ordine."),
)  # fmt: skip


@router.get("")
def months(
    request: Request, desk: SignedOfficer, unit: str, ledger: OpenLedger, now: Now
) -> Response:
    """Every month since the programme began, the newest first; a page or a file."""
    found = the_programme(ledger, desk, unit)
    told = [_month_of(ledger, desk, found, first) for first in _months(found, as_date(now))]
    return _file(request, MONTHS, told) or page(
        request, "comune/group.html", desk=desk, one=found, table=MONTHS, months=told
    )


@router.get("/{month}")
def statement(  # noqa: PLR0917 -- the address, and who asks when.
    request: Request, desk: SignedOfficer, unit: str, month: str, ledger: OpenLedger, now: Now
) -> Response:
    """One month as the co-funder reads it, with its orders. Errors: 404 for no such month."""
    found = the_programme(ledger, desk, unit)
    first = next((one for one in _months(found, as_date(now)) if f"{one:%Y-%m}" == month), None)
    if first is None:
        raise HTTPException(404)
    orders = group_orders(ledger, _shops(ledger, found), first)
    last = _next(first) - timedelta(days=1)
    return _file(request, ORDERS, orders) or page(
        request, "comune/group_month.html", desk=desk, one=found, told=_month_of(
            ledger, desk, found, first
        ), first=first, last=last, table=ORDERS, orders=orders,
        sources=funds(ledger, desk.book.book_no, found.programme.id), today=as_date(now),
    )  # fmt: skip


def _file(request: Request, table: Table, told: Any) -> Response | None:  # noqa: ANN401 -- rows.
    wanted = request.query_params.get("formato", "")
    return as_file(request, table, told, wanted) if wanted in FORMATS else None


def _month_of(ledger: OpenLedger, desk: Desk, found: ProgrammeTotals, first: date) -> GroupMonth:
    shops = _shops(ledger, found)
    return group_month(ledger, desk.comune.slug, found.programme.unit, shops, first)


def _shops(ledger: OpenLedger, found: ProgrammeTotals) -> list[Any]:
    """The group's shops. Errors: 404 where the programme is taken in any shop."""
    numbers = found.programme.till_rules.gaf
    if not numbers:
        raise HTTPException(404)
    known = shops_by_number(ledger)
    return [known[one] for one in numbers if one in known]


def _months(found: ProgrammeTotals, today: date) -> list[date]:
    """Those that have begun, from the programme's first, the newest first."""
    begins = date.fromisoformat(str(found.programme.starts_on)).replace(day=1)
    return list(_until(begins, today))[::-1][:MOST_MONTHS]


def _until(month: date, today: date) -> Iterator[date]:
    while month <= today:
        yield month
        month = _next(month)


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)
