"""A voter's side of a vote's blind signature, for who votes without a browser: demo and tests.

RFC 9474, 4.2 Blind and 4.4 Finalize, written after the RFC and apart from the library that pages
use, so that each checks the other. Not here: the signer's side (`ledger.token.blind_signatures`).
"""

import secrets
from hashlib import sha384
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

SALT: Final = 48
HASH: Final = 48


def _mgf1(seed: bytes, size: int) -> bytes:
    blocks = (sha384(seed + at.to_bytes(4, "big")).digest() for at in range(-(-size // HASH)))
    return b"".join(blocks)[:size]


def encoded(message: bytes, bits: int, salt: bytes) -> bytes:
    """EMSA-PSS-ENCODE of RFC 8017, with SHA-384."""
    size = -(-bits // 8)
    hashed = sha384(bytes(8) + sha384(message).digest() + salt).digest()
    block = bytes(size - len(salt) - HASH - 2) + b"\x01" + salt
    masked = bytearray(a ^ b for a, b in zip(block, _mgf1(hashed, len(block)), strict=True))
    masked[0] &= 0xFF >> (8 * size - bits)
    return bytes(masked) + hashed + b"\xbc"


def blinded(key: RSAPublicKey, message: bytes) -> tuple[bytes, int]:
    """What the server is shown, and what takes the blinding away again."""
    public = key.public_numbers()
    plain = int.from_bytes(encoded(message, key.key_size - 1, secrets.token_bytes(SALT)), "big")
    factor = secrets.randbelow(public.n - 2) + 2
    hidden = plain * pow(factor, public.e, public.n) % public.n
    return hidden.to_bytes(-(-key.key_size // 8), "big"), pow(factor, -1, public.n)


def unblinded(key: RSAPublicKey, signed: bytes, inverse: int) -> bytes:
    """The signature on the message itself."""
    found = int.from_bytes(signed, "big") * inverse % key.public_numbers().n
    return found.to_bytes(len(signed), "big")
