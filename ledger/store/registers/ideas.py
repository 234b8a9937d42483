"""Ideas of families for a vote: whose each is and what became of it, and its words in the vault.

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
from ledger.store.schema import family, vote_idea

NEW, TAKEN, DECLINED = "new", "taken", "declined"
MOST_WAITING: Final = 3


@dataclass(frozen=True, slots=True)
class Idea:
    """One idea, whose, and what became of it. `title`, `text`: in the family's words."""

    idea_id: UUID
    family_id: UUID
    status: str
    title: str
    text: str


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


def set_idea(db: Connection, book_no: int, idea_id: UUID, status: str) -> bool:
    """Say what became of an idea that waits; False: it waits no more."""
    done = db.execute(
        update(vote_idea)
        .where(vote_idea.c.book_no == book_no, vote_idea.c.idea_id == idea_id)
        .where(vote_idea.c.status == NEW)
        .values(status=status)
    )
    return bool(done.rowcount)


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
