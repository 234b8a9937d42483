"""Erase a person: a logged decision in every book that speaks of them, then their key is gone."""

from uuid import UUID

from ledger.core.decisions import Decision
from ledger.core.quantities import Instant
from ledger.store.book import Ledger
from ledger.store.erasing import erase_people
from ledger.store.scrubbing import scrub


def erase_person(ledger: Ledger, person: UUID, *, officer: UUID, now: Instant) -> list[Decision]:
    """Make everything said of one person unreadable for ever, balances and proofs unchanged.

    Safe to retry: stopped between decision and key, running it again goes on. Source: design 5.
    """
    decisions = erase_people(ledger, [person], officer=officer, now=now)
    scrub(ledger)
    return decisions
