"""Ideas for a vote, in their words: for whoever proposed, and for who puts them to one.

Not here: what becomes of them (`ledger.operations.propose_idea`).
"""

from dataclasses import dataclass
from uuid import UUID

from ledger.store.book import Ledger
from ledger.store.network.associations import read_associations
from ledger.store.registers.ideas import (
    AssociationIdea,
    Idea,
    read_association_ideas,
    read_ideas,
)

__all__ = ["Idea", "Waiting", "ideas_of_association", "read_ideas", "waiting_ideas"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An idea that waits for an officer; `association`: whose, empty for a family's."""

    idea_id: UUID
    title: str
    text: str
    association: str


def waiting_ideas(ledger: Ledger, book_no: int) -> tuple[Waiting, ...]:
    """All that wait for a comune, those of families first; a family is not named."""
    families = [
        Waiting(one.idea_id, one.title, one.text, "") for one in read_ideas(ledger, book_no)
    ]
    with ledger.reading() as db:
        names = {one.association_id: one.name for one in read_associations(db)}
        found = read_association_ideas(db, waiting_for=book_no)
    others = [Waiting(one.idea_id, one.title, one.text, names[one.association_id]) for one in found]
    return (*families, *others)


def ideas_of_association(ledger: Ledger, association_id: UUID) -> tuple[AssociationIdea, ...]:
    """What an association proposed to any comune, and what became of it."""
    with ledger.reading() as db:
        return read_association_ideas(db, association_id=association_id)
