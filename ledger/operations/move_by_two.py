"""What two persons of the association move: to a comune's programme, to shops, for costs, or off.

One proposes, another confirms just that; the book decides when it is confirmed. Not here: how a
feed arrives (`feed_programme`), and who gave a donation (`give_to_fund`). Source: design 4.2.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from ledger.core.canonical import Json
from ledger.core.chart import CIRCUIT_BOOK, EURO, AccountKind, EntryKind
from ledger.core.circuit.accounts import circuit_account
from ledger.core.circuit.feeds import vote_feed
from ledger.core.circuit.purchases import return_items
from ledger.core.codes import Code
from ledger.core.decisions import Decision
from ledger.core.ids import AccountId, ClaimId, RequestId, derived_id
from ledger.core.items import Claim, Item, Transfer
from ledger.core.proposals import Confirmation
from ledger.core.quantities import Amount, Instant
from ledger.core.requests import Request
from ledger.store.book import Book, Ledger
from ledger.store.network.people import Officer
from ledger.store.registers.circuit import open_shares
from ledger.store.registers.circuit_moves import CircuitMove, move_row, read_move
from ledger.store.registers.programmes import programme
from ledger.store.registers.proposals import end_claim, end_row, proposal_claim
from ledger.store.registers.votes import read_vote

MAY_PROPOSE: Final = frozenset({"officer", "approver"})
FEED, DONATION = EntryKind.FEED, EntryKind.DONATION
PAYOUT, WRITE_OFF = EntryKind.CIRCUIT_PAYOUT, EntryKind.WRITE_OFF


class NotVoted(ValueError):
    """A vote that chose nothing, of another comune, or about less money."""


@dataclass(frozen=True, slots=True)
class NewMove:
    """What is proposed: a kind of entry, so much (cents), by a paper: its number, day and reason.

    `comune` and `subject`: of a feed the book and its programme; else `subject` is the shop that is
    paid or let off, None: running costs. `vote_id`: the comune's vote whose outcome a feed is.
    """

    kind: EntryKind
    amount_cents: Amount
    number: str
    dated: date
    reason: str
    comune: str = ""
    subject: UUID | None = None
    vote_id: UUID | None = None

    def move(self, proposal_id: UUID, proposed_by: UUID) -> CircuitMove:
        """It as a proposal keeps it."""
        return CircuitMove(
            proposal_id, str(self.kind), self.comune, self.subject, self.vote_id, self.number,
            self.dated.isoformat(), self.reason, self.amount_cents, proposed_by,
        )  # fmt: skip


def propose_move(
    ledger: Ledger, asked: NewMove, *, officer: Officer, key: RequestId, now: Instant
) -> Decision:
    """Propose it; `key` is the proposal's id. Moves nothing; safe to retry.

    A no is a decision, also one that the confirmation would get now (`insufficient_funds`;
    `expired`: the programme is over). Errors: `LookupError` for an unknown comune, programme or
    vote; `NotVoted`; `ValueError` for no number or no reason.
    """
    if not (asked.number.strip() and asked.reason.strip()):
        message = "a paper has a number, and says why"
        raise ValueError(message)
    book = ledger.book(CIRCUIT_BOOK)
    earlier = book.decision(key)
    move = asked.move(key, officer.person_id)
    refusal = None if earlier else _seen_before(book, move, now)
    is_here = officer.book_no == book.book_no and officer.role in MAY_PROPOSE
    request = Request(
        id=key,
        kind=EntryKind.REGISTRATION,
        items=(proposal_claim(key),),
        actor=f"officer:{officer.officer_id.hex}",
        occurred_at=now,
        asked={"change": move.kind, "content": move.content_hash().hex()},
        rows=() if earlier else (move_row(move),),
        refuse=refusal if is_here else Code.NOT_APPROVED,
    )
    [decision] = book.submit([request])
    return decision


def _seen_before(book: Book, move: CircuitMove, now: Instant) -> Code | None:
    """The no that waits for a confirmation already; what is no proposal at all is an error."""
    if move.kind == FEED:
        assert move.subject is not None
        comune_no = book.ledger.book(move.comune).book_no
        with book.ledger.reading() as db:
            found = programme(db, comune_no, move.subject)
        if move.vote_id is not None:
            _wants_vote(book.ledger, comune_no, move.vote_id, move.amount_cents)
        if found.ends_at <= now:
            return Code.EXPIRED
    giver = _giver(move)
    left = move.amount_cents if giver is None else book.balance(giver)
    return Code.INSUFFICIENT_FUNDS if left < move.amount_cents else None


def _wants_vote(ledger: Ledger, book_no: int, vote_id: UUID, cents: Amount) -> None:
    with ledger.reading() as db:
        one = read_vote(db, book_no, vote_id)
    if one is None:
        raise LookupError(vote_id)
    if one.result is None or one.result.winner is None:
        raise NotVoted("this vote chose nothing")
    if cents > one.terms.amount_cents:
        raise NotVoted("this vote was about less")


def _giver(move: CircuitMove) -> AccountId | None:
    """The account that has to have the money; None: it comes from outside.

    Errors: `LookupError` for a shop that never was owed, or owed, anything.
    """
    kinds = {
        FEED: AccountKind.SOCIAL_FUND,
        WRITE_OFF: AccountKind.CONTRIBUTION_DUE,
        PAYOUT: AccountKind.SHOP_PAYABLE if move.subject else AccountKind.RUNNING_COSTS,
    }
    kind = kinds.get(EntryKind(move.kind))
    owner = None if move.kind == FEED else move.subject
    return None if kind is None else circuit_account(kind, owner)


def confirm_move(
    ledger: Ledger, asked: Confirmation, *, officer: Officer, key: RequestId, now: Instant
) -> Decision:
    """Do what another person proposed, once; safe to retry.

    A no is a decision (`not_approved`: the same person, or not what was proposed;
    `already_claimed`: it has ended, or the number or the vote was used before;
    `insufficient_funds`). Errors: `LookupError`.
    """
    book = ledger.book(CIRCUIT_BOOK)
    with ledger.reading() as db:
        move = read_move(db, book.book_no, asked.proposal_id)
    if move is None:
        raise LookupError(asked.proposal_id)
    is_here = officer.role == "approver" and officer.book_no == book.book_no
    allowed = is_here and officer.person_id != move.proposed_by
    same = asked.content_hash == move.kept_hash == move.content_hash()
    words: dict[str, Json] = {
        "proposal": move.proposal_id.hex,
        "content": asked.content_hash.hex(),
    }
    request = Request(
        id=key,
        kind=EntryKind(move.kind),
        items=(end_claim(move.proposal_id), *_claims(move), *_moved(book, move)),
        actor=f"officer:{officer.officer_id.hex}",
        occurred_at=now,
        asked=words | (move.feed().asked() if move.kind == FEED else {}),
        rows=(end_row(move.signed(), "confirmed", officer.person_id),),
        refuse=None if allowed and same else Code.NOT_APPROVED,
    )
    [decision] = book.submit([request])
    return decision


def _claims(move: CircuitMove) -> list[Item]:
    """What may be used once: a paper's number, and a vote's money. A donation's was, when proposed.

    A bank transfer has its number of a year.
    """
    if move.kind == DONATION:
        return []
    year = move.act_dated[:4]
    number = ("circuit_payout", year) if move.kind == PAYOUT else ("circuit_act",)
    claims = [Claim(ClaimId(derived_id(*number, move.act_number)))]
    return [*claims, *([] if move.vote_id is None else [Claim(vote_feed(move.vote_id))])]


def _moved(book: Book, move: CircuitMove) -> tuple[Item, ...]:
    """The items of a move, on what the book holds now."""
    bank = circuit_account(AccountKind.BANK)
    cents, giver = move.amount_cents, _giver(move)
    if move.kind == WRITE_OFF:
        assert move.subject is not None
        with book.ledger.reading() as db:
            shares = open_shares(db, book.book_no, move.subject)
        return return_items(move.subject, reversed(shares), cents)  # The oldest first.
    if giver is None:
        return (Transfer(bank, circuit_account(AccountKind.SOCIAL_FUND), cents, EURO),)
    to = circuit_account(AccountKind.IN_TRANSIT) if move.kind == FEED else bank
    return (Transfer(giver, to, cents, EURO),)
