"""The one refusal of this room. Not here: what a till or page says about it."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a token was refused, in the order of the checks: for tests and the security log only.

    Source: TOKENS.md 3.
    """

    TOO_LONG = "too_long"
    PREFIX = "prefix"
    BASE45 = "base45"
    ENVELOPE = "envelope"
    CBOR = "cbor"
    CLAIMS = "claims"
    UNKNOWN_KEY = "unknown_key"
    ALGORITHM = "algorithm"
    KEY_USE = "key_use"
    KEY_VALIDITY = "key_validity"
    SIGNATURE = "signature"
    TYPE = "type"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    ISSUER = "issuer"
    OFFLINE = "offline"
    OLD_LIST = "old_list"
    DENIED = "denied"


class TokenRefused(Exception):
    """Bad token: no decision, nothing to remember. Its words are always the same.

    It is raised outside of `except` blocks, because the errors of decoders carry what they read
    and a refusal must hold nothing of the token, not even as its context.
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__("token refused")
        self.reason = reason
