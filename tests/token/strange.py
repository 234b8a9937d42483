"""Strange tokens by the thousand, rightly signed or damaged: for comparing two readers."""

from collections.abc import Iterator
from random import Random
from typing import Any

import cbor2

from ledger.token import cbor
from tests.token.case import Case
from tests.token.town import (
    DENY_LIST,
    KEY_LIST,
    crafted,
    family_code,
    kid_named,
    receipt,
    shown,
    slip,
)

NUMBERS = (0, 1, 2, 3, 5, 9, 12, 24, 1000, 65535, 65536, 2**32 - 1, 2**32, 2**53 - 1, 2**53,
           2**64 - 1, -1, -19, -(2**53), 1 - 2**53, -65537)  # fmt: skip
PLAIN = (b"", bytes(7), bytes(8), bytes(16), "", "c_f205", "c_F205", "\ufeffa", "voucher", True,
         None, 1.0, 0.5, cbor2.undefined, cbor2.CBORTag(1, 5), cbor2.CBORTag(2, b"a"))  # fmt: skip
KEYS = (1, 4, 6, 7, -65537, 24, -1, -25, "a", b"k", True, 1.0)
BYTES = (0x00, 0x18, 0x1B, 0x5F, 0x78, 0x80, 0x9F, 0xA5, 0xBF, 0xC0, 0xF5, 0xF9, 0xFF)
SIGNERS = ("voucher", "family", "receipt", "giussano", "root")
OBJECTS = tuple(one.to_claims() for one in (slip(), family_code(), receipt(), KEY_LIST, DENY_LIST))
HEADERS = cbor.encode({1: -19, 4: kid_named("voucher")})


def value(chance: Random, depth: int = 0) -> object:
    kind = chance.randrange(9 if depth < 3 else 6)
    if kind < 3:
        return chance.choice(NUMBERS)
    if kind < 6:
        return chance.choice(PLAIN)
    several = range(chance.randrange(6))
    if kind < 8:
        return [value(chance, depth + 1) for _ in several]
    return {chance.choice(KEYS): value(chance, depth + 1) for _ in several}


def damaged(chance: Random, raw: bytes) -> bytes:
    changed = bytearray(raw)
    place = chance.randrange(len(raw))
    match chance.randrange(4):
        case 0:
            changed[place] ^= 1 << chance.randrange(8)
        case 1:
            changed[place] = chance.choice(BYTES)
        case 2:
            changed.insert(place, chance.randrange(256))
        case _:
            del changed[place]
    return bytes(changed)


def payload(chance: Random) -> bytes:
    claims: dict[int, Any] = dict(chance.choice(OBJECTS))
    body = claims[-65537] = list(claims[-65537])
    place = chance.randrange(len(body))
    match chance.randrange(5):
        case 0:
            return cbor2.dumps(value(chance), canonical=True)
        case 1:
            return damaged(chance, cbor.encode(claims))
        case 2:
            claims[chance.choice((1, 4, 5, 6, 7, -65537))] = value(chance)
        case 3:
            body[place] = value(chance)
        case _:
            body[place] = chance.choice(NUMBERS)
    return cbor2.dumps(claims, canonical=chance.random() < 0.9)


def token(chance: Random) -> bytes:
    name, said = chance.choice(SIGNERS), payload(chance)
    match chance.randrange(6):
        case 0:
            return damaged(chance, crafted(payload=said, name=name))
        case 1:
            return crafted(payload=said, name=name, protected=damaged(chance, HEADERS))
        case 2:
            headers = cbor2.dumps(value(chance), canonical=True)
            return crafted(payload=said, name=name, protected=headers)
        case _:
            return crafted(payload=said, name=name)


def strange_cases(seed: int, count: int) -> Iterator[Case]:
    chance = Random(seed)
    for number in range(count):
        raw = token(chance)
        name = f"seed {seed}, number {number}"
        if len(raw) > 390 or chance.random() < 0.2:
            what = chance.choice(("key_list", "deny_list"))
            yield Case(name=name, what=what, input=raw.hex(), outcome="?")
        else:
            what = chance.choice(("payment", "offline", "receipt"))
            yield Case(name=name, what=what, input=shown(raw), outcome="?")
