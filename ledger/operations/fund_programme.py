"""Money in, by an act and from a source; and economie: unspent money back to its owner.

Each is proposed by one person and confirmed by another, bound to its content: an act that gives
more, or to another source, is refused. Source: design 4.1; reliability.md 28.
"""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from ledger.core.chart import AccountKind, EntryKind
from ledger.core.codes import Code
from ledger.core.decisions import Decision
from ledger.core.ids import AccountId, ClaimId, RequestId, derived_id
from ledger.core.items import Claim, Item, OpenAccount, Transfer
from ledger.core.proposals import Confirmation
from ledger.core.quantities import Amount, Instant
from ledger.core.requests import Request, Row
from ledger.store.book import Book, Ledger
from ledger.store.network.people import Officer
from ledger.store.registers.budgets import BudgetChange, budget_row, read_budget
from ledger.store.registers.offline import offline_until
from ledger.store.registers.programmes import (
    Source,
    act_row,
    is_act_used,
    programme,
    source_row,
    sources,
)
from ledger.store.registers.proposals import end_claim, end_row, proposal_claim

SOURCE_KINDS = ("comune", "state", "region", "donor", "social_fund")
FUNDING, DEFUNDING = EntryKind.FUNDING, EntryKind.DEFUNDING
COVER, COVER_FREED = EntryKind.OFFLINE_COVER, EntryKind.OFFLINE_COVER_FREED
MAY_PROPOSE = frozenset({"officer", "approver"})


@dataclass(frozen=True, slots=True)
class Act:
    """The act that commits an amount (cents): its number, day and title, as published."""

    number: str
    dated: date
    title: str


