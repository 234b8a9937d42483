"""One family one vote, on paper or not; nobody sees which; two persons open and close it.

Source: docs/VOTE.md; RFC 9474, whose vectors are in tests/vectors/vote.json.
"""

import json
import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Barrier, Thread
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateNumbers,
    RSAPublicKey,
    RSAPublicNumbers,
    rsa_crt_dmp1,
    rsa_crt_dmq1,
    rsa_crt_iqmp,
)

from ledger import Code, Ledger, random_id
from ledger.core.quantities import DAY
from ledger.core.votes import Ballot, CountsDiffer, Option, VoteTerms
from ledger.operations.close_vote import StillOpen, close_vote, count_paper
from ledger.operations.open_vote import open_vote, propose_vote, withdraw_vote
from ledger.operations.vote import (
    HasBallot,
    NoBallot,
    NotOpen,
    cast_ballot,
    draw_ballot,
    give_paper,
    public_key,
)
from ledger.store.network.credentials import families_of
from ledger.store.network.people import Officer
from ledger.store.registers.votes import KeptVote, read_vote, urn
from ledger.store.vote_keys import read_vote_key
from ledger.token.blind_signatures import NotBlinded, blind_sign, is_signed
from scripts.demo.ballots import blinded, unblinded
from tests.town import NOON, Town, key, make_town

VECTOR = json.loads((Path(__file__).parents[1] / "vectors" / "vote.json").read_text())[
    "blind_signature"
]
CLOSES = NOON + 7 * DAY
TERMS = VoteTerms(
    "Il fondo del 2027", "Come spendere 500,00 del Fondo?", 500_00, NOON, CLOSES, 50,
    (
        Option("Libri", "Per chi va a scuola", "family"),
        Option("Spesa", "Un buono in più a dicembre", "association"),
    ),
)  # fmt: skip


@dataclass
class Poll:
    """A vote that is open, and the families of its roll."""

    town: Town
    vote_id: UUID
    families: list[UUID]

    @property
    def kept(self) -> KeptVote:
        with self.town.ledger.reading() as db:
            found = read_vote(db, self.town.book_no, self.vote_id)
        assert found
        return found

    @property
    def key(self) -> RSAPublicKey:
        return public_key(self.kept)

    def ballot(self, family: UUID, choice: int) -> Ballot:
        """What the browser of a family ends up with."""
        plain = Ballot(choice, secrets.token_bytes(32), b"")
        hidden, inverse = blinded(self.key, plain.message(self.vote_id))
        town = self.town
        signed = draw_ballot(
            town.ledger, town.book_no, self.vote_id, family, hidden, now=NOON
        )  # fmt: skip
        return replace(plain, signature=unblinded(self.key, signed, inverse))

    def cast(self, ballot: Ballot, now: int = NOON) -> bytes:
        return cast_ballot(self.town.ledger, self.town.comune, self.vote_id, ballot, now=now)

    def paper(self, family: UUID) -> None:
        town = self.town
        give_paper(
            town.ledger, town.comune, self.vote_id, family, officer=town.officer, now=NOON
        )  # fmt: skip

    def count(self, counts: list[int], now: int = CLOSES) -> None:
        town = self.town
        count_paper(
            town.ledger, town.comune, self.vote_id, counts, officer=town.officer, now=now
        )  # fmt: skip

    def close(self, counts: list[int], *, by: str = "approver") -> Code:
        town = self.town
        decision = close_vote(
            town.ledger, town.comune, self.vote_id, counts, officer=getattr(town, by), key=key(),
            now=CLOSES,
        )  # fmt: skip
        return decision.code


@pytest.fixture
def town(ledger: Ledger) -> Town:
    made = make_town(ledger)
    made.issue(made.programme())
    return made


@pytest.fixture
def poll(town: Town) -> Poll:
    vote_id = proposed(town)
    assert opened(town, vote_id) is Code.ACCEPTED
    with town.ledger.reading() as db:
        families = sorted(families_of(db, town.book_no).values())
    return Poll(town, vote_id, families)


