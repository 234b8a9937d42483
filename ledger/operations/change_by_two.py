"""Take a voucher back, or correct an entry: proposed by one person, confirmed by another.

What is confirmed is what was proposed, to the cent: a voucher that was spent from meanwhile, or
another content, is refused. Proposal and end are decisions of the book like any other.
"""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from ledger.core.canonical import Json, canonical
from ledger.core.chart import EntryKind
from ledger.core.codes import Code
from ledger.core.decisions import Decision
from ledger.core.ids import RequestId, derived_id
from ledger.core.items import CloseAccount, Draw, Item, Leg, Reverse
from ledger.core.posting_rules import REVERSIBLE
from ledger.core.proposals import Confirmation
from ledger.core.quantities import Amount, Instant
from ledger.core.requests import Request
from ledger.store.book import Book, Ledger
from ledger.store.network.people import Officer
from ledger.store.registers.budgets import read_budget
from ledger.store.registers.circuit_moves import read_move
from ledger.store.registers.offline import offline_until
from ledger.store.registers.proposals import (
    Proposal,
    end_claim,
    end_row,
    ended_as,
    proposal_claim,
    proposal_row,
    read_proposal,
)
from ledger.store.registers.recoveries import read_recovery_proposal
from ledger.store.registers.vouchers import voucher

RECALL, REVERSAL = EntryKind.RECALL, EntryKind.REVERSAL
MAY_PROPOSE = frozenset({"officer", "approver"})


@dataclass(frozen=True, slots=True)
class Change:
    """What is asked for: the recall of a voucher, or the reversal of an entry (its request)."""

    kind: EntryKind
    subject: UUID


@dataclass(frozen=True, slots=True)
class Effect:
    """All that a change does now: the cents it moves, its items, and a hash over both."""

    amount_cents: Amount
    items: tuple[Item, ...]
    refusal: Code | None = None

    def content_hash(self, change: Change) -> bytes:
        """What a confirmation is bound to."""
        items: list[Json] = [item.words() for item in self.items]
        return sha256(canonical([str(change.kind), self.amount_cents, items])).digest()


def effect_of(book: Book, change: Change, now: Instant) -> Effect:
    """What a change would do at this moment. Errors: `LookupError` for an unknown subject."""
    if change.kind is RECALL:
        return _recall(book, change.subject, now)
    decision = book.decision(RequestId(change.subject))
    if decision is None:
        raise LookupError(change.subject)
    can_be = decision.accepted and decision.request.kind in REVERSIBLE
    moved = sum(move.amount for move in decision.transfers)
    items = (Reverse(RequestId(change.subject)),)
    return Effect(moved, items, None if can_be else Code.NOT_REVERSIBLE)


def _recall(book: Book, voucher_id: UUID, now: Instant) -> Effect:
    """Exactly what is left now: the book refuses it if there is more or less by then.

    A slip that a till may have taken without network waits until none can tell of it any more.
    """
    with book.ledger.reading() as db:
        one = voucher(db, book.book_no, voucher_id)
        if one is None:
            raise LookupError(voucher_id)
        slip = one.kind == "slip"
        until = offline_until(db, book.book_no, one.programme_id, slips=True) if slip else 0
    left = book.balance(one.id)
    draw = (Draw(left, (Leg(one.id, one.fund),)),) if left else ()
    waits = Code.STILL_OFFLINE if now <= until else None
    refusal = Code.ACCOUNT_CLOSED if one.closed else waits
    return Effect(left, (*draw, CloseAccount(one.id)), refusal)


def propose_change(
    ledger: Ledger, comune: str, change: Change, *, officer: Officer, key: RequestId, now: Instant
) -> Decision:
    """Propose a change; `key` is the proposal's id. Moves nothing; safe to retry.

    Errors: `LookupError`; a no is a decision. Source: design 5; web.md 11.
    """
    book = ledger.book(comune)
    effect = effect_of(book, change, now)
    content = effect.content_hash(change)
    one = Proposal(
        key, str(change.kind), change.subject, effect.amount_cents, content, officer.person_id
    )
    allowed = officer.role in MAY_PROPOSE
    request = Request(
        id=key,
        kind=EntryKind.REGISTRATION,
        items=(proposal_claim(key),),
        actor=f"officer:{officer.officer_id.hex}",
        occurred_at=now,
        asked={"change": str(change.kind), "subject": change.subject.hex},
        rows=(proposal_row(one),),
        refuse=effect.refusal if allowed else Code.NOT_APPROVED,
    )
    [decision] = book.submit([request])
    return decision


