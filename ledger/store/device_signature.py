"""Whether a device's key signed a challenge, or a phone its words.

By Ed25519, or by P-256 with both halves side by side. Not here: what a device signs when it sells
(`ledger.token.acceptances`); the words in front keep them apart, as a COSE structure begins with no
letter.
"""

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from ledger.token.device_keys import device_key

WORDS: Final = b"portavalori till session 1\n"
PHONE_WORDS: Final = b"portavalori phone 1\n"
HALF: Final = 32


def is_signed_for_session(challenge: bytes, signature: bytes, public: bytes) -> bool:
    """Whether this key signed this challenge, to open a session by it."""
    return _is_signed(WORDS + challenge, signature, public)


def is_said_by_phone(said: bytes, signature: bytes, public: bytes) -> bool:
    """Whether a phone's key signed these words of its own."""
    return _is_signed(PHONE_WORDS + said, signature, public)


def _is_signed(signed: bytes, signature: bytes, public: bytes) -> bool:
    if len(signature) != 2 * HALF:
        return False
    key = device_key(public)
    try:
        if isinstance(key, Ed25519PublicKey):
            key.verify(signature, signed)
        else:
            r, s = (int.from_bytes(one, "big") for one in (signature[:HALF], signature[HALF:]))
            key.verify(encode_dss_signature(r, s), signed, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True
