"""Who may be erased now, who must be kept, and why: per person, over every book that knows them.

Persons are kept until their programmes have ended and the time for appeals and audits is over; then
whatever no money, refund, open proposal or legal hold needs is due. Nothing of the books is. Not
here: who proposes and confirms (the verb), and the erasing itself (`erasing`). Source:
reliability.md section 5; docs/RETENTION.md.
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Row, select

from ledger.core.canonical import Json, canonical
from ledger.core.programmes import day_of
from ledger.store.applications import FIELD, field_of
from ledger.store.book import Ledger
from ledger.store.engines import Store
from ledger.store.keys import person_key
from ledger.store.registers.needs import BARS, LINKS, Reason
from ledger.store.schema import book as book_table
from ledger.store.schema import family
from ledger.store.vault_schema import paper

MONTHS: Final = 24  # After a programme's end, where no rule says otherwise.
CHUNK: Final = 300


def last_day(ends_on: date, months: int) -> date:
    """The last day on which people are kept: so many months later, or the last of that month."""
    year, month = divmod(ends_on.year * 12 + ends_on.month - 1 + months, 12)
    return date(year, month + 1, min(ends_on.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Link:
    """A family in a programme: until when (last days in Rome), and its application if it made one.

    `unit` is empty for a family that was in no programme: it is kept from its own first day.
    """

    unit: str
    ends_on: date
    keep_until: date
    application_id: UUID | None = None
    digest: bytes | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """One person in one book: whether they are due there, or why not, and by which programme."""

    family_id: UUID
    person_id: UUID
    book_no: int
    reason: Reason | None
    unit: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """What would be erased as of a day, by random ids, and how many are kept and why.

    `gone` and `kept`: programme's unit (empty: none) and what or why -> how many.
    """

    comune: str
    as_of: date
    people: tuple[UUID, ...]
    applications: tuple[UUID, ...]
    gone: Mapping[tuple[str, str], int]
    kept: Mapping[tuple[str, Reason], int]

    @property
    def items(self) -> list[tuple[str, UUID]]:
        """What would be erased, in order."""
        return [
            *(("application", one) for one in self.applications),
            *(("person", one) for one in self.people),
        ]

    def content_hash(self) -> bytes:
        """What a run is bound to: the comune, the day and every id."""
        return list_hash(self.comune, self.as_of.isoformat(), self.items)


def list_hash(comune: str, as_of: str, items: Iterable[tuple[str, UUID]]) -> bytes:
    """SHA-256 over the canonical words of a list, in its order."""
    told: list[Json] = [[kind, one.hex] for kind, one in items]
    return sha256(canonical({"comune": comune, "as_of": as_of, "items": told})).digest()


def due(ledger: Ledger, comune: str, as_of: date) -> Due:
    """Who of a comune's people would be erased as of a day."""
    book_no = ledger.book(comune).book_no
    people: list[UUID] = []
    applications: list[UUID] = []
    gone: Counter[tuple[str, str]] = Counter()
    kept: Counter[tuple[str, Reason]] = Counter()
    for part in _portions(_living(ledger, book_no)):
        papers = _application_papers(ledger, part)
        for own in standings(ledger, part, as_of):
            [here] = [one for one in own if one.book_no == book_no]
            reason = reason_to_keep(own, here)
            if reason is None:
                people.append(here.person_id)
                gone[here.unit, "person"] += 1
                continue
            kept[here.unit, reason] += 1
            for link in over(own, here, as_of):
                if link.application_id and (here.person_id, field_of(link.digest or b"")) in papers:
                    applications.append(link.application_id)
                    gone[link.unit, "application"] += 1
    ids = (tuple(sorted(people)), tuple(sorted(applications)))
    return Due(comune, as_of, *ids, dict(sorted(gone.items())), dict(sorted(kept.items())))


