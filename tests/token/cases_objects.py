"""Vectors of step 3, claims, and of steps 4 to 7: keys, signatures, times, lists."""

from collections.abc import Iterator, Mapping

from ledger.token import cbor
from ledger.token.payloads import FamilyCode, Receipt, Slip
from tests.token.case import ACCEPTED, Case
from tests.token.town import (
    DAY,
    DENIED_FAMILY,
    DENIED_SLIP,
    ENDS,
    GIUSSANO,
    ISSUED,
    KEY_LIST,
    NOW,
    crafted,
    described,
    family_code,
    kid_named,
    receipt,
    shown,
    slip,
    text_of,
)

Payload = Slip | FamilyCode | Receipt
SLIP = slip().to_claims()
CODE = family_code().to_claims()
PAID = receipt().to_claims()
BODY = -65537
ORDER = 2**252 + 27742317777372353535851937790883648493  # of Ed25519's group: RFC 8032, 5.1


def _slip(*body: object) -> bytes:
    return crafted(SLIP | {BODY: list(body)})


def _code(*body: object) -> bytes:
    return crafted(CODE | {BODY: list(body)}, "family")


def _paid(*body: object) -> bytes:
    return crafted(PAID | {BODY: list(body)}, "receipt")


def _without(label: int) -> bytes:
    return crafted({key: value for key, value in SLIP.items() if key != label})


NOT_CLAIMS = {
    "not a map": crafted(payload=cbor.encode([1, 2])),
    "an empty map": crafted(payload=b"\xa0"),
    "not-before": crafted(SLIP | {5: ISSUED}),
    "a name": crafted(SLIP | {2: "Rossi"}),
    "no issuer": _without(1),
    "no end": _without(4),
    "no time of issue": _without(6),
    "no id": _without(7),
    "no body": _without(BODY),
    "body is a number": crafted(SLIP | {BODY: 1}),
    "body is a map": crafted(SLIP | {BODY: {1: 1}}),
    "body is empty": crafted(SLIP | {BODY: []}),
    "type is text": _slip("1", 12, 1000, 1000, 2),
    "type is an array": _slip([1], 12, 1000, 1000, 2),
    "type unknown": _slip(77, 12, 1000, 1000, 2),
    "type reserved, device credential": _slip(2, 12, 5000, 4000, 5),
    "type reserved, sync token": _slip(10, 412, 3, 20000),
    "slip too short": _slip(1, 12, 1000, 1000),
    "slip too long": _slip(1, 12, 1000, 1000, 2, 0),
    "slip with the body of a family code": _slip(9, 5000, 5, 0, 0),
    "slip without single use": _slip(1, 12, 1000, 1000, 0),
    "slip with partial spend": _slip(1, 12, 1000, 1000, 6),
    "slip with an unknown flag": _slip(1, 12, 1000, 1000, 10),
    "slip with an array of flags": _slip(1, 12, 1000, 1000, [2]),
    "slip with a map of flags": _slip(1, 12, 1000, 1000, {1: 2}),
    "family code with an array of flags": _code(9, 5000, [5]),
    "slip of programme 0": _slip(1, 0, 1000, 1000, 2),
    "slip of programme 65536": _slip(1, 65536, 1000, 1000, 2),
    "slip of face 0": _slip(1, 12, 0, 0, 2),
    "slip of negative face": _slip(1, 12, -1000, -1000, 2),
    "slip of face 65536": _slip(1, 12, 65536, 65536, 2),
    "slip of face as text": _slip(1, 12, "1000", 1000, 2),
    "slip offline for a part": _slip(1, 12, 1000, 999, 2),
    "slip offline above the face": _slip(1, 12, 1000, 1001, 2),
    "issuer empty": crafted(SLIP | {1: ""}),
    "issuer in upper case": crafted(SLIP | {1: "C_F205"}),
    "issuer of ten characters": crafted(SLIP | {1: "c_f205_abc"}),
    "issuer with a line feed": crafted(SLIP | {1: "c_f205\n"}),
    "issuer with a byte order mark": crafted(SLIP | {1: "\ufeffc_f205"}),
    "issuer not ASCII": crafted(SLIP | {1: "c_f20\u0665"}),
    "issuer as bytes": crafted(SLIP | {1: b"c_f205"}),
    "id of 15 bytes": crafted(SLIP | {7: bytes(15)}),
    "id of 17 bytes": crafted(SLIP | {7: bytes(17)}),
    "id as text": crafted(SLIP | {7: "x" * 16}),
    "end at the issue": crafted(SLIP | {4: ISSUED}),
    "end beyond 32 bits": crafted(SLIP | {4: 2**32}),
    "end in milliseconds": crafted(SLIP | {4: ENDS * 1000}),
    "end as text": crafted(SLIP | {4: "2028-12-31"}),
    "issue at 0": crafted(SLIP | {6: 0}),
    "issue before 1970": crafted(SLIP | {6: -1}),
    "family code without PIN": _code(9, 5000, 4),
    "family code for single use": _code(9, 5000, 3),
    "family code with an unknown flag": _code(9, 5000, 9),
    "family code of nothing": _code(9, 0, 5),
    "family code above 32 bits": _code(9, 2**32, 5),
    "family code with a programme": _code(9, 12, 5000, 5),
    "receipt of nothing": _paid(5, 412, 0, bytes(8), bytes(8)),
    "receipt above 32 bits": _paid(5, 412, 2**32, bytes(8), bytes(8)),
    "receipt of shop 0": _paid(5, 0, 1250, bytes(8), bytes(8)),
    "receipt of a short reference": _paid(5, 412, 1250, bytes(7), bytes(8)),
    "receipt of a long nonce": _paid(5, 412, 1250, bytes(8), bytes(9)),
    "receipt with an end": crafted(PAID | {4: ENDS}, "receipt"),
}

