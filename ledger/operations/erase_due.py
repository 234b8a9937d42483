"""Erase who is due: proposed by one person, confirmed by another, portion by portion.

What is erased is what was proposed, person by person: if the list would be another one by now, it
is refused. Each list is confirmed by another person than who proposed it, in the database too. The
books lose nothing. Source: reliability.md section 5; docs/RETENTION.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final
from uuid import UUID

from ledger.core.canonical import Json
from ledger.core.decisions import Decision
from ledger.core.proposals import Confirmation
from ledger.core.quantities import DAY, Instant
from ledger.store.book import Book, Ledger
from ledger.store.edges import random_id
from ledger.store.engines import Store
from ledger.store.erasing import erase_people, forget_applications, forget_traces, release
from ledger.store.network.people import Officer
from ledger.store.registers.retention import (
    RetentionList,
    add_list,
    confirmed_by,
    drop_items,
    items_left,
    lists_of,
    people_of_applications,
    run_claim,
    run_row,
)
from ledger.store.retaining import MAY_PROPOSE, Asking, decide
from ledger.store.retention import due, over, reason_to_keep, standings
from ledger.store.scrubbing import scrub

Tell = Callable[[int, int], None]
PORTION: Final = 200
MAY_CONFIRM: Final = "approver"


class ListChanged(Exception):
    """The list would be another one by now: look at it, and propose it again."""


class NothingDue(Exception):
    """Nobody is due: there is nothing to propose."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What a run did: how many persons and applications, and how many stay after all."""

    people: int
    applications: int
    stayed: int


def propose_list(
    ledger: Ledger, comune: str, as_of: date, *, officer: Officer, now: Instant
) -> RetentionList | None:
    """Write down who is due as of a day, for another person to confirm; None: who may not.

    An older list that nobody confirmed is forgotten. Errors: `NothingDue`.
    """
    book = ledger.book(comune)
    if officer.role not in MAY_PROPOSE or officer.book_no != book.book_no:
        return None
    found = due(ledger, comune, as_of)
    if not found.items:
        raise NothingDue
    one = RetentionList(
        random_id(), book.book_no, as_of.isoformat(), found.content_hash(), len(found.people),
        len(found.applications), officer.person_id, now,
    )  # fmt: skip
    ledger.write(lambda db: add_list(db, one, found.items))
    return one


def confirm_list(ledger: Ledger, comune: str, asked: Confirmation, *, by: Asking) -> Decision:
    """The second person's yes, bound to what was on the page; erases nobody yet (`run_list`).

    Errors: `LookupError`; `ListChanged` if the same day's list is another one by now; a no is a
    decision (`not_approved`: who proposed it, another role, another content).
    """
    book = ledger.book(comune)
    one = the_list(ledger, book, asked.proposal_id)
    earlier = book.decision(by.key)
    if earlier is None and due(ledger, comune, date.fromisoformat(one.as_of)).content_hash() != (
        one.content_hash
    ):
        raise ListChanged
    officer = by.officer
    refused = (
        officer.role != MAY_CONFIRM
        or officer.person_id == one.proposed_by
        or asked.content_hash != one.content_hash
    )
    words: dict[str, Json] = {"list": one.list_id.hex, "content": asked.content_hash.hex()}
    row = run_row(one, officer.person_id)
    return decide(book, by, words, run_claim(one.list_id), row, refused=refused)


def run_list(
    ledger: Ledger, comune: str, list_id: UUID, *, officer: Officer, now: Instant, tell: Tell
) -> Erased:
    """Erase what two persons signed; stopped anywhere and run again, it goes on.

    Who must be kept after all (a hold, money, another programme since) stays, and is counted.
    Errors: `LookupError` for a list that is not there or was not confirmed.
    """
    book = ledger.book(comune)
    one = the_list(ledger, book, list_id)
    with ledger.reading() as db:
        if confirmed_by(db, book.book_no, list_id) is None:
            raise LookupError(list_id)
        items = items_left(db, list_id)
    run = _Run(ledger, book, one, officer, now)
    total, done, people, applications = len(items), 0, 0, 0
    for kind in ("application", "person"):
        subjects = [subject for name, subject in items if name == kind]
        for at in range(0, len(subjects), PORTION):
            part = subjects[at : at + PORTION]
            if kind == "person":
                people += run.erase(part)
            else:
                applications += run.forget(part)
            ledger.write(partial(drop_items, list_id, kind, part))
            done += len(part)
            tell(done, total)
    scrub(ledger)
    return Erased(people, applications, total - people - applications)


def the_list(ledger: Ledger, book: Book, list_id: UUID) -> RetentionList:
    """A list of this book. Errors: `LookupError`."""
    with ledger.reading() as db:
        found = [one for one in lists_of(db, book.book_no) if one.list_id == list_id]
    if not found:
        raise LookupError(list_id)
    return found[0]


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of a list: what it may still erase is looked at again, portion by portion."""

    ledger: Ledger
    book: Book
    one: RetentionList
    officer: Officer
    now: Instant

    @property
    def as_of(self) -> date:
        return date.fromisoformat(self.one.as_of)

    def erase(self, people: Sequence[UUID]) -> int:
        """Erase those of these persons who are due still; how many."""
        wanted = []
        for own in standings(self.ledger, people, self.as_of):
            here = next((one for one in own if one.book_no == self.book.book_no), None)
            if here is not None and reason_to_keep(own, here) is None:
                wanted.append(here.person_id)
        let_go = partial(release, wanted, self.now - DAY)
        gone = self.ledger.write(let_go, store=Store.VAULT) if wanted else []
        if gone:
            erase_people(self.ledger, gone, officer=self.officer.officer_id, now=self.now)
            self.ledger.write(partial(forget_traces, gone))
        return len(gone)

    def forget(self, applications: Sequence[UUID]) -> int:
        """Delete what those of these applications hold whose programme is over; how many."""
        with self.ledger.reading() as db:
            people = sorted(people_of_applications(db, applications))
        wanted: set[UUID] = set()
        for own in standings(self.ledger, people, self.as_of):
            here = next(one for one in own if one.book_no == self.book.book_no)
            wanted |= {
                link.application_id
                for link in over(own, here, self.as_of)
                if link.application_id is not None
            }
        gone = [one for one in applications if one in wanted]
        if gone:
            forget_applications(self.ledger, gone)
        return len(gone)
