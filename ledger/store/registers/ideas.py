"""Ideas for a vote: whose each is and what became of it.

A family's words lie in the vault; an association's are public, as it is.

Not here: who may propose and who decides (`ledger.operations.propose_idea`).
"""

import json
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from ledger.core.canonical import canonical
from ledger.store.book import Ledger
from ledger.store.people import add_papers, papers_of
from ledger.store.schema import association_idea, family, vote_idea

NEW, TAKEN, DECLINED = "new", "taken", "declined"
MOST_WAITING: Final = 3


@dataclass(frozen=True, slots=True)
class Idea:
    """One idea of a family, and what became of it. `title`, `text`: in the family's words."""

    idea_id: UUID
    family_id: UUID
    status: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class AssociationIdea:
    """One idea of an association for a comune, by its book's number."""

    book_no: int
    idea_id: UUID
    association_id: UUID
    title: str
    text: str
    status: str


def _field(idea_id: UUID) -> str:
    return f"idea/{idea_id.hex}"


def keep_idea(ledger: Ledger, book_no: int, one: Idea) -> bool:
    """Keep an idea, sent twice it is one; False: too many of the family wait already.

    Words first, then the row: a row without words is nobody's idea.
    """
    with ledger.reading() as db:
        who = db.execute(select(family.c.person_id).where(family.c.family_id == one.family_id))
        person = who.scalar_one()
    if _field(one.idea_id) not in papers_of(ledger, [person]).get(person, {}):
        text = canonical({"title": one.title, "text": one.text}).decode()
        add_papers(ledger, [(person, _field(one.idea_id), text)])
    return ledger.write(lambda db: _add(db, book_no, one))


def _add(db: Connection, book_no: int, one: Idea) -> bool:
    of_family = (vote_idea.c.book_no == book_no) & (vote_idea.c.family_id == one.family_id)
    found = {row.idea_id: row.status for row in db.execute(select(vote_idea).where(of_family))}
    if one.idea_id in found:
        return True
    if sum(status == NEW for status in found.values()) >= MOST_WAITING:
        return False
    row = {"book_no": book_no, "idea_id": one.idea_id, "family_id": one.family_id}
    db.execute(insert(vote_idea).values(**row, status=NEW))
    return True


def add_association_idea(db: Connection, one: AssociationIdea) -> bool:
    """Keep an idea, sent twice it is one; False: too many of it wait for that comune already."""
    known = read_association_ideas(db, association_id=one.association_id)
    if any(other.idea_id == one.idea_id for other in known):
        return True
    waiting = [other for other in known if (other.book_no, other.status) == (one.book_no, NEW)]
    if len(waiting) >= MOST_WAITING:
        return False
    row = {name: getattr(one, name) for name in AssociationIdea.__slots__}
    db.execute(insert(association_idea).values(row))
    return True


def read_association_ideas(
    db: Connection, *, association_id: UUID | None = None, waiting_for: int | None = None
) -> tuple[AssociationIdea, ...]:
    """Those of an association, or those that wait for a comune by its book's number."""
    query = select(association_idea).order_by(association_idea.c.idea_id)
    if association_id is not None:
        query = query.where(association_idea.c.association_id == association_id)
    if waiting_for is not None:
        query = query.where(association_idea.c.book_no == waiting_for)
        query = query.where(association_idea.c.status == NEW)
    return tuple(AssociationIdea(**row) for row in db.execute(query).mappings())


def set_idea(db: Connection, book_no: int, idea_id: UUID, status: str) -> bool:
    """Say what became of an idea that waits, whosever; False: it waits no more."""
    done = 0
    for table in (vote_idea, association_idea):
        waiting = (table.c.book_no == book_no) & (table.c.idea_id == idea_id)
        waiting &= table.c.status == NEW
        done += db.execute(update(table).where(waiting).values(status=status)).rowcount
    return bool(done)


def read_ideas(ledger: Ledger, book_no: int, *, family_id: UUID | None = None) -> tuple[Idea, ...]:
    """The ideas of a family, or those of every family that wait; not of who was erased."""
    query = (
        select(vote_idea, family.c.person_id)
        .join(family, family.c.family_id == vote_idea.c.family_id)
        .where(vote_idea.c.book_no == book_no)
        .order_by(vote_idea.c.idea_id)
    )
    chosen = vote_idea.c.status == NEW if family_id is None else family.c.family_id == family_id
    with ledger.reading() as db:
        rows = db.execute(query.where(chosen)).all()
    papers = papers_of(ledger, sorted({row.person_id for row in rows}))
    told = []
    for row in rows:
        words = papers.get(row.person_id, {}).get(_field(row.idea_id))
        if words is not None:
            told.append(Idea(row.idea_id, row.family_id, row.status, **json.loads(words)))
    return tuple(told)
