"""Comuni, officers and sessions. Not here: names of persons (the vault)."""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from ledger.core.quantities import Instant
from ledger.store.schema import book, comune, officer, session


@dataclass(frozen=True, slots=True)
class Comune:
    """One comune of the network; `slug` is its book's name, `issuer` its IPA code in tokens."""

    book_no: int
    slug: str
    name: str
    issuer: str
    istat: str
    people: int
    telephone: str


@dataclass(frozen=True, slots=True)
class Officer:
    """Who acts for a comune; `person_id` is the human, for four eyes."""

    officer_id: UUID
    book_no: int
    person_id: UUID
    user_name: str
    role: str
    status: str


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in till, officer or family; of a till: whose key opened it, and who stands there."""

    kind: str
    subject_id: UUID
    created_at: Instant
    seen_at: Instant
    expires_at: Instant
    device_id: UUID | None = None
    operator_id: UUID | None = None


def add_comune(db: Connection, entry: Comune) -> None:
    """Write a comune down, beside its book."""
    values = {name: getattr(entry, name) for name in Comune.__slots__ if name != "slug"}
    db.execute(insert(comune).values(**values))


def comuni(db: Connection) -> tuple[Comune, ...]:
    """All comuni, by name."""
    query = select(comune, book.c.name.label("slug")).join(book, book.c.book_no == comune.c.book_no)
    rows = db.execute(query.order_by(comune.c.book_no)).mappings()
    return tuple(Comune(**{name: row[name] for name in Comune.__slots__}) for row in rows)


def add_officer(db: Connection, entry: Officer, password_hash: str) -> None:
    """Write an officer down."""
    values = {name: getattr(entry, name) for name in Officer.__slots__}
    db.execute(insert(officer).values(password_hash=password_hash, **values))


def find_officer(db: Connection, book_no: int, user_name: str) -> tuple[Officer, str] | None:
    """An officer by user name, with the password's hash."""
    query = select(officer).where(officer.c.book_no == book_no, officer.c.user_name == user_name)
    row = db.execute(query).mappings().first()
    return None if row is None else (_officer(row), row["password_hash"])


def read_officer(db: Connection, officer_id: UUID) -> Officer | None:
    """One officer."""
    query = select(officer).where(officer.c.officer_id == officer_id)
    row = db.execute(query).mappings().first()
    return None if row is None else _officer(row)


def officers_of(db: Connection, book_no: int) -> tuple[Officer, ...]:
    """The officers of one comune."""
    query = select(officer).where(officer.c.book_no == book_no).order_by(officer.c.user_name)
    return tuple(_officer(row) for row in db.execute(query).mappings())


def _officer(row: object) -> Officer:
    return Officer(**{name: row[name] for name in Officer.__slots__})  # type: ignore[index]


def add_session(db: Connection, token: str, entry: Session) -> None:
    """Open a session; only the hash of its token is kept."""
    values = {name: getattr(entry, name) for name in Session.__slots__}
    db.execute(insert(session).values(token_hash=_hashed(token), **values))


def read_session(db: Connection, token: str) -> Session | None:
    """The session of a token, expired or not."""
    query = select(session).where(session.c.token_hash == _hashed(token))
    row = db.execute(query).mappings().first()
    return None if row is None else Session(**{name: row[name] for name in Session.__slots__})


def touch_session(db: Connection, token: str, now: Instant) -> None:
    """Note that a session is in use."""
    row = session.c.token_hash == _hashed(token)
    db.execute(update(session).where(row).values(seen_at=now))


def set_turn(db: Connection, token: str, operator_id: UUID | None) -> None:
    """Note who stands at the till from now on; None: nobody, it is locked."""
    row = session.c.token_hash == _hashed(token)
    db.execute(update(session).where(row).values(operator_id=operator_id))


def end_session(db: Connection, token: str) -> None:
    """Close a session."""
    db.execute(delete(session).where(session.c.token_hash == _hashed(token)))


def sweep_sessions(db: Connection, now: Instant) -> None:
    """Forget sessions that are over."""
    db.execute(delete(session).where(session.c.expires_at <= now))


def _hashed(token: str) -> bytes:
    return sha256(token.encode()).digest()
