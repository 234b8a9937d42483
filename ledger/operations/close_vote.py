"""A vote ends: two persons count the paper, each alone; the urn is added up; the key is destroyed.

What came out is a decision of the book. It moves no money: an act does (`fund_programme`), by two
officers, as always. Source: docs/VOTE.md.
"""

from collections.abc import Sequence
from uuid import UUID

from ledger.core.chart import EntryKind
from ledger.core.codes import Code
from ledger.core.decisions import Decision
from ledger.core.ids import RequestId
from ledger.core.quantities import Instant
from ledger.core.requests import Request
from ledger.core.votes import Result, Turnout, count
from ledger.store.book import Book, Ledger
from ledger.store.network.people import Officer
from ledger.store.registers.votes import (
    CLOSED,
    OPEN,
    PAPER,
    PHONE,
    KeptVote,
    given_ballots,
    keep_paper_count,
    once,
    paper_counts,
    read_vote,
    result_row,
    set_status,
    urn,
)
from ledger.store.vote_keys import destroy_vote_key

MAY_COUNT = frozenset({"officer", "approver"})


class StillOpen(Exception):
    """A vote whose end has not come."""


def count_paper(
    ledger: Ledger,
    comune: str,
    vote_id: UUID,
    counts: Sequence[int],
    *,
    officer: Officer,
    now: Instant,
) -> None:
    """Keep what one person counted on paper, by choice, blank first; zeros where there was none.

    Nobody can vote any more from then on. Errors: `LookupError`, `StillOpen`, `CountsDiffer` for
    more than were given out.
    """
    book = ledger.book(comune)
    assert officer.book_no == book.book_no
    assert officer.role in MAY_COUNT
    _ended(book, vote_id, now)
    _counted(book, vote_id, counts)
    who, no = officer.person_id, book.book_no
    ledger.write(lambda db: keep_paper_count(db, no, vote_id, who, counts))


def close_vote(
    ledger: Ledger,
    comune: str,
    vote_id: UUID,
    counts: Sequence[int],
    *,
    officer: Officer,
    key: RequestId,
    now: Instant,
) -> Decision:
    """Close a vote whose paper another person counted alike; safe to retry.

    Errors: as `count_paper`; a no is a decision (`not_approved`: nobody else counted, or not the
    same; `already_claimed`: it is closed).
    """
    book = ledger.book(comune)
    _ended(book, vote_id, now)
    result = _counted(book, vote_id, counts)
    with ledger.reading() as db:
        others = paper_counts(db, book.book_no, vote_id)
    others.pop(officer.person_id, None)
    alike = [who for who, one in sorted(others.items()) if one == tuple(counts)]
    is_here = officer.role in MAY_COUNT and officer.book_no == book.book_no
    refuse = None if is_here and alike else Code.NOT_APPROVED
    request = Request(
        id=key,
        kind=EntryKind.REGISTRATION,
        items=(once("vote_result", vote_id),),
        actor=f"officer:{officer.officer_id.hex}",
        occurred_at=now,
        asked={"vote": vote_id.hex, "result": result.words()},
        rows=() if refuse else (result_row(vote_id, result, alike[0], officer.person_id),),
        refuse=refuse,
    )
    [decision] = book.submit([request])
    if decision.accepted:
        destroy_vote_key(ledger, vote_id)
    return decision


def _ended(book: Book, vote_id: UUID, now: Instant) -> None:
    """Let no ballot in any more: those on their way came before. Errors: see `count_paper`."""
    with book.ledger.reading() as db:
        one = read_vote(db, book.book_no, vote_id)
    if one is None:
        raise LookupError(vote_id)
    if one.status not in {OPEN, CLOSED} or now < one.terms.closes_at:
        raise StillOpen
    no = book.book_no
    book.ledger.write(lambda db: set_status(db, no, vote_id, CLOSED, was=[OPEN, CLOSED]))


def _counted(book: Book, vote_id: UUID, counts: Sequence[int]) -> Result:
    with book.ledger.reading() as db:
        one = read_vote(db, book.book_no, vote_id)
        given = given_ballots(db, book.book_no, vote_id)
        ballots = urn(db, book.book_no, vote_id)
    assert isinstance(one, KeptVote)
    turnout = Turnout(one.eligible, given[PHONE], given[PAPER])
    return count(one.terms, vote_id, ballots, counts, turnout)
