"""Practices and figures that other comuni gave, what was made of them, and a call's texts.

Rows that are written and reads; no money, no family. Not here: the files (`ledger.imports`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select

from ledger.core.quantities import Instant
from ledger.store.registers.calls import add_rows, read_row
from ledger.store.schema import call_text, practice, practice_use


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A signed file that was taken in. `body`: canonical; `trust`: what was known of its key."""

    practice_id: UUID
    book_no: int
    kind: str
    vkey: str
    trust: str
    file_hash: bytes
    body: str
    taken_by: UUID
    taken_at: Instant


@dataclass(frozen=True, slots=True)
class PracticeUse:
    """The programme or call (`subject`) that was made of a practice."""

    subject: UUID
    practice_id: UUID
    used_at: Instant


def keep_file(db: Connection, one: KeptFile) -> KeptFile:
    """Write a file down, once a comune however often it is sent."""
    same = practice.c.book_no == one.book_no, practice.c.file_hash == one.file_hash
    row = db.execute(select(practice).where(*same)).mappings().first()
    if row is not None:
        return read_row(KeptFile, row)
    add_rows(db, practice, [one])
    return one


def read_file(db: Connection, practice_id: UUID) -> KeptFile | None:
    """One file."""
    where = practice.c.practice_id == practice_id
    row = db.execute(select(practice).where(where)).mappings().first()
    return None if row is None else read_row(KeptFile, row)


def files_of(db: Connection, book_no: int) -> tuple[KeptFile, ...]:
    """A comune's files, newest first."""
    where = practice.c.book_no == book_no
    query = select(practice).where(where).order_by(practice.c.taken_at.desc())
    return tuple(read_row(KeptFile, row) for row in db.execute(query).mappings())


def keep_use(db: Connection, one: PracticeUse) -> None:
    """Say that a programme or call was made of a practice; said again it is no other."""
    known = select(practice_use.c.subject).where(practice_use.c.subject == one.subject)
    if db.execute(known).first() is None:
        add_rows(db, practice_use, [one])


def uses_of(db: Connection, practice_id: UUID) -> tuple[PracticeUse, ...]:
    """What was made of a practice, oldest first."""
    where = practice_use.c.practice_id == practice_id
    query = select(practice_use).where(where).order_by(practice_use.c.used_at)
    return tuple(read_row(PracticeUse, row) for row in db.execute(query).mappings())


def origin_of(db: Connection, subject: UUID) -> KeptFile | None:
    """The practice that a programme or call was made of; None: of none."""
    where = practice_use.c.subject == subject
    query = select(practice).join(
        practice_use, practice_use.c.practice_id == practice.c.practice_id
    )
    row = db.execute(query.where(where)).mappings().first()
    return None if row is None else read_row(KeptFile, row)


def texts_of(db: Connection, calls: Sequence[UUID]) -> dict[str, str]:
    """The texts of letters that these calls keep, by name."""
    query = select(call_text).where(call_text.c.call_id.in_(list(calls)))
    return {row.name: row.text for row in db.execute(query)}


def keep_texts(
    db: Connection, call_id: UUID, texts: Mapping[str, str], *, by: UUID, now: Instant
) -> None:
    """Write a call's texts down in place of those of the same names."""
    names = call_text.c.call_id == call_id, call_text.c.name.in_(list(texts))
    db.execute(delete(call_text).where(*names))
    for name, text in texts.items():
        row = {"call_id": call_id, "name": name, "text": text}
        db.execute(insert(call_text).values(**row, written_by=by, written_at=now))
