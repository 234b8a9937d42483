"""Who stands behind a session, and in which comune; the comuni themselves. One statement each.

Not here: whether a session is open (`ledger.operations.sign_in`).
"""

from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from ledger.reports.rows import first_row, query, rows
from ledger.store.book import Ledger
from ledger.store.network.operators import TillAtWork
from ledger.store.network.people import Officer, officers_of
from ledger.store.retaining import Asking as _Asking

OfficerRow: TypeAlias = Officer  # As `calling_officer` gives it.
TillRow: TypeAlias = TillAtWork  # As `calling_till` gives it.
Asking: TypeAlias = _Asking  # Who asks for more than looking: the officer, the request's id, when.


@dataclass(frozen=True, slots=True)
class ComuneRow:
    """One comune of the network; `slug` names its book."""

    book_no: int
    slug: str
    issuer: str
    name: str
    people: int
    telephone: str


_COMUNE = """
    SELECT c.book_no, b.name AS slug, c.issuer, c.name, c.people, c.telephone
      FROM comune c JOIN book b ON b.book_no = c.book_no
"""
COMUNI = query(_COMUNE + " ORDER BY c.name", ComuneRow)
ONE_COMUNE = query(_COMUNE + " WHERE b.name = :slug", ComuneRow)


def comuni(ledger: Ledger) -> tuple[ComuneRow, ...]:
    """The comuni of the network, by name."""
    with ledger.reading() as db:
        return rows(db, COMUNI, ComuneRow, {})


def comune(ledger: Ledger, slug: str) -> ComuneRow | None:
    """The comune whose book has this name, or None."""
    with ledger.reading() as db:
        return first_row(db, ONE_COMUNE, ComuneRow, {"slug": slug})


def officers(ledger: Ledger, book_no: int) -> tuple[OfficerRow, ...]:
    """Who acts for a comune, by user name."""
    with ledger.reading() as db:
        return officers_of(db, book_no)


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """A family behind a credential; `telephone`: whom it may call."""

    family_id: UUID
    credential_id: UUID
    book_no: int
    slug: str
    issuer: str
    comune: str
    telephone: str


FAMILY = query(
    """
    SELECT f.family_id, k.credential_id, f.book_no, b.name AS slug, c.issuer,
           c.name AS comune, c.telephone
      FROM credential k
      JOIN family f ON f.family_id = k.target_id
      JOIN book b ON b.book_no = f.book_no
      JOIN comune c ON c.book_no = f.book_no
     WHERE k.credential_id = :credential AND k.kind = 'family' AND k.status = 'active'
    """,
    FamilyRow,
    ids="family_id credential_id",
    given="credential",
)


def family_behind(ledger: Ledger, credential_id: UUID) -> FamilyRow | None:
    """The family of an active credential, or None; a blocked one opens nothing more."""
    with ledger.reading() as db:
        return first_row(db, FAMILY, FamilyRow, {"credential": credential_id})
