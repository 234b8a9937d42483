"""The two lists that the offline root key signs. Not here: private keys, who may sign what."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any, ClassVar, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger.token import cbor, fields
from ledger.token.cose import ED25519, KID_SIZE, Claims
from ledger.token.fields import BODY, EXP, IAT, ISS, LARGEST
from ledger.token.payloads import REFERENCE_SIZE, SMALL, reference_of

_KTY, _CRV, _X = 1, -1, -2
_OKP, _ED25519_CURVE = 1, 6
_X_SIZE = 32


class KeyUse(StrEnum):
    """What a key of the key list may sign: one use for one key. Source: TOKENS.md 2."""

    VOUCHER = "voucher"
    FAMILY = "family"
    RECEIPT = "receipt"
    SYNC = "sync"
    CREDENTIAL = "credential"


def kid_of(key: Ed25519PublicKey) -> bytes:
    """Give the 8 bytes by which a header names a key. Source: RFC 9679, TOKENS.md 1."""
    return sha256(cbor.encode(_cose_key(key))).digest()[:KID_SIZE]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEntry:
    """One public key, whose it is, what for, and when it may sign (UTC seconds, both included).

    Errors: ValueError. Source: TOKENS.md 2.
    """

    kid: bytes
    key: Ed25519PublicKey
    use: KeyUse
    issuer: str
    not_before: int
    not_after: int

    def __post_init__(self) -> None:
        fields.octets("kid", self.kid, KID_SIZE)
        fields.issuer("issuer", self.issuer)
        fields.times(self.not_before, self.not_after)

    def to_array(self) -> list[object]:
        """Write the entry as it stands in the list."""
        cose_key = _cose_key(self.key)
        span = [self.not_before, self.not_after]
        return [self.kid, cose_key, ED25519, self.use.value, self.issuer, *span]

    @classmethod
    def from_array(cls, array: object) -> Self:
        """Read an entry; another key type, algorithm, use or length is refused.

        Errors: ValueError.
        """
        kid, cose_key, alg, use, issuer, not_before, not_after = _array(array, 7)
        if alg != ED25519:
            raise ValueError("the algorithm of a key is not Ed25519")
        return cls(
            kid=kid,
            key=_public_key(cose_key),
            use=KeyUse(use),
            issuer=issuer,
            not_before=not_before,
            not_after=not_after,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeLimits:
    """What a programme allows offline, signed by the comune through the root.

    Units: euro cents, UTC seconds (`last_offline` is a time), counts. Errors: ValueError.
    Source: TOKENS.md 2, design 6.
    """

    issuer: str
    programme: int
    last_offline: int
    sale_cents: int
    reserve_cents: int
    slip_cents: int
    shop_cents: int
    unsynced: int
    guarantee_seconds: int
    hard_stop_seconds: int

    def __post_init__(self) -> None:
        fields.issuer("issuer", self.issuer)
        fields.whole("programme", self.programme, 1, SMALL)
        for name, value in zip(self.__slots__[2:], self.to_array()[2:], strict=True):
            fields.whole(name, value, 0, LARGEST)

    def to_array(self) -> list[object]:
        """Write the limits as they stand in the list, in the order of the fields."""
        return [getattr(self, name) for name in self.__slots__]

    @classmethod
    def from_array(cls, array: object) -> Self:
        """Read the limits of one programme. Errors: ValueError."""
        values = _array(array, len(cls.__slots__))
        return cls(**dict(zip(cls.__slots__, values, strict=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyList:
    """Which keys count and what is allowed offline, until `expires_at`.

    Units: UTC seconds, `max_age` seconds. Errors: ValueError. Source: TOKENS.md 2.
    """

    TYPE: ClassVar[int] = 7

    issuer: str
    issued_at: int
    expires_at: int
    version: int
    max_age: int
    keys: tuple[KeyEntry, ...]
    limits: tuple[ProgrammeLimits, ...] = ()
    _by_kid: dict[bytes, tuple[KeyEntry, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check_list(self)
        by_kid: dict[bytes, tuple[KeyEntry, ...]] = {}
        for entry in self.keys:
            by_kid[entry.kid] = (*by_kid.get(entry.kid, ()), entry)
        object.__setattr__(self, "_by_kid", by_kid)

    def candidates(self, kid: bytes) -> tuple[KeyEntry, ...]:
        """Give every key of that name: a kid selects, it proves nothing."""
        return self._by_kid.get(kid, ())

    def limits_of(self, issuer: str, programme: int) -> ProgrammeLimits | None:
        """Give what a programme allows offline; None means nothing."""
        return next(
            (one for one in self.limits if (one.issuer, one.programme) == (issuer, programme)), None
        )

    def to_claims(self) -> Claims:
        """Write the claims set, in canonical order."""
        entries = [entry.to_array() for entry in self.keys]
        limits = [one.to_array() for one in self.limits]
        return _list_claims(self, [entries, limits])

    @classmethod
    def from_claims(cls, claims: Claims) -> Self:
        """Read a claims set that must be exactly a key list's. Errors: ValueError."""
        body = fields.body_of(claims, {ISS, EXP, IAT, BODY}, cls.TYPE, 5)
        return cls(
            issuer=claims[ISS],
            issued_at=claims[IAT],
            expires_at=claims[EXP],
            version=body[1],
            max_age=body[2],
            keys=tuple(KeyEntry.from_array(one) for one in _array(body[3])),
            limits=tuple(ProgrammeLimits.from_array(one) for one in _array(body[4])),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DenyList:
    """Which slips and family codes are withdrawn; `prefixes` are sorted references, end to end.

    Units: UTC seconds, `max_age` seconds. Errors: ValueError. Source: TOKENS.md 2.
    """

    TYPE: ClassVar[int] = 8

    issuer: str
    issued_at: int
    expires_at: int
    version: int
    max_age: int
    prefixes: bytes = b""

    def __post_init__(self) -> None:
        _check_list(self)
        if type(self.prefixes) is not bytes or len(self.prefixes) % REFERENCE_SIZE:
            raise ValueError("prefixes are not bytes in groups of 8")
        ordered = range(1, len(self))
        if any(self._prefix(place - 1) >= self._prefix(place) for place in ordered):
            raise ValueError("prefixes are not strictly ascending")

    def __len__(self) -> int:
        return len(self.prefixes) // REFERENCE_SIZE

    def denies(self, id: bytes) -> bool:
        """Whether the credential with this id is withdrawn."""
        wanted = reference_of(id)
        place = bisect_left(range(len(self)), wanted, key=self._prefix)
        return place < len(self) and self._prefix(place) == wanted

    def _prefix(self, place: int) -> bytes:
        return self.prefixes[place * REFERENCE_SIZE : (place + 1) * REFERENCE_SIZE]

    def to_claims(self) -> Claims:
        """Write the claims set, in canonical order."""
        return _list_claims(self, [self.prefixes])

    @classmethod
    def from_claims(cls, claims: Claims) -> Self:
        """Read a claims set that must be exactly a deny list's. Errors: ValueError."""
        body = fields.body_of(claims, {ISS, EXP, IAT, BODY}, cls.TYPE, 4)
        return cls(
            issuer=claims[ISS],
            issued_at=claims[IAT],
            expires_at=claims[EXP],
            version=body[1],
            max_age=body[2],
            prefixes=body[3],
        )


def prefixes_of(ids: Iterable[bytes]) -> bytes:
    """Give the bytes of a deny list for these ids, in any order."""
    return b"".join(sorted({reference_of(one) for one in ids}))


def _check_list(one: KeyList | DenyList) -> None:
    fields.issuer("issuer", one.issuer)
    fields.times(one.issued_at, one.expires_at)
    fields.whole("version", one.version, 1, LARGEST)
    fields.whole("max_age", one.max_age, 1, LARGEST)


def _list_claims(one: KeyList | DenyList, rest: list[object]) -> Claims:
    body = [one.TYPE, one.version, one.max_age, *rest]
    return {ISS: one.issuer, EXP: one.expires_at, IAT: one.issued_at, BODY: body}


def _array(value: object, length: int | None = None) -> list[Any]:
    if type(value) is not list or (length is not None and len(value) != length):
        raise ValueError("an array is missing or of another length")
    return value


def _cose_key(key: Ed25519PublicKey) -> dict[int, int | bytes]:
    return {_KTY: _OKP, _CRV: _ED25519_CURVE, _X: key.public_bytes_raw()}


def _public_key(cose_key: object) -> Ed25519PublicKey:
    if type(cose_key) is not dict or cose_key.keys() != {_KTY, _CRV, _X}:
        raise ValueError("a key has other labels than an Ed25519 key")
    if (cose_key[_KTY], cose_key[_CRV]) != (_OKP, _ED25519_CURVE):
        raise ValueError("a key is not on the curve of Ed25519")
    fields.octets("x", cose_key[_X], _X_SIZE)
    return Ed25519PublicKey.from_public_bytes(cose_key[_X])
