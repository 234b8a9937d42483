"""Erase a person: a logged decision in every book that speaks of them, then their key is gone."""

from uuid import UUID

from ledger.core.chart import EntryKind
from ledger.core.decisions import Decision
from ledger.core.ids import RequestId, derived_id
from ledger.core.items import Erase
from ledger.core.quantities import Instant
from ledger.core.requests import Request
from ledger.store.book import Ledger
from ledger.store.registers.books import known_commitments
from ledger.store.vault import commitments_of, forget_person


def erase_person(ledger: Ledger, person: UUID, *, officer: UUID, now: Instant) -> list[Decision]:
    """Make everything said of one person unreadable for ever, balances and proofs unchanged.

    Safe to retry: stopped between decision and key, running it again goes on. Source: design 5.
    """
    commitments = commitments_of(ledger, person)
    decisions = []
    for book in ledger.books():
        with ledger.reading() as db:
            here = known_commitments(db, book.book_no, commitments)
        if here:
            request = Request(
                id=RequestId(derived_id("erasure", book.name, person)),
                kind=EntryKind.ERASURE,
                items=(Erase(here),),
                actor=f"officer:{officer.hex}",
                occurred_at=now,
                asked={"person": person.hex},
            )
            decisions += book.submit([request])
    forget_person(ledger, person)
    return decisions
