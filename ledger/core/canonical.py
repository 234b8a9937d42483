"""The one way to write a value as bytes: RFC 8785 without floats and null.

Objects with ASCII keys in order, arrays, strings, true and false, integers that every reader holds
exactly; no white space, UTF-8. Not here: which fields a request or a leaf has (`requests`).
"""

import json
import re
from collections.abc import Mapping
from typing import TypeAlias

from ledger.core.quantities import MAX_AMOUNT

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json]"

_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
_KEY = re.compile(r"[a-z0-9_]{1,40}")
_encoder = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":"), sort_keys=True
)


def canonical(value: Json) -> bytes:
    """Write an already checked value as its canonical bytes. Source: FORMAT.md, section 1."""
    return _encoder.encode(value).encode()


def canonical_text(value: Json) -> str:
    """The same as text, for who puts it into a larger one."""
    return _encoder.encode(value)


def check_words(value: object, *, depth: int = 6) -> Json:
    """Give back a caller's words, plain and canonical; refuse what the format cannot hold.

    Errors: `ValueError` for floats, null, other types, keys that are not `a-z 0-9 _`, integers
    beyond 2^53 - 1, NUL and lone surrogates, and nesting over `depth`.
    """
    if depth == 0:
        message = "nested too deeply"
        raise ValueError(message)
    if isinstance(value, Mapping):
        return {_key(key): check_words(item, depth=depth - 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [check_words(item, depth=depth - 1) for item in value]
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, str):
        return _text(value)
    message = f"{type(value).__name__} has no canonical form"
    raise ValueError(message)


def _key(key: object) -> str:
    if isinstance(key, str) and _KEY.fullmatch(key):
        return str(key)
    message = "a key is 1 to 40 of a-z, 0-9 and _"
    raise ValueError(message)


def _integer(value: int) -> int:
    if abs(value) <= MAX_AMOUNT:
        return int(value)
    message = "an integer is at most 2^53 - 1"
    raise ValueError(message)


def _text(value: str) -> str:
    if _UNWRITABLE.search(value):
        message = "a text holds no NUL and no lone surrogate"
        raise ValueError(message)
    return str(value)
