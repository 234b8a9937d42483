"""Asks the book about how long people are kept: an officer's request that moves nothing.

Not here: what is asked (`ledger.operations.keep_people`, `erase_due`).
"""

from dataclasses import dataclass
from typing import Final

from ledger.core.canonical import Json
from ledger.core.chart import EntryKind
from ledger.core.codes import Code
from ledger.core.decisions import Decision
from ledger.core.ids import Commitment, RequestId
from ledger.core.items import Item
from ledger.core.quantities import Instant
from ledger.core.requests import Request, Row
from ledger.store.book import Book
from ledger.store.network.people import Officer

MAY_PROPOSE: Final = frozenset({"officer", "approver"})


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, under which id, when."""

    officer: Officer
    key: RequestId
    now: Instant


def decide(  # noqa: PLR0917 -- one request's parts.
    book: Book,
    by: Asking,
    words: dict[str, Json],
    item: Item | None,
    row: Row | None,
    note: Commitment | None = None,
    *,
    refused: bool = False,
) -> Decision:
    """Ask the book; who may not is refused."""
    officer = by.officer
    allowed = officer.role in MAY_PROPOSE and officer.book_no == book.book_no
    request = Request(
        id=by.key,
        kind=EntryKind.REGISTRATION,
        items=(item,) if item else (),
        rows=(row,) if row else (),
        actor=f"officer:{officer.officer_id.hex}",
        occurred_at=by.now,
        asked=words,
        refuse=None if allowed and not refused else Code.NOT_APPROVED,
        commitments=(note,) if note else (),
    )
    [decision] = book.submit([request])
    return decision
