"""The fixed order of checks, and one refusal. Not here: the register, PINs, amounts, budgets.

Each check is a small function; the tests take them out one by one and see that a vector notices.
Source: TOKENS.md 3.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger.token import cose
from ledger.token.cose import ED25519_NAMES, Claims, Envelope
from ledger.token.fields import BODY, LARGEST
from ledger.token.keys import DenyList, KeyEntry, KeyList, KeyUse, kid_of
from ledger.token.payloads import FamilyCode, Receipt, Slip
from ledger.token.refusal import Reason, TokenRefused
from ledger.token.text import Environment, check_size, unwrap

SKEW_SECONDS = 300
MAX_LIST_BYTES = 262_144

Object = Slip | FamilyCode | Receipt | KeyList | DenyList
Asked = TypeVar("Asked")
PAYMENT: tuple[type[Slip | FamilyCode], ...] = (Slip, FamilyCode)

READERS: Mapping[int, Callable[[Claims], Object]] = {
    one.TYPE: one.from_claims for one in (Slip, FamilyCode, Receipt, KeyList, DenyList)
}
USES: Mapping[type[Object], KeyUse] = {
    Slip: KeyUse.VOUCHER,
    FamilyCode: KeyUse.FAMILY,
    Receipt: KeyUse.RECEIPT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What a verifier believes: its environment, and the two lists that the root key signed."""

    environment: Environment
    keys: KeyList
    denied: DenyList


def verify_payment(text: str, trust: Trust, *, now: int) -> Slip | FamilyCode:
    """Read a code that is shown to pay, online; whether it pays the register and the book decide.

    Units: `now` in UTC seconds. Errors: TokenRefused. Source: TOKENS.md 3.
    """
    payload, entry = _authenticated(unwrap(text, trust.environment), trust.keys)
    asked = asked_for(payload, PAYMENT)
    check_begun(asked.issued_at, now)
    check_end(asked.expires_at, now, SKEW_SECONDS)
    check_issuer(asked.issuer, entry)
    check_denied(asked.id, trust.denied)
    return asked


def verify_offline(text: str, trust: Trust, *, now: int) -> Slip:
    """Read a slip that is shown to a till without network.

    What the till adds (age of its lists, budgets, counts) is not the token's business.
    Units: `now` in UTC seconds. Errors: TokenRefused. Source: TOKENS.md 3.
    """
    slip = verify_evidence(text, trust, now=now)
    check_offline(slip, trust.keys, now)
    check_denied(slip.id, trust.denied)
    return slip


def verify_evidence(text: str, trust: Trust, *, now: int) -> Slip:
    """Read a slip that a till took without network, whatever is allowed and denied by now.

    Units: `now` in UTC seconds, when it was taken. Errors: TokenRefused. Source: TOKENS.md 6.
    """
    payload, entry = _authenticated(unwrap(text, trust.environment), trust.keys)
    slip = asked_for(payload, (Slip,))
    check_begun(slip.issued_at, now)
    check_end(slip.expires_at, now, SKEW_SECONDS)
    check_issuer(slip.issuer, entry)
    return slip


def verify_receipt(text: str, trust: Trust, *, now: int) -> Receipt:
    """Read a receipt; it has no end, and the deny list is not asked.

    Units: `now` in UTC seconds. Errors: TokenRefused. Source: TOKENS.md 3.
    """
    payload, entry = _authenticated(unwrap(text, trust.environment), trust.keys)
    receipt = asked_for(payload, (Receipt,))
    check_begun(receipt.issued_at, now)
    check_issuer(receipt.issuer, entry)
    return receipt


def read_key_list(
    raw: bytes, roots: Sequence[Ed25519PublicKey], *, now: int, at_least: int = 1
) -> KeyList:
    """Read a key list signed by one of the roots; `at_least` is the version already held.

    Units: `now` in UTC seconds. Errors: TokenRefused. Source: TOKENS.md 3.
    """
    listed = asked_for(_signed_by_root(raw, roots), (KeyList,))
    check_list(listed, now, at_least)
    return listed


def read_deny_list(
    raw: bytes, roots: Sequence[Ed25519PublicKey], *, now: int, at_least: int = 1
) -> DenyList:
    """Read a deny list signed by one of the roots; `at_least` is the version already held.

    Units: `now` in UTC seconds. Errors: TokenRefused. Source: TOKENS.md 3.
    """
    listed = asked_for(_signed_by_root(raw, roots), (DenyList,))
    check_list(listed, now, at_least)
    return listed


# ------------------------------------------------------------------------ steps 2 to 5


def _authenticated(token: bytes, keys: KeyList) -> tuple[Object, KeyEntry]:
    envelope = cose.take_apart(token)
    payload = _object_of(envelope.claims)
    candidates: Sequence[KeyEntry] = keys.candidates(envelope.kid)
    check_found(candidates)
    check_algorithm(envelope)
    candidates = with_use(candidates, USES.get(type(payload)))
    candidates = signing_at(candidates, payload.issued_at)
    signer = check_signature(envelope, [entry.key for entry in candidates])
    return payload, candidates[signer]


