"""Steps 2 and 3 of a batch: look up its ids, and load what its requests touch.

Not here: the lock and the decisions (`batch`), and what is written after them (`writing`).
Source: design 3.3.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ledger.core.accounts import Account, Chain, Held, HoldState
from ledger.core.chart import AccountKind, EntryKind
from ledger.core.ids import AccountId, ClaimId, Commitment, HoldId, RequestId, derived_id
from ledger.core.items import ExpireHold
from ledger.core.leaves import read_leaf
from ledger.core.quantities import Instant
from ledger.core.requests import Request
from ledger.core.state import Needs, State, Totals
from ledger.store.statements import Statements

DUE_HOLDS = 64  # Expired in one batch beyond those on touched accounts.


@dataclass(slots=True)
class Before:
    """What was stored of what a batch touches: so a new row is told from a changed one."""

    accounts: dict[AccountId, Account] = field(default_factory=dict)
    totals: dict[str, Totals] = field(default_factory=dict)
    undone: dict[int, int] = field(default_factory=dict)
    claims: frozenset[ClaimId] = frozenset()
    commitments: dict[Commitment, bool] = field(default_factory=dict)
    holds: frozenset[HoldId] = frozenset()


@dataclass(slots=True)
class Loader:
    """Fills a batch's state, before anything is decided on it."""

    on: Statements
    state: State
    before: Before
    cached: Mapping[AccountId, Account]

    # The ids, before every other check.

    def look_up_ids(self, ids: set[RequestId]) -> None:
        """Read what was decided of these ids."""
        for (leaf,) in self.on.among(
            "SELECT leaf FROM decision WHERE book_no = ? AND request_id", ids
        ):
            decision = read_leaf(bytes(leaf))
            self.state.decided[decision.request.id] = decision

    # What the requests touch, and the holds whose time has come.

    def load(self, needs: Needs, now: Instant) -> list[Request]:
        """Read what is needed; back come the writer's own requests, for holds that are due."""
        self.look_up_ids(needs.entries - self.state.decided.keys())
        holds = list(self._holds(needs.holds))
        entries = [
            self.state.decided[entry] for entry in needs.entries if entry in self.state.decided
        ]
        needs.add_resolved(holds, entries)
        at = self.state.head.time_for(now)
        due = self._due_holds(needs.accounts, at)
        needs.add_resolved(due, ())
        self._keep_holds([*holds, *due])
        self._load_chains(needs)
        self._load_accounts(needs.accounts)
        self._load_claims(needs)
        return self._expiries(due, at)

    def _expiries(self, due: Sequence[Held], at: Instant) -> list[Request]:
        """The writer's own requests, one a hold; the ids follow from the holds."""
        return [self._expiry(hold, self._expiry_id(hold), at) for hold in due]

    def _expiry_id(self, hold: Held, attempt: int = 0) -> RequestId:
        """The first derived id that nobody took: a caller may guess one, and burn it."""
        parts = (self.state.book, hold.id, attempt) if attempt else (self.state.book, hold.id)
        derived = RequestId(derived_id("hold_expiry", *parts))
        self.look_up_ids({derived})
        return self._expiry_id(hold, attempt + 1) if derived in self.state.decided else derived

    def _expiry(self, hold: Held, request: RequestId, at: Instant) -> Request:
        return Request(
            id=request,
            kind=EntryKind.HOLD_EXPIRY,
            items=(ExpireHold(hold.id),),
            actor="writer",
            occurred_at=at,
        )

    _HOLD = "SELECT hold_id, unit, kind, debit, credit, amount, expires_at, state FROM hold"

    def _holds(self, ids: set[HoldId]) -> Iterator[Held]:
        for row in self.on.among(self._HOLD + " WHERE book_no = ? AND hold_id", ids):
            yield self._held(row)

    def _due_holds(self, touched: set[AccountId], at: Instant) -> list[Held]:
        """Those to expire now, in an order that does not depend on the engine.

        All on touched accounts, since they may free what is asked for; of the rest a portion.
        """
        due = (
            self._HOLD + " WHERE book_no = ? AND state = 'held' AND expires_at <= ?"
            " ORDER BY expires_at, hold_id"
        )
        rows = self.on.rows(f"{due} LIMIT {DUE_HOLDS}", (self.on.book_no, at))
        if len(rows) < DUE_HOLDS:
            return [self._held(row) for row in rows]
        holds = [self._held(row) for row in self.on.rows(due, (self.on.book_no, at))]
        others = iter(range(DUE_HOLDS))
        return [
            hold
            for hold in holds
            if not touched.isdisjoint((hold.debit, hold.credit)) or next(others, None) is not None
        ]

    def _held(self, row: Sequence[Any]) -> Held:
        hold, unit, kind, debit, credit, amount, expires_at, state = row
        read = self.on.driver.id_in
        ends = AccountId(read(debit)), AccountId(read(credit)), amount, expires_at
        return Held(HoldId(read(hold)), unit, EntryKind(kind), *ends, HoldState(state))

    def _keep_holds(self, holds: Iterable[Held]) -> None:
        self.state.holds.update((hold.id, hold) for hold in holds)
        self.before.holds = frozenset(self.state.holds)

    def _load_accounts(self, ids: set[AccountId]) -> None:
        cached = self.cached
        found = {account: cached[account] for account in ids if account in cached}
        rows = self.on.among(
            "SELECT account_id, unit, kind, floor, ceiling, debits_pending, debits_posted,"
            " credits_pending, credits_posted, version, closed, owner FROM account"
            " WHERE book_no = ? AND account_id",
            ids - found.keys(),
        )
        for row in rows:
            account = self._account(row)
            found[account.id] = account
        self.state.accounts = found
        self.before.accounts = dict(found)

    def _account(self, row: Sequence[Any]) -> Account:
        account, unit, kind, floor, ceiling, *counters, closed, owner = row
        read = self.on.driver.id_in
        debits_pending, debits_posted, credits_pending, credits_posted, version = counters
        return Account(
            AccountId(read(account)), unit, AccountKind(kind), floor, ceiling,
            debits_pending, debits_posted, credits_pending, credits_posted, version,
            bool(closed), None if owner is None else read(owner),
        )  # fmt: skip

    def _load_claims(self, needs: Needs) -> None:
        read = self.on.driver.id_in
        rows = self.on.among(
            "SELECT claim_id, log_index FROM claim WHERE book_no = ? AND claim_id", needs.claims
        )
        self.state.claims = {ClaimId(read(claim)): index for claim, index in rows}
        self.before.claims = frozenset(self.state.claims)
        rows = self.on.among(
            "SELECT commitment, erased FROM commitment WHERE book_no = ? AND commitment",
            needs.commitments,
        )
        self.state.commitments = {Commitment(bytes(row[0])): bool(row[1]) for row in rows}
        self.before.commitments = dict(self.state.commitments)

    def _load_chains(self, needs: Needs) -> None:
        """What is to be given back, and the accounts between which it had moved."""
        read = self.on.driver.id_in
        parts = self.on.among(
            "SELECT seq, debit, credit, amount FROM transfer"
            " WHERE phase IN ('posted', 'used') AND book_no = ? AND seq",
            needs.chains,
        )
        for seq, debit, credit, amount in parts:
            ends = AccountId(read(debit)), AccountId(read(credit))
            needs.accounts.update(ends)
            self.state.chains[seq] = Chain(seq, *ends, amount)
        for seq, undone in self.on.among(
            "SELECT seq, undone FROM chain WHERE book_no = ? AND seq", needs.chains
        ):
            self.before.undone[seq] = undone
            self.state.chains[seq] = self.state.chains[seq].undo(undone)
