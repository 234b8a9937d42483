"""Our subset of CBOR, deterministic: one value, one byte string. Not here: what the values mean.

Whole numbers, byte strings, texts, arrays, maps with whole-number keys; no tag (the outer 18 of a
token belongs to `cose.py`).
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, Never

import cbor2

from ledger.token.refusal import Reason, TokenRefused

LARGEST_NUMBER = 2**53 - 1  # What a browser's number holds exactly.
MAX_DEPTH = 8


def encode(value: object) -> bytes:
    """Write a value in the one form that `decode` takes. Source: TOKENS.md 1."""
    return cbor2.dumps(value, canonical=True)


def decode(raw: bytes) -> Any:  # noqa: ANN401 - the payloads check every type themselves
    """Read one value of the subset, in the form that `encode` gives it.

    Errors: TokenRefused (CBOR), whatever the bytes are.
    """
    value = _load(raw)
    check_exact(value)
    check_canonical(value, raw)
    return value


def check_exact(value: object) -> None:
    """Refuse what is not of the subset to the letter: `true` and `1.0` are not 1, also as a key.

    A lone `{true: x}` or `{1.0: x}` re-encodes to itself and answers to 1: only this catches it.
    """
    if type(value) is dict:
        for key, inner in value.items():
            check_number(key)
            check_exact(inner)
    elif type(value) is list:
        for inner in value:
            check_exact(inner)
    elif type(value) is not bytes and type(value) is not str:
        check_number(value)


def check_number(value: object) -> None:
    """Refuse what is no whole number, or one that a browser would round."""
    if type(value) is not int or abs(value) > LARGEST_NUMBER:
        raise TokenRefused(Reason.CBOR)


def check_canonical(value: object, raw: bytes) -> None:
    """Refuse long forms, keys out of order, a key twice, indefinite lengths, bytes at the end."""
    if encode(value) != raw:
        raise TokenRefused(Reason.CBOR)


def _load(raw: bytes) -> object:
    try:
        return cbor2.loads(
            raw,
            max_depth=MAX_DEPTH,
            allow_indefinite=False,
            allow_duplicate_keys=False,
            semantic_decoders=_TAGS,
        )
    except cbor2.CBORDecodeError:
        pass
    raise TokenRefused(Reason.CBOR)


def _refuse_tag(*_: object) -> Never:
    raise ValueError


# Every tag is refused: the decoder would make patterns, mails, addresses or shared values of some.
_TAGS: defaultdict[int, Callable[..., Never]] = defaultdict(lambda: _refuse_tag)
