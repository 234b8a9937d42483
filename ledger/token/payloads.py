"""What a QR code says: slip, family code, receipt. Not here: lists, signatures, the register."""

from dataclasses import dataclass
from hashlib import sha256
from typing import ClassVar, Self

from ledger.token import fields
from ledger.token.cose import Claims
from ledger.token.fields import BODY, CTI, EXP, IAT, ISS

PIN_NEEDED, SINGLE_USE, PARTIAL_SPEND = 1, 2, 4
ID_SIZE, REFERENCE_SIZE = 16, 8
NO_NONCE = bytes(8)
SMALL = 0xFFFF  # Upper bound of what must stay short to fit on paper.


def reference_of(id: bytes) -> bytes:
    """Name a credential without telling its id: 8 bytes of SHA-256. Source: TOKENS.md 2."""
    return sha256(id).digest()[:REFERENCE_SIZE]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A paper voucher, used once up to its face.

    Units: euro cents, UTC seconds. `id` is 16 random bytes, `offline_cents` 0 or the face,
    `expires_at` no earlier than the longest extension. Errors: ValueError. Source: TOKENS.md 2.
    """

    TYPE: ClassVar[int] = 1

    issuer: str
    id: bytes
    issued_at: int
    expires_at: int
    programme: int
    face_cents: int
    offline_cents: int
    flags: int = SINGLE_USE

    def __post_init__(self) -> None:
        fields.issuer("issuer", self.issuer)
        fields.octets("id", self.id, ID_SIZE)
        fields.times(self.issued_at, self.expires_at)
        fields.whole("programme", self.programme, 1, SMALL)
        fields.whole("face_cents", self.face_cents, 1, SMALL)
        fields.whole("offline_cents", self.offline_cents, 0, SMALL)
        if self.offline_cents not in {0, self.face_cents}:
            raise ValueError("offline_cents is neither 0 nor the face")
        check_slip_flags(self.flags)

    def to_claims(self) -> Claims:
        """Write the claims set, in canonical order."""
        body = [self.TYPE, self.programme, self.face_cents, self.offline_cents, self.flags]
        return {
            ISS: self.issuer,
            EXP: self.expires_at,
            IAT: self.issued_at,
            CTI: self.id,
            BODY: body,
        }

    @classmethod
    def from_claims(cls, claims: Claims) -> Self:
        """Read a claims set that must be exactly a slip's. Errors: ValueError."""
        body = fields.body_of(claims, {ISS, EXP, IAT, CTI, BODY}, cls.TYPE, 5)
        return cls(
            issuer=claims[ISS],
            id=claims[CTI],
            issued_at=claims[IAT],
            expires_at=claims[EXP],
            programme=body[1],
            face_cents=body[2],
            offline_cents=body[3],
            flags=body[4],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyCode:
    """One code of a family for all its programmes, on paper: always with PIN, never offline.

    Units: euro cents, UTC seconds. `id` is 16 random bytes, `max_tx_cents` the most that one
    redemption may take. Errors: ValueError. Source: TOKENS.md 2.
    """

    TYPE: ClassVar[int] = 9

    issuer: str
    id: bytes
    issued_at: int
    expires_at: int
    max_tx_cents: int
    flags: int = PIN_NEEDED | PARTIAL_SPEND

    def __post_init__(self) -> None:
        fields.issuer("issuer", self.issuer)
        fields.octets("id", self.id, ID_SIZE)
        fields.times(self.issued_at, self.expires_at)
        fields.whole("max_tx_cents", self.max_tx_cents, 1, fields.LARGEST)
        check_family_flags(self.flags)

    def to_claims(self) -> Claims:
        """Write the claims set, in canonical order."""
        body = [self.TYPE, self.max_tx_cents, self.flags]
        return {
            ISS: self.issuer,
            EXP: self.expires_at,
            IAT: self.issued_at,
            CTI: self.id,
            BODY: body,
        }

    @classmethod
    def from_claims(cls, claims: Claims) -> Self:
        """Read a claims set that must be exactly a family code's. Errors: ValueError."""
        body = fields.body_of(claims, {ISS, EXP, IAT, CTI, BODY}, cls.TYPE, 3)
        return cls(
            issuer=claims[ISS],
            id=claims[CTI],
            issued_at=claims[IAT],
            expires_at=claims[EXP],
            max_tx_cents=body[1],
            flags=body[2],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The server's signed answer: this shop was paid (or, below zero, gave back) this amount.

    Units: euro cents, UTC seconds. `id` is that of the redemption or refund, `credential_ref` the
    `reference_of` what was spent. Errors: ValueError. Source: TOKENS.md 2.
    """

    TYPE: ClassVar[int] = 5

    issuer: str
    id: bytes
    issued_at: int
    shop_no: int
    amount_cents: int
    credential_ref: bytes
    nonce: bytes = NO_NONCE

    def __post_init__(self) -> None:
        fields.issuer("issuer", self.issuer)
        fields.octets("id", self.id, ID_SIZE)
        fields.whole("issued_at", self.issued_at, 1, fields.LARGEST)
        fields.whole("shop_no", self.shop_no, 1, fields.LARGEST)
        fields.whole("amount_cents", self.amount_cents, -fields.LARGEST, fields.LARGEST)
        if self.amount_cents == 0:
            raise ValueError("amount_cents is 0")
        fields.octets("credential_ref", self.credential_ref, REFERENCE_SIZE)
        fields.octets("nonce", self.nonce, len(NO_NONCE))

    def to_claims(self) -> Claims:
        """Write the claims set, in canonical order."""
        body = [self.TYPE, self.shop_no, self.amount_cents, self.credential_ref, self.nonce]
        return {ISS: self.issuer, IAT: self.issued_at, CTI: self.id, BODY: body}

    @classmethod
    def from_claims(cls, claims: Claims) -> Self:
        """Read a claims set that must be exactly a receipt's. Errors: ValueError."""
        body = fields.body_of(claims, {ISS, IAT, CTI, BODY}, cls.TYPE, 5)
        return cls(
            issuer=claims[ISS],
            id=claims[CTI],
            issued_at=claims[IAT],
            shop_no=body[1],
            amount_cents=body[2],
            credential_ref=body[3],
            nonce=body[4],
        )


def check_slip_flags(flags: int) -> None:
    """Want single use, perhaps a PIN; never partial spend, never an unknown bit."""
    if type(flags) is not int or flags not in {SINGLE_USE, SINGLE_USE | PIN_NEEDED}:
        raise ValueError("flags are not those of a slip")


def check_family_flags(flags: int) -> None:
    """Want the PIN, perhaps partial spend; never single use, never an unknown bit."""
    if type(flags) is not int or flags not in {PIN_NEEDED, PIN_NEEDED | PARTIAL_SPEND}:
        raise ValueError("flags are not those of a family code")
