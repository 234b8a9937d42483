"""Hours: what families say that they gave, actions in return, who chose one, what was seen done.

What was done, in words, lies in the vault with who did it. Not here: who may (`give_hours`,
`offer_action`), and balances.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from ledger.core.canonical import Json, canonical
from ledger.core.circuit.hours import HoursCheque, member_account, member_opening
from ledger.core.circuit.rules import CircuitRules
from ledger.core.programmes import day_of
from ledger.core.proposals import Signed
from ledger.core.quantities import Instant
from ledger.core.requests import Row
from ledger.store.book import Book, Ledger
from ledger.store.openings import open_missing
from ledger.store.people import add_papers, papers_of
from ledger.store.registers.circuit import rules_on
from ledger.store.schema import action, action_choice, family, hours_offer, proposal_end

OPEN, CHOSEN, LEFT, DONE = "open", "chosen", "left", "done"


@dataclass(frozen=True, slots=True)
class Action:
    """An action in return, as an association offers it: its own words, no names of people."""

    action_id: UUID
    proposer: str
    title: str
    place: str
    day: str
    minutes: int
    places: int
    status: str
    made_by: UUID
    association_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """That a family chose an action, and what became of it."""

    action_id: UUID
    family_id: UUID
    status: str


def offer_row(one: HoursCheque) -> Row:
    """The row that rides what a family says that it gave."""
    values = {name: getattr(one, name) for name in HoursCheque.__slots__}
    return Row("hours_offer", values | {"content_hash": one.content_hash()})


def signed(one: HoursCheque) -> Signed:
    """It as its end keeps it: the giver said it, another family signs it."""
    return Signed(one.offer_id, one.content_hash(), one.family_id)


def open_offers(
    db: Connection, book_no: int, *, family_id: UUID | None = None
) -> tuple[HoursCheque, ...]:
    """What nobody has signed or taken back yet: of a family, or of all."""
    ended = select(proposal_end.c.proposal_id).where(proposal_end.c.book_no == book_no)
    query = (
        select(hours_offer)
        .where(hours_offer.c.book_no == book_no, hours_offer.c.offer_id.not_in(ended))
        .order_by(hours_offer.c.log_index)
    )
    if family_id is not None:
        query = query.where(hours_offer.c.family_id == family_id)
    found = db.execute(query).mappings()
    return tuple(
        HoursCheque(**{name: row[name] for name in HoursCheque.__slots__}) for row in found
    )


def keep_words(ledger: Ledger, family_id: UUID, field: str, words: dict[str, Json]) -> bool:
    """Seal what a family did, once, with its person; False: there is no such family any more."""
    with ledger.reading() as db:
        who = db.execute(select(family.c.person_id).where(family.c.family_id == family_id))
        person = who.scalar()
    if person is None:
        return False
    if field not in papers_of(ledger, [person], fields=[field]).get(person, {}):
        add_papers(ledger, [(person, field, canonical(words).decode())])
    return True


def rules_of_hours(book: Book, now: Instant) -> CircuitRules:
    """The circuit's rules today. Errors: `LookupError` where it has none."""
    with book.ledger.reading() as db:
        found = rules_on(db, book.book_no, day_of(now).isoformat())
    if found is None:
        raise LookupError("rules")
    return found.rules


def balances(
    book: Book, owners: Sequence[UUID | None], rules: CircuitRules, now: Instant
) -> list[tuple[UUID | None, int]]:
    """Each with its balance in minutes; who has no account yet gets one."""
    open_missing(book, [member_opening(one, rules) for one in owners], now=now)
    return [(one, book.balance(member_account(one))) for one in owners]


def read_actions(db: Connection, book_no: int) -> tuple[Action, ...]:
    """Every action, the latest day first."""
    query = select(action).where(action.c.book_no == book_no)
    found = db.execute(query.order_by(action.c.day.desc(), action.c.action_id)).mappings()
    return tuple(Action(**{name: row[name] for name in Action.__slots__}) for row in found)


def read_action(db: Connection, book_no: int, action_id: UUID) -> Action | None:
    """One action."""
    return next((one for one in read_actions(db, book_no) if one.action_id == action_id), None)


def read_choices(db: Connection, book_no: int) -> tuple[Choice, ...]:
    """Who chose which action."""
    query = select(action_choice).where(action_choice.c.book_no == book_no)
    found = db.execute(query.order_by(action_choice.c.family_id)).mappings()
    return tuple(Choice(**{name: row[name] for name in Choice.__slots__}) for row in found)


def status_of(db: Connection, book_no: int, choice: tuple[UUID, UUID]) -> str | None:
    """Where a choice (action, family) is; None: never chosen."""
    query = select(action_choice.c.status).where(
        action_choice.c.book_no == book_no,
        action_choice.c.action_id == choice[0],
        action_choice.c.family_id == choice[1],
    )
    return db.execute(query).scalar()


def add_action(db: Connection, book_no: int, one: Action) -> None:
    """Keep an action; sent twice it is one."""
    if read_action(db, book_no, one.action_id) is None:
        values = {name: getattr(one, name) for name in Action.__slots__}
        db.execute(insert(action).values(book_no=book_no, **values))


_BEFORE: Final = {CHOSEN: (LEFT,), LEFT: (CHOSEN,), DONE: (CHOSEN,)}


def set_choice(db: Connection, book_no: int, one: Choice) -> bool:
    """Bring a choice to a status; False: it cannot come from where it is, or no place is left.

    On PostgreSQL the action's row is locked, so that places are given once.
    """
    query = select(action).where(action.c.book_no == book_no, action.c.action_id == one.action_id)
    row = db.execute(query.with_for_update()).mappings().first()
    if row is None:
        return False
    chosen = [two for two in read_choices(db, book_no) if two.action_id == one.action_id]
    own = next((two for two in chosen if two.family_id == one.family_id), None)
    if own == one:
        return True
    taken = sum(two.status != LEFT for two in chosen)
    if one.status == CHOSEN and (row["status"] != OPEN or taken >= row["places"]):
        return False
    if own is None:
        values = {name: getattr(one, name) for name in Choice.__slots__}
        if one.status == CHOSEN:
            db.execute(insert(action_choice).values(book_no=book_no, **values))
        return one.status == CHOSEN
    if own.status not in _BEFORE[one.status]:
        return False
    db.execute(
        update(action_choice)
        .where(action_choice.c.book_no == book_no, action_choice.c.action_id == one.action_id)
        .where(action_choice.c.family_id == one.family_id)
        .values(status=one.status)
    )
    return True