def over(own: Sequence[Standing], here: Standing, as_of: date) -> Iterator[Link]:
    """Programmes that are over for somebody who is kept: what they declared there is not needed.

    A hold keeps all of it, whichever comune set it.
    """
    if all(one.reason is not Reason.LEGAL_HOLD for one in own):
        yield from (link for link in here.links if link.keep_until < as_of)


def reason_to_keep(own: Sequence[Standing], here: Standing) -> Reason | None:
    """Why a person is kept, all books considered; None: they are due."""
    if here.reason is not None:
        return here.reason
    return None if all(one.reason is None for one in own) else Reason.OTHER_COMUNE


def standings(
    ledger: Ledger, people: Sequence[UUID], as_of: date
) -> Iterator[tuple[Standing, ...]]:
    """How these persons stand in every book that knows them; a tuple for each who has a family."""
    with ledger.reading() as db:
        query = select(family).where(family.c.person_id.in_(people))
        rows = sorted(db.execute(query), key=lambda row: (row.person_id, row.book_no))
        ids = [row.family_id for row in rows]
        books = list(db.execute(select(book_table.c.book_no)).scalars())
        given = {"families": ids, "books": books}
        links, barred = _links(db, given), _barred(db, given)
    for _who, own in groupby(rows, key=lambda row: row.person_id):
        yield tuple(
            _standing(row, links.get(row.family_id, ()), barred.get(row.family_id), as_of)
            for row in own
        )


def _standing(
    row: Row[Any], links: tuple[Link, ...], barred: Reason | None, as_of: date
) -> Standing:
    since = day_of(row.created_at)
    found = links or (Link("", since, last_day(since, MONTHS)),)
    last = max(found, key=lambda link: (link.keep_until, link.unit))
    reason = barred
    if reason is None and as_of <= last.keep_until:
        running = any(as_of <= link.ends_on for link in found)
        reason = Reason.RUNNING if running else Reason.TERM
    return Standing(row.family_id, row.person_id, row.book_no, reason, last.unit, found)


def _living(ledger: Ledger, book_no: int) -> list[UUID]:
    """The persons of a book who were not erased, in order."""
    with ledger.reading(Store.KEYS) as db:
        keys = set(db.execute(select(person_key.c.person_id)).scalars())
    with ledger.reading() as db:
        query = select(family.c.person_id).where(family.c.book_no == book_no)
        return sorted(who for who in db.execute(query).scalars() if who in keys)


def _portions(people: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for at in range(0, len(people), CHUNK):
        yield people[at : at + CHUNK]


def _application_papers(ledger: Ledger, people: Sequence[UUID]) -> set[tuple[UUID, str]]:
    """The sealed applications that are there still: of whom, and their names."""
    query = select(paper.c.person_id, paper.c.field).where(
        paper.c.person_id.in_(people), paper.c.field.like(f"{FIELD}%")
    )
    with ledger.reading(Store.VAULT) as db:
        return {(row.person_id, row.field) for row in db.execute(query)}


def _links(db: Connection, given: Mapping[str, Sequence[Any]]) -> dict[UUID, tuple[Link, ...]]:
    found: dict[UUID, list[Link]] = {}
    for row in db.execute(LINKS, given):
        ends_on = date.fromisoformat(row.ends_on)
        if row.ends_at:  # A voucher may last longer than its programme's terms say now.
            ends_on = max(ends_on, day_of(row.ends_at - 1))
        until = last_day(ends_on, row.months or MONTHS)
        digest = None if row.digest is None else bytes(row.digest)
        link = Link(row.unit, ends_on, until, row.application_id, digest)
        found.setdefault(row.family_id, []).append(link)
    return {one: tuple(links) for one, links in found.items()}


def _barred(db: Connection, given: Mapping[str, Sequence[Any]]) -> dict[UUID, Reason]:
    """Families that must be kept, each with the first reason."""
    found: dict[UUID, Reason] = {}
    for reason, statement in BARS.items():
        for row in db.execute(statement, given):
            found.setdefault(row.family_id, reason)
    return found
