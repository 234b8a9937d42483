"""Blind signatures of a vote: RSABSSA-SHA384-PSS-Randomized of RFC 9474, the signer's side.

What comes out is an ordinary RSA-PSS signature, which any library verifies. The voter's side is in
the browser, by a library (`static/src/votes.js`). Pure: the random mask is handed in. Not here:
who may have one, and the secret key (`ledger.store`). Source: docs/VOTE.md, with its vectors.
"""

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA384

KEY_BITS: Final = 3072
SALT_SIZE: Final = 48


class NotBlinded(ValueError):
    """Bytes that cannot be a blinded message of this key."""


def is_signed(public: RSAPublicKey, message: bytes, signature: bytes) -> bool:
    """Whether this is the key's signature on a (prepared) message."""
    try:
        public.verify(signature, message, PSS(MGF1(SHA384()), SALT_SIZE), SHA384())
    except InvalidSignature:
        return False
    return True


def blind_sign(secret: RSAPrivateKey, blinded: bytes, mask: int) -> bytes:
    """Sign without seeing: RFC 9474, 4.3 BlindSign. `mask`: random, below the modulus.

    The exponent works on a masked number only, since Python's `pow` takes a time that depends on
    it; the result is checked before it is given away. Errors: `NotBlinded`.
    """
    private = secret.private_numbers()
    public = private.public_numbers
    size = (public.n.bit_length() + 7) // 8
    asked = int.from_bytes(blinded, "big")
    if len(blinded) != size or not 0 < asked < public.n:
        raise NotBlinded
    masked = asked * pow(mask, public.e, public.n) % public.n
    signed = pow(masked, private.d, public.n) * pow(mask, -1, public.n) % public.n
    assert pow(signed, public.e, public.n) == asked
    return signed.to_bytes(size, "big")
