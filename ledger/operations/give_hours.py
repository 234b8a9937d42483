"""Hours given and received: a family says what it gave, another signs it; or both sign on paper.

Each stands with the bank only, within the rules' limits. An hour is never money, and no aid hangs
on it. Not here: actions in return (`offer_action`). Source: design 4.2; domain.md 4.3.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from ledger.core.canonical import Json
from ledger.core.chart import CIRCUIT_BOOK, EntryKind
from ledger.core.circuit.hours import (
    FUND,
    HoursCheque,
    checked_day,
    checked_minutes,
    hours_items,
)
from ledger.core.codes import Code
from ledger.core.decisions import Decision
from ledger.core.ids import RequestId
from ledger.core.items import Item
from ledger.core.programmes import day_of
from ledger.core.quantities import Instant
from ledger.core.requests import Request
from ledger.store.book import Book, Ledger
from ledger.store.network.people import Officer
from ledger.store.registers.hours import (
    balances,
    keep_words,
    offer_row,
    open_offers,
    rules_of_hours,
    signed,
)
from ledger.store.registers.proposals import end_claim, end_row, proposal_claim

MAY_RECORD: Final = frozenset({"officer", "approver"})
LONGEST: Final = 300


class NoSuchCheque(LookupError):
    """No hours wait under this number, or they are one's own."""


@dataclass(frozen=True, slots=True)
class HoursGiven:
    """So many minutes (half hours) on a day; `what`: in the giver's words, for the vault."""

    minutes: int
    given_on: date
    what: str = ""


def offer_hours(
    ledger: Ledger, family_id: UUID, given: HoursGiven, *, key: RequestId, now: Instant
) -> Decision:
    """Say what a family gave; moves nothing until another family signs. Safe to retry.

    Errors: `NotHours`; `ValueError` for words that are too long; `LookupError` where there is no
    circuit, no rules, or no such family.
    """
    book = ledger.book(CIRCUIT_BOOK)
    rules_of_hours(book, now)
    minutes, day = checked_minutes(given.minutes), checked_day(given.given_on, day_of(now))
    if len(given.what) > LONGEST:
        message = "what was done is said in few words"
        raise ValueError(message)
    one = HoursCheque(key, family_id, minutes, day)
    said: dict[str, Json] = {"minutes": minutes, "day": day, "what": given.what}
    if not keep_words(ledger, family_id, f"hours/{key.hex}", said):
        raise LookupError(family_id)
    return _decided(book, Request(
        id=key, kind=EntryKind.REGISTRATION, items=(proposal_claim(key),),
        actor=f"family:{family_id.hex}", occurred_at=now,
        asked={"hours": one.content_hash().hex()}, rows=(offer_row(one),),
    ))  # fmt: skip


def sign_hours(
    ledger: Ledger, family_id: UUID, number: str, *, key: RequestId, now: Instant
) -> Decision:
    """The receiver signs what another family gave it, by the number it was told. Safe to retry.

    Whoever asks has given code and PIN. A no is a decision: `insufficient_funds` (the receiver is
    at its limit), `ceiling_reached` (the giver is), `already_claimed`. Errors: `NoSuchCheque`;
    `LookupError` as above.
    """
    book = ledger.book(CIRCUIT_BOOK)
    wanted = number.upper().replace("-", "").replace(" ", "")
    earlier = book.decision(key)
    if earlier is not None and _is_again(earlier, family_id, wanted):
        return earlier._replace(replayed=True)
    with ledger.reading() as db:
        waiting = open_offers(db, book.book_no)
    one = next((two for two in waiting if two.number == wanted), None)
    if one is None or one.family_id == family_id:
        raise NoSuchCheque(number)
    return _decided(book, Request(
        id=key, kind=EntryKind.HOURS_GIVEN,
        items=(
            end_claim(one.offer_id),
            *_items(book, (one.family_id, family_id), one.minutes, now),
        ),
        actor=f"family:{family_id.hex}", occurred_at=now,
        asked={
            "hours": one.content_hash().hex(), "receiver": family_id.hex, "number": one.number,
        },
        rows=(end_row(signed(one), "confirmed", family_id),),
    ))  # fmt: skip


