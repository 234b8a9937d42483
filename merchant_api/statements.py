"""What am I owed: the shop's lines by page, and a day's totals."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date
from typing import Annotated, Final, Literal, cast

from fastapi import APIRouter, Query

from ledger.core.programmes import ends_at, starts_at
from ledger.reports.shop_day import DaySum, by_programme, day_sums, in_all, shop_day
from ledger.reports.shop_movements import NEWEST, Place, ShopMovement, shop_movements
from merchant_api import messages
from merchant_api.dependencies import CallingTill, Now, OpenLedger, Till
from merchant_api.instants import day_of, instant_text
from merchant_api.openapi import problems
from merchant_api.problems import Problem

router = APIRouter(prefix="/api/v1", tags=["statements"])

Day = Annotated[str, Query(pattern=r"^\d{4}-\d{2}-\d{2}$", json_schema_extra={"format": "date"})]
EARLIEST, LATEST = "2020-01-01", "2199-12-31"
NOTHING: Final = DaySum((), 0, 0, 0, 0)


@router.get("/statement", operation_id="readStatement", responses=problems(422))
def read_statement(  # noqa: PLR0917 -- FastAPI fills them by name.
    till: CallingTill,
    ledger: OpenLedger,
    since: Annotated[Day, Query(alias="from")] = EARLIEST,
    until: Annotated[Day, Query(alias="to")] = LATEST,
    cursor: Annotated[str, Query(max_length=80)] = "",
    limit: Annotated[int, Query(ge=1, le=200, json_schema_extra={"format": "int32"})] = 50,
) -> messages.Statement:
    """Read what the shop is owed and when it is paid, newest first."""
    span = (starts_at(_day(since)), ends_at(_day(until)))
    after = _place(cursor) if cursor else NEWEST
    found = shop_movements(ledger, till.shop_id, span, after=after, limit=limit + 1)
    page = found[:limit]
    more = len(found) > limit
    return messages.Statement(
        items=[_item(one, till) for one in page], next_cursor=_cursor(page[-1]) if more else None
    )


@router.get("/day-totals", operation_id="readDayTotals", responses=problems(422))
def read_day_totals(
    till: CallingTill,
    ledger: OpenLedger,
    now: Now,
    wanted: Annotated[Day | None, Query(alias="date")] = None,
) -> messages.DayTotals:
    """Read a day's sales and refunds, in all and by programme; today's where no day is given.

    A sale from two vouchers is one sale of the day, and one of each programme that it drew on.
    """
    day = _day(wanted) if wanted else day_of(now)
    moves = shop_day(ledger, till.shop_id, (starts_at(day), ends_at(day)))
    whole = next(iter(day_sums(moves, in_all)), NOTHING)
    return messages.DayTotals(
        date=day.isoformat(),
        sales=whole.sales,
        sold_cents=whole.sold_cents,
        refunds=whole.refunds,
        refunded_cents=whole.refunded_cents,
        items=[_total(one) for one in day_sums(moves, by_programme)],
    )


def _total(one: DaySum) -> messages.DayTotal:
    programme, comune = one.name
    return messages.DayTotal(
        programme=programme,
        comune=comune,
        sales=one.sales,
        sold_cents=one.sold_cents,
        refunds=one.refunds,
        refunded_cents=one.refunded_cents,
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Problem("invalid", errors=[{"field": "date", "what": "no such day"}]) from error


def _item(one: ShopMovement, till: Till) -> messages.StatementItem:
    return messages.StatementItem(
        id=str(one.request_id),
        at=instant_text(one.recorded_at),
        kind=one.kind,
        own_till=one.till_id == f"till:{till.till_id.hex}",
        comune=one.comune,
        programme=one.programme,
        amount_cents=one.amount_cents,
        refunded_cents=one.undone_cents,
        state=cast("Literal['to_settle', 'in_settlement', 'paid']", one.state),
        mandate=one.mandate or None,
        paid_on=one.paid_on or None,
    )


def _cursor(one: ShopMovement) -> str:
    place = f"{one.recorded_at}.{one.book_no}.{one.seq}"
    return urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _place(cursor: str) -> Place:
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        recorded_at, book_no, seq = (int(part) for part in text.split("."))
    except ValueError as error:
        raise Problem("invalid", errors=[{"field": "cursor", "what": "not ours"}]) from error
    if not all(0 <= part < 2**62 for part in (recorded_at, book_no, seq)):
        raise Problem("invalid", errors=[{"field": "cursor", "what": "not ours"}])
    return Place(recorded_at, book_no, seq)
