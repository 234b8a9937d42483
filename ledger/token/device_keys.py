"""Keys that a device makes and never shows: Ed25519, or P-256 on phones that make no other.

Public keys as their raw bytes, and what they sign as the same COSE_Sign1 as everything here. Not
here: whose a key is (the register), and our own keys (`keys`). Source: TOKENS.md 6.
"""

from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ledger.token import cbor, cose
from ledger.token.cose import ALG, ED25519, ED25519_NAMES, KID, KID_SIZE, TAG_18, Claims, Envelope
from ledger.token.refusal import Reason, TokenRefused

P256: Final = -9  # RFC 9864, ESP256; -7 is what it was called before.
P256_NAMES: Final = frozenset({P256, -7})
ED25519_SIZE: Final = 32
P256_SIZE: Final = 65  # An uncompressed point: 4, x, y.

DevicePublicKey = Ed25519PublicKey | EllipticCurvePublicKey
DevicePrivateKey = Ed25519PrivateKey | EllipticCurvePrivateKey


def device_kid(public: bytes) -> bytes:
    """The name of a device's key: 8 bytes of SHA-256 over its public bytes."""
    return sha256(public).digest()[:KID_SIZE]


def public_bytes_of(key: DevicePublicKey) -> bytes:
    """A device's public key as it is registered: 32 bytes (Ed25519), or 65 (P-256, point)."""
    if isinstance(key, Ed25519PublicKey):
        return key.public_bytes_raw()
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def device_key(public: bytes) -> DevicePublicKey:
    """A device's key from its registered bytes. Errors: ValueError."""
    if len(public) == ED25519_SIZE:
        return Ed25519PublicKey.from_public_bytes(public)
    return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), public)


def sign_with_device(
    claims: Claims,
    key: DevicePrivateKey,
    *,
    named: bool = True,
    unprotected: Claims | None = None,
) -> bytes:
    """Sign as a device does, with the key that never leaves it; `named`: its kid stands in it."""
    alg = ED25519 if isinstance(key, Ed25519PrivateKey) else P256
    headers: Claims = {ALG: alg}
    if named:
        headers[KID] = device_kid(public_bytes_of(key.public_key()))
    protected, payload = cbor.encode(headers), cbor.encode(claims)
    signature = _signature(key, cose.signed_bytes(protected, payload))
    return TAG_18 + cbor.encode([protected, unprotected or {}, payload, signature])


def _signature(key: DevicePrivateKey, signed: bytes) -> bytes:
    if isinstance(key, Ed25519PrivateKey):
        return key.sign(signed)
    r, s = decode_dss_signature(key.sign(signed, ECDSA(SHA256(), deterministic_signing=True)))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def check_device(envelope: Envelope, key: DevicePublicKey) -> None:
    """Refuse what this key did not sign, in its own algorithm. Errors: TokenRefused."""
    names = ED25519_NAMES if isinstance(key, Ed25519PublicKey) else P256_NAMES
    if envelope.algorithm not in names:
        raise TokenRefused(Reason.ALGORITHM)
    if not _is_signed_by(envelope, key):
        raise TokenRefused(Reason.SIGNATURE)


def _is_signed_by(envelope: Envelope, key: DevicePublicKey) -> bool:
    if isinstance(key, Ed25519PublicKey):
        return cose.is_signed_by(envelope, key)
    halves = envelope.signature[:32], envelope.signature[32:]
    r, s = (int.from_bytes(half, "big") for half in halves)
    signed = cose.signed_bytes(envelope.protected, envelope.payload)
    try:
        key.verify(encode_dss_signature(r, s), signed, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True
