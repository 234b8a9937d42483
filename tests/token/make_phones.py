"""Write `tests/vectors/phones.json`: python -m tests.token.make_phones."""

import json
from dataclasses import asdict, replace
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ledger.token import cbor, cose
from ledger.token.device_keys import (
    P256,
    DevicePrivateKey,
    device_kid,
    public_bytes_of,
    sign_with_device,
)
from ledger.token.phones import Presentation, ShopRequest
from ledger.token.refusal import TokenRefused
from ledger.token.shown import (
    CARRIED,
    peek_request,
    read_request,
    sign_request,
    verify_shown,
)
from ledger.token.text import Environment, wrap
from tests.token.case import VECTORS
from tests.token.phones import (
    ANSWER,
    DENIED_PHONE,
    KEYS,
    PHONES,
    REQUEST,
    SHOWN,
    TILL,
    TRUST,
    credential,
    shown,
    signed,
)
from tests.token.town import GIUSSANO, NOW, key_of, kid_named

FILE = VECTORS.with_name("phones.json")
BODY = -65537


def signs() -> dict[str, Presentation]:
    """What phones sign: each width that CBOR knows, both forms."""
    return {
        "shown": SHOWN,
        "an answer": ANSWER,
        "the first": replace(SHOWN, counter=1, cap_cents=1),
        "the largest": replace(SHOWN, counter=2**32 - 1, cap_cents=2**32 - 1),
        "the largest answer": replace(ANSWER, counter=65_536, shop_no=2**32 - 1),
    }


def asks() -> dict[str, ShopRequest]:
    """What tills sign."""
    return {
        "a request": REQUEST,
        "the least": ShopRequest(expires_at=1, nonce=b"\0" * 7 + b"1", shop_no=1, amount_cents=1),
        "the most": replace(REQUEST, shop_no=2**32 - 1, amount_cents=2**32 - 1),
    }


def presented() -> dict[str, bytes]:
    """What may be shown to a till, and what may not, by name."""
    good, phone = shown(), PHONES["ed25519"]
    other = sign_with_device(SHOWN.to_claims(), PHONES["p256"], named=False)
    parts = cbor.decode(good[1:])
    by_other = cbor.decode(other[1:])
    return {
        "a phone": good,
        "an older phone": shown(phone="p256"),
        "an answer": shown(ANSWER),
        "an answer of an older phone": shown(ANSWER, phone="p256"),
        "without a reserve": shown(programme=0, reserve_cents=0),
        "at the end of its freshness": shown(replace(SHOWN, shown_at=NOW - 389)),
        "of 390 seconds ago": shown(replace(SHOWN, shown_at=NOW - 390)),
        "of the skew": shown(replace(SHOWN, shown_at=NOW + 300)),
        "from the future": shown(replace(SHOWN, shown_at=NOW + 301)),
        "a credential that ended": shown(expires_at=NOW - 300),
        "a credential from the future": shown(issued_at=NOW + 301),
        "a credential of before its key": shown(issued_at=1),
        "of another comune": shown(issuer=GIUSSANO),
        "denied": shown(id=DENIED_PHONE),
        "signed by a voucher's key": _carrying(signed(by="voucher")),
        "signed by nobody's key": _carrying(signed(by="mallory")),
        "another's signature": _carrying(_forged()),
        "a flipped bit of the credential": _carrying(_flipped(signed())),
        "a flipped bit of the phone": _flipped(good),
        "another phone's signature": _tagged([parts[0], parts[1], parts[2], by_other[3]]),
        "another phone's word": _tagged([by_other[0], parts[1], by_other[2], by_other[3]]),
        "a named phone": sign_with_device(
            SHOWN.to_claims(), phone, named=True, unprotected={CARRIED: signed()}
        ),
        "a credential alone": signed(),
        "nothing carried": sign_with_device(SHOWN.to_claims(), phone, named=False),
        "carried as text": _tagged([parts[0], {CARRIED: "no"}, *parts[2:]]),
        "carried under another label": _tagged([parts[0], {13: signed()}, *parts[2:]]),
        "two carried": _tagged([parts[0], {13: b"", CARRIED: signed()}, *parts[2:]]),
        "a short signature": _tagged([*parts[:3], parts[3][:63]]),
        "a presentation carried": _carrying(good),
    } | _by_word()


