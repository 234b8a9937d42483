"""The grammar of a leaf: canonical JSON, and which fields a request and its items have.

Source: FORMAT.md sections 1 to 4. Not here: what a request does (`effects`).
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, NoReturn

from scripts.verifier.findings import WrongError
from scripts.verifier.rules import ACCOUNT_KINDS, CODES, ENTRY_KINDS, MAX

NIL: Final = "0" * 32
DEPTH: Final = 6  # Of a caller's own words.

_ID: Final = re.compile("[0-9a-f]{32}").fullmatch
_HASH: Final = re.compile("[0-9a-f]{64}").fullmatch
_UNIT: Final = re.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,31}").fullmatch
_KEY: Final = re.compile("[a-z0-9_]{1,40}").fullmatch
_LONE: Final = re.compile("[\x00\ud800-\udfff]").search


def _no_number(token: str) -> NoReturn:
    raise WrongError("form", why=f"number {token[:40]}")


_read = json.JSONDecoder(parse_float=_no_number, parse_constant=_no_number).decode
_write = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":"), sort_keys=True
).encode


def read_json(text: str) -> Any:  # noqa: ANN401 -- JSON.
    """Read JSON without floats. Errors: `WrongError`."""
    try:
        return _read(text)
    except (ValueError, RecursionError) as error:
        raise WrongError("form", why="JSON") from error


def write_json(value: object) -> str:
    """Write a value in the one way that the format knows."""
    return _write(value)


def is_integer(value: object) -> bool:
    """Whether it is an integer that every reader holds."""
    return type(value) is int and -MAX <= value <= MAX


def is_amount(value: object) -> bool:
    """Whether it is an amount, from 1."""
    return type(value) is int and 0 < value <= MAX


def is_text(value: object) -> bool:
    """Whether it is text that can be written."""
    return type(value) is str and not _LONE(value)


def is_id(value: object) -> bool:
    """Whether it is an id, not the nil one."""
    return type(value) is str and _ID(value) is not None and value != NIL


def is_hash(value: object) -> bool:
    """Whether it is 32 bytes in hexadecimal."""
    return type(value) is str and _HASH(value) is not None


def is_unit(value: object) -> bool:
    """Whether it can name a unit."""
    return type(value) is str and _UNIT(value) is not None


def is_words(value: object, depth: int = DEPTH) -> bool:
    """Whether it is plain: objects, arrays, text, truth, integers, not nested too deeply."""
    kind = type(value)
    if depth == 0:
        return False
    if kind is dict:
        fields: dict[str, object] = value  # type: ignore[assignment]
        return all(_KEY(key) and is_words(one, depth - 1) for key, one in fields.items())
    if kind is list:
        return all(is_words(one, depth - 1) for one in value)  # type: ignore[attr-defined]
    return is_text(value) or kind is bool or is_integer(value)


def _one_of(names: frozenset[str]) -> Callable[[object], bool]:
    return lambda value: type(value) is str and value in names


def _all(check: Callable[[object], bool], least: int = 0) -> Callable[[object], bool]:
    def holds(value: object) -> bool:
        return type(value) is list and len(value) >= least and all(map(check, value))

    return holds


def _is_leg(value: object) -> bool:
    if type(value) is not list or len(value) not in {2, 3}:
        return False
    return is_id(value[0]) and is_id(value[1]) and all(map(is_amount, value[2:]))


def _is_asked(value: object) -> bool:
    return type(value) is dict and "kind" not in value and is_words(value)


class Shape(NamedTuple):
    """The fields of an object: those it has, and those it may have."""

    has: Mapping[str, Callable[[Any], bool]]
    may: Mapping[str, Callable[[Any], bool]] = {}

    def fits(self, value: object) -> bool:
        """Whether an object has these fields, and no others."""
        if type(value) is not dict:
            return False
        missing = len(self.has)
        for name, field in value.items():
            check = self.has.get(name)
            missing -= check is not None
            check = check or self.may.get(name)
            if check is None or not check(field):
                return False
        return missing == 0


_BOUNDS: Final = {"floor": is_integer, "ceiling": is_integer}
_ENDS: Final = {"debit": is_id, "credit": is_id, "amount": is_amount, "unit": is_unit}
_LEGS: Final = _all(_is_leg)
_NAMED: Final = Shape({"id": is_id})
_KIND_OF_ACCOUNT: Final = _one_of(ACCOUNT_KINDS)

ITEMS: Final = {
    "open": Shape(
        {"id": is_id, "unit": is_unit, "kind": _KIND_OF_ACCOUNT}, _BOUNDS | {"owner": is_id}
    ),
    "close": _NAMED,
    "bounds": Shape({"id": is_id}, _BOUNDS),
    "transfer": Shape(_ENDS),
    "draw": Shape(
        {"legs": _LEGS},
        {
            "total": is_amount,
            "partial": lambda value: value is True,
            "claim": is_id,
            "if_claimed": _LEGS,
        },
    ),
    "claim": _NAMED,
    "hold": Shape(_ENDS | {"id": is_id, "until": is_integer}),
    "post": Shape({"id": is_id}, {"amount": is_amount}),
    "void": _NAMED,
    "expire": _NAMED,
    "reverse": Shape({"entry": is_id}),
    "close_period": Shape({"period": is_integer}),
    "seal": Shape({"units": _all(is_unit)}),
    "erase": Shape({"commitments": _all(is_hash)}),
}


def _is_item(value: object) -> bool:
    if type(value) is not dict or len(value) != 1:
        return False
    [(name, fields)] = value.items()
    shape = ITEMS.get(name)
    if shape is None or not shape.fits(fields):
        return False
    return name != "draw" or ("claim" in fields) is ("if_claimed" in fields)


_REQUEST: Final = Shape(
    {
        "id": is_id,
        "kind": _one_of(ENTRY_KINDS),
        "items": _all(_is_item),
        "actor": is_text,
        "occurred_at": is_integer,
    },
    {
        "asked": _is_asked,
        "refuse": _one_of(CODES - {"accepted"}),
        "rows": is_hash,
        "commitments": _all(is_hash, 1),
        "scope": is_id,
    },
)
_LEAF: Final = Shape(
    {
        "book": is_text,
        "code": _one_of(CODES),
        "facts": lambda value: type(value) is dict,
        "index": is_integer,
        "period": is_integer,
        "recorded_at": is_integer,
        "request": _REQUEST.fits,
        "transfers": lambda value: type(value) is list,
        "v": is_integer,
    }
)


def read_leaf(text: str) -> dict[str, Any]:
    """Read one leaf and look at the fields of its request. Errors: `WrongError`.

    Whether it is canonical is seen when the recomputed leaf is compared with it.
    """
    leaf: dict[str, Any] = read_json(text)
    if not _LEAF.fits(leaf):
        raise WrongError("form", why=_which(leaf))
    return leaf


def _which(leaf: object) -> str:
    """The field that does not fit, for the finding."""
    if type(leaf) is not dict:
        return "JSON"
    for shape, value, prefix in ((_LEAF, leaf, ""), (_REQUEST, leaf.get("request"), "request.")):
        names = {**shape.has, **shape.may}
        fields = value if type(value) is dict else {}
        wrong = [name for name in fields if name not in names or not names[name](fields[name])]
        wrong += [name for name in shape.has if name not in fields]
        if wrong and wrong != ["request"]:
            return prefix + str(wrong[0])[:40]
    return "request"