def proposed(town: Town) -> UUID:
    vote_id = random_id()
    propose_vote(
        town.ledger, town.comune, TERMS, officer=town.officer, vote_id=vote_id, now=NOON
    )  # fmt: skip
    return vote_id


def opened(
    town: Town, vote_id: UUID, seen: bytes | None = None, by: str = "approver", **other: Officer
) -> Code:
    decision = open_vote(
        town.ledger, town.comune, vote_id, seen or TERMS.content_hash(), key=key(),
        officer=other.get("officer", getattr(town, by)), now=NOON,
    )  # fmt: skip
    return decision.code


def test_the_signer_does_what_the_rfc_says() -> None:
    number = {name: int(VECTOR[name], 16) for name in ("p", "q", "e")}
    p, q, e = number["p"], number["q"], number["e"]
    d = pow(e, -1, (p - 1) * (q - 1))
    public = RSAPublicNumbers(e, p * q)
    private = RSAPrivateNumbers(
        p, q, d, rsa_crt_dmp1(d, p), rsa_crt_dmq1(d, q), rsa_crt_iqmp(p, q), public
    ).private_key()
    told = {name: bytes.fromhex(VECTOR[name]) for name in VECTOR if name != "source"}
    for mask in (2, 3**500):
        assert blind_sign(private, told["blinded_msg"], mask) == told["blind_sig"]
    signature = unblinded(public.public_key(), told["blind_sig"], int(VECTOR["inv"], 16))
    assert signature == told["sig"]
    assert is_signed(public.public_key(), told["input_msg"], signature)
    assert not is_signed(public.public_key(), told["input_msg"] + b"x", signature)
    for odd in (b"", told["blinded_msg"][1:], b"\xff" * len(told["sig"]), bytes(len(told["sig"]))):
        with pytest.raises(NotBlinded):
            blind_sign(private, odd, 2)


def test_a_vote_on_paper_and_by_phone_is_counted_and_its_key_is_gone(poll: Poll) -> None:
    first, second = poll.families
    number = poll.cast(poll.ballot(first, 2))
    poll.paper(second)
    poll.count([0, 0, 1])
    assert poll.close([0, 0, 1]) is Code.ACCEPTED
    result = poll.kept.result
    assert result
    assert (result.counts, result.voted, result.valid, result.winner) == ((0, 0, 2), 2, True, 2)
    assert (result.turnout.eligible, result.turnout.drawn, result.turnout.paper) == (2, 1, 1)
    with poll.town.ledger.reading() as db:
        lying = urn(db, poll.town.book_no, poll.vote_id)
    assert [one.number(poll.vote_id) for one in lying] == [number]
    assert read_vote_key(poll.town.ledger, poll.vote_id) is None
    assert list(poll.town.ledger.book(poll.town.comune).check()) == []
    assert poll.close([0, 0, 1]) is Code.ALREADY_CLAIMED


def test_who_proposed_does_not_open_nor_other_terms_nor_what_was_withdrawn(town: Town) -> None:
    vote_id = proposed(town)
    assert opened(town, vote_id, by="officer") is Code.NOT_APPROVED
    both = replace(town.officer, role="approver")
    assert opened(town, vote_id, officer=both) is Code.NOT_APPROVED
    assert opened(town, vote_id, seen=b"x" * 32) is Code.NOT_APPROVED
    assert opened(town, vote_id, by="treasurer") is Code.NOT_APPROVED
    assert read_vote_key(town.ledger, vote_id) is None
    assert opened(town, vote_id) is Code.ACCEPTED
    assert opened(town, vote_id) is Code.ALREADY_CLAIMED
    other = proposed(town)
    assert withdraw_vote(town.ledger, town.comune, other, officer=town.officer)
    assert opened(town, other) is Code.NOT_APPROVED


