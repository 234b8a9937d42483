"""What a till signs without network, what it was granted for it, and how the server answers.

Objects 6, 10 and 11. They travel as bytes and are never drawn; a code that is shown to pay is never
one of them. Not here: whether the sale kept the rules (`ledger.core.offline`). Source: TOKENS.md 6.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import ClassVar, Final, Self, TypeVar

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

from ledger.token import cbor, cose, fields
from ledger.token.cose import ALG, ED25519, ED25519_NAMES, KID, KID_SIZE, TAG_18, Claims, Envelope
from ledger.token.fields import BODY, CTI, IAT, ISS, LARGEST
from ledger.token.keys import KeyEntry, KeyList, KeyUse
from ledger.token.refusal import Reason, TokenRefused
from ledger.token.text import check_size
from ledger.token.verify import check_begun, check_found, check_signature, signing_at, with_use

P256: Final = -9  # RFC 9864, ESP256; -7 is what it was called before.
P256_NAMES: Final = frozenset({P256, -7})
HASH_SIZE: Final = 32
NOTHING_BEFORE: Final = bytes(HASH_SIZE)
MOST_BYTES: Final = 1_024  # An acceptance with a slip and a sync token takes 419.

DevicePublicKey = Ed25519PublicKey | EllipticCurvePublicKey
DevicePrivateKey = Ed25519PrivateKey | EllipticCurvePrivateKey


class Answer(IntEnum):
    """How an acceptance ended, as the server signs it."""

    BOOKED = 1  # It had been paid online under the same id.
    POSTED = 2
    POSTED_WITH_LOSS = 3  # The shop is paid; a part of it by the programme's cover.
    DISPUTED = 4  # Not paid, with a reason that the server tells beside.


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncToken:
    """What a till may take offline since its last contact, by the server's own time.

    Units: euro cents, UTC seconds. Errors: ValueError. Source: TOKENS.md 6.
    """

    TYPE: ClassVar[int] = 10

    issuer: str
    issued_at: int
    shop_no: int
    device_no: int
    share_cents: int

    def __post_init__(self) -> None:
        fields.issuer("issuer", self.issuer)
        for name in ("issued_at", "shop_no", "device_no"):
            fields.whole(name, getattr(self, name), 1, LARGEST)
        fields.whole("share_cents", self.share_cents, 0, LARGEST)

    def to_claims(self) -> Claims:
        """Write the claims set, in canonical order."""
        body = [self.TYPE, self.shop_no, self.device_no, self.share_cents]
        return {ISS: self.issuer, IAT: self.issued_at, BODY: body}

    @classmethod
    def from_claims(cls, claims: Claims) -> Self:
        """Read a claims set that must be exactly a sync token's. Errors: ValueError."""
        body = fields.body_of(claims, {ISS, IAT, BODY}, cls.TYPE, 4)
        issuer, issued_at = claims[ISS], claims[IAT]
        return cls(
            issuer=issuer, issued_at=issued_at, shop_no=body[1], device_no=body[2],
            share_cents=body[3],
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """A sale that a till took without network: its own words, the code it was shown, its grant.

    `previous`: SHA-256 of the acceptance before it on this device. `evidence`: the code's bytes.
    `sync`: the sync token's. Units: euro cents, UTC seconds by the device's clock, which is only
    evidence. Errors: ValueError. Source: TOKENS.md 6.
    """

    TYPE: ClassVar[int] = 6

    device_time: int
    shop_no: int
    device_no: int
    seq: int
    previous: bytes
    rid: bytes
    amount_cents: int
    evidence: bytes
    sync: bytes
    deny_version: int

    def __post_init__(self) -> None:
        for name in ("device_time", "shop_no", "device_no", "seq", "amount_cents"):
            fields.whole(name, getattr(self, name), 1, LARGEST)
        fields.whole("deny_version", self.deny_version, 0, LARGEST)
        fields.octets("previous", self.previous, HASH_SIZE)
        fields.octets("rid", self.rid, 16)
        for name in ("evidence", "sync"):
            if type(getattr(self, name)) is not bytes:
                raise ValueError(f"{name} is not bytes")

    def to_claims(self) -> Claims:
        """Write the claims set, in canonical order."""
        body = [
            self.TYPE, self.shop_no, self.device_no, self.seq, self.previous, self.rid,
            self.amount_cents, self.evidence, self.sync, self.deny_version,
        ]  # fmt: skip
        return {IAT: self.device_time, BODY: body}

    @classmethod
    def from_claims(cls, claims: Claims) -> Self:
        """Read a claims set that must be exactly an acceptance's. Errors: ValueError."""
        body = fields.body_of(claims, {IAT, BODY}, cls.TYPE, 10)
        names = cls.__slots__[1:]
        return cls(device_time=claims[IAT], **dict(zip(names, body[1:], strict=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """That the server has an acceptance for good: only then does a till forget it.

    Units: UTC seconds; `loss_cents` is what the cover paid of it. Errors: ValueError.
    """

    TYPE: ClassVar[int] = 11

    issuer: str
    at: int
    rid: bytes
    shop_no: int
    device_no: int
    seq: int
    answer: Answer
    loss_cents: int = 0

    def __post_init__(self) -> None:
        fields.issuer("issuer", self.issuer)
        fields.octets("rid", self.rid, 16)
        for name in ("at", "shop_no", "device_no", "seq"):
            fields.whole(name, getattr(self, name), 1, LARGEST)
        fields.whole("loss_cents", self.loss_cents, 0, LARGEST)

    def to_claims(self) -> Claims:
        """Write the claims set, in canonical order."""
        body = [
            self.TYPE, self.shop_no, self.device_no, self.seq, int(self.answer), self.loss_cents,
        ]  # fmt: skip
        return {ISS: self.issuer, IAT: self.at, CTI: self.rid, BODY: body}

    @classmethod
    def from_claims(cls, claims: Claims) -> Self:
        """Read a claims set that must be exactly an acknowledgement's. Errors: ValueError."""
        body = fields.body_of(claims, {ISS, IAT, CTI, BODY}, cls.TYPE, 6)
        fields.whole("answer", body[4], min(Answer), max(Answer))
        return cls(
            issuer=claims[ISS], at=claims[IAT], rid=claims[CTI], shop_no=body[1],
            device_no=body[2], seq=body[3], answer=Answer(body[4]), loss_cents=body[5],
        )  # fmt: skip


T = TypeVar("T", SyncToken, Acceptance, Acknowledgement)


def hash_of(acceptance: bytes) -> bytes:
    """What the next acceptance of the device names as the one before it."""
    return sha256(acceptance).digest()


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
    if len(public) == 32:  # noqa: PLR2004 -- the size of an Ed25519 key.
        return Ed25519PublicKey.from_public_bytes(public)
    return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), public)


def sign_acceptance(acceptance: Acceptance, key: DevicePrivateKey) -> bytes:
    """Sign as a till does, with the key that never leaves it."""
    kid = device_kid(public_bytes_of(key.public_key()))
    if isinstance(key, Ed25519PrivateKey):
        return cose.sign(acceptance.to_claims(), key, kid)
    protected = cbor.encode({ALG: P256, KID: kid})
    payload = cbor.encode(acceptance.to_claims())
    r, s = decode_dss_signature(key.sign(cose.signed_bytes(protected, payload), ECDSA(SHA256())))
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return TAG_18 + cbor.encode([protected, {}, payload, signature])


def peek_acceptance(raw: bytes) -> Acceptance:
    """Read an acceptance unbelieved, to find whose it says it is. Errors: TokenRefused."""
    check_size(len(raw), MOST_BYTES)
    return _read(cose.take_apart(raw).claims, Acceptance)


def read_acceptance(raw: bytes, key: DevicePublicKey) -> Acceptance:
    """Read an acceptance that this device's key signed. Errors: TokenRefused."""
    read = peek_acceptance(raw)
    envelope = cose.take_apart(raw)
    names = ED25519_NAMES if isinstance(key, Ed25519PublicKey) else P256_NAMES
    if envelope.algorithm not in names:
        raise TokenRefused(Reason.ALGORITHM)
    if envelope.kid != device_kid(public_bytes_of(key)):
        raise TokenRefused(Reason.UNKNOWN_KEY)
    if not _is_signed_by(envelope, key):
        raise TokenRefused(Reason.SIGNATURE)
    return read


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


def _read(claims: Claims, kind: type[T]) -> T:
    """Read an object; refused outside of the handler, so that nothing of it is kept."""
    read: T | None = None
    with suppress(ValueError):
        read = kind.from_claims(claims)
    if read is None:
        raise TokenRefused(Reason.CLAIMS)
    return read


def sign_for_till(one: SyncToken | Acknowledgement, key: Ed25519PrivateKey, kid: bytes) -> bytes:
    """Sign what a till is granted or answered, with a comune's key for that use."""
    return cose.sign(one.to_claims(), key, kid)


def read_sync(raw: bytes, keys: KeyList, *, now: int) -> SyncToken:
    """Read a sync token that its comune signed. Units: UTC seconds. Errors: TokenRefused."""
    envelope = cose.take_apart(raw)
    token = _read(envelope.claims, SyncToken)
    _check_signer(envelope, keys, token.issuer, token.issued_at)
    check_begun(token.issued_at, now)
    return token


def read_acknowledgement(raw: bytes, keys: KeyList) -> Acknowledgement:
    """Read an answer that its comune signed. Errors: TokenRefused."""
    envelope = cose.take_apart(raw)
    told = _read(envelope.claims, Acknowledgement)
    _check_signer(envelope, keys, told.issuer, told.at)
    return told


def _check_signer(envelope: Envelope, keys: KeyList, issuer: str, at: int) -> None:
    if envelope.algorithm != ED25519:
        raise TokenRefused(Reason.ALGORITHM)
    candidates: Sequence[KeyEntry] = keys.candidates(envelope.kid)
    check_found(candidates)
    candidates = signing_at(with_use(candidates, KeyUse.SYNC), at)
    signer = candidates[check_signature(envelope, [entry.key for entry in candidates])]
    if signer.issuer != issuer:
        raise TokenRefused(Reason.ISSUER)