GOOD_TOKEN = crafted()
TAMPERED = GOOD_TOKEN.replace(
    cbor.encode([1, 12, 1000, 1000, 2]), cbor.encode([1, 12, 2000, 2000, 2])
)
S_PLUS_L = (int.from_bytes(GOOD_TOKEN[-32:], "little") + ORDER).to_bytes(32, "little")
VOUCHER = kid_named("voucher")

REFUSED = {
    "unknown_key": {
        "a stranger's key": crafted(name="mallory"),
        "kid is a path of eight bytes": crafted(headers={1: -19, 4: b"../../ke"}),
        "the root key": crafted(name="root"),
    },
    "algorithm": {
        "none, as 0": crafted(headers={1: 0, 4: VOUCHER}),
        "HMAC 512 with the public key": crafted(headers={1: 7, 4: VOUCHER}),
        "ES256": crafted(headers={1: -7, 4: VOUCHER}),
        "ESP256": crafted(headers={1: -9, 4: VOUCHER}),
        "Ed448": crafted(headers={1: -53, 4: VOUCHER}),
        "far away": crafted(headers={1: -65535, 4: VOUCHER}),
    },
    "key_use": {
        "slip by the family key": crafted(SLIP, "family"),
        "slip by the receipt key": crafted(SLIP, "receipt"),
        "family code by the voucher key": crafted(CODE, "voucher"),
        "receipt by the voucher key": crafted(PAID, "voucher"),
        "a key list by the voucher key": crafted(KEY_LIST.to_claims() | {BODY: [7, 1, 1, [], []]}),
    },
    "key_validity": {
        "issued before the key": crafted(SLIP | {6: ISSUED - DAY - 1}),
        "issued after the key": crafted(SLIP | {6: ISSUED + 30 * DAY + 1}),
    },
    "signature": {
        "face doubled": TAMPERED,
        "all zeros": crafted(signature=bytes(64)),
        "of another slip": crafted(SLIP, signature=crafted(SLIP | {7: bytes(16)})[-64:]),
        "of a stranger under a known kid": crafted(SLIP, "mallory", headers={1: -19, 4: VOUCHER}),
        "its other form, S + L": GOOD_TOKEN[:-32] + S_PLUS_L,
        "the older name of the algorithm put in": crafted(
            headers={1: -8, 4: VOUCHER}, signature=GOOD_TOKEN[-64:]
        ),
        "of neither key of that name": crafted(SLIP, "mallory", headers={1: -19, 4: b"two keys"}),
    },
    "issuer": {
        "Giussano's key for Milano": crafted(SLIP, "giussano"),
        "Milano's key for Giussano": crafted(SLIP | {1: GIUSSANO}),
    },
    "denied": {
        "slip": crafted(DENIED_SLIP.to_claims()),
        "family code": crafted(DENIED_FAMILY.to_claims(), "family"),
    },
}

GOOD: Mapping[str, tuple[Payload, str]] = {
    "slip with PIN": (slip(flags=3), "voucher"),
    "slip not valid offline": (slip(offline_cents=0), "voucher"),
    "largest slip": (
        slip(issuer="c_f205", programme=65535, face_cents=65535, offline_cents=65535, flags=3),
        "voucher",
    ),
    "family code": (family_code(), "family"),
    "family code for the whole amount only": (family_code(flags=1), "family"),
    "family code, largest": (family_code(max_tx_cents=2**32 - 1, expires_at=2**32 - 1), "family"),
    "another comune": (slip(issuer=GIUSSANO), "giussano"),
    "first key of a shared name": (slip(), "shared one"),
    "second key of a shared name": (slip(), "shared two"),
    "issued when the key began": (slip(issued_at=ISSUED - DAY), "voucher"),
}
LAST_SIGNED = ISSUED + 30 * DAY