def test_a_family_has_one_ballot_and_asking_again_gives_the_same(poll: Poll) -> None:
    town, family = poll.town, poll.families[0]
    plain = Ballot(1, secrets.token_bytes(32), b"").message(poll.vote_id)
    hidden, _inverse = blinded(poll.key, plain)

    def draw(asked: bytes) -> bytes:
        return draw_ballot(town.ledger, town.book_no, poll.vote_id, family, asked, now=NOON)

    assert draw(hidden) == draw(hidden)
    with pytest.raises(HasBallot):
        draw(blinded(poll.key, plain)[0])
    with pytest.raises(HasBallot):
        poll.paper(family)
    poll.paper(poll.families[1])
    poll.paper(poll.families[1])
    with pytest.raises(HasBallot):
        poll.ballot(poll.families[1], 1)


def test_eight_phones_of_one_family_draw_one_ballot(poll: Poll) -> None:
    start, drawn = Barrier(8), list[Ballot]()

    def draw() -> None:
        start.wait()
        try:
            drawn.append(poll.ballot(poll.families[0], 1))
        except HasBallot:
            return

    threads = [Thread(target=draw) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(drawn) == 1


def test_the_urn_takes_a_ballot_once_and_no_other(poll: Poll) -> None:
    ballot = poll.ballot(poll.families[0], 1)
    assert poll.cast(ballot) == poll.cast(ballot)
    for odd in (
        replace(ballot, choice=2), replace(ballot, choice=3), replace(ballot, choice=-1),
        replace(ballot, prefix=secrets.token_bytes(32)), replace(ballot, prefix=b""),
        replace(ballot, signature=b"x" * 384),
    ):  # fmt: skip
        with pytest.raises(NoBallot):
            poll.cast(odd)
    with poll.town.ledger.reading() as db:
        assert len(urn(db, poll.town.book_no, poll.vote_id)) == 1


def test_before_and_after_nobody_votes_and_before_its_end_nobody_counts(poll: Poll) -> None:
    ballot = poll.ballot(poll.families[0], 1)
    for now in (NOON - 1, CLOSES):
        with pytest.raises(NotOpen):
            poll.cast(ballot, now)
    with pytest.raises(StillOpen):
        poll.count([0, 0, 0], now=CLOSES - 1)
    poll.count([0, 0, 0])
    with pytest.raises(NotOpen):  # The clock of another server may be behind: the vote is closed.
        poll.cast(ballot, NOON)


def test_two_persons_count_the_paper_alike_and_no_more_than_was_given(poll: Poll) -> None:
    poll.paper(poll.families[0])
    with pytest.raises(CountsDiffer):
        poll.count([0, 2, 0])
    with pytest.raises(CountsDiffer):
        poll.count([0, 1])
    poll.count([0, 1, 0])
    assert poll.close([0, 0, 1]) is Code.NOT_APPROVED
    assert poll.close([0, 1, 0], by="officer") is Code.NOT_APPROVED
    assert poll.close([0, 1, 0]) is Code.ACCEPTED


def test_below_the_quorum_and_in_a_draw_nobody_wins(poll: Poll) -> None:
    first, second = poll.families
    poll.cast(poll.ballot(first, 1))
    poll.cast(poll.ballot(second, 2))
    poll.count([0, 0, 0])
    assert poll.close([0, 0, 0]) is Code.ACCEPTED
    assert poll.kept.result
    assert (poll.kept.result.valid, poll.kept.result.winner) == (True, None)


def test_nothing_that_is_kept_leads_from_a_family_to_its_ballot(poll: Poll) -> None:
    family = poll.families[0]
    ballot = poll.ballot(family, 2)
    poll.cast(ballot)
    with poll.town.ledger.reading() as db:
        tables = {
            name: [bytes_of(row) for row in db.exec_driver_sql(f"SELECT * FROM {name}")]  # noqa: S608
            for name in ("vote_voter", "vote_ballot", "decision")
        }
    [voter], [lying] = tables["vote_voter"], tables["vote_ballot"]
    assert not set(map(str, voter[2:])) & set(map(str, lying[2:]))
    assert not any(ballot.prefix in str(row).encode() for row in tables["decision"])
    assert ballot.signature not in voter[-2:]


def bytes_of(row: object) -> list[object]:
    return [bytes(one) if isinstance(one, memoryview) else one for one in row]  # type: ignore[attr-defined]