def _is_again(earlier: Decision, family_id: UUID, wanted: str) -> bool:
    """Whether a key that has its answer is asked with the same words."""
    asked = earlier.request.asked or {}
    return (asked.get("receiver"), asked.get("number")) == (family_id.hex, wanted)


def withdraw_hours(
    ledger: Ledger, family_id: UUID, offer_id: UUID, *, key: RequestId, now: Instant
) -> Decision:
    """Take back what nobody has signed yet. Errors: `NoSuchCheque`, also of somebody else's."""
    book = ledger.book(CIRCUIT_BOOK)
    with ledger.reading() as db:
        own = open_offers(db, book.book_no, family_id=family_id)
    one = next((two for two in own if two.offer_id == offer_id), None)
    if one is None:
        raise NoSuchCheque(offer_id)
    return _decided(book, Request(
        id=key, kind=EntryKind.REGISTRATION, items=(end_claim(offer_id),),
        actor=f"family:{family_id.hex}", occurred_at=now, asked={"withdraw": offer_id.hex},
        rows=(end_row(signed(one), "withdrawn", family_id),),
    ))  # fmt: skip


def give_to_hours_fund(
    ledger: Ledger, family_id: UUID, minutes: int, *, key: RequestId, now: Instant
) -> Decision:
    """A family gives hours it has to the fund of hours, for who cannot give any. Safe to retry.

    A no is a decision (`insufficient_funds`: it has not given so many). Errors: `NotHours`;
    `LookupError` where there is no circuit or no rules.
    """
    book = ledger.book(CIRCUIT_BOOK)
    wanted = checked_minutes(minutes)
    known = balances(book, [family_id], rules_of_hours(book, now), now)
    return _decided(book, Request(
        id=key, kind=EntryKind.HOURS_GIVEN,
        items=_items(book, (FUND, family_id), wanted, now),
        actor=f"family:{family_id.hex}", occurred_at=now,
        asked={"gift": family_id.hex, "minutes": wanted},
        refuse=Code.INSUFFICIENT_FUNDS if known[0][1] < wanted else None,
    ))  # fmt: skip


def record_paper_hours(
    ledger: Ledger,
    sides: tuple[UUID, UUID],
    given: HoursGiven,
    *,
    officer: Officer,
    key: RequestId,
    now: Instant,
) -> Decision:
    """What giver and receiver (families) both signed on paper, by an operator of the association.

    Safe to retry. A no is a decision, as for `sign_hours`, and `not_approved`. Errors: as
    `offer_hours`; `ValueError` for the same family twice.
    """
    giver, receiver = sides
    if giver == receiver:
        message = "giver and receiver are two families"
        raise ValueError(message)
    book = ledger.book(CIRCUIT_BOOK)
    minutes, day = checked_minutes(given.minutes), checked_day(given.given_on, day_of(now))
    said: dict[str, Json] = {"minutes": minutes, "day": day, "what": given.what}
    if not keep_words(ledger, giver, f"hours/{key.hex}", said):
        raise LookupError(giver)
    is_here = officer.book_no == book.book_no and officer.role in MAY_RECORD
    return _decided(book, Request(
        id=key, kind=EntryKind.HOURS_GIVEN, items=_items(book, sides, minutes, now),
        actor=f"officer:{officer.officer_id.hex}", occurred_at=now,
        asked={"giver": giver.hex, "receiver": receiver.hex, "minutes": minutes, "day": day},
        refuse=None if is_here else Code.NOT_APPROVED,
    ))  # fmt: skip


def _items(
    book: Book, sides: tuple[UUID | None, UUID | None], minutes: int, now: Instant
) -> tuple[Item, ...]:
    """Giver and receiver, on the balances of this moment; the book decides on its own."""
    rules = rules_of_hours(book, now)
    giver, receiver = balances(book, sides, rules, now)
    return hours_items(giver, receiver, minutes, rules)


def _decided(book: Book, request: Request) -> Decision:
    [decision] = book.submit([request])
    return decision
