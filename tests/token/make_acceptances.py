"""Write `tests/vectors/acceptances.json`: python -m tests.token.make_acceptances."""

import json
from dataclasses import asdict
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ledger.token import cbor, cose
from ledger.token.acceptances import (
    NOTHING_BEFORE,
    Acceptance,
    Acknowledgement,
    Answer,
    SyncToken,
    read_acknowledgement,
    read_sync,
    sign_acceptance,
    sign_for_till,
)
from ledger.token.device_keys import P256, DevicePrivateKey, device_kid, public_bytes_of
from ledger.token.keys import KeyList, KeyUse
from ledger.token.refusal import TokenRefused
from tests.token.case import VECTORS
from tests.token.town import DAY, GIUSSANO, ISSUED, MILANO, NOW, entry, key_of, seed_of

ACCEPTANCES = VECTORS.with_name("acceptances.json")
DEVICES: dict[str, DevicePrivateKey] = {
    "ed25519": Ed25519PrivateKey.from_private_bytes(seed_of("device")),
    "p256": derive_private_key(int.from_bytes(seed_of("older device")), SECP256R1()),
}
KEYS = KeyList(
    issuer="rete", issued_at=ISSUED, expires_at=ISSUED + 90 * DAY, version=1, max_age=2 * DAY,
    keys=(entry("till sync", KeyUse.SYNC), entry("voucher", KeyUse.VOUCHER)),
)  # fmt: skip
PLAIN = Acceptance(
    device_time=NOW, shop_no=7, device_no=2, seq=1, previous=NOTHING_BEFORE,
    rid=bytes(range(1, 17)), amount_cents=9_00, evidence=b"a slip", sync=b"a sync token",
    deny_version=0,
)  # fmt: skip


def acceptances() -> dict[str, Acceptance]:
    """Small and large numbers, short and long bytes: each width that CBOR knows."""
    plain = {name: getattr(PLAIN, name) for name in Acceptance.__slots__}
    wide = {
        "shop_no": 23, "device_no": 24, "seq": 256, "amount_cents": 65_536,
        "previous": bytes([255]) * 32, "evidence": bytes(23), "sync": bytes(24),
    }  # fmt: skip
    largest = {
        "shop_no": 65_535, "device_no": 255, "seq": 2**32 - 1, "amount_cents": 2**31,
        "evidence": bytes(range(256)), "sync": b"",
    }  # fmt: skip
    return {
        "plain": PLAIN,
        "each width": Acceptance(**plain | wide),
        "the largest": Acceptance(**plain | largest),
        "by an operator": Acceptance(**plain | {"operator": bytes(range(16, 32))}),
    }


def signed_of(one: Acceptance, key: DevicePrivateKey) -> str:
    """The bytes that the device's key signs."""
    alg = cose.ED25519 if isinstance(key, Ed25519PrivateKey) else P256
    kid = device_kid(public_bytes_of(key.public_key()))
    protected = cbor.encode({cose.ALG: alg, cose.KID: kid})
    return cose.signed_bytes(protected, cbor.encode(one.to_claims())).hex()


def told() -> dict[str, tuple[str, bytes]]:
    """What a server may send, and what it may not, by name: which kind, and the bytes."""
    key, kid = key_of("till sync"), KEYS.keys[0].kid
    sync = SyncToken(issuer=MILANO, issued_at=NOW, shop_no=7, device_no=2, share_cents=100_00)
    late = SyncToken(issuer=MILANO, issued_at=NOW + 301, shop_no=7, device_no=2, share_cents=1)
    other = SyncToken(issuer=GIUSSANO, issued_at=NOW, shop_no=7, device_no=2, share_cents=1)
    old = SyncToken(
        issuer=MILANO, issued_at=ISSUED - 2 * DAY, shop_no=7, device_no=2, share_cents=1
    )
    answer = Acknowledgement(
        issuer=MILANO, at=NOW, rid=PLAIN.rid, shop_no=7, device_no=2, seq=1,
        answer=Answer.POSTED_WITH_LOSS, loss_cents=9_00,
    )  # fmt: skip
    good, good_answer = sign_for_till(sync, key, kid), sign_for_till(answer, key, kid)
    voucher = sign_for_till(sync, key_of("voucher"), KEYS.keys[1].kid)
    return {
        "sync token": ("sync", good),
        "of the skew": ("sync", sign_for_till(late, key, kid)),
        "of another comune": ("sync", sign_for_till(other, key, kid)),
        "before its key": ("sync", sign_for_till(old, key, kid)),
        "by a voucher key": ("sync", voucher),
        "an unknown key": ("sync", sign_for_till(sync, key, b"nobody's")),
        "another's signature": ("sync", sign_for_till(sync, key_of("mallory"), kid)),
        "a flipped bit": ("sync", good[:-1] + bytes([good[-1] ^ 1])),
        "an answer as a sync token": ("sync", good_answer),
        "answer": ("answer", good_answer),
        "a sync token as an answer": ("answer", good),
        "an answer cut short": ("answer", good_answer[:-1]),
        "an unknown answer": ("answer", _with_answer(5)),
        "no answer": ("answer", _with_answer(0)),
    }


def _with_answer(number: int) -> bytes:
    body = [11, 7, 2, 1, number, 0]
    claims = {1: MILANO, 6: NOW, 7: PLAIN.rid}
    return cose.sign(claims | {-65537: body}, key_of("till sync"), KEYS.keys[0].kid)


def outcome(kind: str, raw: bytes) -> tuple[str, dict[str, Any] | None]:
    """How the Python room answers."""
    try:
        if kind == "sync":
            one = asdict(read_sync(raw, KEYS, now=NOW))
            one["at"] = one.pop("issued_at")
        else:
            one = asdict(read_acknowledgement(raw, KEYS))
            one |= {"rid": one["rid"].hex(), "answer": int(one["answer"])}
    except TokenRefused as refused:
        return refused.reason.value, None
    return "accepted", one


def rendered() -> str:
    """The file's text; the keys in it are published, for tests only."""
    vectors = {
        "format": "Acceptances, sync tokens, acknowledgements; see ledger/token/TOKENS.md 6",
        "warning": "These keys are published: for tests only.",
        "now": NOW,
        "keys": [
            {"kid": one.kid.hex(), "x": one.key.public_bytes_raw().hex(), "use": one.use.value,
             "issuer": one.issuer, "not_before": one.not_before, "not_after": one.not_after}
            for one in KEYS.keys
        ],
        "devices": {name: _device(key) for name, key in DEVICES.items()},
        "acceptances": {
            name: {
                "fields": {key: _hexed(getattr(one, key)) for key in Acceptance.__slots__},
                "signed": {device: signed_of(one, key) for device, key in DEVICES.items()},
                "ed25519": sign_acceptance(one, DEVICES["ed25519"]).hex(),
            }
            for name, one in acceptances().items()
        },
        "told": [
            {"name": name, "kind": kind, "input": raw.hex(),
             **dict(zip(("outcome", "object"), outcome(kind, raw), strict=True))}
            for name, (kind, raw) in told().items()
        ],
    }  # fmt: skip
    return json.dumps(vectors, indent=1) + "\n"


def _device(key: DevicePrivateKey) -> dict[str, str]:
    pkcs8 = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return {"pkcs8": pkcs8.hex(), "public": public_bytes_of(key.public_key()).hex()}


def _hexed(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else value


if __name__ == "__main__":
    ACCEPTANCES.write_text(rendered(), encoding="utf-8")
