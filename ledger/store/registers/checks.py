"""When each book was last replayed, and what was found. Not here: the replay (`ledger.store`)."""

import json
from dataclasses import asdict, dataclass
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from ledger.core.quantities import Instant
from ledger.store.comparing import Finding
from ledger.store.schema import book_check

MOST: Final = 100  # Findings that are kept; somebody has to look at the first of them anyway.


@dataclass(frozen=True, slots=True)
class LastCheck:
    """One full replay: when, how far the log was then, its root, and what was not right."""

    at: Instant
    size: int
    root: bytes
    findings: tuple[Finding, ...]

    @property
    def is_right(self) -> bool:
        """Whether every row was as the log says."""
        return not self.findings


def keep_check(db: Connection, book_no: int, check: LastCheck) -> None:
    """Write a book's check down in place of the one before."""
    findings = json.dumps([asdict(one) for one in check.findings[:MOST]])
    db.execute(delete(book_check).where(book_check.c.book_no == book_no))
    db.execute(
        insert(book_check).values(
            book_no=book_no, checked_at=check.at, size=check.size, root=check.root,
            findings=findings,
        )
    )  # fmt: skip


def read_check(db: Connection, book_no: int) -> LastCheck | None:
    """The last check of a book, or None: it was never checked."""
    row = db.execute(select(book_check).where(book_check.c.book_no == book_no)).first()
    if row is None:
        return None
    findings = tuple(Finding(**one) for one in json.loads(row.findings))
    return LastCheck(row.checked_at, row.size, bytes(row.root), findings)
