"""Keys, lists and objects of the token tests. The keys come from published seeds: tests only."""

from dataclasses import asdict
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.token import cbor
from ledger.token.issue import issue, issue_list
from ledger.token.keys import (
    DenyList,
    KeyEntry,
    KeyList,
    KeyUse,
    ProgrammeLimits,
    kid_of,
    prefixes_of,
)
from ledger.token.payloads import FamilyCode, Receipt, Slip, reference_of
from ledger.token.text import Environment, wrap

DAY = 86_400
ISSUED = 1_798_761_600  # 2027-01-01, midnight UTC
ENDS = 1_861_833_600
NOW = ISSUED + DAY
MILANO, GIUSSANO = "c_f205", "c_e063"
SHARED_KID = b"two keys"


def seed_of(name: str) -> bytes:
    return sha256(b"portavalori, key for tests only: " + name.encode()).digest()


def key_of(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed_of(name))


def kid_named(name: str) -> bytes:
    return SHARED_KID if name.startswith("shared") else kid_of(key_of(name).public_key())


def entry(name: str, use: KeyUse, issuer: str = MILANO, *, after: int = ISSUED - DAY) -> KeyEntry:
    return KeyEntry(
        kid=kid_named(name),
        key=key_of(name).public_key(),
        use=use,
        issuer=issuer,
        not_before=after,
        not_after=ISSUED + 30 * DAY,
    )


def limits(issuer: str = MILANO, programme: int = 12) -> ProgrammeLimits:
    return ProgrammeLimits(
        issuer=issuer,
        programme=programme,
        last_offline=ISSUED + 60 * DAY,
        sale_cents=20_00,
        reserve_cents=40_00,
        slip_cents=10_00,
        shop_cents=200_00,
        unsynced=20,
        guarantee_seconds=DAY,
        hard_stop_seconds=3 * DAY,
    )


def slip(**changes: object) -> Slip:
    fields = {
        "issuer": MILANO,
        "id": bytes(range(16)),
        "issued_at": ISSUED,
        "expires_at": ENDS,
        "programme": 12,
        "face_cents": 10_00,
        "offline_cents": 10_00,
    }
    return Slip(**(fields | changes))  # type: ignore[arg-type]


def family_code(**changes: object) -> FamilyCode:
    fields = {
        "issuer": MILANO,
        "id": bytes(range(16, 32)),
        "issued_at": ISSUED,
        "expires_at": ENDS,
        "max_tx_cents": 50_00,
    }
    return FamilyCode(**(fields | changes))  # type: ignore[arg-type]


def receipt(**changes: object) -> Receipt:
    fields = {
        "issuer": MILANO,
        "id": bytes(range(32, 48)),
        "issued_at": ISSUED + 3600,
        "shop_no": 412,
        "amount_cents": 12_50,
        "credential_ref": reference_of(bytes(range(16))),
        "nonce": bytes(range(8)),
    }
    return Receipt(**(fields | changes))  # type: ignore[arg-type]


DENIED_SLIP = slip(id=b"a withdrawn slip")
DENIED_FAMILY = family_code(id=b"a lost fam. code")

KEY_LIST = KeyList(
    issuer="rete",
    issued_at=ISSUED,
    expires_at=ENDS + 30 * DAY,
    version=3,
    max_age=2 * DAY,
    keys=(
        entry("voucher", KeyUse.VOUCHER),
        entry("family", KeyUse.FAMILY),
        entry("receipt", KeyUse.RECEIPT),
        entry("giussano", KeyUse.VOUCHER, GIUSSANO),
        entry("shared one", KeyUse.VOUCHER),
        entry("shared two", KeyUse.VOUCHER),
    ),
    limits=(limits(), limits(programme=13)),
)
DENY_LIST = DenyList(
    issuer="rete",
    issued_at=ISSUED,
    expires_at=ENDS + 30 * DAY,
    version=12,
    max_age=2 * DAY,
    prefixes=prefixes_of([DENIED_SLIP.id, DENIED_FAMILY.id, *(bytes([n]) * 16 for n in range(9))]),
)

KEY_OF_TYPE = {Slip: "voucher", FamilyCode: "family", Receipt: "receipt"}


def text_of(
    payload: Slip | FamilyCode | Receipt,
    name: str | None = None,
    environment: Environment = Environment.REAL,
) -> str:
    name = name or KEY_OF_TYPE[type(payload)]
    return issue(payload, key=key_of(name), kid=kid_named(name), environment=environment)


def list_of(one: KeyList | DenyList, name: str = "root") -> bytes:
    return issue_list(one, root=key_of(name), kid=kid_named(name))


def described(payload: Slip | FamilyCode | Receipt) -> dict[str, str | int]:
    """Show a payload as the vectors do: its type, its fields, bytes in hexadecimal."""
    shown = {
        name: value.hex() if isinstance(value, bytes) else value
        for name, value in asdict(payload).items()
    }
    return {"type": payload.TYPE} | shown


def crafted(
    claims: object = None,
    name: str = "voucher",
    *,
    payload: bytes | None = None,
    headers: object = None,
    protected: bytes | None = None,
    unprotected: object = None,
    signature: bytes | None = None,
) -> bytes:
    """Sign anything whatever, rightly: each part may be given in the raw."""
    if payload is None:
        payload = cbor.encode(slip().to_claims() if claims is None else claims)
    if protected is None:
        protected = cbor.encode({1: -19, 4: kid_named(name)} if headers is None else headers)
    signed = cbor.encode(["Signature1", protected, b"", payload])
    signature = key_of(name).sign(signed) if signature is None else signature
    return b"\xd2" + cbor.encode([protected, unprotected or {}, payload, signature])


def shown(token: bytes) -> str:
    return wrap(token, Environment.REAL)
