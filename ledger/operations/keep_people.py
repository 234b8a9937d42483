"""How long people are kept after a programme, and families that must be kept longer.

Decisions of the book that move nothing; a hold's reasons are words of the vault. Not here: erasing
who is due (`erase_due`). Source: reliability.md section 5; docs/RETENTION.md.
"""

from typing import Final
from uuid import UUID

from ledger.core.canonical import Json
from ledger.core.decisions import Decision
from ledger.core.ids import Commitment
from ledger.store.book import Book, Ledger
from ledger.store.network.credentials import person_of
from ledger.store.registers.retention import (
    hold_end_claim,
    hold_end_row,
    hold_row,
    is_family_of,
    open_hold,
    rule_claim,
    rule_row,
    rule_versions,
)
from ledger.store.retaining import Asking, decide
from ledger.store.vault import commit_to

FEWEST_MONTHS: Final = 1
MOST_MONTHS: Final = 240


def set_retention(
    ledger: Ledger, comune: str, programme_id: UUID, months: int, *, by: Asking
) -> Decision:
    """Say how many months after a programme's end its people are kept. Safe to retry.

    Errors: `ValueError` for less than one month or more than twenty years; a no is a decision.
    """
    if not FEWEST_MONTHS <= months <= MOST_MONTHS:
        raise ValueError("people are kept for 1 to 240 months")
    book = ledger.book(comune)
    with ledger.reading() as db:
        version = rule_versions(db, book.book_no, programme_id) + 1
    words: dict[str, Json] = {"programme": programme_id.hex, "months": months}
    row = rule_row(programme_id, version, months, by.officer.person_id)
    return decide(book, by, words, rule_claim(programme_id, version), row)


def set_hold(ledger: Ledger, comune: str, family_id: UUID, reason: str, *, by: Asking) -> Decision:
    """Keep a family until the hold is lifted; `by.key` is the hold's id. Safe to retry.

    The reason's words go to the vault, under the family's key. Errors: `LookupError` for a family
    that this comune does not know; `CannotOpen` if it was erased; a no is a decision.
    """
    book = ledger.book(comune)
    with ledger.reading() as db:
        if not is_family_of(db, book.book_no, family_id):
            raise LookupError(family_id)
    words: dict[str, Json] = {"hold": family_id.hex}
    note = _note(book, by, family_id, reason)
    row = hold_row(by.key, family_id, note, by.officer.person_id) if note else None
    return decide(book, by, words, None, row, note)


def lift_hold(ledger: Ledger, comune: str, hold_id: UUID, reason: str, *, by: Asking) -> Decision:
    """Lift a hold, with a reason in the vault. Safe to retry. Errors: as `set_hold`."""
    book = ledger.book(comune)
    words: dict[str, Json] = {"lift": hold_id.hex}
    if book.decision(by.key) is not None:
        return decide(book, by, words, hold_end_claim(hold_id), None)
    with ledger.reading() as db:
        hold = open_hold(db, book.book_no, hold_id)
    if hold is None:
        raise LookupError(hold_id)
    note = _note(book, by, hold.family_id, reason)
    assert note is not None
    row = hold_end_row(hold_id, note, by.officer.person_id)
    return decide(book, by, words, hold_end_claim(hold_id), row, note)


def _note(book: Book, by: Asking, family_id: UUID, reason: str) -> Commitment | None:
    """The commitment to a reason; none for a retry, whose reason is there."""
    if book.decision(by.key) is not None:
        return None
    with book.ledger.reading() as db:
        who = person_of(db, family_id)
    if who is None:
        raise LookupError(family_id)
    return commit_to(book.ledger, who, {"reason": reason})
