"""What `apply()` decides on: the touched part of a book, and the draft of one request's changes.

The state is handed in complete (`needs` says what a request touches) and handed on changed; a
draft is forgotten whole when any item is refused. Not here: where it comes from (`ledger.store`).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ledger.core.accounts import Account, Chain, Held
from ledger.core.canonical import Json
from ledger.core.codes import Code
from ledger.core.decisions import POSTED, Decision, Posting
from ledger.core.ids import AccountId, ClaimId, Commitment, HoldId, RequestId
from ledger.core.items import (
    Claim,
    CloseAccount,
    ClosePeriod,
    Draw,
    Erase,
    ExpireHold,
    Hold,
    OpenAccount,
    PostHold,
    Reverse,
    Seal,
    SetBounds,
    Transfer,
    VoidHold,
)
from ledger.core.quantities import Amount, Instant, Unit
from ledger.core.requests import NumberedRequest, Request


class Totals(NamedTuple):
    """What a unit has moved: posted and held. Debits and credits are equal, so one number each."""

    posted: int = 0
    pending: int = 0


class Head(NamedTuple):
    """Where a book's log ends: the next index and seq, the last time, the open period."""

    next_index: int = 0
    next_seq: int = 1
    recorded_at: Instant = 0
    period: int = 1

    def time_for(self, now: Instant) -> Instant:
        """The next request's time: strictly after the last, whatever the clock says."""
        return max(now, self.recorded_at + 1)


@dataclass(slots=True)
class State:
    """The touched part of one book. Whoever hands it to `apply()` uses the one that comes back."""

    book: str
    head: Head = field(default_factory=Head)
    accounts: dict[AccountId, Account] = field(default_factory=dict)
    holds: dict[HoldId, Held] = field(default_factory=dict)
    claims: dict[ClaimId, int] = field(default_factory=dict)  # To the decision that made it.
    chains: dict[int, Chain] = field(default_factory=dict)
    commitments: dict[Commitment, bool] = field(default_factory=dict)  # True: erased.
    totals: dict[Unit, Totals] = field(default_factory=dict)
    decided: dict[RequestId, Decision] = field(default_factory=dict)
    booked: list[Posting] = field(default_factory=list)  # Since it was loaded, the last at the end.

    def chain(self, seq: int) -> Chain | None:
        """The chain of a transfer booked before: loaded, or begun by one decided since."""
        known = self.chains.get(seq)
        ahead = self.head.next_seq - seq
        if known is not None or not 0 < ahead <= len(self.booked):
            return known
        return chain_of(self.booked[-ahead])

    def number(self, request: Request, now: Instant) -> NumberedRequest:
        """Give a request its number and time. Source: design 3.3."""
        return NumberedRequest(request, self.head.next_index, self.head.time_for(now))

    def keep(
        self, numbered: NumberedRequest, code: Code, draft: "Draft"
    ) -> tuple["State", Decision]:
        """Write the decision down; its draft becomes true only if it was accepted."""
        head, request = self.head, numbered.request
        accepted = code is Code.ACCEPTED
        moves = tuple(draft.postings) if accepted else ()
        decision = Decision(
            self.book, request, code, numbered.index, numbered.recorded_at, head.period, moves,
            draft.facts,
        )  # fmt: skip
        period = draft.period if accepted else head.period
        next_seq = head.next_seq + len(moves)
        self.head = Head(numbered.index + 1, next_seq, numbered.recorded_at, period)
        if accepted:
            draft.merge_into(self)
        self.decided[request.id] = decision
        return self, decision


def chain_of(posting: Posting) -> Chain | None:
    """The chain that a posted transfer begins; None for one that only holds or frees."""
    if posting.phase not in {POSTED, "used"}:
        return None
    return Chain(posting.seq, posting.debit, posting.credit, posting.amount)