TIMED: Mapping[str, tuple[str, Payload, str, int, str]] = {
    "300 s before the issue": ("payment", slip(), "voucher", ISSUED - 300, ACCEPTED),
    "301 s before the issue": ("payment", slip(), "voucher", ISSUED - 301, "not_yet"),
    "1 s after the end": ("payment", slip(), "voucher", ENDS + 1, ACCEPTED),
    "299 s after the end": ("payment", family_code(), "family", ENDS + 299, ACCEPTED),
    "300 s after the end": ("payment", family_code(), "family", ENDS + 300, "expired"),
    "issued on the key's last second": (
        "payment", slip(issued_at=LAST_SIGNED), "voucher", LAST_SIGNED, ACCEPTED),
    "long after the key's last second": ("payment", slip(), "voucher", ENDS - 1, ACCEPTED),
    "receipt": ("receipt", receipt(), "receipt", NOW, ACCEPTED),
    "receipt of a refund": ("receipt", receipt(amount_cents=-12_50), "receipt", NOW, ACCEPTED),
    "receipt without nonce": ("receipt", receipt(nonce=bytes(8)), "receipt", NOW, ACCEPTED),
    "receipt, years later": ("receipt", receipt(), "receipt", 2**32 - 1, ACCEPTED),
    "receipt from the future": ("receipt", receipt(), "receipt", ISSUED + 3299, "not_yet"),
    "receipt of Giussano by Milano's key": (
        "receipt", receipt(issuer=GIUSSANO), "receipt", NOW, "issuer"),
    "receipt shown to pay": ("payment", receipt(), "receipt", NOW, "type"),
    "slip shown as receipt": ("receipt", slip(), "voucher", NOW, "type"),
    "family code shown as receipt": ("receipt", family_code(), "family", NOW, "type"),
    "offline: slip": ("offline", slip(), "voucher", NOW, ACCEPTED),
    "offline: family code": ("offline", family_code(), "family", NOW, "type"),
    "offline: receipt": ("offline", receipt(), "receipt", NOW, "type"),
    "offline: slip for online": ("offline", slip(offline_cents=0), "voucher", NOW, "offline"),
    "offline: programme without limits": (
        "offline", slip(programme=14), "voucher", NOW, "offline"),
    "offline: comune without limits": (
        "offline", slip(issuer=GIUSSANO), "giussano", NOW, "offline"),
    "offline: face above the limit": (
        "offline", slip(face_cents=10_01, offline_cents=10_01), "voucher", NOW, "offline"),
    "offline: the last second": ("offline", slip(), "voucher", ISSUED + 60 * DAY, ACCEPTED),
    "offline: a second later": ("offline", slip(), "voucher", ISSUED + 60 * DAY + 1, "offline"),
    "offline: denied": ("offline", DENIED_SLIP, "voucher", NOW, "denied"),
    "offline: from the future": ("offline", slip(), "voucher", ISSUED - 301, "not_yet"),
    "offline: ended": ("offline", slip(), "voucher", ENDS + 300, "expired"),
    "offline: Giussano's by Milano's key": (
        "offline", slip(issuer=GIUSSANO), "voucher", NOW, "issuer"),
}  # fmt: skip


def cases() -> Iterator[Case]:
    for name, (payload, key) in GOOD.items():
        yield _case(name, "payment", payload, key, NOW, ACCEPTED)
    for name, (what, payload, key, now, outcome) in TIMED.items():
        yield _case(name, what, payload, key, now, outcome)
    older = crafted(SLIP, headers={1: -8, 4: VOUCHER})
    yield Case(
        name="the older name of the algorithm",
        what="payment",
        input=shown(older),
        outcome=ACCEPTED,
        object=described(slip()),
    )
    for reason, tokens in ({"claims": NOT_CLAIMS} | REFUSED).items():
        for name, token in tokens.items():
            text = shown(token)
            yield Case(name=f"{reason}: {name}", what="payment", input=text, outcome=reason)


def _case(  # noqa: PLR0917 - a row of a table
    name: str, what: str, payload: Payload, key: str, now: int, outcome: str
) -> Case:
    seen = described(payload) if outcome == ACCEPTED else None
    text = text_of(payload, key)
    return Case(name=name, what=what, input=text, outcome=outcome, object=seen, now=now)