def _by_word() -> dict[str, bytes]:
    """Each word of a presentation, and of the credential that it carries, said wrong."""
    words = {name: _said(*body) for name, body in _WORDS.items()}
    credentials = {name: _crafted(**change) for name, change in _CREDENTIALS.items()}
    return words | {name: _carrying(raw) for name, raw in credentials.items()}


_WORDS: dict[str, tuple[object, ...]] = {
    "counter 0": (3, 0, 50_00),
    "a cap of nothing": (3, 1, 0),
    "another type": (2, 1, 50_00),
    "four values": (3, 1, 50_00, ANSWER.nonce),
    "an empty nonce": (3, 1, 50_00, bytes(8), 412),
    "an answer to no shop": (3, 1, 50_00, ANSWER.nonce, 0),
    "a nonce of 7 bytes": (3, 1, 50_00, ANSWER.nonce[:7], 412),
    "a counter as text": (3, "1", 50_00),
}
_KEY: dict[int, Any] = credential().to_claims()[8][1]
_OLD: dict[int, Any] = credential("p256").to_claims()[8][1]
_CREDENTIALS: dict[str, dict[str, Any]] = {
    "flags of a slip": {"body": [2, 12, 50_00, 40_00, 2]},
    "a reserve of no programme": {"body": [2, 0, 50_00, 40_00, 5]},
    "nothing in one sale": {"body": [2, 12, 0, 40_00, 5]},
    "a reserve below zero": {"body": [2, 12, 50_00, -1, 5]},
    "one value more": {"body": [2, 12, 50_00, 40_00, 5, 0]},
    "no key": {"key": {}},
    "a key of 31 bytes": {"key": {**_KEY, -2: _KEY[-2][:31]}},
    "a key with a private part": {"key": {**_KEY, -4: bytes(32)}},
    "a key on another curve": {"key": {**_KEY, -1: 4}},
    "an older key without its height": {"key": {n: v for n, v in _OLD.items() if n != -3}},
    "an older key of another curve": {"key": {**_OLD, -1: 2}},
}


def asked() -> dict[str, bytes]:
    """What may be asked of a phone, and what may not."""
    good = sign_request(REQUEST, TILL)
    return {
        "a request": good,
        "in its last second": sign_request(replace(REQUEST, expires_at=NOW - 299), TILL),
        "that ended": sign_request(replace(REQUEST, expires_at=NOW - 300), TILL),
        "that may last the longest": sign_request(replace(REQUEST, expires_at=NOW + 600), TILL),
        "that lasts too long": sign_request(replace(REQUEST, expires_at=NOW + 601), TILL),
        "without a nonce": _requested([4, 412, 12_50], bytes(8)),
        "with a short nonce": _requested([4, 412, 12_50], bytes(7)),
        "of nothing": _requested([4, 412, 0], REQUEST.nonce),
        "of no shop": _requested([4, 0, 12_50], REQUEST.nonce),
        "of another type": _requested([3, 412, 12_50], REQUEST.nonce),
        "with one value more": _requested([4, 412, 12_50, 1], REQUEST.nonce),
        "a presentation": shown(),
        "too long": good + bytes(160),
    }


def _carrying(raw: bytes) -> bytes:
    return sign_with_device(
        SHOWN.to_claims(), PHONES["ed25519"], named=False, unprotected={CARRIED: raw}
    )


def _said(*body: object) -> bytes:
    claims = {6: NOW, BODY: list(body)}
    carried = {CARRIED: signed()}
    return sign_with_device(claims, PHONES["ed25519"], named=False, unprotected=carried)