class Draft:
    """The changes of one request, seen by its later items, invisible to anybody else."""

    __slots__ = (
        "accounts", "chains", "claims", "commitments", "facts", "holds", "kind", "numbered",
        "period", "postings", "state", "totals",
    )  # fmt: skip

    def __init__(self, state: State, numbered: NumberedRequest) -> None:
        """Start from `state`, with nothing changed."""
        self.state = state
        self.numbered = numbered
        self.kind = numbered.request.kind
        self.period = state.head.period
        self.accounts: dict[AccountId, Account] = {}
        self.holds: dict[HoldId, Held] = {}
        self.claims: dict[ClaimId, int] = {}
        self.chains: dict[int, Chain] = {}
        self.commitments: dict[Commitment, bool] = {}
        self.totals: dict[Unit, Totals] = {}
        self.postings: list[Posting] = []
        self.facts: dict[str, Json] = {}

    def account(self, account: AccountId) -> Account | None:
        """The account as it stands now, or None."""
        return self.accounts.get(account) or self.state.accounts.get(account)

    def hold(self, hold: HoldId) -> Held | None:
        """The hold as it stands now, or None."""
        return self.holds.get(hold) or self.state.holds.get(hold)

    def chain(self, seq: int) -> Chain | None:
        """The posted transfer `seq` and what was given back of it, or None."""
        return self.chains.get(seq) or self.state.chain(seq)

    def is_claimed(self, claim: ClaimId) -> bool:
        """Whether this id was claimed before."""
        return claim in self.claims or claim in self.state.claims

    def commitment(self, commitment: Commitment) -> bool | None:
        """Whether this commitment was erased; None: never made."""
        return self.commitments.get(commitment, self.state.commitments.get(commitment))

    def total(self, unit: Unit) -> Totals | None:
        """What a unit has moved, or None if the book does not know it."""
        return self.totals.get(unit) or self.state.totals.get(unit)

    def add_to_total(self, unit: Unit, *, posted: int = 0, pending: int = 0) -> None:
        """Count what was moved or held."""
        before = self.total(unit) or Totals()
        self.totals[unit] = Totals(before.posted + posted, before.pending + pending)

    def record(
        self, phase: str, debit: Account, credit: Account, amount: Amount,
        *, hold: HoldId | None = None, undoes: int | None = None,
    ) -> None:  # fmt: skip
        """Note one transfer, with both accounts as they stand after it."""
        self.accounts[debit.id] = debit
        self.accounts[credit.id] = credit
        seq = self.state.head.next_seq + len(self.postings)
        self.postings.append(
            Posting(
                seq, phase, debit.unit, debit.id, credit.id, amount,
                debit.version, debit.balance, debit.debits_pending,
                credit.version, credit.balance, credit.credits_pending,
                hold, undoes,
            )
        )  # fmt: skip

    def merge_into(self, state: State) -> None:
        """Make the changes true."""
        state.accounts.update(self.accounts)
        state.totals.update(self.totals)
        state.booked += self.postings
        if self.is_rarer:
            state.holds.update(self.holds)
            state.claims.update(self.claims)
            state.chains.update(self.chains)
            state.commitments.update(self.commitments)

    @property
    def is_rarer(self) -> bool:
        """Whether more has changed than accounts and totals."""
        return bool(self.holds or self.claims or self.chains or self.commitments)


@dataclass(slots=True)
class Needs:
    """What must be in the state before a request is applied. `entries`: those to be reversed."""

    accounts: set[AccountId] = field(default_factory=set)
    holds: set[HoldId] = field(default_factory=set)
    claims: set[ClaimId] = field(default_factory=set)
    chains: set[int] = field(default_factory=set)
    commitments: set[Commitment] = field(default_factory=set)
    units: set[Unit] = field(default_factory=set)
    entries: set[RequestId] = field(default_factory=set)

    def add(self, request: Request) -> None:
        """Collect what one request touches."""
        self.commitments.update(request.commitments)
        for item in request.items:
            _COLLECT[type(item)](self, item)

    def add_resolved(self, holds: Iterable[Held], entries: Iterable[Decision]) -> None:
        """Collect what the holds and entries named by the requests touch in their turn."""
        for hold in holds:
            self.accounts.update((hold.debit, hold.credit))
            self.units.add(hold.unit)
        for posting in _postings(entries):
            self.accounts.update((posting.debit, posting.credit))
            self.units.add(posting.unit)
            self.chains.add(posting.seq)


def _postings(entries: Iterable[Decision]) -> Iterator[Posting]:
    return (posting for entry in entries for posting in entry.transfers)


def _collect_draw(needs: Needs, draw: Draw) -> None:
    if draw.claim is not None:
        needs.claims.add(draw.claim)
    for leg in (*draw.legs, *draw.if_claimed):
        needs.accounts.update((leg.debit, leg.credit))
        if leg.undoes is not None:
            needs.chains.add(leg.undoes)


def _collect_sides(needs: Needs, item: Transfer | Hold) -> None:
    needs.accounts.update((item.debit, item.credit))
    if isinstance(item, Hold):
        needs.holds.add(item.id)


_COLLECT: dict[type, Callable[[Needs, Any], object]] = {
    OpenAccount: lambda needs, item: needs.accounts.add(item.id),
    CloseAccount: lambda needs, item: needs.accounts.add(item.id),
    SetBounds: lambda needs, item: needs.accounts.add(item.id),
    Transfer: _collect_sides,
    Draw: _collect_draw,
    Claim: lambda needs, item: needs.claims.add(item.id),
    Hold: _collect_sides,
    PostHold: lambda needs, item: needs.holds.add(item.hold),
    VoidHold: lambda needs, item: needs.holds.add(item.hold),
    ExpireHold: lambda needs, item: needs.holds.add(item.hold),
    Reverse: lambda needs, item: needs.entries.add(item.entry),
    ClosePeriod: lambda _needs, _item: None,
    Seal: lambda needs, item: needs.units.update(item.units),
    Erase: lambda needs, item: needs.commitments.update(item.commitments),
}
