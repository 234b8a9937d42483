"""The circuit's rules and what a shop agrees on: versions that two persons of it sign.

A month that has begun keeps the rules that it began with, and a purchase those of its day.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from ledger.core.canonical import Json
from ledger.core.chart import CIRCUIT_BOOK, EntryKind
from ledger.core.circuit.rules import CircuitRules
from ledger.core.circuit.split import WHOLE, NoSplit
from ledger.core.codes import Code
from ledger.core.decisions import Decision
from ledger.core.ids import ClaimId, RequestId, derived_id
from ledger.core.items import Claim
from ledger.core.programmes import day_of
from ledger.core.quantities import Instant
from ledger.core.requests import Request, Row, Value
from ledger.store.book import Book, Ledger
from ledger.store.network.people import Officer
from ledger.store.registers.circuit import last_version, rule_versions, rules_on


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a shop agrees on: a discount (basis points) from one day to another."""

    shop_id: UUID
    points: int
    starts_on: date
    ends_on: date


def sign_circuit_rules(
    ledger: Ledger,
    rules: CircuitRules,
    starts_on: date,
    *,
    signed_by: tuple[Officer, Officer],
    key: RequestId,
    now: Instant,
) -> Decision:
    """Give the circuit rules from the first of a month on; safe to retry.

    Errors: `ValueError` for another day than the first. A no is a decision: `too_late` for a month
    that has begun under other rules, `not_approved`.
    """
    if starts_on.day != 1:
        message = "rules begin on the first of a month"
        raise ValueError(message)
    book = ledger.book(CIRCUIT_BOOK)
    with ledger.reading() as db:
        known = rule_versions(db, book.book_no)
    version = len(known) + 1
    row = _row("circuit_rule", signed_by, {
        "version": version, "rules": rules.text(), "starts_on": starts_on.isoformat(),
    })  # fmt: skip
    late = known and starts_on <= day_of(now)
    words: dict[str, Json] = {"rules": rules.text(), "starts": starts_on.isoformat()}
    claim = derived_id("circuit_rule", version)
    refusal = Code.TOO_LATE if late else None
    return _sign(book, claim, row, words, refusal, signed_by=signed_by, key=key, now=now)


def agree_discount(
    ledger: Ledger,
    asked: Agreement,
    *,
    signed_by: tuple[Officer, Officer],
    key: RequestId,
    now: Instant,
) -> Decision:
    """Write down what a shop agreed on; safe to retry.

    Errors: `NoSplit` for less than the fund's share or more than all; `ValueError` for an end
    before the start; `LookupError` where the circuit has no rules on that day. A no is a decision:
    `too_late` for a start in the past, `not_approved`.
    """
    if asked.ends_on < asked.starts_on:
        message = "an agreement ends after it begins"
        raise ValueError(message)
    book = ledger.book(CIRCUIT_BOOK)
    with ledger.reading() as db:
        rules = rules_on(db, book.book_no, asked.starts_on.isoformat())
        version = last_version(db, book.book_no, asked.shop_id) + 1
    if rules is None:
        raise LookupError(asked.starts_on)
    if not rules.rules.fund_points <= asked.points <= WHOLE:
        raise NoSplit("a discount is between the fund's share and 100 %")
    days: dict[str, Value | None] = {
        "starts_on": asked.starts_on.isoformat(), "ends_on": asked.ends_on.isoformat(),
    }  # fmt: skip
    named: dict[str, Value | None] = {"shop_id": asked.shop_id, "points": asked.points}
    values = named | {"version": version} | days
    words: dict[str, Json] = {
        "shop": asked.shop_id.hex, "points": asked.points,
        "starts": asked.starts_on.isoformat(), "ends": asked.ends_on.isoformat(),
    }  # fmt: skip
    refusal = Code.TOO_LATE if asked.starts_on < day_of(now) else None
    claim = derived_id("shop_discount", asked.shop_id, version)
    row = _row("shop_discount", signed_by, values)
    return _sign(book, claim, row, words, refusal, signed_by=signed_by, key=key, now=now)


def _row(table: str, signed_by: tuple[Officer, Officer], values: dict[str, Value | None]) -> Row:
    one, other = signed_by
    return Row(table, values | {"proposed_by": one.person_id, "approved_by": other.person_id})


def _sign(
    book: Book,
    claim: UUID,
    row: Row,
    words: dict[str, Json],
    refusal: Code | None,
    *,
    signed_by: tuple[Officer, Officer],
    key: RequestId,
    now: Instant,
) -> Decision:
    one, other = signed_by
    here = one.book_no == other.book_no == book.book_no
    two = here and other.role == "approver" and one.person_id != other.person_id
    earlier = book.decision(key)
    request = Request(
        id=key,
        kind=EntryKind.REGISTRATION,
        items=(Claim(ClaimId(claim)),),
        actor=f"officer:{one.officer_id.hex}",
        occurred_at=now,
        asked=words | {"approved_by": other.officer_id.hex},
        rows=() if earlier else (row,),
        refuse=refusal if two else Code.NOT_APPROVED,
    )
    [decision] = book.submit([request])
    return decision
