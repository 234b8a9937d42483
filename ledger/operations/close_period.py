"""Settlement begins: the period's pointer moves on; no money does."""

from uuid import UUID

from ledger.core.chart import EntryKind
from ledger.core.decisions import Decision
from ledger.core.ids import RequestId
from ledger.core.items import ClosePeriod
from ledger.core.quantities import Instant
from ledger.core.requests import Request, Row, Value
from ledger.store.book import Ledger


def close_period(
    ledger: Ledger,
    comune: str,
    period: int,
    label: str,
    *,
    officer: UUID,
    key: RequestId,
    now: Instant,
) -> Decision:
    """Close the open period under a name ("novembre 2026"); late items fall into the next.

    Safe to retry. Errors: a no is a decision (`period_not_open`). Source: design 3.1.
    """
    values: dict[str, Value | None] = {"period": period, "label": label, "closed_by": officer}
    request = Request(
        id=key,
        kind=EntryKind.PERIOD_CLOSE,
        items=(ClosePeriod(period),),
        actor=f"officer:{officer.hex}",
        occurred_at=now,
        asked={"period": period, "label": label},
        rows=(Row("settlement", values),),
    )
    [decision] = ledger.book(comune).submit([request])
    return decision
