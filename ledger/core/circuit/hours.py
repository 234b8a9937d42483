"""Hours given and received: minutes against the bank only, in half hours, within both limits. Pure.

An hour is no money and never becomes any. A member's balance is what it gave less what it received;
all of them together are nothing. Source: design 4.2; domain.md 4.3.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Final
from uuid import UUID

from ledger.core.canonical import Json, canonical
from ledger.core.chart import HOURS, AccountKind
from ledger.core.circuit.rules import CircuitRules
from ledger.core.ids import AccountId, derived_id
from ledger.core.items import Item, OpenAccount, SetBounds, Transfer

STEP: Final = 30  # Minutes: half an hour.
MOST: Final = 24 * 60  # In one go; a longer one is two.
FUND_BOUND: Final = 10_000_000  # Minutes: the fund of hours has no limit of its own.
FUND: Final = None  # The owner of the fund of hours (fondo ore): nobody.
_DIGITS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class NotHours(ValueError):
    """What is no number of half hours."""


class Alfa(StrEnum):
    """The direct result of an action: what it was planned for."""

    REACHED = "reached"
    PARTLY = "partly"
    MISSED = "missed"


class Beta(StrEnum):
    """Whether something more came of it, beyond what was planned; what it was is in words."""

    NONE = "none"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class HoursCheque:
    """What a family says that it gave: so many minutes, on a day (as 2026-12-01).

    Another family signs it (assegno-tempo). What was done lies in the vault, not here.
    """

    offer_id: UUID
    family_id: UUID
    minutes: int
    given_on: str

    def content_hash(self) -> bytes:
        """What the receiver signs."""
        said: dict[str, Json] = {
            "offer": self.offer_id.hex,
            "giver": self.family_id.hex,
            "minutes": self.minutes,
            "day": self.given_on,
        }
        return sha256(canonical(said)).digest()

    @property
    def number(self) -> str:
        """Eight characters that the giver tells the receiver."""
        return spoken(self.offer_id)


def spoken(of: UUID) -> str:
    """Eight characters to say aloud, that follow from an id and do not tell it."""
    bits = int.from_bytes(sha256(b"hours\0" + of.bytes).digest()[:5])
    return "".join(_DIGITS[bits >> 5 * at & 31] for at in range(7, -1, -1))


def checked_minutes(minutes: int) -> int:
    """So many minutes, if they are half hours. Errors: `NotHours`."""
    if not 0 < minutes <= MOST or minutes % STEP:
        raise NotHours("hours are given in half hours, a day at most")
    return minutes


def checked_day(given_on: date, today: date) -> str:
    """A day that has come. Errors: `NotHours`."""
    if given_on > today:
        raise NotHours("what was given was given already")
    return given_on.isoformat()


def member_account(owner: UUID | None) -> AccountId:
    """A member's account; None: the fund of hours."""
    return AccountId(derived_id("member", *(() if owner is None else (owner,))))


def member_opening(owner: UUID | None, rules: CircuitRules) -> OpenAccount:
    """What opens it, within the limits of the rules."""
    floor, ceiling = limits(owner, rules)
    return OpenAccount(
        member_account(owner), HOURS, AccountKind.MEMBER, floor=floor, ceiling=ceiling, owner=owner
    )


def limits(owner: UUID | None, rules: CircuitRules) -> tuple[int, int]:
    """How far a member may be below and above nothing, in minutes."""
    if owner is None:
        return -FUND_BOUND, FUND_BOUND
    return -rules.hours_below, rules.hours_above


def hours_items(
    giver: tuple[UUID | None, int],
    receiver: tuple[UUID | None, int],
    minutes: int,
    rules: CircuitRules,
) -> tuple[Item, ...]:
    """Debit who received, credit who gave; each with its balance (minutes) of a moment ago.

    The limits are set as they are now, unless somebody is beyond them already.
    """
    bounds = []
    for owner, balance in (giver, receiver):
        floor, ceiling = limits(owner, rules)
        if floor <= balance <= ceiling:
            bounds.append(SetBounds(member_account(owner), floor, ceiling))
    moved = Transfer(member_account(receiver[0]), member_account(giver[0]), minutes, HOURS)
    return (*bounds, moved)
