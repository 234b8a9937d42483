"""Our profile of COSE_Sign1: Ed25519 and two protected headers. Not here: which keys count."""

from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.token import cbor
from ledger.token.refusal import Reason, TokenRefused

TAG_18 = b"\xd2"
ED25519 = -19  # RFC 9864; the only one we write.
ED25519_NAMES = frozenset({ED25519, -8})  # -8, EdDSA: what the same algorithm was called before.
ALG, KID = 1, 4
KID_SIZE, SIGNATURE_SIZE = 8, 64

Claims = dict[int, Any]


@dataclass(frozen=True, slots=True)
class Envelope:
    """A token taken apart; nothing in it is believed yet.

    `protected` and `payload` are the bytes that were signed, `claims` what the payload says.
    """

    protected: bytes
    algorithm: int
    kid: bytes
    payload: bytes
    claims: Claims
    signature: bytes


def sign(claims: Claims, key: Ed25519PrivateKey, kid: bytes) -> bytes:
    """Sign a claims set; the same words and key give the same bytes. Source: TOKENS.md 1."""
    assert len(kid) == KID_SIZE
    protected = cbor.encode({ALG: ED25519, KID: kid})
    payload = cbor.encode(claims)
    signature = key.sign(signed_bytes(protected, payload))
    return TAG_18 + cbor.encode([protected, {}, payload, signature])


def take_apart(token: bytes) -> Envelope:
    """Read a token without believing it: steps 2 and 3 of TOKENS.md, down to the claims map.

    Errors: TokenRefused (ENVELOPE, CBOR).
    """
    check_tag(token)
    parts = cbor.decode(token[len(TAG_18) :])
    check_parts(parts)
    protected, _, payload, signature = parts
    headers = cbor.decode(protected)
    check_headers(headers)
    claims = cbor.decode(payload)
    if type(claims) is not dict:
        raise TokenRefused(Reason.CLAIMS)
    return Envelope(protected, headers[ALG], headers[KID], payload, claims, signature)


def is_signed_by(envelope: Envelope, key: Ed25519PublicKey) -> bool:
    """Whether this key signed these headers and this payload. Source: RFC 9052, 4.4."""
    try:
        key.verify(envelope.signature, signed_bytes(envelope.protected, envelope.payload))
    except InvalidSignature:
        return False
    return True


def check_tag(token: bytes) -> None:
    """Refuse what is not a COSE_Sign1 with its tag in the short form."""
    if not token.startswith(TAG_18):
        raise TokenRefused(Reason.ENVELOPE)


def check_parts(parts: object) -> None:
    """Refuse what is not [bytes, no unprotected headers, bytes, 64 bytes]."""
    match parts:
        case [bytes(), dict() as unprotected, bytes(), bytes() as signature]:
            if not unprotected and len(signature) == SIGNATURE_SIZE:
                return
    raise TokenRefused(Reason.ENVELOPE)


def check_headers(headers: object) -> None:
    """Refuse all but an algorithm and a key id: no embedded key, address, content type."""
    if isinstance(headers, dict) and headers.keys() == {ALG, KID}:
        algorithm, kid = headers[ALG], headers[KID]
        if isinstance(algorithm, int) and isinstance(kid, bytes) and len(kid) == KID_SIZE:
            return
    raise TokenRefused(Reason.ENVELOPE)


def signed_bytes(protected: bytes, payload: bytes) -> bytes:
    """What is signed: the Sig_structure of RFC 9052, 4.4."""
    return cbor.encode(["Signature1", protected, b"", payload])
