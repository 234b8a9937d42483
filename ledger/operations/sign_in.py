"""Open and close sessions: a till by its secret or its device's key, an officer, a family.

Only the hash of a session's token is kept. PIN tries are counted before they are compared
(design 6). Not here: cookies and headers (the web packages).
"""
# long: the ways in stand side by side, since they must stay alike.

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hmac import compare_digest
from uuid import UUID

from ledger.core.credentials import Credential
from ledger.core.programmes import day_of
from ledger.core.quantities import DAY, SECOND, Instant
from ledger.imports.cells import card_number
from ledger.store.book import Ledger
from ledger.store.device_signature import is_signed_for_session
from ledger.store.edges import random_bytes
from ledger.store.keys import keyed_hash
from ledger.store.network.cards import card_hash, count_card_try, forgive_card
from ledger.store.network.credentials import (
    count_try,
    forgive_tries,
)
from ledger.store.network.devices import device_with_key, pass_challenge, read_device
from ledger.store.network.operators import TillAtWork
from ledger.store.network.people import (
    Officer,
    Session,
    add_session,
    end_session,
    find_officer,
    read_officer,
    read_session,
    sweep_sessions,
    touch_session,
)
from ledger.store.network.shops import find_till
from ledger.store.passwords import hash_password, is_password
from ledger.store.registers.till_reads import (
    credential_by_code,
    credential_by_id,
    credentials_by_card,
    till_session,
)
from ledger.token.short_code import Mistyped, parse

