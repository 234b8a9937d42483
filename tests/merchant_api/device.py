"""A phone's key that signs in, as the till's page does, of either kind."""

from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.testclient import TestClient

from merchant_api.base64url import bytes_of, text_of

WORDS = b"portavalori till session 1\n"


@dataclass
class Phone:
    """A key that no token is kept beside."""

    key: Ed25519PrivateKey | EllipticCurvePrivateKey

    @property
    def public(self) -> str:
        public = self.key.public_key()
        if isinstance(self.key, Ed25519PrivateKey):
            return text_of(public.public_bytes(Encoding.Raw, PublicFormat.Raw))
        return text_of(public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    def enrol(self, client: TestClient, code: str) -> Any:  # noqa: ANN401
        body = {"code": code, "public": self.public}
        return client.post("/api/v1/till-enrolments", json=body)

    def challenge(self, client: TestClient) -> str:
        told = client.post("/api/v1/till-challenges", json={"public": self.public})
        assert told.status_code == 200, told.text
        said: str = told.json()["challenge"]
        return said

    def sign(self, challenge: str) -> str:
        said = WORDS + bytes_of(challenge)
        if isinstance(self.key, Ed25519PrivateKey):
            return text_of(self.key.sign(said))
        r, s = decode_dss_signature(self.key.sign(said, ECDSA(SHA256())))
        return text_of(r.to_bytes(32, "big") + s.to_bytes(32, "big"))

    def come_in(self, client: TestClient, challenge: str = "") -> Any:  # noqa: ANN401
        said = challenge or self.challenge(client)
        body = {"challenge": said, "signature": self.sign(said)}
        return client.post("/api/v1/device-sessions", json=body)


def phones() -> list[Phone]:
    """One of each kind of key."""
    return [Phone(Ed25519PrivateKey.generate()), Phone(generate_private_key(SECP256R1()))]
