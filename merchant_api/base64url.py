"""Bytes in JSON: base64url without padding."""

from base64 import urlsafe_b64decode, urlsafe_b64encode


def bytes_of(text: str) -> bytes:
    """The bytes of a text. Errors: ValueError."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def text_of(raw: bytes) -> str:
    """Bytes as a text."""
    return urlsafe_b64encode(raw).decode().rstrip("=")
