"""How benefits are told to the SIUSS, as a comune typed it, and who took such a file away.

Not here: the file (`ledger.reports.siuss`). Nothing of a family.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select

from ledger.core.quantities import Instant
from ledger.store.registers.calls import add_rows, read_row
from ledger.store.schema import siuss_file, siuss_word


@dataclass(frozen=True, slots=True)
class TakenFile:
    """A file that left: by whom (a person), for which days, how many rows, its SHA-256."""

    book_no: int
    made_at: Instant
    made_by: UUID
    first_day: str
    last_day: str
    row_count: int
    file_hash: bytes


def siuss_words(db: Connection, book_no: int) -> dict[str, str]:
    """What a comune typed, by name."""
    query = select(siuss_word).where(siuss_word.c.book_no == book_no)
    return {row.name: row.text for row in db.execute(query)}


def keep_siuss_words(
    db: Connection, book_no: int, words: Mapping[str, str], *, by: UUID, now: Instant
) -> None:
    """Write all of it down anew; what is empty is not kept."""
    db.execute(delete(siuss_word).where(siuss_word.c.book_no == book_no))
    for name, text in words.items():
        if text:
            row = {"book_no": book_no, "name": name, "text": text}
            db.execute(insert(siuss_word).values(**row, written_by=by, written_at=now))


def keep_taken(db: Connection, one: TakenFile) -> None:
    """Say that a file left; two at the very same moment are two."""
    while _is_there(db, one):
        one = TakenFile(
            one.book_no, one.made_at + 1, one.made_by, one.first_day, one.last_day,
            one.row_count, one.file_hash,
        )  # fmt: skip
    add_rows(db, siuss_file, [one])


def _is_there(db: Connection, one: TakenFile) -> bool:
    same = siuss_file.c.book_no == one.book_no, siuss_file.c.made_at == one.made_at
    return db.execute(select(siuss_file.c.made_at).where(*same)).first() is not None


def taken_files(db: Connection, book_no: int) -> tuple[TakenFile, ...]:
    """The files that left, newest first."""
    where = siuss_file.c.book_no == book_no
    query = select(siuss_file).where(where).order_by(siuss_file.c.made_at.desc())
    return tuple(read_row(TakenFile, row) for row in db.execute(query).mappings())
