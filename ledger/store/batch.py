"""The statements of one batch, steps 1 to 6 of design 3.3, inside one transaction.

Locks the book row, looks up ids, loads what the requests touch, lets `apply()` decide, inserts.
Every statement changes one table once. Not here: the queue, retries and the commit (`writer`).
"""
# long: the whole life of a batch, with its SQL in sight, on one page.

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from ledger.core.accounts import Account, Chain, Held, HoldState
from ledger.core.apply import apply
from ledger.core.chart import AccountKind, EntryKind
from ledger.core.decisions import Decision
from ledger.core.ids import AccountId, ClaimId, Commitment, HoldId, RequestId, derived_id
from ledger.core.items import ExpireHold
from ledger.core.leaves import read_leaf
from ledger.core.quantities import Instant
from ledger.core.requests import Request, Row
from ledger.core.state import Head, Needs, State, Totals
from ledger.proof.merkle import Frontier, leaf_hash, read_frontier
from ledger.store.drivers import Driver
from ledger.store.schema import REGISTERS

CHUNK = 400  # Ids in one IN list.
DUE_HOLDS = 64  # Expired in one batch beyond those on touched accounts.
ACCOUNTS_KEPT = 200_000  # In the cache, before it starts anew.


class FenceLost(Exception):
    """Somebody else moved the head of the book while its row was ours to move: never go on."""


class Cursor(Protocol):
    """What a batch needs of the driver's cursor."""

    rowcount: int

    def execute(self, sql: str, given: Sequence[Any] = ..., /) -> object:
        """Run one statement."""

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> object:
        """Run one statement for many rows."""

    def fetchall(self) -> list[Any]:
        """The rows of the last statement."""


@dataclass(slots=True)
class Cache:
    """What the writer remembers of a book between batches: true while the head is as it left it."""

    head: Head | None = None
    frontier: Frontier = field(default_factory=Frontier)
    accounts: dict[AccountId, Account] = field(default_factory=dict)
    totals: dict[str, Totals] = field(default_factory=dict)

    def drop(self) -> None:
        """Forget everything: after any failure, and whenever somebody else has written."""
        self.head = None
        self.accounts = {}
        self.totals = {}


