"""Actions in return: an association offers one, families choose it freely, somebody sees it done.

The family's hours are what it gave to all: the fund of hours owes them. What came of it is told in
two ways, apart from any money: alfa, what was planned; beta, what came on top. No aid hangs on it.
Source: domain.md 4.1; bill A.C. 3763.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from ledger.core.canonical import Json
from ledger.core.chart import CIRCUIT_BOOK, EntryKind
from ledger.core.circuit.hours import (
    FUND,
    Alfa,
    Beta,
    NotHours,
    checked_minutes,
    hours_items,
)
from ledger.core.codes import Code
from ledger.core.decisions import Decision
from ledger.core.ids import ClaimId, RequestId, derived_id
from ledger.core.items import Claim
from ledger.core.quantities import Instant
from ledger.core.requests import Request, Row
from ledger.store.book import Book, Ledger
from ledger.store.network.associations import ACTIVE, Association, association_of
from ledger.store.network.people import Officer
from ledger.store.registers.hours import (
    CHOSEN,
    DONE,
    LEFT,
    OPEN,
    Action,
    Choice,
    add_action,
    balances,
    keep_words,
    read_action,
    rules_of_hours,
    set_choice,
    status_of,
)

MAY_OFFER: Final = frozenset({"officer", "approver"})
LONGEST, MOST_PLACES = 200, 500


class NotYours(Exception):
    """Somebody who is not of the association."""


@dataclass(frozen=True, slots=True)
class NewAction:
    """What an association offers: its own public words, a day, minutes (half hours), places."""

    proposer: str
    title: str
    place: str
    day: date
    minutes: int
    places: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person of the association saw: minutes, and what came of it; `note`: in words."""

    minutes: int
    alfa: Alfa
    beta: Beta
    note: str = ""


def offer_action(ledger: Ledger, asked: NewAction, *, officer: Officer, action_id: UUID) -> None:
    """Offer an action, for any family to choose. Safe to retry.

    Errors: `NotYours`; `NotHours`; `ValueError` for words that are none or too long, or no place.
    """
    book_no = ledger.book(CIRCUIT_BOOK).book_no
    own = _acting(ledger, officer)
    words = own.name if own else asked.proposer.strip(), asked.title.strip(), asked.place.strip()
    if not all(words) or max(map(len, words)) > LONGEST or not 0 < asked.places <= MOST_PLACES:
        message = "an action has an association, a title, a place, and room for somebody"
        raise ValueError(message)
    one = Action(
        action_id, *words, asked.day.isoformat(), checked_minutes(asked.minutes), asked.places,
        OPEN, officer.person_id, None if own is None else own.association_id,
    )  # fmt: skip
    ledger.write(lambda db: add_action(db, book_no, one))


def _acting(ledger: Ledger, officer: Officer) -> Association | None:
    """The association that an officer acts for; None: the circuit. Errors: `NotYours`."""
    with ledger.reading() as db:
        own = association_of(db, officer.officer_id)
    is_here = officer.book_no == ledger.book(CIRCUIT_BOOK).book_no
    if not is_here or (officer.role not in MAY_OFFER if own is None else own.status != ACTIVE):
        raise NotYours
    return own


def _may_see(ledger: Ledger, officer: Officer, one: Action) -> bool:
    """Whether an officer says what was done: the circuit of all, an association of its own."""
    try:
        own = _acting(ledger, officer)
    except NotYours:
        return False
    return own is None or own.association_id == one.association_id


def choose_action(ledger: Ledger, family_id: UUID, action_id: UUID) -> bool:
    """A family chooses an action; False: no place is left. Safe to retry. Errors: `LookupError`."""
    book_no = ledger.book(CIRCUIT_BOOK).book_no
    with ledger.reading() as db:
        one = read_action(db, book_no, action_id)
    if one is None:
        raise LookupError(action_id)
    said: dict[str, Json] = {"title": one.title, "day": one.day, "by": one.proposer}
    if not keep_words(ledger, family_id, f"action/{action_id.hex}", said):
        raise LookupError(family_id)
    chosen = Choice(action_id, family_id, CHOSEN)
    return ledger.write(lambda db: set_choice(db, book_no, chosen))


def leave_action(ledger: Ledger, family_id: UUID, action_id: UUID) -> bool:
    """A family changes its mind, without any consequence; False: it was done already."""
    book_no = ledger.book(CIRCUIT_BOOK).book_no
    left = Choice(action_id, family_id, LEFT)
    return ledger.write(lambda db: set_choice(db, book_no, left))


def record_done(
    ledger: Ledger,
    choice: tuple[UUID, UUID],
    seen: Seen,
    *,
    officer: Officer,
    key: RequestId,
    now: Instant,
) -> Decision:
    """Record that a family did an action (action, family) that it chose, once. Safe to retry.

    A no is a decision: `not_approved` (not of the association, or nobody chose it),
    `already_claimed`, `ceiling_reached` (the family gave as much as its limit lets it). Errors:
    `NotHours`, `ValueError`, `LookupError`.
    """
    book = ledger.book(CIRCUIT_BOOK)
    with ledger.reading() as db:
        one = read_action(db, book.book_no, choice[0])
        chosen = status_of(db, book.book_no, choice)
    if one is None:
        raise LookupError(choice[0])
    if checked_minutes(seen.minutes) > one.minutes or len(seen.note) > LONGEST:
        raise NotHours("no more than the action was, and in few words")
    allowed = _may_see(ledger, officer, one) and chosen in {CHOSEN, DONE}
    if allowed and seen.note:
        keep_words(ledger, choice[1], f"outcome/{choice[0].hex}", {"note": seen.note})
    request = _done(book, choice, seen, officer, key, now)
    request = request if allowed else replace(request, refuse=Code.NOT_APPROVED)
    [decision] = book.submit([request])
    if decision.accepted:
        done = Choice(*choice, DONE)
        ledger.write(lambda db: set_choice(db, book.book_no, done))
    return decision


def _done(  # noqa: PLR0917 -- who saw which choice done.
    book: Book, choice: tuple[UUID, UUID], seen: Seen, officer: Officer, key: RequestId,
    now: Instant,
) -> Request:  # fmt: skip
    """The fund of hours owes what the family gave to all."""
    action_id, family_id = choice
    rules = rules_of_hours(book, now)
    giver, fund = balances(book, [family_id, FUND], rules, now)
    row = Row("action_done", {
        "action_id": action_id, "family_id": family_id, "minutes": seen.minutes,
        "alfa": str(seen.alfa), "beta": str(seen.beta), "recorded_by": officer.person_id,
    })  # fmt: skip
    return Request(
        id=key,
        kind=EntryKind.HOURS_GIVEN,
        items=(
            Claim(ClaimId(derived_id("action_done", action_id, family_id))),
            *hours_items(giver, fund, seen.minutes, rules),
        ),
        actor=f"officer:{officer.officer_id.hex}",
        occurred_at=now,
        asked={"action": action_id.hex, "family": family_id.hex, "minutes": seen.minutes},
        rows=(row,),
    )
