"""Sign what this room can read. Not here: whether it may be signed; `ledger.store` decides that."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.token import cose
from ledger.token.keys import DenyList, KeyList
from ledger.token.payloads import FamilyCode, Receipt, Slip
from ledger.token.text import Environment, wrap


def issue(
    payload: Slip | FamilyCode | Receipt,
    *,
    key: Ed25519PrivateKey,
    kid: bytes,
    environment: Environment,
) -> str:
    """Sign a payload and write the text of its QR code.

    Deterministic: the same payload and key give the same text. `kid` is `kid_of` the public key;
    the key's use must be the payload's (`verify.USES`). Source: TOKENS.md 1, 2.
    """
    return wrap(cose.sign(payload.to_claims(), key, kid), environment)


def issue_list(one: KeyList | DenyList, *, root: Ed25519PrivateKey, kid: bytes) -> bytes:
    """Sign a list with the root key; it travels as bytes. Source: TOKENS.md 2."""
    return cose.sign(one.to_claims(), root, kid)
