"""Exact fields: the checks that every object of this room is made of. Not here: the objects.

They raise ValueError and name the field, never its value; who reads a token turns that into the
one refusal, who writes one has made a mistake.
"""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from ledger.token.cose import Claims

ISS, EXP, IAT, CTI, BODY = 1, 4, 6, 7, -65537  # RFC 8392; the last is of the private range.
LARGEST = 0xFFFF_FFFF
_ISSUER = re.compile(r"[a-z0-9_]{1,9}", re.ASCII)


def body_of(claims: Claims, labels: AbstractSet[int], kind: int, length: int) -> list[Any]:
    """Take the array of an object of this type; exactly these claims, exactly this length.

    Errors: ValueError.
    """
    check_labels(claims, labels)
    body = claims[BODY]
    if type(body) is not list or len(body) != length or body[0] != kind:
        raise ValueError("not an object of this type")
    return body


def check_labels(claims: Mapping[int, Any], labels: AbstractSet[int]) -> None:
    """Want exactly these keys: nothing is missing, nothing is unknown."""
    if claims.keys() != labels:
        raise ValueError("other claims than those of the object")


def whole(name: str, value: object, low: int, high: int) -> None:
    """Want a whole number from `low` to `high`; a bool is none."""
    if type(value) is not int or not low <= value <= high:
        raise ValueError(f"{name} is no whole number from {low} to {high}")


def octets(name: str, value: object, size: int) -> None:
    """Want exactly this many bytes."""
    if type(value) is not bytes or len(value) != size:
        raise ValueError(f"{name} is not {size} bytes")


def issuer(name: str, value: object) -> None:
    """Want the name of a comune or of the Rete: `c_f205`."""
    if type(value) is not str or not _ISSUER.fullmatch(value):
        raise ValueError(f"{name} is no issuer")


def times(issued_at: object, expires_at: object) -> None:
    """Want two times in UTC seconds, the end after the issue."""
    whole("issued_at", issued_at, 1, LARGEST)
    whole("expires_at", expires_at, 1, LARGEST)
    if expires_at <= issued_at:  # type: ignore[operator]
        raise ValueError("expires_at is not after issued_at")
