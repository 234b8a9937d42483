"""Vectors of steps 2 and 3: bytes that are no deterministic CBOR, envelopes that are not ours."""

from collections.abc import Iterator

import cbor2

from ledger.token import cbor
from ledger.token.payloads import Slip
from tests.token.case import Case
from tests.token.town import crafted, key_of, kid_named, shown, slip

GOOD = crafted()
CLAIMS = slip().to_claims()
PAYLOAD = cbor.encode(CLAIMS)
KID = kid_named("voucher")
PROTECTED = cbor.encode({1: -19, 4: KID})
BODY = bytes.fromhex("3a00010000")  # the label -65537
SIGNATURE = GOOD[-64:]
KTY = {1: 1, -1: 6, -2: key_of("mallory").public_key().public_bytes_raw()}


def _payload(old: str, new: str) -> bytes:
    """Sign the slip's payload with some of its bytes replaced."""
    before, after = bytes.fromhex(old), bytes.fromhex(new)
    assert PAYLOAD.count(before) == 1
    return crafted(payload=PAYLOAD.replace(before, after))


def _protected(text: str) -> bytes:
    return crafted(protected=bytes.fromhex(text.replace("KID", "48" + KID.hex())))


def _issuer_under(key: str) -> bytes:
    """Sign the slip's payload with another key for the issuer, in its canonical place."""
    rest = PAYLOAD[PAYLOAD.index(SAYS_EXP) : PAYLOAD.index(BODY)]
    issuer = bytes.fromhex(key) + cbor.encode(CLAIMS[1])
    return crafted(payload=b"\xa5" + rest + issuer + PAYLOAD[PAYLOAD.index(BODY) :])


def _outer(parts: object) -> bytes:
    return b"\xd2" + cbor2.dumps(parts)


PARTS: list[object] = [PROTECTED, {}, PAYLOAD, SIGNATURE]
EXP, IAT = (cbor.encode({n: CLAIMS[n]})[1:].hex() for n in (4, 6))
SAYS_EXP = bytes.fromhex(EXP)
ID = "50" + bytes(range(16)).hex()
FACE = "1903e81903e802"  # face, offline, flags

NOT_CBOR = {
    "tag 18 twice": b"\xd2" + GOOD,
    "nothing after the tag": b"\xd2",
    "outer array of indefinite length": b"\xd2\x9f" + GOOD[2:] + b"\xff",
    "outer array with a long length": b"\xd2\x98\x04" + GOOD[2:],
    "cut by one byte": GOOD[:-1],
    "cut in the payload": GOOD[:60],
    "cut after the protected headers": GOOD[:17],
    "an array that promises 2^40 elements": bytes.fromhex("d29b0000010000000000"),
    "a byte string that promises 2^62 bytes": bytes.fromhex("d2845b4000000000000000"),
    "containers too deep": b"\xd2" + b"\x81" * 9 + b"\x00",
    "containers far too deep": b"\xd2" + b"\x81" * 390,
    "a second token after the first": GOOD + b"\x00" * 3,
    "payload with a byte at the end": crafted(payload=PAYLOAD + b"\x00"),
    "protected headers with a byte at the end": crafted(protected=PROTECTED + b"\x00"),
    "payload of indefinite length": crafted(payload=b"\xbf" + PAYLOAD[1:] + b"\xff"),
    "payload is empty": crafted(payload=b""),
    "time in nine bytes": _payload(EXP, f"041b00000000{EXP[4:]}"),
    "type in two bytes": _payload("85010c", "8518010c"),
    "claims out of order": _payload(EXP + IAT, IAT + EXP),
    "a claim twice": _payload("a5" + "01", "a6" + "01665f5f5f5f5f5f" + "01"),
    "a claim twice, the same": crafted(
        payload=b"\xa6" + PAYLOAD[1:].replace(SAYS_EXP, SAYS_EXP * 2)
    ),
    "face as a float": _payload(FACE, "f963d01903e802"),
    "flags are true": _payload(FACE, "1903e81903e8f5"),
    "flags are null": _payload(FACE, "1903e81903e8f6"),
    "flags are undefined": _payload(FACE, "1903e81903e8f7"),
    "flags are a simple value": _payload(FACE, "1903e81903e8e0"),
    "type is true": _payload("85010c", "85f50c"),
    "type is 1.0": _payload("85010c", "85f93c000c"),
    "face as a big number": _payload(FACE, "c24203e81903e802"),
    "face as a decimal fraction": _payload(FACE, "c482001903e81903e802"),
    "time with the tag of a time": _payload(EXP, f"04c1{EXP[2:]}"),
    "issuer as a pattern": _payload("0166635f66323035", "01d82366635f66323035"),
    "an embedded self-described CBOR": crafted(payload=b"\xd9\xd9\xf7" + PAYLOAD),
    "shared values": crafted(payload=bytes.fromhex("d81c81d81d00")),
    "face above 2^53": _payload(FACE, "1b00200000000000001903e802"),
    "face of 2^64 - 1": _payload(FACE, "1bffffffffffffffff1903e802"),
    "issuer that is no UTF-8": _payload("66635f66323035", "66635f663230ff"),
    "id in chunks": _payload("07" + ID, f"075f{ID}ff"),
    "key of the issuer is true": _issuer_under("f5"),
    "key of the issuer is 1.0": _issuer_under("f93c00"),
    "key of the issuer is text": _payload("a501", "a56131"),
    "key of the issuer is bytes": _payload("a501", "a54101"),
    "key is an array": crafted(payload=bytes.fromhex("a1810101")),
    "header key true": _protected("a204KIDf532"),
    "header key 1.0": _protected("a204KIDf93c0032"),
    "header keys 1 and true": _protected("a30132f52604KID"),
    "algorithm twice": _protected("a30132013204KID"),
    "headers out of order": _protected("a204KID0132"),
    "headers of indefinite length": _protected("bf013204KIDff"),
    "algorithm in two bytes": _protected("a20138" + "12" + "04KID"),
    "no headers at all": crafted(protected=b""),
}  # fmt: skip

