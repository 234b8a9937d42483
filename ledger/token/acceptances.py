"""What a till signs without network, what it was granted for it, and how the server answers.

Objects 6, 10 and 11. They travel as bytes and are never drawn; a code that is shown to pay is never
one of them. Not here: whether the sale kept the rules (`ledger.core.offline`). Source: TOKENS.md 6.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import ClassVar, Final, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.token import cose, fields
from ledger.token.cose import ED25519, Claims, Envelope
from ledger.token.device_keys import (
    DevicePrivateKey,
    DevicePublicKey,
    check_device,
    device_kid,
    public_bytes_of,
    sign_with_device,
)
from ledger.token.fields import BODY, CTI, IAT, ISS, LARGEST
from ledger.token.keys import KeyEntry, KeyList, KeyUse
from ledger.token.refusal import Reason, TokenRefused
from ledger.token.text import check_size
from ledger.token.verify import (
    check_begun,
    check_found,
    check_signature,
    read_as,
    signing_at,
    with_use,
)

HASH_SIZE: Final = 32
NOTHING_BEFORE: Final = bytes(HASH_SIZE)
MOST_BYTES: Final = 1_024  # An acceptance with a slip and a sync token takes 419.
_WITH_OPERATOR: Final = 11  # Words of its body; one less where nobody is named.


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
    `sync`: the sync token's. `operator`: who stood there, a random id; empty where the shop names
    nobody. Units: euro cents, UTC seconds by the device's clock, which is only evidence.
    Errors: ValueError. Source: TOKENS.md 6.
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
    operator: bytes = b""

    def __post_init__(self) -> None:
        for name in ("device_time", "shop_no", "device_no", "seq", "amount_cents"):
            fields.whole(name, getattr(self, name), 1, LARGEST)
        fields.whole("deny_version", self.deny_version, 0, LARGEST)
        fields.octets("previous", self.previous, HASH_SIZE)
        fields.octets("rid", self.rid, 16)
        for name in ("evidence", "sync"):
            if type(getattr(self, name)) is not bytes:
                raise ValueError(f"{name} is not bytes")
        if self.operator:
            fields.octets("operator", self.operator, 16)

    def to_claims(self) -> Claims:
        """Write the claims set, in canonical order."""
        body = [
            self.TYPE, self.shop_no, self.device_no, self.seq, self.previous, self.rid,
            self.amount_cents, self.evidence, self.sync, self.deny_version,
        ]  # fmt: skip
        named = [self.operator] if self.operator else []
        return {IAT: self.device_time, BODY: [*body, *named]}

    @classmethod
    def from_claims(cls, claims: Claims) -> Self:
        """Read a claims set that must be exactly an acceptance's. Errors: ValueError."""
        named = type(claims.get(BODY)) is list and len(claims[BODY]) == _WITH_OPERATOR
        length = _WITH_OPERATOR if named else _WITH_OPERATOR - 1
        body = fields.body_of(claims, {IAT, BODY}, cls.TYPE, length)
        if named and not body[-1]:
            raise ValueError("an operator who is nobody is left out")
        names = cls.__slots__[1:length]
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


def hash_of(acceptance: bytes) -> bytes:
    """What the next acceptance of the device names as the one before it."""
    return sha256(acceptance).digest()


def sign_acceptance(acceptance: Acceptance, key: DevicePrivateKey) -> bytes:
    """Sign as a till does, with the key that never leaves it."""
    return sign_with_device(acceptance.to_claims(), key)


def peek_acceptance(raw: bytes) -> Acceptance:
    """Read an acceptance unbelieved, to find whose it says it is. Errors: TokenRefused."""
    check_size(len(raw), MOST_BYTES)
    return read_as(cose.take_apart(raw).claims, Acceptance)


def read_acceptance(raw: bytes, key: DevicePublicKey) -> Acceptance:
    """Read an acceptance that this device's key signed. Errors: TokenRefused."""
    read = peek_acceptance(raw)
    envelope = cose.take_apart(raw)
    if envelope.kid != device_kid(public_bytes_of(key)):
        raise TokenRefused(Reason.UNKNOWN_KEY)
    check_device(envelope, key)
    return read


def sign_for_till(one: SyncToken | Acknowledgement, key: Ed25519PrivateKey, kid: bytes) -> bytes:
    """Sign what a till is granted or answered, with a comune's key for that use."""
    return cose.sign(one.to_claims(), key, kid)


def read_sync(raw: bytes, keys: KeyList, *, now: int) -> SyncToken:
    """Read a sync token that its comune signed. Units: UTC seconds. Errors: TokenRefused."""
    envelope = cose.take_apart(raw)
    token = read_as(envelope.claims, SyncToken)
    _check_signer(envelope, keys, token.issuer, token.issued_at)
    check_begun(token.issued_at, now)
    return token


def read_acknowledgement(raw: bytes, keys: KeyList) -> Acknowledgement:
    """Read an answer that its comune signed. Errors: TokenRefused."""
    envelope = cose.take_apart(raw)
    told = read_as(envelope.claims, Acknowledgement)
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
