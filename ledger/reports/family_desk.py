"""A family before an officer: who it is, whether its code works, its vouchers and slips.

The only report that opens a name for one family; only who may help at the desk asks for it. Not
here: what the family itself sees (`family_page`). Amounts in cents.
"""

from dataclasses import dataclass
from uuid import UUID

from ledger.core.credentials import Credential
from ledger.core.quantities import Instant
from ledger.reports.rows import query, rows
from ledger.store.book import Ledger
from ledger.store.keys import keyed_hash
from ledger.store.network.cards import cards_of
from ledger.store.network.credentials import active_credentials, find_credential
from ledger.store.people import find_people, papers_of
from ledger.token.short_code import Mistyped, parse


@dataclass(frozen=True, slots=True)
class _Family:
    family_id: UUID
    person_id: UUID


FAMILY = query(
    """
    SELECT family_id, person_id FROM family
     WHERE book_no = :book_no AND (family_id = :wanted OR person_id = :wanted)
    """,
    _Family,
    ids="family_id person_id",
    given="wanted",
)


@dataclass(frozen=True, slots=True)
class DeskFamily:
    """One family of this comune.

    No name where it was erased or not asked for, no credential before its issue; `cards`: since
    when each health card opens it.
    """

    family_id: UUID
    name: str
    credential: Credential | None
    cards: tuple[Instant, ...] = ()

    @property
    def is_locked(self) -> bool:
        """Whether too many wrong PINs have stopped its code."""
        return self.credential is not None and self.credential.is_locked


def find_family(ledger: Ledger, book_no: int, wanted: str) -> UUID | None:
    """The family of this comune with a fiscal code, or with a typed family code; None: no such."""
    plain = "".join(wanted.split()).upper()
    people = find_people(ledger, [plain])
    if plain in people:
        found = _families(ledger, book_no, people[plain])
        return found[0].family_id if found else None
    try:
        digest = keyed_hash(ledger.keys["code"], parse(wanted).encode())
    except Mistyped:
        return None
    with ledger.reading() as db:
        credential = find_credential(db, digest)
    if credential is None or credential.kind != "family" or credential.book_no != book_no:
        return None
    return credential.target_id


def _families(ledger: Ledger, book_no: int, wanted: UUID) -> tuple[_Family, ...]:
    with ledger.reading() as db:
        return rows(db, FAMILY, _Family, {"book_no": book_no, "wanted": wanted})


def desk_family(
    ledger: Ledger, book_no: int, family_id: UUID, *, named: bool = False
) -> DeskFamily | None:
    """One family of this comune, or None; its name is opened only if it is to be shown."""
    found = _families(ledger, book_no, family_id)
    if not found:
        return None
    [one] = found
    with ledger.reading() as db:
        credentials = active_credentials(db, one.family_id)
        cards = cards_of(db, one.family_id)
    papers = papers_of(ledger, [one.person_id]).get(one.person_id, {}) if named else {}
    name = f"{papers.get('name', '')} {papers.get('surname', '')}".strip()
    return DeskFamily(one.family_id, name, credentials[0] if credentials else None, cards)