NOT_ENVELOPE = {
    "no tag": GOOD[1:],
    "tag 18 in two bytes": b"\xd8\x12" + GOOD[1:],
    "tag 17, a MAC": b"\xd1" + GOOD[1:],
    "tag 98, several signers": b"\xd8\x62" + GOOD[1:],
    "tag 61 around it": b"\xd8\x3d" + GOOD,
    "three parts": _outer(PARTS[:3]),
    "five parts": _outer([*PARTS, b""]),
    "containers as deep as allowed": b"\xd2" + b"\x81" * 8 + b"\x00",
    "not an array": _outer({1: 2}),
    "payload detached": _outer([PROTECTED, {}, "", SIGNATURE]),
    "payload not wrapped": _outer([PROTECTED, {}, CLAIMS, SIGNATURE]),
    "headers not wrapped": _outer([{1: -19, 4: KID}, {}, PAYLOAD, SIGNATURE]),
    "unprotected is an array": _outer([PROTECTED, [], PAYLOAD, SIGNATURE]),
    "kid unprotected too": crafted(unprotected={4: KID}),
    "key unprotected": crafted(unprotected={-1: KTY}),
    "address of a key unprotected": crafted(unprotected={35: "https://example.org/key"}),
    "signature of 63 bytes": crafted(signature=SIGNATURE[:63]),
    "signature of 65 bytes": crafted(signature=SIGNATURE + b"\x00"),
    "signature is empty": crafted(signature=b""),
    "signature is text": _outer([PROTECTED, {}, PAYLOAD, "x" * 64]),
    "HMAC 256 with the public key": crafted(headers={1: 5, 4: KID}, signature=SIGNATURE[:32]),
    "headers are an empty map": crafted(headers={}),
    "headers are an array": crafted(headers=[1, -19]),
    "no algorithm": crafted(headers={4: KID}),
    "no kid": crafted(headers={1: -19}),
    "algorithm as text": crafted(headers={1: "EdDSA", 4: KID}),
    "algorithm none": crafted(headers={1: "none", 4: KID}),
    "algorithm is a list": crafted(headers={1: [-19], 4: KID}),
    "kid of 7 bytes": crafted(headers={1: -19, 4: KID[:7]}),
    "kid of 9 bytes": crafted(headers={1: -19, 4: KID + b"\x00"}),
    "kid as text": crafted(headers={1: -19, 4: "../../ke"}),
    "kid is a path": crafted(headers={1: -19, 4: b"../../../etc/passwd"}),
    "kid is SQL": crafted(headers={1: -19, 4: b"' OR 1=1;--"}),
    "critical headers": crafted(headers={1: -19, 2: [99], 4: KID}),
    "content type": crafted(headers={1: -19, 3: 61, 4: KID}),
    "a key of its own": crafted(headers={1: -19, 4: KID, -1: KTY}),
    "chain of certificates": crafted(headers={1: -19, 4: KID, 33: b"x509"}),
    "address of a key": crafted(headers={1: -19, 4: KID, 35: "https://example.org/key"}),
}


def cases() -> Iterator[Case]:
    assert Slip.TYPE == 1
    for reason, tokens in (("cbor", NOT_CBOR), ("envelope", NOT_ENVELOPE)):
        for name, token in tokens.items():
            text = shown(token)
            yield Case(name=f"{reason}: {name}", what="payment", input=text, outcome=reason)
