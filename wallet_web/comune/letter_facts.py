"""What a letter about an application is made of: the call, the family, and one of five outcomes.

Plain values, amounts in cents. Not here: the words (`wallet_web.comune.outcome_words`).
"""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from ledger.core.entitlement.selection import Reason
from ledger.core.quantities import Amount


@dataclass(frozen=True, slots=True)
class CallTold:
    """What all letters of a call say. `act`, `appeal`: the comune's own texts, in Italian.

    `appeal`: to whom, where and by when; a letter that says no is not made without it (law
    241/1990, article 3). `sender`: lines; `contact`: where questions go.
    """

    sender: tuple[str, ...]
    programme: str
    call: str
    act: str
    contact: str
    appeal: str
    sent_on: date


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a letter is for. `address`: none where it is protected, and the letter is handed over.

    `application`: the code by which lists name it.
    """

    name: str
    address: tuple[str, ...]
    language: str
    application: str


@dataclass(frozen=True, slots=True)
class Award:
    """What was given. `categories`: of shops, none for all."""

    amount_cents: Amount
    first: date
    last: date
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing was given; what was found and what the limit is, in cents, where there is one."""

    reason: Reason
    found_cents: Amount | None = None
    limit_cents: Amount | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """The place among those who wait, from 1, and by which rule; `order`: of `CallRule`."""

    place: int
    places: int
    reason: Reason
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Integration:
    """What is missing: codes of `MISSING`, then the officer's own words; and until when."""

    missing: tuple[str, ...]
    last: date
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reminder:
    """What is left, until when."""

    left_cents: Amount
    last: date


Outcome: TypeAlias = Award | Refusal | Waiting | Integration | Reminder