TOKEN_BYTES = 32
NOBODY = UUID(int=0)  # No code has this id: a card that opens nothing asks for it.
LIFE: dict[str, Instant] = {"till": DAY, "officer": DAY // 2, "family": DAY // 24}
IDLE: dict[str, Instant] = {"till": DAY, "officer": DAY // 24, "family": DAY // 96}
TOUCH_EVERY = 60 * SECOND
CHALLENGE_LIFE: Instant = 60 * SECOND
ID_SIZE, TIME_SIZE, MARK_SIZE = 16, 8, 32
CHALLENGE_SIZE = ID_SIZE + TIME_SIZE + MARK_SIZE


class ChallengeRefused(Exception):
    """A challenge that is not ours, is over or was used, or that another key signed: told alike."""


class DeviceWaiting(Exception):
    """A device that its shop's owner, or its comune, has not confirmed yet."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A session just opened: the token, told only now, and when it ends."""

    token: str
    session: Session


class PinOutcome(StrEnum):
    """What became of a typed PIN."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"


def open_till_session(ledger: Ledger, secret: str, *, now: Instant) -> Opened | None:
    """Open a session for the till that knows this secret; None for anybody else."""
    with ledger.reading() as db:
        till = find_till(db, secret.encode())
    return None if till is None else _open(ledger, "till", till.till_id, now)


def make_challenge(ledger: Ledger, public: bytes, *, now: Instant) -> bytes:
    """What a device has to sign to open a session: its id, the time, and our mark on both.

    Nothing is kept of it, so that whoever asks for many costs nothing. Errors: `LookupError` for a
    key that no device has.
    """
    with ledger.reading() as db:
        device = device_with_key(db, public)
    if device is None:
        raise LookupError("key")
    said = device.device_id.bytes + now.to_bytes(TIME_SIZE, "big")
    return said + _mark(ledger, said)


def _mark(ledger: Ledger, said: bytes) -> bytes:
    return keyed_hash(ledger.keys["code"], b"till challenge", said)


def open_device_session(
    ledger: Ledger, challenge: bytes, signature: bytes, *, now: Instant
) -> Opened:
    """Open a session for the device that signed a challenge of the last minute, once.

    A device whose rights were taken away gets one too, in which it hands in what it has still.
    Errors: `ChallengeRefused`, `DeviceWaiting`.
    """
    said, mark = challenge[:-MARK_SIZE], challenge[-MARK_SIZE:]
    if len(challenge) != CHALLENGE_SIZE or not compare_digest(mark, _mark(ledger, said)):
        raise ChallengeRefused
    device_id, asked_at = UUID(bytes=said[:ID_SIZE]), int.from_bytes(said[ID_SIZE:], "big")
    with ledger.reading() as db:
        device = read_device(db, device_id)
    if device is None or not asked_at <= now < asked_at + CHALLENGE_LIFE:
        raise ChallengeRefused
    if not is_signed_for_session(challenge, signature, device.public):
        raise ChallengeRefused
    if device.status == "waiting":
        raise DeviceWaiting
    if not ledger.write(lambda db: pass_challenge(db, device_id, asked_at)):
        raise ChallengeRefused
    return _open(ledger, "till", device.till_id, now, device_id)


def sign_in_officer(
    ledger: Ledger, comune: str, user_name: str, password: str, *, now: Instant
) -> Opened | None:
    """Open a session for an officer; None for a wrong name or password, told alike."""
    book_no = ledger.book(comune).book_no
    with ledger.reading() as db:
        found = find_officer(db, book_no, user_name)
    right = is_password(found[1] if found else _NOBODY, password)
    if found is None or not right or found[0].status != "active":
        return None
    return _open(ledger, "officer", found[0].officer_id, now)


_NOBODY = hash_password("nobody has this password")  # So that an unknown name takes as long.


@dataclass(frozen=True, slots=True)
class FamilySignIn:
    """How a family's sign-in ended: a session, or what was wrong. Both unknown: WRONG."""

    outcome: PinOutcome
    opened: Opened | None = None


def sign_in_family(ledger: Ledger, code: str, pin: str, *, now: Instant) -> FamilySignIn:
    """Open a session for a family. Errors: `Mistyped` for a code that cannot be one."""
    credential = credential_of_code(ledger, parse(code))
    if credential is None or credential.kind != "family" or not credential.is_active:
        return FamilySignIn(PinOutcome.WRONG)
    outcome = try_pin(ledger, credential.id, pin)
    if outcome is not PinOutcome.RIGHT:
        return FamilySignIn(outcome)
    return FamilySignIn(outcome, _open(ledger, "family", credential.id, now))


def credential_of_code(ledger: Ledger, code: str) -> Credential | None:
    """The credential of a typed code in its canonical form; None: nobody has it."""
    digest = keyed_hash(ledger.keys["code"], code.encode())
    return credential_by_code(ledger.quick, digest)


def credential_of_id(ledger: Ledger, credential_id: UUID) -> Credential | None:
    """The credential that a token names; None: it was never written down."""
    return credential_by_id(ledger.quick, credential_id)


def try_pin(ledger: Ledger, credential_id: UUID, pin: str) -> PinOutcome:
    """Count a try, then compare, then forgive if it was right. Source: design 6, PINs."""
    kept = ledger.write(lambda db: count_try(db, credential_id))
    if kept is None:
        return PinOutcome.LOCKED
    if not compare_digest(kept, pin_hash(ledger, credential_id, pin)):
        return PinOutcome.WRONG
    ledger.write(lambda db: forgive_tries(db, credential_id))
    return PinOutcome.RIGHT


@dataclass(frozen=True, slots=True)
class CardTried:
    """How a card and a PIN ended: the code behind them; or none, whatever the reason was.

    `too_often`: this till tried too many today.
    """

    credential: Credential | None
    too_often: bool = False


def codes_of_card(ledger: Ledger, card: str) -> tuple[Credential, ...]:
    """The active codes, in whatever comune, of the families that a health card opens.

    Errors: `Mistyped` for what can be no card.
    """
    number = card_number(card)
    if number is None:
        raise Mistyped
    return credentials_by_card(ledger.quick, card_hash(ledger.keys["code"], number))


def try_card(
    ledger: Ledger, till_id: UUID, codes: Sequence[Credential], pin: str, *, now: Instant
) -> CardTried:
    """Count a try of a card on its till and on all codes behind it, then compare their PINs.

    A card that opens nothing goes the same way, so that neither answer nor time tells it apart.
    """
    day = day_of(now).toordinal()
    ids = [one.id for one in codes] or [NOBODY]
    kept = count_card_try(ledger, till_id, day, ids)
    if kept is None:
        return CardTried(None, too_often=True)
    same = [one for one in codes if one.id in kept and _fits(ledger, kept[one.id], one.id, pin)]
    if not same:
        return CardTried(None)
    forgive_card(ledger, till_id, day, same[0].id, list(kept))
    return CardTried(same[0])


def _fits(ledger: Ledger, kept: bytes, credential_id: UUID, pin: str) -> bool:
    return compare_digest(kept, pin_hash(ledger, credential_id, pin))


def pin_hash(ledger: Ledger, credential_id: UUID, pin: str) -> bytes:
    """A PIN as it is kept: keyed by a key outside the book's store."""
    return keyed_hash(ledger.keys["pin"], credential_id.bytes, pin.encode())


def _open(
    ledger: Ledger, kind: str, subject_id: UUID, now: Instant, device_id: UUID | None = None
) -> Opened:
    token = urlsafe_b64encode(random_bytes(TOKEN_BYTES)).decode().rstrip("=")
    entry = Session(kind, subject_id, now, now, now + LIFE[kind], device_id)
    ledger.write(lambda db: add_session(db, token, entry))
    return Opened(token, entry)


def session_of(ledger: Ledger, token: str, kind: str, *, now: Instant) -> Session | None:
    """The live session of a token, if it is of this kind; None once it is over or idle."""
    with ledger.reading() as db:
        entry = read_session(db, token)
    if entry is None or entry.kind != kind or entry.expires_at <= now:
        return None
    if entry.seen_at + IDLE[kind] <= now:
        return None
    if entry.seen_at + TOUCH_EVERY <= now:
        ledger.write(lambda db: touch_session(db, token, now))
    return entry


def calling_till(ledger: Ledger, token: str, *, now: Instant) -> TillAtWork | None:
    """The active till behind a session's token; None once the session is over."""
    found = till_behind(ledger, token, now=now)
    return None if found is None or found.status != "active" else found


def till_behind(ledger: Ledger, token: str, *, now: Instant) -> TillAtWork | None:
    """The till behind a session's token, also one whose rights were taken away."""
    found = till_session(ledger.quick, token)
    if found is None:
        return None
    expires_at, seen_at, till = found
    return None if expires_at <= now or seen_at + IDLE["till"] <= now else till


def calling_officer(ledger: Ledger, token: str, *, now: Instant) -> Officer | None:
    """The active officer behind a session's token."""
    entry = session_of(ledger, token, "officer", now=now)
    if entry is None:
        return None
    with ledger.reading() as db:
        officer = read_officer(db, entry.subject_id)
    return officer if officer is not None and officer.status == "active" else None


def forget_dead_sessions(ledger: Ledger, *, now: Instant) -> None:
    """Delete the sessions that are over."""
    ledger.write(lambda db: sweep_sessions(db, now))


def sign_out(ledger: Ledger, token: str) -> None:
    """Close a session."""
    ledger.write(lambda db: end_session(db, token))
