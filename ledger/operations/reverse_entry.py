"""Correct an entry by its contrary: what was booked stays, what it did is undone."""

from uuid import UUID

from ledger.core.chart import EntryKind
from ledger.core.ids import RequestId
from ledger.core.quantities import Instant
from ledger.core.requests import Decision, Request, Reverse
from ledger.store.book import Ledger


def reverse_entry(
    ledger: Ledger, comune: str, entry: RequestId, *, officer: UUID, key: RequestId, now: Instant
) -> Decision:
    """Book the contrary of an earlier entry, once; safe to retry.

    Errors: a no is a decision (`not_reversible`, `already_reversed`). Source: design 3.5.
    """
    request = Request(
        id=key,
        kind=EntryKind.REVERSAL,
        items=(Reverse(entry),),
        actor=f"officer:{officer.hex}",
        occurred_at=now,
        asked={"entry": entry.hex},
    )
    [decision] = ledger.book(comune).submit([request])
    return decision