def confirm_change(
    ledger: Ledger,
    comune: str,
    asked: Confirmation,
    *,
    officer: Officer,
    key: RequestId,
    now: Instant,
) -> Decision:
    """Do what another person proposed, once; safe to retry.

    Errors: `LookupError`; a no is a decision (`not_approved`: the same person, or not what was
    proposed; `already_claimed`: it has ended; and what the book says of the change itself).
    """
    book = ledger.book(comune)
    one = _proposal(book, asked.proposal_id)
    change = Change(EntryKind(one.kind), one.subject)
    effect = effect_of(book, change, now)
    same = asked.content_hash == one.content_hash == effect.content_hash(change)
    is_here = officer.role == "approver" and officer.book_no == book.book_no
    allowed = is_here and officer.person_id != one.proposed_by
    alone = change.kind is REVERSAL  # Nothing else may stand in such an entry: it follows.
    request = Request(
        id=key,
        kind=EntryKind.REGISTRATION if alone else change.kind,
        items=(end_claim(one.proposal_id), *(() if alone else effect.items)),
        actor=f"officer:{officer.officer_id.hex}",
        occurred_at=now,
        asked={"proposal": one.proposal_id.hex, "content": asked.content_hash.hex()},
        rows=(end_row(one.signed(), "confirmed", officer.person_id),),
        refuse=effect.refusal if allowed and same else Code.NOT_APPROVED,
    )
    [decision] = book.submit([request])
    return _reverse(book, one, decision) if alone else decision


def _reverse(book: Book, one: Proposal, end: Decision) -> Decision:
    """The contrary entry of a confirmed proposal, once, however often its confirmation is asked."""
    with book.ledger.reading() as db:
        confirmed = ended_as(db, book.book_no, one.proposal_id) == "confirmed"
    if not (end.accepted or (end.code is Code.ALREADY_CLAIMED and confirmed)):
        return end
    request = Request(
        id=RequestId(derived_id("proposed_reversal", one.proposal_id)),
        kind=REVERSAL,
        items=(Reverse(RequestId(one.subject)),),
        actor=f"proposal:{one.proposal_id.hex}",
        occurred_at=end.request.occurred_at,
        asked={"entry": one.subject.hex},
    )
    [decision] = book.submit([request])
    return decision


def withdraw_change(
    ledger: Ledger,
    comune: str,
    proposal_id: UUID,
    *,
    officer: Officer,
    key: RequestId,
    now: Instant,
) -> Decision:
    """Put any proposal aside, also one of money: nobody can confirm it any more.

    Errors: `LookupError`.
    """
    book = ledger.book(comune)
    with ledger.reading() as db:
        found = (
            read_proposal(db, book.book_no, proposal_id)
            or read_budget(db, book.book_no, proposal_id)
            or read_recovery_proposal(db, book.book_no, proposal_id)
            or read_move(db, book.book_no, proposal_id)
        )
    if found is None:
        raise LookupError(proposal_id)
    one = found.signed()
    request = Request(
        id=key,
        kind=EntryKind.REGISTRATION,
        items=(end_claim(one.proposal_id),),
        actor=f"officer:{officer.officer_id.hex}",
        occurred_at=now,
        asked={"withdraw": one.proposal_id.hex},
        rows=(end_row(one, "withdrawn", officer.person_id),),
        refuse=None if officer.role in MAY_PROPOSE else Code.NOT_APPROVED,
    )
    [decision] = book.submit([request])
    return decision


def _proposal(book: Book, proposal_id: UUID) -> Proposal:
    with book.ledger.reading() as db:
        one = read_proposal(db, book.book_no, proposal_id)
    if one is None:
        raise LookupError(proposal_id)
    return one
