"""Row 25: whoever changes amount, shop, code or nonce of what was signed has nothing.

Every signed object, as it travels: each of its fields gets another value of its kind, each is left
out, two change places, and single bits flip, the signature left as it is. Then a till asks with a
key that was decided, and other words. All has to be refused. Keys are those of the vectors.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from starlette.testclient import TestClient

from ledger import open_ledger
from ledger.token import cbor
from ledger.token.acceptances import (
    Acceptance,
    SyncToken,
    read_acceptance,
    read_sync,
    sign_acceptance,
    sign_for_till,
)
from ledger.token.keys import KeyUse
from ledger.token.refusal import TokenRefused
from ledger.token.shown import read_request, shown_then, sign_request
from ledger.token.text import Environment, unwrap, wrap
from ledger.token.verify import (
    Trust,
    read_deny_list,
    read_key_list,
    verify_offline,
    verify_payment,
    verify_receipt,
)
from merchant_api.app import create_app
from tests.faults.scoreboard import Asked, Row
from tests.token import phones
from tests.token.town import (
    DENY_LIST,
    KEY_LIST,
    MILANO,
    NOW,
    entry,
    family_code,
    key_of,
    kid_named,
    list_of,
    receipt,
    slip,
    text_of,
)
from tests.town import Town, make_town

TAG: Final = b"\xd2"
TRUST: Final = Trust(environment=Environment.REAL, keys=KEY_LIST, denied=DENY_LIST)
NOTHING: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class Object:
    """Something signed: its name, its bytes, and who reads it."""

    name: str
    raw: bytes
    read: Callable[[bytes], object]

    def is_refused(self, raw: bytes) -> bool:
        """Whether nobody believes these bytes."""
        try:
            self.read(raw)
        except (TokenRefused, ValueError):
            return True
        return False


def objects() -> Iterator[Object]:
    """One of each that travels."""
    real = Environment.REAL

    def text(check: Callable[..., object]) -> Callable[[bytes], object]:
        return lambda raw: check(wrap(raw, real), TRUST, now=NOW)

    yield Object("slip", unwrap(text_of(slip()), real), text(verify_payment))
    yield Object("slip offline", unwrap(text_of(slip()), real), text(verify_offline))
    yield Object("family code", unwrap(text_of(family_code()), real), text(verify_payment))
    yield Object("receipt", unwrap(text_of(receipt()), real), text(verify_receipt))
    roots = [key_of("root").public_key()]
    yield Object("key list", list_of(KEY_LIST), lambda r: read_key_list(r, roots, now=NOW))
    yield Object("deny list", list_of(DENY_LIST), lambda r: read_deny_list(r, roots, now=NOW))
    sync = SyncToken(issuer=MILANO, issued_at=NOW, shop_no=412, device_no=3, share_cents=200_00)
    listed = replace(KEY_LIST, keys=(entry("sync", KeyUse.SYNC),))
    signed = sign_for_till(sync, key_of("sync"), kid_named("sync"))
    yield Object("sync token", signed, lambda raw: read_sync(raw, listed, now=NOW))
    for kind, key in phones.PHONES.items():
        made = Acceptance(
            device_time=NOW, shop_no=412, device_no=3, seq=300, previous=NOTHING,
            rid=bytes(range(16)), amount_cents=12_50, evidence=b"as scanned", sync=signed,
            deny_version=12,
        )  # fmt: skip
        public = key.public_key()
        yield Object(
            f"acceptance, {kind}", sign_acceptance(made, key),
            lambda raw, public=public: read_acceptance(raw, public),  # type: ignore[misc]
        )  # fmt: skip
        yield Object(
            f"request, {kind}", sign_request(phones.REQUEST, key),
            lambda raw, public=public: read_request(raw, public, now=NOW),  # type: ignore[misc]
        )  # fmt: skip
        for name, one in (("presentation", phones.SHOWN), ("answer", phones.ANSWER)):
            raw = phones.shown(one, kind)
            yield Object(f"{name}, {kind}", raw, lambda r: shown_then(r, phones.TRUST, now=NOW))


def linking(asked: Asked, url: str, folder: Path) -> Row:  # noqa: ARG001 -- on the ledger of `url`.
    """Every field of every object, and `n` bits of all."""
    chance, wrong, fields, bits = random.Random(asked.seed), [], 0, 0
    every = list(objects())
    for one in every:
        if one.is_refused(one.raw):
            wrong.append(f"{one.name}: refused as it is")
        for what, raw in changed(one.raw, chance):
            fields += 1
            if not one.is_refused(raw):
                wrong.append(f"{one.name}: {what} changed, and believed")
    for _ in range(asked.n):
        one = chance.choice(every)
        at = chance.randrange(len(one.raw) * 8)
        flipped = bytearray(one.raw)
        flipped[at // 8] ^= 1 << at % 8
        bits += 1
        if not one.is_refused(bytes(flipped)):
            wrong.append(f"{one.name}: bit {at} flipped, and believed")
    with open_ledger(url) as ledger:
        words, told = other_words(make_town(ledger))
    wrong += told
    got = {
        "objects": len(every), "fields": fields, "bits": bits, "words": words,
        "wrong": len(wrong),
    }  # fmt: skip
    goal = "any change of amount, shop, code, nonce: 100 % refused"
    return Row(25, "linking", goal, got, not wrong, asked.seed, asked.engine, wrong[:5])


def changed(raw: bytes, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """The same with another value in one place, its signature as it was."""
    head, unprotected, payload, signature = cbor.decode(raw[len(TAG) :])
    for label, claims in _variants(cbor.decode(payload), chance):
        yield label, TAG + cbor.encode([head, unprotected, cbor.encode(claims), signature])
    for label, headers in _variants(cbor.decode(head), chance):
        yield (
            f"header {label}",
            TAG + cbor.encode([cbor.encode(headers), unprotected, payload, signature]),
        )
    other = bytes(chance.randrange(256) for _ in signature)
    yield "signature", TAG + cbor.encode([head, unprotected, payload, other])


def _variants(claims: dict[int, Any], chance: random.Random) -> Iterator[tuple[str, Any]]:
    for label, value in claims.items():
        rest = {key: one for key, one in claims.items() if key != label}
        yield f"{label} left out", rest
        for other in _others(value, chance):
            yield f"{label}", claims | {label: other}


def _others(value: Any, chance: random.Random) -> Iterator[Any]:  # noqa: ANN401 -- any CBOR.
    if isinstance(value, list):
        for at, one in enumerate(value):
            for other in _others(one, chance):
                yield [*value[:at], other, *value[at + 1 :]]
        if len(value) > 1:
            yield value[::-1]
    elif isinstance(value, dict):
        for _label, other in _variants(value, chance):
            yield other
    elif isinstance(value, int):
        yield from {value + 1, value - 1, chance.randrange(1, 65_536)} - {value}
    elif isinstance(value, bytes) and value:
        at = chance.randrange(len(value))
        yield value[:at] + bytes([value[at] ^ 1 << chance.randrange(8)]) + value[at + 1 :]
    elif isinstance(value, str) and value:
        yield value[:-1] + ("0" if value[-1] != "0" else "1")


def other_words(town: Town) -> tuple[int, list[str]]:
    """A decided key asked with each word changed; how many, and which were not refused."""
    town.issue(town.programme())
    first, second = town.codes()
    client = TestClient(create_app(town.ledger), base_url="https://testserver")
    with client:
        tills = [town.shop(name)[1] for name in ("Forno Uno", "Forno Due")]
        sessions = [
            client.post("/api/v1/till-sessions", json={"secret": one}).json()["session_token"]
            for one in tills
        ]
        key = str(uuid4())
        said = {"code": first.code, "pin": first.pin, "amount_cents": 5_00}

        def ask(body: dict[str, Any], session: str) -> int:
            headers = {"Authorization": f"Bearer {session}", "Idempotency-Key": key}
            return client.post("/api/v1/redemptions", json=body, headers=headers).status_code

        assert ask(said, sessions[0]) == 201
        others: list[tuple[str, dict[str, Any], str]] = [
            ("amount", said | {"amount_cents": 5_01}, sessions[0]),
            ("code", said | {"code": second.code, "pin": second.pin}, sessions[0]),
            ("bill", said | {"bill_cents": 9_00}, sessions[0]),
            ("operator", said | {"operator": "Anna"}, sessions[0]),
            ("goods", said | {"declared": ["alcohol"]}, sessions[0]),
            ("shop", said, sessions[1]),
        ]
        wrong = [name for name, body, session in others if ask(body, session) < 400]
    paid = sum(
        one.balance for one in town.ledger.book(town.comune).trial_balance()
        if one.kind == "shop_payable"
    )  # fmt: skip
    return len(others), [*wrong, *([] if paid == 5_00 else [f"paid {paid} in all"])]