@dataclass(frozen=True, slots=True)
class Funding:
    """So much from this source, by this act. The same source of a programme is one fund."""

    programme_id: UUID
    act: Act
    source_kind: str
    source_name: str
    amount_cents: Amount
    gift_allowed: bool = False

    def fund(self) -> AccountId:
        """The fund account of this programme and source."""
        return AccountId(derived_id("fund", self.programme_id, self.source_kind, self.source_name))

    def change(self, proposal_id: UUID, proposed_by: UUID) -> BudgetChange:
        """It as a proposal keeps it."""
        return BudgetChange(
            proposal_id, str(FUNDING), self.programme_id, self.fund(), self.act.number,
            self.act.dated.isoformat(), self.act.title, self.source_kind, self.source_name,
            self.gift_allowed, self.amount_cents, proposed_by,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Economie:
    """So much (cents) of this source, unspent, back to its owner."""

    source: Source
    amount_cents: Amount

    def change(self, proposal_id: UUID, proposed_by: UUID) -> BudgetChange:
        """It as a proposal keeps it: no act, and the source as it is."""
        one = self.source
        return BudgetChange(
            proposal_id, str(DEFUNDING), one.programme_id, one.fund, "", "", "", one.kind,
            one.name, one.gift_allowed, self.amount_cents, proposed_by,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cover:
    """So much (cents) of a source set aside for the losses of offline; `freed`: back to it.

    Freed only when nothing can be lost any more: after the last offline second and the guarantee.
    """

    source: Source
    amount_cents: Amount
    freed: bool = False

    def change(self, proposal_id: UUID, proposed_by: UUID) -> BudgetChange:
        """It as a proposal keeps it."""
        one, kind = self.source, COVER_FREED if self.freed else COVER
        return BudgetChange(
            proposal_id, str(kind), one.programme_id, one.fund, "", "", "", one.kind, one.name,
            one.gift_allowed, self.amount_cents, proposed_by,
        )  # fmt: skip


def propose_budget(
    ledger: Ledger,
    comune: str,
    asked: Funding | Economie | Cover,
    *,
    officer: Officer,
    key: RequestId,
    now: Instant,
) -> Decision:
    """Propose to commit an amount, or to give one back; `key` is the proposal's id. Moves nothing.

    Whether families may give on what a source gave is said by its first act, for good. Safe to
    retry. Errors: `LookupError` for an unknown programme, `ValueError` for an unknown kind of
    source; a no is a decision, also one that the confirmation would get now (`already_claimed`: the
    act was used; `insufficient_funds`).
    """
    rule = _gift_rule(ledger, comune, asked)
    change = replace(asked.change(key, officer.person_id), gift_allowed=rule)
    if change.source_kind not in SOURCE_KINDS:
        raise ValueError("an unknown kind of source")
    book = ledger.book(comune)
    is_here = officer.book_no == book.book_no and officer.role in MAY_PROPOSE
    request = Request(
        id=key,
        kind=EntryKind.REGISTRATION,
        items=(proposal_claim(key),),
        actor=f"officer:{officer.officer_id.hex}",
        occurred_at=now,
        asked={"change": change.kind, "content": change.content_hash().hex()},
        rows=(budget_row(change),),
        refuse=_seen_before(book, change) if is_here else Code.NOT_APPROVED,
    )
    [decision] = book.submit([request])
    return decision


def _gift_rule(ledger: Ledger, comune: str, asked: Funding | Economie | Cover) -> bool:
    """Whether families may give this money on: what its source says, or a first act of it."""
    if not isinstance(asked, Funding):
        return asked.source.gift_allowed
    found = _known(ledger.book(comune), asked.programme_id).get(asked.fund())
    return asked.gift_allowed if found is None else found.gift_allowed


def _known(book: Book, programme_id: UUID) -> dict[AccountId, Source]:
    """The sources of a programme by their funds."""
    with book.ledger.reading() as db:
        return {source.fund: source for source in sources(db, book.book_no, programme_id)}


def _seen_before(book: Book, change: BudgetChange) -> Code | None:
    """The no that waits for a confirmation already; the book decides when it comes."""
    with book.ledger.reading() as db:
        found = programme(db, book.book_no, change.programme_id)
        if change.kind == FUNDING:
            used = is_act_used(db, book.book_no, change.act_number)
            return Code.ALREADY_CLAIMED if used else None
    gives = found.offline_risk if change.kind == COVER_FREED else change.fund
    return Code.INSUFFICIENT_FUNDS if book.balance(gives) < change.amount_cents else None


def confirm_budget(
    ledger: Ledger,
    comune: str,
    asked: Confirmation,
    *,
    officer: Officer,
    key: RequestId,
    now: Instant,
) -> Decision:
    """Do what another person proposed, once. An act's number is used once per comune.

    Safe to retry. Errors: `LookupError`; a no is a decision (`not_approved`: the same person, or
    not what was proposed; `already_claimed`: it has ended, or the act was used before).
    """
    book = ledger.book(comune)
    with ledger.reading() as db:
        change = read_budget(db, book.book_no, asked.proposal_id)
    if change is None:
        raise LookupError(asked.proposal_id)
    items, rows = _effect(book, comune, change, key)
    open_still = change.kind == COVER_FREED and _may_still_cost(book, change.programme_id, now)
    is_here = officer.role == "approver" and officer.book_no == book.book_no
    allowed = is_here and officer.person_id != change.proposed_by
    same = asked.content_hash == change.kept_hash == change.content_hash()
    source = _known(book, change.programme_id).get(change.fund, change.source())
    same = same and source.gift_allowed == change.gift_allowed  # Else another act said it first.
    request = Request(
        id=key,
        kind=EntryKind(change.kind),
        items=(end_claim(change.proposal_id), *items),
        actor=f"officer:{officer.officer_id.hex}",
        occurred_at=now,
        asked={"proposal": change.proposal_id.hex, "content": asked.content_hash.hex()},
        rows=(end_row(change.signed(), "confirmed", officer.person_id), *rows),
        refuse=None if allowed and same and not open_still else Code.NOT_APPROVED,
    )
    [decision] = book.submit([request])
    return decision


def _may_still_cost(book: Book, programme_id: UUID, now: Instant) -> bool:
    """Whether a sale offline of this programme may still come, and be guaranteed."""
    with book.ledger.reading() as db:
        return now <= offline_until(db, book.book_no, programme_id)


def is_as_proposed(book: Book, proposal_id: UUID) -> bool:
    """Whether what is kept of a proposal is what was proposed."""
    with book.ledger.reading() as db:
        change = read_budget(db, book.book_no, proposal_id)
    return change is not None and change.content_hash() == change.kept_hash


def _effect(
    book: Book, comune: str, change: BudgetChange, key: RequestId
) -> tuple[list[Item], list[Row]]:
    """The items and register rows of a change, on what the registers hold now."""
    with book.ledger.reading() as db:
        found = programme(db, book.book_no, change.programme_id)
    known = _known(book, change.programme_id)
    ways = {
        DEFUNDING: (change.fund, found.treasury),
        COVER: (change.fund, found.offline_risk),
        COVER_FREED: (found.offline_risk, change.fund),
    }
    way = ways.get(EntryKind(change.kind))
    if way is not None:
        return [Transfer(*way, change.amount_cents, found.unit)], []
    items: list[Item] = [Claim(ClaimId(derived_id("act", comune, change.act_number)))]
    act_id = derived_id("act_row", key)
    rows = [
        act_row(act_id, change.act_number, change.act_dated, change.act_title, change.amount_cents)
    ]
    if change.fund not in known:
        opened = OpenAccount(change.fund, found.unit, AccountKind.FUND, owner=change.programme_id)
        items.append(opened)
        rows.append(source_row(change.source()))
    items.append(Transfer(found.treasury, change.fund, change.amount_cents, found.unit))
    return items, rows


def source_of(ledger: Ledger, comune: str, programme_id: UUID, fund: AccountId) -> Source:
    """One source of a programme, by its fund. Errors: `LookupError`."""
    book_no = ledger.book(comune).book_no
    with ledger.reading() as db:
        found = [one for one in sources(db, book_no, programme_id) if one.fund == fund]
    if not found:
        raise LookupError(fund)
    return found[0]