def _signed_by_root(raw: bytes, roots: Sequence[Ed25519PublicKey]) -> Object:
    check_size(len(raw), MAX_LIST_BYTES)
    envelope = cose.take_apart(raw)
    listed = _object_of(envelope.claims)
    candidates = [root for root in roots if kid_of(root) == envelope.kid]
    check_found(candidates)
    check_algorithm(envelope)
    check_signature(envelope, candidates)
    return listed


def _object_of(claims: Claims) -> Object:
    body = claims.get(BODY)
    kind = body[0] if type(body) is list and body else None
    reader = READERS.get(kind) if type(kind) is int else None
    if reader is not None:
        try:
            return reader(claims)
        except ValueError:
            pass
    raise TokenRefused(Reason.CLAIMS)


class Readable(Protocol):
    """An object that is read from claims, or not at all."""

    @classmethod
    def from_claims(cls, claims: Claims) -> Self:
        """Read exactly such an object. Errors: ValueError."""
        ...


Read = TypeVar("Read", bound=Readable)


def read_as(claims: Claims, kind: type[Read]) -> Read:
    """Read one object; refused outside of the handler, so that nothing of it is kept."""
    read: Read | None = None
    with suppress(ValueError):
        read = kind.from_claims(claims)
    if read is None:
        raise TokenRefused(Reason.CLAIMS)
    return read


def check_found(candidates: Sequence[object]) -> None:
    """Refuse a key that is not in the list: a kid is looked up there and nowhere else."""
    if not candidates:
        raise TokenRefused(Reason.UNKNOWN_KEY)


def check_algorithm(envelope: Envelope) -> None:
    """Refuse an algorithm that is not the key's; all our keys are Ed25519."""
    if envelope.algorithm not in ED25519_NAMES:
        raise TokenRefused(Reason.ALGORITHM)


def with_use(candidates: Sequence[KeyEntry], use: KeyUse | None) -> Sequence[KeyEntry]:
    """Keep the keys that may sign such an object; refuse if there is none."""
    fit = [entry for entry in candidates if entry.use == use]
    if not fit:
        raise TokenRefused(Reason.KEY_USE)
    return fit


def signing_at(candidates: Sequence[KeyEntry], issued_at: int) -> Sequence[KeyEntry]:
    """Keep the keys that could sign at that time; refuse if there is none."""
    fit = [entry for entry in candidates if entry.not_before <= issued_at <= entry.not_after]
    if not fit:
        raise TokenRefused(Reason.KEY_VALIDITY)
    return fit


def check_signature(envelope: Envelope, keys: Sequence[Ed25519PublicKey]) -> int:
    """Refuse what none of these keys signed; say which one did."""
    for place, key in enumerate(keys):
        if cose.is_signed_by(envelope, key):
            return place
    raise TokenRefused(Reason.SIGNATURE)


# ------------------------------------------------------------------------ steps 6 and 7


def asked_for(read: Object, kinds: tuple[type[Asked], ...]) -> Asked:
    """Refuse a good object that is not one of those asked for here."""
    for kind in kinds:
        if isinstance(read, kind):
            return read
    raise TokenRefused(Reason.TYPE)


def check_begun(issued_at: int, now: int) -> None:
    """Refuse what was issued later than now, but for the skew of clocks. UTC seconds."""
    assert 0 < now <= LARGEST, "now is not in seconds"
    if issued_at > now + SKEW_SECONDS:
        raise TokenRefused(Reason.NOT_YET)


def check_end(expires_at: int, now: int, skew: int) -> None:
    """Refuse what has ended, `skew` seconds ago or more. UTC seconds."""
    if now >= expires_at + skew:
        raise TokenRefused(Reason.EXPIRED)


def check_issuer(issuer: str, entry: KeyEntry) -> None:
    """Refuse a comune that speaks for another."""
    if issuer != entry.issuer:
        raise TokenRefused(Reason.ISSUER)


def check_offline(slip: Slip, keys: KeyList, now: int) -> None:
    """Refuse a slip that its programme does not let a till take without network, or no more."""
    limits = keys.limits_of(slip.issuer, slip.programme)
    if limits is None or not 0 < slip.offline_cents <= limits.slip_cents:
        raise TokenRefused(Reason.OFFLINE)
    if now > limits.last_offline:
        raise TokenRefused(Reason.OFFLINE)


def check_list(listed: KeyList | DenyList, now: int, at_least: int) -> None:
    """Refuse a list from the future, one that should have been replaced, one older than held."""
    check_begun(listed.issued_at, now)
    check_end(listed.expires_at, now, 0)
    check_version(listed.version, at_least)


def check_version(version: int, at_least: int) -> None:
    """Refuse to go back to an older list."""
    if version < at_least:
        raise TokenRefused(Reason.OLD_LIST)


def check_denied(id: bytes, denied: DenyList) -> None:
    """Refuse what is withdrawn."""
    if denied.denies(id):
        raise TokenRefused(Reason.DENIED)
