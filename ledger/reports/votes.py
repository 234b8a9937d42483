"""Votes of a comune as people see them, and the file by which anybody counts one again.

Nothing here joins a family to a ballot: the roll is told by how many, the urn by random numbers.
"""

from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ledger.core.canonical import Json
from ledger.core.quantities import Amount, Instant
from ledger.store.book import Ledger
from ledger.store.registers.votes import (
    PAPER,
    PHONE,
    KeptVote,
    Voter,
    given_ballots,
    paper_counts,
    read_vote,
    read_voter,
    read_votes,
    urn,
)


@dataclass(frozen=True, slots=True)
class VotePage:
    """One vote: what is asked, how many have a ballot, who counted paper, what came out."""

    kept: KeptVote
    drawn: int
    paper: int
    counted_by: frozenset[UUID]
    numbers: tuple[str, ...]

    def is_open(self, now: Instant) -> bool:
        """Whether one can vote at this moment."""
        return self.kept.status == "open" and self.kept.terms.is_open(now)

    def has_ended(self, now: Instant) -> bool:
        """Whether its end has come and nobody has told yet what came out."""
        begun = self.kept.status in {"open", "closed"} and self.kept.result is None
        return begun and self.kept.terms.closes_at <= now

    def is_before(self, now: Instant) -> bool:
        """Whether it is open, but not yet at this moment."""
        return self.kept.status == "open" and now < self.kept.terms.opens_at

    @property
    def last(self) -> Instant:
        """The last instant in which one can vote."""
        return self.kept.terms.closes_at - 1


def votes(ledger: Ledger, book_no: int) -> tuple[KeptVote, ...]:
    """Every vote of a comune, newest first."""
    with ledger.reading() as db:
        return read_votes(db, book_no)


def vote_page(ledger: Ledger, book_no: int, vote_id: UUID) -> VotePage | None:
    """One vote; None: there is none. Ballots are told by number, and only when it is counted."""
    with ledger.reading() as db:
        kept = read_vote(db, book_no, vote_id)
        if kept is None:
            return None
        given = given_ballots(db, book_no, vote_id)
        counted = frozenset(paper_counts(db, book_no, vote_id))
        lying = urn(db, book_no, vote_id) if kept.result else ()
    numbers = tuple(one.number(vote_id).hex() for one in lying)
    return VotePage(kept, given[PHONE], given[PAPER], counted, numbers)


def own_ballot(ledger: Ledger, book_no: int, vote_id: UUID, family_id: UUID) -> Voter | None:
    """Which ballot a family has; None: none yet."""
    with ledger.reading() as db:
        return read_voter(db, book_no, vote_id, family_id)


def published(ledger: Ledger, comune: str, vote_id: UUID) -> dict[str, Json] | None:
    """All that is needed to count a closed vote again; None while it is not closed."""
    book_no = ledger.book(comune).book_no
    with ledger.reading() as db:
        kept = read_vote(db, book_no, vote_id)
        if kept is None or kept.result is None:
            return None
        ballots = urn(db, book_no, vote_id)
    public = load_der_public_key(kept.public)
    assert isinstance(public, RSAPublicKey)
    numbers = public.public_numbers()
    return {
        "kind": "portavalori-vote",
        "v": 1,
        "comune": comune,
        "vote": vote_id.hex,
        "terms": kept.terms.words(),
        "key": {"n": f"{numbers.n:x}", "e": numbers.e},
        "ballots": [ballot.words() for ballot in ballots],
        "result": kept.result.words(),
    }


@dataclass(frozen=True, slots=True)
class DecidedVote:
    """A vote of a comune that chose something, about so much (cents); `entry`: that closed it."""

    vote_id: UUID
    title: str
    chosen: str
    amount_cents: Amount
    entry: int


def decided_votes(ledger: Ledger, book_no: int) -> tuple[DecidedVote, ...]:
    """The votes of a comune that are closed and chose something, newest first."""
    found = []
    for one in votes(ledger, book_no):
        if one.result is not None and one.result.winner is not None:
            assert one.closed_index is not None
            chosen = one.terms.options[one.result.winner - 1].title
            amount = one.terms.amount_cents
            found.append(
                DecidedVote(one.vote_id, one.terms.title, chosen, amount, one.closed_index)
            )
    return tuple(found)


def voted_for(ledger: Ledger, book_no: int, vote_id: UUID) -> tuple[str, Amount | None]:
    """What an act says that gives money to what was voted, and how much; nothing if none was."""
    with ledger.reading() as db:
        kept = read_vote(db, book_no, vote_id)
    if kept is None or kept.result is None or kept.result.winner is None:
        return "", None
    chosen = kept.terms.options[kept.result.winner - 1].title
    return f"Esito del voto «{kept.terms.title}»: {chosen}", kept.terms.amount_cents
