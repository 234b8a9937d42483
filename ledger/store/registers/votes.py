"""Votes of a book: what is proposed, opened and counted; the roll, the urn, the paper counts.

The roll says who had a ballot, the urn what was chosen; neither says when, and nothing joins them.
Writes here are no decisions of the book but for the two rows that ride a request.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, func, insert, select, update

from ledger.core.ids import ClaimId, derived_id
from ledger.core.items import Claim
from ledger.core.quantities import Instant
from ledger.core.requests import Row, Value
from ledger.core.votes import Ballot, Result, VoteTerms, read_result, read_terms
from ledger.store.schema import (
    family,
    vote,
    vote_ballot,
    vote_draft,
    vote_paper,
    vote_result,
    vote_voter,
)

PREPARED, OPEN, CLOSED, WITHDRAWN = "prepared", "open", "closed", "withdrawn"
PHONE, PAPER = "phone", "paper"


@dataclass(frozen=True, slots=True)
class KeptVote:
    """A vote as it stands. `public`: the key of its ballots (DER); `eligible`: on the roll."""

    vote_id: UUID
    terms: VoteTerms
    status: str
    proposed_by: UUID
    content_hash: bytes = b""
    public: bytes = b""
    eligible: int = 0
    opened_index: int | None = None
    result: Result | None = None
    closed_index: int | None = None


def add_draft(db: Connection, book_no: int, one: KeptVote, now: Instant) -> None:
    """Keep what somebody proposes to vote on; sent twice it is one."""
    if read_vote(db, book_no, one.vote_id) is None:
        values = {"status": PREPARED, "proposed_by": one.proposed_by, "made_at": now}
        db.execute(
            insert(vote_draft).values(
                book_no=book_no, vote_id=one.vote_id, terms=one.terms.text(), **values
            )
        )


def set_status(
    db: Connection, book_no: int, vote_id: UUID, status: str, *, was: Sequence[str]
) -> bool:
    """Bring a vote from one status to the next; False: it was not in one of those.

    On PostgreSQL the row's lock makes a ballot that is on its way into the urn come first.
    """
    done = db.execute(
        update(vote_draft)
        .where(vote_draft.c.book_no == book_no, vote_draft.c.vote_id == vote_id)
        .where(vote_draft.c.status.in_(list(was)))
        .values(status=status)
    )
    return bool(done.rowcount)


_KEPT: Final = (
    select(
        vote_draft,
        vote.c.content_hash,
        vote.c.public,
        vote.c.eligible,
        vote.c.log_index.label("opened_index"),
        vote_result.c.result,
        vote_result.c.log_index.label("closed_index"),
    )
    .select_from(
        vote_draft.outerjoin(
            vote,
            (vote.c.book_no == vote_draft.c.book_no) & (vote.c.vote_id == vote_draft.c.vote_id),
        ).outerjoin(
            vote_result,
            (vote_result.c.book_no == vote_draft.c.book_no)
            & (vote_result.c.vote_id == vote_draft.c.vote_id),
        )
    )
    .order_by(vote_draft.c.made_at.desc(), vote_draft.c.vote_id)
)


def read_votes(db: Connection, book_no: int) -> tuple[KeptVote, ...]:
    """Every vote of a book, newest first."""
    found = db.execute(_KEPT.where(vote_draft.c.book_no == book_no)).mappings()
    return tuple(_kept(row) for row in found)


def read_vote(db: Connection, book_no: int, vote_id: UUID) -> KeptVote | None:
    """One vote, or None."""
    where = (vote_draft.c.book_no == book_no) & (vote_draft.c.vote_id == vote_id)
    row = db.execute(_KEPT.where(where)).mappings().first()
    return None if row is None else _kept(row)


def _kept(row: Any) -> KeptVote:  # noqa: ANN401 -- a row of the statement above.
    return KeptVote(
        row["vote_id"], read_terms(row["terms"]), row["status"], row["proposed_by"],
        bytes(row["content_hash"] or b""), bytes(row["public"] or b""), row["eligible"] or 0,
        row["opened_index"], read_result(row["result"]) if row["result"] else None,
        row["closed_index"],
    )  # fmt: skip


def eligible_families(db: Connection, book_no: int) -> int:
    """How many families are on the roll of a book."""
    query = select(func.count()).select_from(family).where(family.c.book_no == book_no)
    return int(db.execute(query).scalar_one())


def once(name: str, vote_id: UUID) -> Claim:
    """A vote is opened once, and closed once."""
    return Claim(ClaimId(derived_id(name, vote_id)))


def opened_row(one: KeptVote, opened_by: UUID) -> Row:
    """The row that rides its opening."""
    return Row(
        "vote",
        {
            "vote_id": one.vote_id,
            "terms": one.terms.text(),
            "content_hash": one.content_hash,
            "public": one.public,
            "eligible": one.eligible,
            "proposed_by": one.proposed_by,
            "opened_by": opened_by,
        },
    )


def result_row(vote_id: UUID, result: Result, counted_by: UUID, confirmed_by: UUID) -> Row:
    """The row that rides its end."""
    values: dict[str, Value | None] = {
        "vote_id": vote_id,
        "result": result.text(),
        "counted_by": counted_by,
        "confirmed_by": confirmed_by,
    }
    return Row("vote_result", values)


# The roll.


@dataclass(frozen=True, slots=True)
class Voter:
    """A family that has a ballot: on paper, or by its phone, with what was signed for it."""

    how: str
    blinded: bytes | None
    signed: bytes | None


def read_voter(db: Connection, book_no: int, vote_id: UUID, family_id: UUID) -> Voter | None:
    """Which ballot a family has, or None."""
    row = db.execute(
        select(vote_voter.c.how, vote_voter.c.blinded, vote_voter.c.signed).where(
            vote_voter.c.book_no == book_no,
            vote_voter.c.vote_id == vote_id,
            vote_voter.c.family_id == family_id,
        )
    ).first()
    if row is None:
        return None
    return Voter(row.how, row.blinded and bytes(row.blinded), row.signed and bytes(row.signed))


def give_ballot(
    db: Connection, book_no: int, vote_id: UUID, family_id: UUID, given: Voter
) -> Voter | None:
    """Write a family's ballot on the roll, if it has none and the vote is open; gives which it has.

    None: the vote is not open.
    """
    if not set_status(db, book_no, vote_id, OPEN, was=[OPEN]):
        return None
    if (earlier := read_voter(db, book_no, vote_id, family_id)) is not None:
        return earlier
    row = {"book_no": book_no, "vote_id": vote_id, "family_id": family_id}
    values = {"how": given.how, "blinded": given.blinded, "signed": given.signed}
    db.execute(insert(vote_voter).values(**row, **values))
    return given


def given_ballots(db: Connection, book_no: int, vote_id: UUID) -> dict[str, int]:
    """How many families have a ballot of each kind."""
    rows = db.execute(
        select(vote_voter.c.how, func.count())
        .where(vote_voter.c.book_no == book_no, vote_voter.c.vote_id == vote_id)
        .group_by(vote_voter.c.how)
    )
    return {PHONE: 0, PAPER: 0} | {how: int(number) for how, number in rows}


# The urn.


def put_in_urn(db: Connection, book_no: int, vote_id: UUID, ballot: Ballot) -> bool:
    """Put a ballot into the urn, once; False: the vote is not open."""
    if not set_status(db, book_no, vote_id, OPEN, was=[OPEN]):
        return False
    number = ballot.number(vote_id)
    there = select(vote_ballot.c.number).where(
        vote_ballot.c.book_no == book_no,
        vote_ballot.c.vote_id == vote_id,
        vote_ballot.c.number == number,
    )
    if db.execute(there).first() is None:
        row = {"book_no": book_no, "vote_id": vote_id, "number": number}
        said = {"choice": ballot.choice, "prefix": ballot.prefix, "signature": ballot.signature}
        db.execute(insert(vote_ballot).values(**row, **said))
    return True


def urn(db: Connection, book_no: int, vote_id: UUID) -> tuple[Ballot, ...]:
    """What lies in the urn, in the order of the ballots' numbers."""
    rows = db.execute(
        select(vote_ballot.c.choice, vote_ballot.c.prefix, vote_ballot.c.signature)
        .where(vote_ballot.c.book_no == book_no, vote_ballot.c.vote_id == vote_id)
        .order_by(vote_ballot.c.number)
    )
    return tuple(Ballot(row.choice, bytes(row.prefix), bytes(row.signature)) for row in rows)


# The paper.


def paper_counts(db: Connection, book_no: int, vote_id: UUID) -> dict[UUID, tuple[int, ...]]:
    """What each person counted, by person."""
    rows = db.execute(
        select(vote_paper.c.person_id, vote_paper.c.counts).where(
            vote_paper.c.book_no == book_no, vote_paper.c.vote_id == vote_id
        )
    )
    return {row.person_id: tuple(json.loads(row.counts)) for row in rows}


def keep_paper_count(
    db: Connection, book_no: int, vote_id: UUID, person: UUID, counts: Sequence[int]
) -> None:
    """Keep what a person counted; who counts again replaces the own count only."""
    where = (
        (vote_paper.c.book_no == book_no)
        & (vote_paper.c.vote_id == vote_id)
        & (vote_paper.c.person_id == person)
    )
    text = json.dumps(list(counts))
    if not db.execute(update(vote_paper).where(where).values(counts=text)).rowcount:
        row = {"book_no": book_no, "vote_id": vote_id, "person_id": person, "counts": text}
        db.execute(insert(vote_paper).values(**row))
