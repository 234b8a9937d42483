"""A phone, a till and what they show each other: the objects that the vectors are made of."""

from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.token.device_keys import DevicePrivateKey, public_bytes_of
from ledger.token.keys import KeyList, KeyUse, prefixes_of
from ledger.token.phones import PhoneCredential, Presentation, ShopRequest
from ledger.token.shown import sign_credential, sign_presentation
from ledger.token.text import Environment
from ledger.token.verify import Trust
from tests.token.town import DAY, DENY_LIST, ISSUED, MILANO, NOW, entry, key_of, kid_named, seed_of

PHONES: dict[str, DevicePrivateKey] = {
    "ed25519": Ed25519PrivateKey.from_private_bytes(seed_of("phone")),
    "p256": derive_private_key(int.from_bytes(seed_of("older phone")), SECP256R1()),
}
TILL = Ed25519PrivateKey.from_private_bytes(seed_of("till"))
KEYS = KeyList(
    issuer="rete", issued_at=ISSUED, expires_at=ISSUED + 90 * DAY, version=1, max_age=2 * DAY,
    keys=(entry("credential", KeyUse.CREDENTIAL), entry("voucher", KeyUse.VOUCHER)),
)  # fmt: skip
DENIED_PHONE = bytes(range(16, 32))
TRUST = Trust(
    environment=Environment.REAL,
    keys=KEYS,
    denied=replace(DENY_LIST, prefixes=prefixes_of([DENIED_PHONE])),
)
Field = str | bytes | int
NONCE = bytes(range(8, 16))
SHOWN = Presentation(shown_at=NOW, counter=300, cap_cents=50_00)
ANSWER = Presentation(shown_at=NOW, counter=300, cap_cents=12_50, nonce=NONCE, shop_no=412)
REQUEST = ShopRequest(expires_at=NOW + 300, nonce=NONCE, shop_no=412, amount_cents=12_50)


def credential(phone: str = "ed25519", **other: Field) -> PhoneCredential:
    """A phone's credential as the comune would sign it, but for what is given."""
    fields: dict[str, Any] = {
        "issuer": MILANO, "id": bytes(range(16)), "issued_at": ISSUED, "expires_at": NOW + 7 * DAY,
        "holder": public_bytes_of(PHONES[phone].public_key()), "programme": 12,
        "max_tx_cents": 50_00, "reserve_cents": 40_00,
    }  # fmt: skip
    return PhoneCredential(**fields | other)


def signed(phone: str = "ed25519", by: str = "credential", **other: Field) -> bytes:
    """Such a credential's bytes."""
    return sign_credential(credential(phone, **other), key_of(by), kid_named(by))


def shown(one: Presentation = SHOWN, phone: str = "ed25519", **other: Field) -> bytes:
    """What that phone shows."""
    return sign_presentation(one, signed(phone, "credential", **other), PHONES[phone])
