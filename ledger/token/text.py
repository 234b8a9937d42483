"""The text in the QR code: prefix and base45. Not here: what the bytes say."""

from enum import StrEnum

from ledger.token import base45
from ledger.token.refusal import Reason, TokenRefused

MAX_TEXT = 600


class Environment(StrEnum):
    """Where a token counts; its value is the prefix. Source: TOKENS.md 1."""

    REAL = "BC1:"
    TEST = "BX1:"


def wrap(token: bytes, environment: Environment) -> str:
    """Write a token as the text of a QR code: alphanumeric mode, at most 600 characters."""
    text = environment.value + base45.encode(token)
    assert len(text) <= MAX_TEXT
    return text


def unwrap(text: str, environment: Environment) -> bytes:
    """Read the text of a QR code: step 1 of TOKENS.md.

    Errors: TokenRefused (TOO_LONG, PREFIX, BASE45).
    """
    check_size(len(text), MAX_TEXT)
    check_prefix(text, environment)
    return base45.decode(text[len(environment.value) :])


def check_size(size: int, largest: int) -> None:
    """Refuse what is too long before anything looks at it."""
    if size > largest:
        raise TokenRefused(Reason.TOO_LONG)


def check_prefix(text: str, environment: Environment) -> None:
    """Refuse a text that is not ours, of another version or of another environment."""
    if not text.startswith(environment.value):
        raise TokenRefused(Reason.PREFIX)
