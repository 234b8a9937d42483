"""A vote on how a part of a fund is spent: its terms, what a ballot says, how it is counted. Pure.

Who voted is known, what they voted is not: docs/VOTE.md says how, and what that does not hide. Not
here: signatures (`ledger.token.blind_signatures`), the roll and the urn (`ledger.store`).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from uuid import UUID

from ledger.core.canonical import Json, canonical, check_words
from ledger.core.quantities import MAX_AMOUNT, Amount, Instant

PREFIX_SIZE: Final = 32
BLANK: Final = 0  # Choices are numbered from 1; nothing chosen is a vote too.
MOST_OPTIONS: Final = 12
ASKED_BY: Final = ("family", "association", "comune")


@dataclass(frozen=True, slots=True)
class Option:
    """One proposal to vote on, and what kind of proposer it comes from; never a name."""

    title: str
    text: str
    asked_by: str


@dataclass(frozen=True, slots=True)
class VoteTerms:
    """What is asked, until when, of how much (cents). `quorum`: percent of those on the roll.

    A vote is valid if as many families voted, on paper or not. Errors: `ValueError`.
    """

    title: str
    question: str
    amount_cents: Amount
    opens_at: Instant
    closes_at: Instant
    quorum: int
    options: tuple[Option, ...]

    def __post_init__(self) -> None:
        """Refuse what cannot be voted on."""
        if not (self.title.strip() and self.question.strip()):
            raise ValueError("a vote has a title and a question")
        if not 0 < self.amount_cents <= MAX_AMOUNT:
            raise ValueError("a vote is about money")
        if not self.opens_at < self.closes_at:
            raise ValueError("a vote closes after it opens")
        if not 0 <= self.quorum <= 100:  # noqa: PLR2004 -- percent.
            raise ValueError("a quorum is a percentage")
        if not 2 <= len(self.options) <= MOST_OPTIONS:  # noqa: PLR2004 -- else nothing is chosen.
            raise ValueError("a vote is between at least two proposals")
        for one in self.options:
            if not one.title.strip() or one.asked_by not in ASKED_BY:
                raise ValueError("a proposal has a title and a kind of proposer")

    def words(self) -> dict[str, Json]:
        """Their plain form."""
        options: list[Json] = [
            {"title": one.title, "text": one.text, "asked_by": one.asked_by} for one in self.options
        ]
        return {
            "title": self.title, "question": self.question, "amount": self.amount_cents,
            "opens_at": self.opens_at, "closes_at": self.closes_at, "quorum": self.quorum,
            "options": options,
        }  # fmt: skip

    def text(self) -> str:
        """Their canonical text, as it is kept."""
        return canonical(self.words()).decode()

    def content_hash(self) -> bytes:
        """What the second person opens."""
        return sha256(self.text().encode()).digest()

    def is_open(self, now: Instant) -> bool:
        """Whether one can vote at this moment."""
        return self.opens_at <= now < self.closes_at

    def is_choice(self, choice: int) -> bool:
        """Whether a number names a proposal, or none of them."""
        return BLANK <= choice <= len(self.options)


def read_terms(text: str) -> VoteTerms:
    """The terms that are kept."""
    words = json.loads(text)
    options = tuple(Option(**one) for one in words.pop("options"))
    return VoteTerms(amount_cents=words.pop("amount"), options=options, **words)


@dataclass(frozen=True, slots=True)
class Ballot:
    """A choice, the random bytes that make it one of its own, and the signature of the vote."""

    choice: int
    prefix: bytes
    signature: bytes

    def message(self, vote_id: UUID) -> bytes:
        """What is signed: RFC 9474's prepared message, random bytes before the words."""
        said: dict[str, Json] = {"choice": self.choice, "vote": vote_id.hex}
        return self.prefix + canonical(said)

    def number(self, vote_id: UUID) -> bytes:
        """Its number, by which its voter finds it in the urn."""
        return sha256(self.message(vote_id)).digest()

    def words(self) -> list[Json]:
        """It as it is published."""
        return [self.choice, self.prefix.hex(), self.signature.hex()]


def urn_hash(numbers: Iterable[bytes]) -> bytes:
    """What names everything in the urn: SHA-256 over the numbers of the ballots, sorted."""
    return sha256(b"".join(sorted(numbers))).digest()


@dataclass(frozen=True, slots=True)
class Turnout:
    """Who could vote and who did: families on the roll, ballots drawn, paper ballots given."""

    eligible: int
    drawn: int
    paper: int


@dataclass(frozen=True, slots=True)
class Result:
    """What came out. `counts`: by choice, blank first. `winner`: none if the vote is not valid.

    A draw has no winner either: then the comune decides by its act, and says so.
    """

    turnout: Turnout
    counts: tuple[int, ...]
    paper_counts: tuple[int, ...]
    urn: bytes
    valid: bool
    winner: int | None

    @property
    def voted(self) -> int:
        """Ballots counted, of both kinds."""
        return sum(self.counts)

    def words(self) -> dict[str, Json]:
        """Its plain form; no winner is left out."""
        said: dict[str, Json] = {
            "eligible": self.turnout.eligible, "drawn": self.turnout.drawn,
            "paper": self.turnout.paper, "counts": list(self.counts),
            "paper_counts": list(self.paper_counts), "urn": self.urn.hex(), "valid": self.valid,
        }  # fmt: skip
        return said if self.winner is None else said | {"winner": self.winner}

    def text(self) -> str:
        """Its canonical text, as it is kept."""
        return canonical(self.words()).decode()


def read_result(text: str) -> Result:
    """The result that is kept."""
    said: Mapping[str, Json] = json.loads(text)
    assert check_words(dict(said)) is not None
    turnout = Turnout(*(_number(said[name]) for name in ("eligible", "drawn", "paper")))
    winner = said.get("winner")
    return Result(
        turnout, _numbers(said["counts"]), _numbers(said["paper_counts"]),
        bytes.fromhex(str(said["urn"])), bool(said["valid"]),
        None if winner is None else _number(winner),
    )  # fmt: skip


def _number(value: Json) -> int:
    assert isinstance(value, int)
    return value


def _numbers(value: Json) -> tuple[int, ...]:
    assert isinstance(value, list)
    return tuple(_number(one) for one in value)


class CountsDiffer(ValueError):
    """Paper counts that cannot be: more than were given out, or not one number for each choice."""


def count(
    terms: VoteTerms,
    vote_id: UUID,
    ballots: Sequence[Ballot],
    paper_counts: Sequence[int],
    turnout: Turnout,
) -> Result:
    """Add up the urn and the paper. Errors: `CountsDiffer`."""
    right = len(paper_counts) == len(terms.options) + 1 and all(one >= 0 for one in paper_counts)
    if not right or sum(paper_counts) > turnout.paper:
        raise CountsDiffer
    assert len(ballots) <= turnout.drawn
    counts = list(paper_counts)
    for ballot in ballots:
        counts[ballot.choice] += 1
    valid = sum(counts) * 100 >= terms.quorum * turnout.eligible and sum(counts) > 0
    urn = urn_hash(ballot.number(vote_id) for ballot in ballots)
    winner = _winner(counts) if valid else None
    return Result(turnout, tuple(counts), tuple(paper_counts), urn, valid, winner)


def _winner(counts: Sequence[int]) -> int | None:
    """The proposal with the most votes, if it is one alone; blank ballots choose nobody."""
    most = max(counts[1:])
    best = [choice for choice, votes in enumerate(counts) if choice != BLANK and votes == most]
    return best[0] if most > 0 and len(best) == 1 else None
