"""Base45, strict both ways: one text, one byte string. Not here: the prefix."""

import struct
from collections.abc import Sequence
from itertools import product

from ledger.token.refusal import Reason, TokenRefused

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_BASE = len(ALPHABET)
_SQUARE = _BASE**2
_PAIRS = [low + high for high, low in product(ALPHABET, repeat=2)]
_OUTSIDE = 255
_VALUES = bytes(ALPHABET.find(chr(code)) % (_OUTSIDE + 1) for code in range(_OUTSIDE + 1))
_LARGEST_TRIPLE, _LARGEST_PAIR = 0xFFFF, 0xFF


def encode(raw: bytes) -> str:
    """Write bytes as base45: three characters for two bytes, two for a last one alone.

    Source: RFC 9285.
    """
    whole = len(raw) // 2
    numbers = struct.unpack(f">{whole}H", raw[: 2 * whole])
    text = "".join([_PAIRS[one % _SQUARE] + ALPHABET[one // _SQUARE] for one in numbers])
    return text + _PAIRS[raw[-1]] if len(raw) % 2 else text


def decode(text: str) -> bytes:
    """Read what `encode` writes, and nothing else.

    Errors: TokenRefused (BASE45) for a character outside the alphabet, lower case and white space
    at the ends included, an impossible length, a triple above 65,535 or a pair above 255.
    Source: RFC 9285.
    """
    # What is not ASCII becomes "?", which is outside the alphabet.
    values = text.encode("ascii", "replace").translate(_VALUES)
    check_alphabet(values)
    check_length(values)
    whole = len(values) // 3 * 3
    columns = (values[place:whole:3] for place in range(3))
    triples = [low + _BASE * (mid + _BASE * high) for low, mid, high in zip(*columns, strict=True)]
    check_fits(triples, _LARGEST_TRIPLE)
    pairs = [values[-2] + _BASE * values[-1]] if len(values) > whole else []
    check_fits(pairs, _LARGEST_PAIR)
    return struct.pack(f">{len(triples)}H", *triples) + bytes(pairs)


def check_alphabet(values: bytes) -> None:
    """Refuse a text with a character that base45 does not have."""
    if _OUTSIDE in values:
        raise TokenRefused(Reason.BASE45)


def check_length(values: bytes) -> None:
    """Refuse a text with one character left over, which no bytes give."""
    if len(values) % 3 == 1:
        raise TokenRefused(Reason.BASE45)


def check_fits(numbers: Sequence[int], largest: int) -> None:
    """Refuse groups of characters that stand for more than their bytes hold."""
    if any(number > largest for number in numbers):
        raise TokenRefused(Reason.BASE45)
