"""Hours as they stand: a family's, and all of them for the association. Minutes; nobody's name.

Not here: what moves them (`give_hours`, `offer_action`). Source: domain.md 4.3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger.core.chart import CIRCUIT_BOOK
from ledger.core.circuit.hours import FUND, HoursCheque, member_account, spoken
from ledger.core.circuit.rules import CircuitRules
from ledger.core.ids import derived_id
from ledger.core.programmes import day_of
from ledger.core.quantities import Instant
from ledger.reports.rows import first_row, query, rows
from ledger.store.book import Ledger
from ledger.store.reader import StatementLine
from ledger.store.registers.circuit import rules_on
from ledger.store.registers.hours import (
    CHOSEN,
    LEFT,
    OPEN,
    Action,
    Choice,
    open_offers,
    read_actions,
    read_choices,
)

LINES: Final = 30


@dataclass(frozen=True, slots=True)
class Place:
    """That somebody chose an action: a number to say at the door, and what became of it."""

    action_id: UUID
    family_id: UUID
    status: str

    @property
    def waits(self) -> bool:
        """Whether nobody has said yet that it was done."""
        return self.status == CHOSEN

    @property
    def number(self) -> str:
        """What the family says, and the association sees: never a name."""
        return spoken(derived_id("action_place", self.action_id, self.family_id))


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action, who chose it, and of a family that asks its own place."""

    action: Action
    places: tuple[Place, ...]
    own: Place | None = None

    @property
    def free(self) -> int:
        """How many places are left."""
        return self.action.places - len(self.places)


@dataclass(frozen=True, slots=True)
class FamilyHours:
    """What a family gave less what it received, its limits, and what waits or may be chosen."""

    balance: int
    rules: CircuitRules
    lines: tuple[StatementLine, ...]
    offers: tuple[HoursCheque, ...]
    actions: tuple[ActionRow, ...]


@dataclass(frozen=True, slots=True)
class HoursTotals:
    """All members: how many, how much was given in all; `fund`: what the fund of hours has."""

    members: int
    given: int
    fund: int


TOTALS = query(
    """
    SELECT (SELECT COUNT(*) FROM account a WHERE a.book_no = :book_no AND a.kind = 'member'
               AND a.owner IS NOT NULL) AS members,
           CAST(COALESCE((SELECT SUM(t.amount) FROM transfer t
             JOIN account c ON c.book_no = t.book_no AND c.account_id = t.credit
            WHERE t.book_no = :book_no AND t.unit = 'HOURS' AND c.owner IS NOT NULL), 0) AS BIGINT)
             AS given,
           CAST(COALESCE((SELECT SUM(a.credits_posted - a.debits_posted) FROM account a
             WHERE a.book_no = :book_no AND a.kind = 'member' AND a.owner IS NULL), 0) AS BIGINT)
             AS fund
      FROM book b WHERE b.book_no = :book_no
    """,
    HoursTotals,
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many actions ended so: alfa, what was planned; beta, whether something came on top."""

    alfa: str
    beta: str
    times: int
    minutes: int


OUTCOMES = query(
    """
    SELECT alfa, beta, COUNT(*) AS times, CAST(SUM(minutes) AS BIGINT) AS minutes
      FROM action_done WHERE book_no = :book_no GROUP BY alfa, beta ORDER BY alfa, beta
    """,
    Outcome,
)


@dataclass(frozen=True, slots=True)
class HoursPage:
    """What the association sees."""

    totals: HoursTotals
    actions: tuple[ActionRow, ...]
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class _Member:
    minutes: int
    version: int


MEMBER = query(
    """
    SELECT credits_posted - debits_posted AS minutes, version FROM account
     WHERE book_no = :book_no AND account_id = :account
    """,
    _Member,
    given="account",
)


def family_hours(ledger: Ledger, family_id: UUID, *, now: Instant) -> FamilyHours | None:
    """A family's hours; None: there is no circuit, or it has no rules."""
    try:
        book = ledger.book(CIRCUIT_BOOK)
    except LookupError:
        return None
    account, today = member_account(family_id), day_of(now).isoformat()
    with ledger.reading() as db:
        rules = rules_on(db, book.book_no, today)
        held = first_row(db, MEMBER, _Member, {"book_no": book.book_no, "account": account})
        offers = open_offers(db, book.book_no, family_id=family_id)
        actions, choices = read_actions(db, book.book_no), read_choices(db, book.book_no)
    if rules is None:
        return None
    version = held.version if held else 0
    lines = book.statement(account, max(0, version - LINES), LINES) if version else ()
    known = _rows(actions, choices, family_id)
    open_now = [one for one in known if one.own or _is_ahead(one.action, today)]
    return FamilyHours(
        held.minutes if held else 0, rules.rules, lines[::-1], offers, tuple(open_now)
    )


def _is_ahead(one: Action, today: str) -> bool:
    return one.status == OPEN and one.day >= today


def _rows(
    actions: Sequence[Action], choices: Sequence[Choice], family_id: UUID | None = FUND
) -> list[ActionRow]:
    found = []
    for one in actions:
        places = tuple(
            Place(two.action_id, two.family_id, two.status)
            for two in choices
            if two.action_id == one.action_id and two.status != LEFT
        )
        own = next((two for two in places if two.family_id == family_id), None)
        found.append(ActionRow(one, places, own))
    return found


def own_actions(ledger: Ledger, association_id: UUID) -> tuple[ActionRow, ...]:
    """The actions of one association, and who chose each, by number."""
    return tuple(
        one for one in hours_page(ledger).actions if one.action.association_id == association_id
    )


def hours_page(ledger: Ledger) -> HoursPage:
    """All hours. Errors: `LookupError`: there is no circuit."""
    book_no = ledger.book(CIRCUIT_BOOK).book_no
    with ledger.reading() as db:
        totals = first_row(db, TOTALS, HoursTotals, {"book_no": book_no})
        outcomes = rows(db, OUTCOMES, Outcome, {"book_no": book_no})
        actions, choices = read_actions(db, book_no), read_choices(db, book_no)
    assert totals is not None
    return HoursPage(totals, tuple(_rows(actions, choices)), outcomes)
