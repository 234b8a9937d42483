"""A family draws one ballot of a vote, and a ballot is put into the urn by nobody in particular.

Drawing knows the family and signs what it cannot read; the urn takes what is signed and knows no
family. On paper the roll is ticked at the desk. Not here: PIN and session. Source: docs/VOTE.md.
"""

from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ledger.core.quantities import Instant
from ledger.core.votes import PREFIX_SIZE, Ballot
from ledger.store.book import Ledger
from ledger.store.network.people import Officer
from ledger.store.registers.votes import (
    PAPER,
    PHONE,
    KeptVote,
    Voter,
    give_ballot,
    put_in_urn,
    read_vote,
    read_voter,
)
from ledger.store.vote_keys import random_mask, read_vote_key
from ledger.token.blind_signatures import blind_sign, is_signed

MAY_TICK = frozenset({"officer", "approver"})


class NotOpen(Exception):
    """A vote in which nobody votes now."""


class HasBallot(Exception):
    """A family that has its ballot already, of another kind or for other bytes."""


class NoBallot(Exception):
    """What is no ballot of this vote."""


def draw_ballot(
    ledger: Ledger, book_no: int, vote_id: UUID, family_id: UUID, blinded: bytes, *, now: Instant
) -> bytes:
    """Sign a family's ballot without seeing it, once; the same bytes get the same signature.

    Errors: `LookupError`, `NotOpen`, `HasBallot`; `NotBlinded` for bytes that no browser made.
    """
    _opened(ledger, book_no, vote_id, now)
    with ledger.reading() as db:
        earlier = read_voter(db, book_no, vote_id, family_id)
    given = earlier or Voter(PHONE, blinded, _signed(ledger, vote_id, blinded))
    kept = _kept(ledger, given, book_no, vote_id, family_id)
    if kept.signed is None or kept.blinded != blinded:
        raise HasBallot
    return kept.signed


def _signed(ledger: Ledger, vote_id: UUID, blinded: bytes) -> bytes:
    secret = read_vote_key(ledger, vote_id)
    if secret is None:
        raise NotOpen
    return blind_sign(secret, blinded, random_mask(secret))


def give_paper(
    ledger: Ledger,
    comune: str,
    vote_id: UUID,
    family_id: UUID,
    *,
    officer: Officer,
    now: Instant,
) -> None:
    """Tick a family on the roll: it is handed a paper ballot and draws no other. Safe to retry.

    Errors: `LookupError`, `NotOpen`, `HasBallot`.
    """
    book_no = ledger.book(comune).book_no
    assert officer.book_no == book_no
    assert officer.role in MAY_TICK
    _opened(ledger, book_no, vote_id, now)
    given = Voter(PAPER, None, None)
    if _kept(ledger, given, book_no, vote_id, family_id) != given:
        raise HasBallot


def _kept(ledger: Ledger, given: Voter, book_no: int, vote_id: UUID, family_id: UUID) -> Voter:
    kept = ledger.write(lambda db: give_ballot(db, book_no, vote_id, family_id, given))
    if kept is None:
        raise NotOpen
    return kept


def cast_ballot(
    ledger: Ledger, comune: str, vote_id: UUID, ballot: Ballot, *, now: Instant
) -> bytes:
    """Put a ballot into the urn; the same one again is one. Gives its number.

    Errors: `LookupError`, `NotOpen`, `NoBallot`.
    """
    book_no = ledger.book(comune).book_no
    one = _opened(ledger, book_no, vote_id, now)
    right = one.terms.is_choice(ballot.choice) and len(ballot.prefix) == PREFIX_SIZE
    if not right or not is_signed(public_key(one), ballot.message(vote_id), ballot.signature):
        raise NoBallot
    if not ledger.write(lambda db: put_in_urn(db, book_no, vote_id, ballot)):
        raise NotOpen
    return ballot.number(vote_id)


def public_key(one: KeptVote) -> RSAPublicKey:
    """The key of a vote's ballots."""
    found = load_der_public_key(one.public)
    assert isinstance(found, RSAPublicKey)
    return found


def _opened(ledger: Ledger, book_no: int, vote_id: UUID, now: Instant) -> KeptVote:
    with ledger.reading() as db:
        one = read_vote(db, book_no, vote_id)
    if one is None:
        raise LookupError(vote_id)
    if one.status != "open" or not one.terms.is_open(now):
        raise NotOpen
    return one
