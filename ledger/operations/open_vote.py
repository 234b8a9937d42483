"""A vote is proposed by one person and opened by another, who makes the key of its ballots.

What is asked is fixed when it opens: terms, key and the size of the roll are a decision of the
book. Not here: voting (`vote`), and what comes out (`close_vote`). Source: docs/VOTE.md.
"""

from dataclasses import replace
from uuid import UUID

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ledger.core.chart import EntryKind
from ledger.core.codes import Code
from ledger.core.decisions import Decision
from ledger.core.ids import RequestId
from ledger.core.quantities import Instant
from ledger.core.requests import Request
from ledger.core.votes import VoteTerms
from ledger.store.book import Ledger
from ledger.store.network.people import Officer
from ledger.store.registers.votes import (
    OPEN,
    PREPARED,
    WITHDRAWN,
    KeptVote,
    add_draft,
    eligible_families,
    once,
    opened_row,
    read_vote,
    set_status,
)
from ledger.store.vote_keys import make_vote_key

MAY_PROPOSE = frozenset({"officer", "approver"})


class NotYours(Exception):
    """Somebody of another comune, or whose role does not do this."""


def propose_vote(
    ledger: Ledger, comune: str, terms: VoteTerms, *, officer: Officer, vote_id: UUID, now: Instant
) -> None:
    """Keep what is to be voted on, until another person opens it. Safe to retry.

    Errors: `NotYours`.
    """
    book_no = ledger.book(comune).book_no
    if officer.book_no != book_no or officer.role not in MAY_PROPOSE:
        raise NotYours
    one = KeptVote(vote_id, terms, PREPARED, officer.person_id)
    ledger.write(lambda db: add_draft(db, book_no, one, now))


def withdraw_vote(ledger: Ledger, comune: str, vote_id: UUID, *, officer: Officer) -> bool:
    """Put a vote aside that nobody has opened yet; False: somebody has. Errors: `NotYours`."""
    book_no = ledger.book(comune).book_no
    if officer.book_no != book_no or officer.role not in MAY_PROPOSE:
        raise NotYours
    return ledger.write(lambda db: set_status(db, book_no, vote_id, WITHDRAWN, was=[PREPARED]))


def open_vote(
    ledger: Ledger,
    comune: str,
    vote_id: UUID,
    seen: bytes,
    *,
    officer: Officer,
    key: RequestId,
    now: Instant,
) -> Decision:
    """Open what another person proposed; `seen`: the hash of its terms. Safe to retry.

    Errors: `LookupError`; a no is a decision (`not_approved`: the same person, other terms, or it
    was withdrawn; `already_claimed`: it is open; `too_late`: it would be over already).
    """
    book = ledger.book(comune)
    with ledger.reading() as db:
        one = read_vote(db, book.book_no, vote_id)
        families = eligible_families(db, book.book_no)
    if one is None:
        raise LookupError(vote_id)
    refuse = _refusal(one, seen, officer, book.book_no, now)
    if refuse is None:
        one = replace(_with_key(ledger, one, now), eligible=families)
    request = Request(
        id=key,
        kind=EntryKind.REGISTRATION,
        items=(once("vote", vote_id),),
        actor=f"officer:{officer.officer_id.hex}",
        occurred_at=now,
        asked={"vote": vote_id.hex, "terms": seen.hex()},
        rows=() if refuse else (opened_row(one, officer.person_id),),
        refuse=refuse,
    )
    [decision] = book.submit([request])
    if decision.accepted or decision.code is Code.ALREADY_CLAIMED:
        no = book.book_no
        ledger.write(lambda db: set_status(db, no, vote_id, OPEN, was=[PREPARED]))
    return decision


def _with_key(ledger: Ledger, one: KeptVote, now: Instant) -> KeptVote:
    public = make_vote_key(ledger, one.vote_id, now=now).public_key()
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return replace(one, content_hash=one.terms.content_hash(), public=der)


def _refusal(
    one: KeptVote, seen: bytes, officer: Officer, book_no: int, now: Instant
) -> Code | None:
    is_here = officer.role == "approver" and officer.book_no == book_no
    if not is_here or officer.person_id == one.proposed_by or one.status == WITHDRAWN:
        return Code.NOT_APPROVED
    if seen != one.terms.content_hash():
        return Code.NOT_APPROVED
    return Code.TOO_LATE if one.terms.closes_at <= now else None
