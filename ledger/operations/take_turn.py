"""Who stands at a till: operators with a PIN, their turn, and what a shop's owner decides of them.

PIN tries are counted before they are compared, as families' are (design 6). Not here: what an
operator may do with a sale (`refund`, `void_redemption`).
"""

from dataclasses import dataclass
from enum import StrEnum
from hmac import compare_digest
from typing import Final
from uuid import UUID

from ledger.core.quantities import Amount, Instant
from ledger.store.book import Ledger
from ledger.store.edges import random_id
from ledger.store.keys import keyed_hash
from ledger.store.network.operators import (
    RIGHTS,
    Operator,
    add_operator,
    change_operator_pin,
    count_operator_try,
    forgive_operator,
    operators_of,
    read_operator,
    set_refund_limit,
    take_all_leave,
    take_leave,
)
from ledger.store.network.people import set_turn

PIN_DIGITS: Final = 5
LONGEST: Final = 20


class WrongOperator(ValueError):
    """An operator that no shop can have; `field` says what is wrong."""

    def __init__(self, field: str) -> None:
        """Name the field."""
        super().__init__(field)
        self.field = field


class TurnOutcome(StrEnum):
    """What became of a PIN typed at a till."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"
    UNKNOWN = "unknown"  # No such operator in this shop.


@dataclass(frozen=True, slots=True)
class NewOperator:
    """An operator to be, as the owner types them."""

    nickname: str
    pin: str
    rights: str


def try_operator(ledger: Ledger, shop_id: UUID, operator_id: UUID, pin: str) -> TurnOutcome:
    """Count a try, then compare, then forgive if it was right."""
    with ledger.reading() as db:
        operator = read_operator(db, shop_id, operator_id)
    if operator is None:
        return TurnOutcome.UNKNOWN
    kept = ledger.write(lambda db: count_operator_try(db, operator_id))
    if kept is None:
        return TurnOutcome.LOCKED
    if not compare_digest(kept, _pin_hash(ledger, operator_id, pin)):
        return TurnOutcome.WRONG
    ledger.write(lambda db: forgive_operator(db, operator_id))
    return TurnOutcome.RIGHT


def _pin_hash(ledger: Ledger, operator_id: UUID, pin: str) -> bytes:
    """A PIN as it is kept: keyed by a key outside the book's store."""
    return keyed_hash(ledger.keys["pin"], operator_id.bytes, pin.encode())


def take_turn(
    ledger: Ledger, token: str, shop_id: UUID, operator_id: UUID, pin: str
) -> TurnOutcome:
    """Let an operator of this shop stand at the till of a session; a wrong PIN changes nothing."""
    outcome = try_operator(ledger, shop_id, operator_id, pin)
    if outcome is TurnOutcome.RIGHT:
        ledger.write(lambda db: set_turn(db, token, operator_id))
    return outcome


def end_turn(ledger: Ledger, token: str) -> None:
    """Lock the till of a session: the next one comes in by a PIN."""
    ledger.write(lambda db: set_turn(db, token, None))


def add_own_operator(ledger: Ledger, shop_id: UUID, asked: NewOperator, *, now: Instant) -> UUID:
    """Add an operator to a shop; the first one is its owner, or nobody could let others in.

    Errors: `WrongOperator`.
    """
    nickname = " ".join(asked.nickname.split())
    _check_pin(asked.pin)
    with ledger.reading() as db:
        present = operators_of(db, shop_id)
    for field, holds in (
        ("nickname", 0 < len(nickname) <= LONGEST),
        ("nickname_taken", nickname.lower() not in {one.nickname.lower() for one in present}),
        ("rights", asked.rights in RIGHTS),
        ("first_owner", bool(present) or asked.rights == "owner"),
    ):
        if not holds:
            raise WrongOperator(field)
    operator_id = random_id()
    made = Operator(operator_id, shop_id, nickname, asked.rights, "active", 0, now)
    ledger.write(lambda db: add_operator(db, made, _pin_hash(ledger, operator_id, asked.pin)))
    return operator_id


def _check_pin(pin: str) -> None:
    if not (len(pin) == PIN_DIGITS and pin.isascii() and pin.isdigit()):
        raise WrongOperator("pin")


def change_pin(ledger: Ledger, shop_id: UUID, operator_id: UUID, pin: str) -> None:
    """Give an operator another PIN, which unlocks too. Errors: `WrongOperator`, `LookupError`."""
    _check_pin(pin)
    _own(ledger, shop_id, operator_id)
    kept = _pin_hash(ledger, operator_id, pin)
    ledger.write(lambda db: change_operator_pin(db, operator_id, kept))


def unlock_operator(ledger: Ledger, shop_id: UUID, operator_id: UUID) -> None:
    """Let an operator try again. Errors: `LookupError`."""
    _own(ledger, shop_id, operator_id)
    ledger.write(lambda db: forgive_operator(db, operator_id))


def part_with(ledger: Ledger, shop_id: UUID, operator_id: UUID) -> None:
    """An operator leaves: nickname and PIN are forgotten.

    Errors: `LookupError`; `WrongOperator` for the last owner as long as others stay.
    """
    leaving = _own(ledger, shop_id, operator_id)
    with ledger.reading() as db:
        others = [one for one in operators_of(db, shop_id) if one != leaving]
    if others and all(one.rights != "owner" for one in others):
        raise WrongOperator("last_owner")
    ledger.write(lambda db: take_leave(db, operator_id))


def part_with_all(ledger: Ledger, shop_id: UUID) -> None:
    """Let a shop begin anew, whose owner forgot the PIN: its comune does that."""
    ledger.write(lambda db: take_all_leave(db, shop_id))


def _own(ledger: Ledger, shop_id: UUID, operator_id: UUID) -> Operator:
    with ledger.reading() as db:
        found = read_operator(db, shop_id, operator_id)
    if found is None:
        raise LookupError(operator_id)
    return found


def limit_refunds(ledger: Ledger, shop_id: UUID, cents: Amount | None) -> None:
    """From more than how much a refund wants a second operator; None: never."""
    ledger.write(lambda db: set_refund_limit(db, shop_id, cents))