def _crafted(body: list[object] | None = None, key: dict[int, Any] | None = None) -> bytes:
    claims = credential().to_claims()
    claims[BODY] = claims[BODY] if body is None else body
    claims[8] = claims[8] if key is None else {1: key}
    return cose.sign(claims, key_of("credential"), kid_named("credential"))


def _requested(body: list[object], nonce: bytes) -> bytes:
    return sign_with_device({4: NOW + 300, 7: nonce, BODY: body}, TILL)


def _forged() -> bytes:
    return cose.sign(credential().to_claims(), key_of("mallory"), kid_named("credential"))


def _flipped(raw: bytes) -> bytes:
    return raw[:-1] + bytes([raw[-1] ^ 1])


def _tagged(parts: list[Any]) -> bytes:
    return b"\xd2" + cbor.encode(parts)


def told(text: str) -> tuple[str, dict[str, Any] | None]:
    """How the Python room answers what is shown."""
    try:
        read = verify_shown(text, TRUST, now=NOW)
    except TokenRefused as refused:
        return refused.reason.value, None
    return "accepted", {
        "credential": _plain(asdict(read.credential), "flags"),
        "presentation": _plain(asdict(read.presentation)),
    }


def told_of_request(raw: bytes) -> tuple[str, dict[str, Any] | None]:
    """How the Python room answers what is asked, with the till's key in hand."""
    try:
        peek_request(raw)
        read = read_request(raw, TILL.public_key(), now=NOW)
    except TokenRefused as refused:
        return refused.reason.value, None
    return "accepted", _plain(asdict(read))


def _plain(fields: dict[str, Any], *without: str) -> dict[str, Any]:
    return {
        name: value.hex() if isinstance(value, bytes) else value
        for name, value in fields.items()
        if name not in without
    }


def signed_of(one: Presentation, key: DevicePrivateKey) -> str:
    """The bytes that the phone's key signs."""
    protected = cbor.encode({cose.ALG: cose.ED25519 if key is PHONES["ed25519"] else P256})
    return cose.signed_bytes(protected, cbor.encode(one.to_claims())).hex()


def rendered() -> str:
    """The file's text; the keys in it are published, for tests only."""
    vectors = {
        "format": "Credentials, presentations, requests; see ledger/token/TOKENS.md 7",
        "warning": "These keys are published: for tests only.",
        "now": NOW,
        "keys": [
            {"kid": one.kid.hex(), "x": one.key.public_bytes_raw().hex(), "use": one.use.value,
             "issuer": one.issuer, "not_before": one.not_before, "not_after": one.not_after}
            for one in KEYS.keys
        ],
        "denied": TRUST.denied.prefixes.hex(),
        "phones": {name: _device(key) for name, key in PHONES.items()},
        "till": _device(TILL),
        "signs": {
            name: {
                "fields": _plain(asdict(one)),
                "signed": {phone: signed_of(one, key) for phone, key in PHONES.items()},
                "ed25519": shown(one).hex(),
            }
            for name, one in signs().items()
        },
        "credential": signed().hex(),
        "requests": {
            name: {"fields": _plain(asdict(one)), "bytes": sign_request(one, TILL).hex()}
            for name, one in asks().items()
        },
        "shown": [
            {"name": name, "input": (text := wrap(raw, Environment.REAL)),
             **dict(zip(("outcome", "object"), told(text), strict=True))}
            for name, raw in presented().items()
        ],
        "asked": [
            {"name": name, "input": raw.hex(),
             **dict(zip(("outcome", "object"), told_of_request(raw), strict=True))}
            for name, raw in asked().items()
        ],
    }  # fmt: skip
    return json.dumps(vectors, indent=1) + "\n"


def _device(key: DevicePrivateKey) -> dict[str, str]:
    pkcs8 = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    public = public_bytes_of(key.public_key())
    return {"pkcs8": pkcs8.hex(), "public": public.hex(), "kid": device_kid(public).hex()}


if __name__ == "__main__":
    FILE.write_text(rendered(), encoding="utf-8")
