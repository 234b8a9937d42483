"""Signing and believing what a phone shows and what a till asks of it: objects 2, 3 and 4.

Not here: whether it pays (register and book), and the counting of counters (`apply`).
Source: TOKENS.md 7.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.token import cbor, cose
from ledger.token.cose import ALG, SIGNATURE_SIZE, TAG_18, Envelope
from ledger.token.device_keys import (
    DevicePrivateKey,
    DevicePublicKey,
    check_device,
    device_key,
    device_kid,
    public_bytes_of,
    sign_with_device,
)
from ledger.token.keys import KeyUse
from ledger.token.phones import PhoneCredential, Presentation, ShopRequest
from ledger.token.refusal import Reason, TokenRefused
from ledger.token.text import Environment, check_size, unwrap
from ledger.token.verify import (
    SKEW_SECONDS,
    Trust,
    check_algorithm,
    check_begun,
    check_denied,
    check_end,
    check_found,
    check_issuer,
    check_signature,
    read_as,
    signing_at,
    with_use,
)

CARRIED: Final = -65537  # Where a presentation carries its credential: private range.
FRESH_SECONDS: Final = 90  # It is redrawn every 20 seconds; a till is slow.
REQUEST_LIFE: Final = 300
MOST_REQUEST_BYTES: Final = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A presentation with the credential that it carries, both believed."""

    credential: PhoneCredential
    presentation: Presentation


def sign_credential(one: PhoneCredential, key: Ed25519PrivateKey, kid: bytes) -> bytes:
    """Sign as a comune does, with its key for that use. Deterministic."""
    return cose.sign(one.to_claims(), key, kid)


def sign_presentation(one: Presentation, credential: bytes, key: DevicePrivateKey) -> bytes:
    """Sign as a phone does; `credential`: the bytes that the comune signed."""
    return sign_with_device(one.to_claims(), key, named=False, unprotected={CARRIED: credential})


def sign_request(one: ShopRequest, key: DevicePrivateKey) -> bytes:
    """Sign as a till does."""
    return sign_with_device(one.to_claims(), key)


def is_presentation(raw: bytes) -> bool:
    """Whether these bytes look like a phone's, unbelieved."""
    with suppress(TokenRefused):
        return _parts(raw)[1] is not None
    return False


def is_shown_by_phone(text: str, environment: Environment) -> bool:
    """Whether a text that was scanned looks like a phone's, unbelieved."""
    with suppress(TokenRefused):
        return is_presentation(unwrap(text, environment))
    return False


def peek_shown(text: str, environment: Environment) -> Presentation:
    """What a phone says of this sale, where its signature was checked before.

    Errors: TokenRefused.
    """
    return read_as(_parts(unwrap(text, environment))[0].claims, Presentation)


def verify_shown(text: str, trust: Trust, *, now: int) -> Shown:
    """Read what a phone shows, now. Units: UTC seconds. Errors: TokenRefused."""
    shown = shown_then(unwrap(text, trust.environment), trust, now=now)
    check_denied(shown.credential.id, trust.denied)
    return shown


def shown_then(raw: bytes, trust: Trust, *, now: int) -> Shown:
    """Read what a phone showed at that time, whatever is denied by now.

    Units: `now` in UTC seconds, when it was taken. Errors: TokenRefused. Source: TOKENS.md 7.
    """
    envelope, carried = _parts(raw)
    if carried is None:
        raise TokenRefused(Reason.TYPE)
    credential = _believed(carried, trust, now)
    shown = read_as(envelope.claims, Presentation)
    check_device(envelope, device_key(credential.holder))
    check_begun(shown.shown_at, now)
    check_end(shown.shown_at + FRESH_SECONDS, now, SKEW_SECONDS)
    return Shown(credential=credential, presentation=shown)


def _believed(raw: bytes, trust: Trust, now: int) -> PhoneCredential:
    envelope = cose.take_apart(raw)
    credential = read_as(envelope.claims, PhoneCredential)
    candidates = trust.keys.candidates(envelope.kid)
    check_found(candidates)
    check_algorithm(envelope)
    fit = signing_at(with_use(candidates, KeyUse.CREDENTIAL), credential.issued_at)
    signer = fit[check_signature(envelope, [entry.key for entry in fit])]
    check_begun(credential.issued_at, now)
    check_end(credential.expires_at, now, SKEW_SECONDS)
    check_issuer(credential.issuer, signer)
    return credential


def peek_request(raw: bytes) -> tuple[ShopRequest, bytes]:
    """Read a request unbelieved, and the name of the key it says to be of. Errors: TokenRefused."""
    check_size(len(raw), MOST_REQUEST_BYTES)
    envelope = cose.take_apart(raw)
    return read_as(envelope.claims, ShopRequest), envelope.kid


def read_request(raw: bytes, key: DevicePublicKey, *, now: int) -> ShopRequest:
    """Read a request that this till's key signed, while it may be answered.

    Units: UTC seconds. Errors: TokenRefused.
    """
    asked, kid = peek_request(raw)
    if kid != device_kid(public_bytes_of(key)):
        raise TokenRefused(Reason.UNKNOWN_KEY)
    check_device(cose.take_apart(raw), key)
    check_end(asked.expires_at, now, SKEW_SECONDS)
    if asked.expires_at > now + REQUEST_LIFE + SKEW_SECONDS:
        raise TokenRefused(Reason.NOT_YET)
    return asked


def _parts(raw: bytes) -> tuple[Envelope, bytes | None]:
    """A phone's envelope and the credential in it; None: it is one of the other objects."""
    cose.check_tag(raw)
    match cbor.decode(raw[len(TAG_18) :]):
        case [bytes() as head, dict() as carried, bytes() as payload, bytes() as signature]:
            headers, claims = cbor.decode(head), cbor.decode(payload)
        case _:
            raise TokenRefused(Reason.ENVELOPE)
    if not carried:
        return cose.take_apart(raw), None
    if carried.keys() != {CARRIED} or type(carried[CARRIED]) is not bytes:
        raise TokenRefused(Reason.ENVELOPE)
    good = type(headers) is dict and headers.keys() == {ALG} and type(headers[ALG]) is int
    if not good or len(signature) != SIGNATURE_SIZE:
        raise TokenRefused(Reason.ENVELOPE)
    if type(claims) is not dict:
        raise TokenRefused(Reason.CLAIMS)
    return Envelope(head, headers[ALG], b"", payload, claims, signature), carried[CARRIED]
