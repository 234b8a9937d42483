"""What a family's phone shows, and what a till asks of it: objects 2, 3 and 4, as they are written.

The comune signs which key a phone has, the phone signs each time it pays, and a till signs what it
asks. Not here: signing and believing them (`shown`). Source: TOKENS.md 7.
"""

from dataclasses import dataclass
from typing import ClassVar, Final, Self

from ledger.token import fields
from ledger.token.cose import Claims
from ledger.token.device_keys import ED25519_SIZE, P256_SIZE, device_key
from ledger.token.fields import BODY, CTI, EXP, IAT, ISS, LARGEST
from ledger.token.payloads import ID_SIZE, NO_NONCE, PARTIAL_SPEND, PIN_NEEDED, SMALL

CNF: Final = 8  # RFC 8747: whose key it is.


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneCredential:
    """A phone's right to pay for its family: its key, and how much of it without network.

    `holder`: the phone's public bytes; `programme`: whose vouchers carry the reserve, 0 without
    one. Units: euro cents, UTC seconds. Errors: ValueError. Source: TOKENS.md 7.
    """

    TYPE: ClassVar[int] = 2

    issuer: str
    id: bytes
    issued_at: int
    expires_at: int
    holder: bytes
    programme: int
    max_tx_cents: int
    reserve_cents: int
    flags: int = PIN_NEEDED | PARTIAL_SPEND

    def __post_init__(self) -> None:
        fields.issuer("issuer", self.issuer)
        fields.octets("id", self.id, ID_SIZE)
        fields.times(self.issued_at, self.expires_at)
        device_key(self.holder)
        fields.whole("max_tx_cents", self.max_tx_cents, 1, LARGEST)
        fields.whole("reserve_cents", self.reserve_cents, 0, LARGEST)
        fields.whole("programme", self.programme, 1 if self.reserve_cents else 0, SMALL)
        if type(self.flags) is not int or self.flags != PIN_NEEDED | PARTIAL_SPEND:
            raise ValueError("flags are not those of a phone")

    def to_claims(self) -> Claims:
        """Write the claims set, in canonical order."""
        body = [self.TYPE, self.programme, self.max_tx_cents, self.reserve_cents, self.flags]
        return {
            ISS: self.issuer,
            EXP: self.expires_at,
            IAT: self.issued_at,
            CTI: self.id,
            CNF: {1: _cose_key(self.holder)},
            BODY: body,
        }

    @classmethod
    def from_claims(cls, claims: Claims) -> Self:
        """Read a claims set that must be exactly a credential's. Errors: ValueError."""
        body = fields.body_of(claims, {ISS, EXP, IAT, CTI, CNF, BODY}, cls.TYPE, 5)
        return cls(
            issuer=claims[ISS], id=claims[CTI], issued_at=claims[IAT], expires_at=claims[EXP],
            holder=_holder(claims[CNF]), programme=body[1], max_tx_cents=body[2],
            reserve_cents=body[3], flags=body[4],
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """What a phone signs when it is shown: now, a number of its own, and how much at most.

    Answering a request (`nonce` and `shop_no` set) it is exactly so much, to that shop alone.
    Units: euro cents, UTC seconds by the phone's clock. Errors: ValueError. Source: TOKENS.md 7.
    """

    TYPE: ClassVar[int] = 3

    shown_at: int
    counter: int
    cap_cents: int
    nonce: bytes = NO_NONCE
    shop_no: int = 0

    def __post_init__(self) -> None:
        for name in ("shown_at", "counter", "cap_cents"):
            fields.whole(name, getattr(self, name), 1, LARGEST)
        fields.octets("nonce", self.nonce, len(NO_NONCE))
        fields.whole("shop_no", self.shop_no, 0, LARGEST)
        if (self.nonce == NO_NONCE) is not (self.shop_no == 0):
            raise ValueError("an answer has a nonce and a shop")

    @property
    def is_answer(self) -> bool:
        """Whether it answers one request of one shop."""
        return self.shop_no != 0

    def fits(self, shop_no: int, cents: int) -> bool:
        """Whether it was shown for such a sale: an answer for exactly that, else for no less."""
        if self.is_answer:
            return (self.shop_no, self.cap_cents) == (shop_no, cents)
        return cents <= self.cap_cents

    def to_claims(self) -> Claims:
        """Write the claims set, in canonical order."""
        body: list[object] = [self.TYPE, self.counter, self.cap_cents]
        if self.is_answer:
            body += [self.nonce, self.shop_no]
        return {IAT: self.shown_at, BODY: body}

    @classmethod
    def from_claims(cls, claims: Claims) -> Self:
        """Read a claims set that must be exactly a presentation's. Errors: ValueError."""
        body = claims.get(BODY)
        length = 5 if type(body) is list and len(body) == 5 else 3  # noqa: PLR2004 -- its two forms.
        body = fields.body_of(claims, {IAT, BODY}, cls.TYPE, length)
        answers = {"nonce": body[3], "shop_no": body[4]} if length > 3 else {}  # noqa: PLR2004
        one = cls(shown_at=claims[IAT], counter=body[1], cap_cents=body[2], **answers)
        if one.is_answer is not bool(answers):
            raise ValueError("an answer to nobody")
        return one


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopRequest:
    """What a till asks a phone to pay: to be answered once, by its end.

    Units: euro cents, UTC seconds. Errors: ValueError. Source: TOKENS.md 7.
    """

    TYPE: ClassVar[int] = 4

    expires_at: int
    nonce: bytes
    shop_no: int
    amount_cents: int

    def __post_init__(self) -> None:
        for name in ("expires_at", "shop_no", "amount_cents"):
            fields.whole(name, getattr(self, name), 1, LARGEST)
        fields.octets("nonce", self.nonce, len(NO_NONCE))
        if self.nonce == NO_NONCE:
            raise ValueError("the nonce is nothing")

    def to_claims(self) -> Claims:
        """Write the claims set, in canonical order."""
        body = [self.TYPE, self.shop_no, self.amount_cents]
        return {EXP: self.expires_at, CTI: self.nonce, BODY: body}

    @classmethod
    def from_claims(cls, claims: Claims) -> Self:
        """Read a claims set that must be exactly a request's. Errors: ValueError."""
        body = fields.body_of(claims, {EXP, CTI, BODY}, cls.TYPE, 3)
        return cls(expires_at=claims[EXP], nonce=claims[CTI], shop_no=body[1], amount_cents=body[2])


def _cose_key(public: bytes) -> Claims:
    if len(public) == ED25519_SIZE:
        return {1: 1, -1: 6, -2: public}
    return {1: 2, -1: 1, -2: public[1:33], -3: public[33:]}


def _holder(confirmed: object) -> bytes:
    """The public bytes of the key in `cnf`. Errors: ValueError."""
    match confirmed:
        case {1: dict() as key} if len(confirmed) == 1:  # type: ignore[arg-type]
            for size in (ED25519_SIZE, P256_SIZE):
                x, y = key.get(-2), key.get(-3, b"")
                if type(x) is bytes and type(y) is bytes:
                    public = x if size == ED25519_SIZE else b"\x04" + x + y
                    if len(public) == size and key == _cose_key(public):
                        return public
    raise ValueError("cnf is no key of a device")
