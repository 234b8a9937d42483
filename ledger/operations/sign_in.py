"""Open and close sessions: a till by its secret, an officer by password, a family by code and PIN.

Only the hash of a session's token is kept. PIN tries are counted before they are compared
(design 6). Not here: cookies and headers (the web packages).
"""
# long: the three ways in stand side by side, since they must stay alike.

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from enum import StrEnum
from hmac import compare_digest
from uuid import UUID

from ledger.core.credentials import Credential
from ledger.core.quantities import DAY, SECOND, Instant
from ledger.store.book import Ledger
from ledger.store.edges import random_bytes
from ledger.store.keys import keyed_hash
from ledger.store.network.credentials import (
    count_try,
    forgive_tries,
)
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
from ledger.store.network.shops import Till, find_till
from ledger.store.passwords import hash_password, is_password
from ledger.store.registers.till_reads import (
    credential_by_code,
    credential_by_id,
    till_session,
)
from ledger.token.short_code import parse

TOKEN_BYTES = 32
LIFE: dict[str, Instant] = {"till": DAY, "officer": DAY // 2, "family": DAY // 24}
IDLE: dict[str, Instant] = {"till": DAY, "officer": DAY // 24, "family": DAY // 96}
TOUCH_EVERY = 60 * SECOND


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


def pin_hash(ledger: Ledger, credential_id: UUID, pin: str) -> bytes:
    """A PIN as it is kept: keyed by a key outside the book's store."""
    return keyed_hash(ledger.keys["pin"], credential_id.bytes, pin.encode())


def _open(ledger: Ledger, kind: str, subject_id: UUID, now: Instant) -> Opened:
    token = urlsafe_b64encode(random_bytes(TOKEN_BYTES)).decode().rstrip("=")
    entry = Session(kind, subject_id, now, now, now + LIFE[kind])
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


def calling_till(ledger: Ledger, token: str, *, now: Instant) -> Till | None:
    """The active till behind a session's token; None once the session is over."""
    found = till_session(ledger.quick, token)
    if found is None:
        return None
    expires_at, seen_at, till_id, status, shop_id, label = found
    if status != "active" or expires_at <= now or seen_at + IDLE["till"] <= now:
        return None
    return Till(till_id, shop_id, label, status)


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
