"""A family or an association proposes what to vote on; an officer puts it to a vote, or aside.

A family's words lie in the vault until then, and go with the family; an association's are public.
Not here: the vote (`open_vote`).
"""

from uuid import UUID

from ledger.store.book import Ledger
from ledger.store.network.people import Officer
from ledger.store.registers.ideas import (
    DECLINED,
    NEW,
    TAKEN,
    AssociationIdea,
    Idea,
    add_association_idea,
    keep_idea,
    set_idea,
)

MAY_DECIDE = frozenset({"officer", "approver"})
LONGEST = 300


class TooManyIdeas(Exception):
    """Whoever proposes has as many ideas waiting as may."""


def propose_idea(
    ledger: Ledger, book_no: int, family_id: UUID, title: str, text: str, *, idea_id: UUID
) -> None:
    """Keep a family's idea; safe to retry. Errors: `ValueError` for no title, or too long;
    `TooManyIdeas`.
    """  # noqa: D205 -- one sentence.
    _check(title, text)
    if not keep_idea(ledger, book_no, Idea(idea_id, family_id, NEW, title.strip(), text.strip())):
        raise TooManyIdeas


def propose_as_association(
    ledger: Ledger, book_no: int, association_id: UUID, title: str, text: str, *, idea_id: UUID
) -> None:
    """Keep an association's idea for a comune; safe to retry. Errors: as above."""
    _check(title, text)
    one = AssociationIdea(book_no, idea_id, association_id, title.strip(), text.strip(), NEW)
    if not ledger.write(lambda db: add_association_idea(db, one)):
        raise TooManyIdeas


def _check(title: str, text: str) -> None:
    if not title.strip() or max(len(title), len(text)) > LONGEST:
        message = "an idea has a title, and is short"
        raise ValueError(message)


def settle_idea(
    ledger: Ledger, comune: str, idea_id: UUID, *, taken: bool, officer: Officer
) -> bool:
    """Put an idea to a vote, or aside; False: it waits no more."""
    book_no = ledger.book(comune).book_no
    assert officer.book_no == book_no
    assert officer.role in MAY_DECIDE
    status = TAKEN if taken else DECLINED
    return ledger.write(lambda db: set_idea(db, book_no, idea_id, status))
