"""What a field of a request must look like; whoever gives another is told so, and nothing else.

Not here: the fields themselves (`items`, `requests`). Source: FORMAT.md sections 2 and 3.
"""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from ledger.core.canonical import Json, check_words
from ledger.core.quantities import MAX_AMOUNT, Amount, Unit, is_amount, is_unit

HASH_SIZE: Final = 32


class MalformedRequest(ValueError):
    """A request that is no request: nothing is decided and nothing is stored."""


def refuse_unless(holds: object, message: str) -> None:
    """Go on only if it holds. Errors: `MalformedRequest` with the message."""
    if not holds:
        raise MalformedRequest(message)


def wants_id(*ids: object) -> None:
    """Each is a UUID, not the nil one. Errors: `MalformedRequest`."""
    for one in ids:
        if not isinstance(one, UUID) or one.int == 0:
            raise MalformedRequest("an id is a UUID, not the nil one")


def wants_owner(owner: object) -> None:
    """An id, or nobody's. Errors: `MalformedRequest`."""
    if owner is not None:
        wants_id(owner)


def wants_integer(*values: object) -> None:
    """Each is an integer that JSON and every reader keep. Errors: `MalformedRequest`."""
    for value in values:
        if type(value) is not int or not -MAX_AMOUNT <= value <= MAX_AMOUNT:
            raise MalformedRequest("a time, bound or number is an integer within 2^53 - 1")


def wants_amount(amount: Amount) -> None:
    """Minor units, from 1. Errors: `MalformedRequest`."""
    if not is_amount(amount):
        raise MalformedRequest("an amount is an integer of minor units, from 1 to 2^53 - 1")


def wants_unit(unit: Unit) -> None:
    """The name of a unit. Errors: `MalformedRequest`."""
    if not is_unit(unit):
        raise MalformedRequest("a unit is 1 to 32 of A-Z a-z 0-9 _ . -")


def wants_bounds(floor: int | None, ceiling: int | None) -> None:
    """Minor units, where there are bounds. Errors: `MalformedRequest`."""
    wants_integer(*(bound for bound in (floor, ceiling) if bound is not None))


def wants_hashes(hashes: Iterable[object]) -> None:
    """Each is 32 bytes. Errors: `MalformedRequest`."""
    for one in hashes:
        if not isinstance(one, bytes) or len(one) != HASH_SIZE:
            raise MalformedRequest("a commitment is 32 bytes")


def among(value: object, members: frozenset[Any]) -> bool:
    """Whether it is one of the members, or a plain string equal to one."""
    return isinstance(value, str) and value in members


def checked(words: Json) -> Json:
    """Words that have a canonical form. Errors: `MalformedRequest`."""
    try:
        return check_words(words)
    except ValueError as error:
        raise MalformedRequest(str(error)) from error