@dataclass(slots=True)
class Batch:
    """One transaction's work on one book."""

    cursor: Cursor
    driver: Driver
    book_no: int
    cache: Cache
    name: str = ""
    head_before: Head = field(default_factory=Head)
    state: State = field(default_factory=lambda: State(""))
    before: dict[AccountId, Account] = field(default_factory=dict)
    known_units: frozenset[str] = frozenset()
    undone_before: dict[int, int] = field(default_factory=dict)
    known_claims: frozenset[ClaimId] = frozenset()
    commitments_before: dict[Commitment, bool] = field(default_factory=dict)
    known_holds: frozenset[HoldId] = frozenset()
    decisions: list[Decision] = field(default_factory=list)
    frontier: Frontier = field(default_factory=Frontier)

    def run(self, requests: Sequence[Request], now: Instant) -> list[Decision]:
        """Decide all requests and write what was decided; the caller commits."""
        self._lock()
        self._look_up_ids({request.id for request in requests})
        needs = Needs()
        for request in requests:
            if request.id not in self.state.decided:
                needs.add(request)
        expiries = self._load(needs, now)
        answers = [self._apply(request, now) for request in [*expiries, *requests]]
        if self.decisions:
            self._write()
        return answers[len(expiries) :]

    def remember(self) -> None:
        """After COMMIT returned: the cache is what the book now is."""
        if len(self.cache.accounts) > ACCOUNTS_KEPT:
            self.cache.accounts = {}
        self.cache.accounts.update(self.state.accounts)
        self.cache.totals.update(self.state.totals)
        self.cache.head = self.state.head
        self.cache.frontier = self.frontier

    # 1. The fence: the book's row, locked; order and clock hang on it.

    def _lock(self) -> None:
        query = (
            "SELECT name, next_index, next_seq, recorded_at, period, frontier"
            " FROM book WHERE book_no = ?"
        )
        [row] = self._rows(query + self.driver.lock, (self.book_no,))
        self.name, *head, frontier = row
        self.state = State(self.name, Head(*head))
        self.head_before = self.state.head
        if self.cache.head != self.state.head:
            self.cache.drop()
            self.cache.frontier = read_frontier(self.state.head.next_index, bytes(frontier))
            self.cache.totals = self._totals()
        self.frontier = self.cache.frontier
        self.state.totals = dict(self.cache.totals)
        self.known_units = frozenset(self.state.totals)

    def _totals(self) -> dict[str, Totals]:
        rows = self._rows(
            "SELECT unit, posted, pending FROM unit_total WHERE book_no = ?", (self.book_no,)
        )
        return {unit: Totals(posted, pending) for unit, posted, pending in rows}

    # 2. The ids, before every other check.

    def _look_up_ids(self, ids: set[RequestId]) -> None:
        for (leaf,) in self._among(
            "SELECT leaf FROM decision WHERE book_no = ? AND request_id", ids
        ):
            decision = read_leaf(bytes(leaf))
            self.state.decided[decision.request.id] = decision

    # 3. What the requests touch, and the holds whose time has come.

    def _load(self, needs: Needs, now: Instant) -> list[Request]:
        self._look_up_ids(needs.entries - self.state.decided.keys())
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
        parts = (self.name, hold.id, attempt) if attempt else (self.name, hold.id)
        derived = RequestId(derived_id("hold_expiry", *parts))
        self._look_up_ids({derived})
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
        for row in self._among(self._HOLD + " WHERE book_no = ? AND hold_id", ids):
            yield self._held(row)

    def _due_holds(self, touched: set[AccountId], at: Instant) -> list[Held]:
        """Those to expire now, in an order that does not depend on the engine.

        All on touched accounts, since they may free what is asked for; of the rest a portion.
        """
        due = (
            self._HOLD + " WHERE book_no = ? AND state = 'held' AND expires_at <= ?"
            " ORDER BY expires_at, hold_id"
        )
        rows = self._rows(f"{due} LIMIT {DUE_HOLDS}", (self.book_no, at))
        if len(rows) < DUE_HOLDS:
            return [self._held(row) for row in rows]
        holds = [self._held(row) for row in self._rows(due, (self.book_no, at))]
        others = iter(range(DUE_HOLDS))
        return [
            hold
            for hold in holds
            if not touched.isdisjoint((hold.debit, hold.credit)) or next(others, None) is not None
        ]

    def _held(self, row: Sequence[Any]) -> Held:
        hold, unit, kind, debit, credit, amount, expires_at, state = row
        read = self.driver.id_in
        ends = AccountId(read(debit)), AccountId(read(credit)), amount, expires_at
        return Held(HoldId(read(hold)), unit, EntryKind(kind), *ends, HoldState(state))

    def _keep_holds(self, holds: Iterable[Held]) -> None:
        self.state.holds.update((hold.id, hold) for hold in holds)
        self.known_holds = frozenset(self.state.holds)

    def _load_accounts(self, ids: set[AccountId]) -> None:
        cached = self.cache.accounts
        found = {account: cached[account] for account in ids if account in cached}
        rows = self._among(
            "SELECT account_id, unit, kind, floor, ceiling, debits_pending, debits_posted,"
            " credits_pending, credits_posted, version, closed, owner FROM account"
            " WHERE book_no = ? AND account_id",
            ids - found.keys(),
        )
        for row in rows:
            account = self._account(row)
            found[account.id] = account
        self.state.accounts = found
        self.before = dict(found)

    def _account(self, row: Sequence[Any]) -> Account:
        account, unit, kind, floor, ceiling, *counters, closed, owner = row
        read = self.driver.id_in
        debits_pending, debits_posted, credits_pending, credits_posted, version = counters
        return Account(
            AccountId(read(account)), unit, AccountKind(kind), floor, ceiling,
            debits_pending, debits_posted, credits_pending, credits_posted, version,
            bool(closed), None if owner is None else read(owner),
        )  # fmt: skip

    def _load_claims(self, needs: Needs) -> None:
        read = self.driver.id_in
        rows = self._among(
            "SELECT claim_id, log_index FROM claim WHERE book_no = ? AND claim_id", needs.claims
        )
        self.state.claims = {ClaimId(read(claim)): index for claim, index in rows}
        self.known_claims = frozenset(self.state.claims)
        rows = self._among(
            "SELECT commitment, erased FROM commitment WHERE book_no = ? AND commitment",
            needs.commitments,
        )
        self.state.commitments = {Commitment(bytes(row[0])): bool(row[1]) for row in rows}
        self.commitments_before = dict(self.state.commitments)

    def _load_chains(self, needs: Needs) -> None:
        """What is to be given back, and the accounts between which it had moved."""
        read = self.driver.id_in
        parts = self._among(
            "SELECT seq, debit, credit, amount FROM transfer"
            " WHERE phase IN ('posted', 'used') AND book_no = ? AND seq",
            needs.chains,
        )
        for seq, debit, credit, amount in parts:
            ends = AccountId(read(debit)), AccountId(read(credit))
            needs.accounts.update(ends)
            self.state.chains[seq] = Chain(seq, *ends, amount)
        for seq, undone in self._among(
            "SELECT seq, undone FROM chain WHERE book_no = ? AND seq", needs.chains
        ):
            self.undone_before[seq] = undone
            self.state.chains[seq] = self.state.chains[seq].undo(undone)

    # 4. Number, time, apply, in order.

    def _apply(self, request: Request, now: Instant) -> Decision:
        head = self.state.head
        self.state, decision = apply(self.state, self.state.number(request, now))
        if self.state.head is not head:
            self.decisions.append(decision)
        return decision

    # 5. One bulk insert a table, one update a touched account, and the guarded head.

    def _write(self) -> None:
        leaves = [decision.leaf() for decision in self.decisions]
        hashes = [leaf_hash(leaf) for leaf in leaves]
        self.frontier = self.frontier.extended(hashes)
        with self.driver.together(self.cursor):
            self._write_decisions(leaves, hashes)
            self._write_transfers()
            self._write_accounts()
            self._write_holds()
            self._write_once_only()
            self._write_totals()
            self._write_routes()
            self._write_rows()
            self._move_head()
        if self.cursor.rowcount != 1:
            message = f"the head of book {self.book_no} was moved by somebody else"
            raise FenceLost(message)

    def _write_decisions(self, leaves: list[bytes], hashes: list[bytes]) -> None:
        out, book_no = self.driver.id_out, self.book_no
        first = self.state.head.next_seq - sum(len(item.transfers) for item in self.decisions)
        rows = []
        for decision, leaf, digest in zip(self.decisions, leaves, hashes, strict=True):
            request, count = decision.request, len(decision.transfers)
            rows.append((
                book_no, decision.log_index, out(request.id), str(request.kind),
                str(decision.code), request.actor, decision.recorded_at, request.occurred_at,
                decision.period, first, count, digest, leaf,
            ))  # fmt: skip
            first += count
        self._many(
            "INSERT INTO decision (book_no, log_index, request_id, kind, code, actor, recorded_at,"
            " occurred_at, period, first_seq, transfers, leaf_hash, leaf)",
            rows,
        )

    def _write_transfers(self) -> None:
        out, book_no = self.driver.id_out, self.book_no
        self._many(
            "INSERT INTO transfer (book_no, log_index, seq, phase, unit, debit, credit, amount,"
            " debit_version, debit_balance, debit_pending, credit_version, credit_balance,"
            " credit_pending, hold_id, undoes)",
            [
                (
                    book_no, decision.log_index, *move[:3], out(move.debit), out(move.credit),
                    *move[5:12], None if move.hold is None else out(move.hold), move.undoes,
                )
                for decision in self.decisions
                for move in decision.transfers
            ],
        )  # fmt: skip

    def _write_accounts(self) -> None:
        out, before = self.driver.id_out, self.before
        changed = [
            account
            for account in self.state.accounts.values()
            if before.get(account.id) is not account
        ]
        self._many(
            "INSERT INTO account (book_no, account_id, unit, kind, side, floor, ceiling,"
            " debits_pending, debits_posted, credits_pending, credits_posted, version, closed,"
            " owner)",
            [
                (
                    self.book_no, out(item.id), item.unit, str(item.kind), str(item.side),
                    item.floor, item.ceiling, item.debits_pending, item.debits_posted,
                    item.credits_pending, item.credits_posted, item.version, int(item.closed),
                    None if item.owner is None else out(item.owner),
                )
                for item in changed
                if item.id not in before
            ],
        )  # fmt: skip
        self._update(
            "UPDATE account SET floor = ?, ceiling = ?, debits_pending = ?, debits_posted = ?,"
            " credits_pending = ?, credits_posted = ?, version = ?, closed = ?"
            " WHERE book_no = ? AND account_id = ?",
            [
                (
                    item.floor, item.ceiling, item.debits_pending, item.debits_posted,
                    item.credits_pending, item.credits_posted, item.version, int(item.closed),
                    self.book_no, out(item.id),
                )
                for item in changed
                if item.id in before
            ],
        )  # fmt: skip

    def _write_holds(self) -> None:
        out = self.driver.id_out
        touched = [
            hold
            for hold in self.state.holds.values()
            if hold.id not in self.known_holds or hold.state is not HoldState.HELD
        ]
        self._many(
            "INSERT INTO hold (book_no, hold_id, unit, kind, debit, credit, amount, expires_at,"
            " state)",
            [
                (
                    self.book_no, out(hold.id), hold.unit, str(hold.kind), out(hold.debit),
                    out(hold.credit), hold.amount, hold.expires_at, str(hold.state),
                )
                for hold in touched
                if hold.id not in self.known_holds
            ],
        )  # fmt: skip
        self._update(
            "UPDATE hold SET state = ? WHERE book_no = ? AND hold_id = ?",
            [
                (str(hold.state), self.book_no, out(hold.id))
                for hold in touched
                if hold.id in self.known_holds
            ],
        )

    def _write_once_only(self) -> None:
        """Claims, chains and commitments: each inserted once, or marked."""
        out, book_no = self.driver.id_out, self.book_no
        self._many(
            "INSERT INTO claim (book_no, claim_id, log_index)",
            [
                (book_no, out(claim), index)
                for claim, index in self.state.claims.items()
                if claim not in self.known_claims
            ],
        )
        before, chains = self.undone_before, self.state.chains.values()
        self._many(
            "INSERT INTO chain (book_no, seq, amount, undone)",
            [
                (book_no, item.seq, item.amount, item.undone)
                for item in chains
                if item.undone and item.seq not in before
            ],
        )
        self._update(
            "UPDATE chain SET undone = ? WHERE book_no = ? AND seq = ?",
            [
                (item.undone, book_no, item.seq)
                for item in chains
                if before.get(item.seq, item.undone) != item.undone
            ],
        )
        self._write_commitments()

    def _write_commitments(self) -> None:
        before, now = self.commitments_before, sorted(self.state.commitments.items())
        self._many(
            "INSERT INTO commitment (book_no, commitment, erased)",
            [(self.book_no, item, int(erased)) for item, erased in now if item not in before],
        )
        self._update(
            "UPDATE commitment SET erased = ? WHERE book_no = ? AND commitment = ?",
            [
                (int(erased), self.book_no, item)
                for item, erased in now
                if before.get(item, erased) != erased
            ],
        )

    def _write_totals(self) -> None:
        totals = self.state.totals.items()
        changed = [(unit, total) for unit, total in totals if self.cache.totals.get(unit) != total]
        self._many(
            "INSERT INTO unit_total (book_no, unit, posted, pending)",
            [
                (self.book_no, unit, *total)
                for unit, total in changed
                if unit not in self.known_units
            ],
        )
        self._update(
            "UPDATE unit_total SET posted = ?, pending = ? WHERE book_no = ? AND unit = ?",
            [(*total, self.book_no, unit) for unit, total in changed if unit in self.known_units],
        )

    def _write_routes(self) -> None:
        out = self.driver.id_out
        self._many(
            "INSERT INTO key_route (scope, request_id, book_no, log_index, words_hash)",
            [
                (
                    out(item.request.scope), out(item.request.id), self.book_no, item.log_index,
                    item.request.words_hash(),
                )
                for item in self.decisions
                if item.request.scope is not None
            ],
        )  # fmt: skip

    def _write_rows(self) -> None:
        tables: dict[tuple[str, tuple[str, ...]], list[tuple[Any, ...]]] = {}
        for decision in self.decisions:
            if decision.accepted:
                for row_no, row in enumerate(decision.request.rows):
                    columns = tuple(row.values)
                    values = tuple(map(self._plain, row.values.values()))
                    place = (self.book_no, decision.log_index, row_no)
                    tables.setdefault((row.table, columns), []).append((*place, *values))
        for (table, columns), rows in tables.items():
            self._many(register_insert(table, columns), rows)

    def _plain(self, value: object) -> object:
        return self.driver.id_out(value) if isinstance(value, UUID) else value

    def _move_head(self) -> None:
        head = self.state.head
        self.cursor.execute(
            self.driver.sql(
                "UPDATE book SET next_index = ?, next_seq = ?, recorded_at = ?, period = ?,"
                " frontier = ? WHERE book_no = ? AND next_index = ?"
            ),
            (
                head.next_index, head.next_seq, head.recorded_at, head.period,
                self.frontier.to_bytes(), self.book_no, self.head_before.next_index,
            ),
        )  # fmt: skip

    # The driver, in four words.

    def _rows(self, sql: str, parameters: Sequence[Any]) -> list[Any]:
        self.cursor.execute(self.driver.sql(sql), parameters)
        return self.cursor.fetchall()

    def _among(self, sql: str, keys: Iterable[Any]) -> Iterator[Any]:
        """Rows whose last column is one of `keys`, in portions."""
        out = self.driver.id_out
        ids = [out(key) if isinstance(key, UUID) else key for key in keys]
        for at in range(0, len(ids), CHUNK):
            part = ids[at : at + CHUNK]
            marks = ", ".join("?" * len(part))
            yield from self._rows(f"{sql} IN ({marks})", (self.book_no, *part))

    def _many(self, insert: str, rows: list[tuple[Any, ...]]) -> None:
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self._update(f"{insert} VALUES ({marks})", rows)

    def _update(self, sql: str, rows: list[tuple[Any, ...]]) -> None:
        if len(rows) == 1:
            self.cursor.execute(self.driver.sql(sql), rows[0])
        elif rows:
            self.cursor.executemany(self.driver.sql(sql), rows)


def register_insert(table: str, columns: tuple[str, ...]) -> str:
    """The INSERT of a register's row; its names come from the schema, never from a caller.

    Errors: `ValueError` for a table that is no register, or a column that it does not have.
    """
    register = REGISTERS.get(table)
    if register is None or not set(columns) <= set(register.columns.keys()):
        message = f"{table} is no register with these columns"
        raise ValueError(message)
    names = ", ".join(("book_no", "log_index", "row_no", *columns))
    return f"INSERT INTO {table} ({names})"


def check_rows(rows: Iterable[Row]) -> None:
    """Refuse rows that no register takes, before they can trouble a batch. Errors: `ValueError`."""
    for row in rows:
        register_insert(row.table, tuple(row.values))
