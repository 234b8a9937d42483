"""Step 5 of a batch: one bulk insert a table, one update a touched row, and the guarded head.

Every statement changes one table once. Not here: what is decided (`batch`). Source: design 3.3.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ledger.core.accounts import HoldState
from ledger.core.decisions import Decision
from ledger.core.requests import Row
from ledger.core.state import Head, State
from ledger.proof.merkle import Frontier, leaf_hash
from ledger.store.loading import Before
from ledger.store.schema import REGISTERS
from ledger.store.statements import Statements


@dataclass(slots=True)
class Writing:
    """The rows that a batch's decisions leave, in tables and head."""

    on: Statements
    state: State
    before: Before
    decisions: Sequence[Decision]

    def write(self, frontier: Frontier, head_before: Head) -> Frontier:
        """Write all of it; back comes the log's frontier. The last statement moves the head."""
        leaves = [decision.leaf() for decision in self.decisions]
        hashes = [leaf_hash(leaf) for leaf in leaves]
        frontier = frontier.extended(hashes)
        with self.on.driver.together(self.on.cursor):
            self._write_decisions(leaves, hashes)
            self._write_transfers()
            self._write_accounts()
            self._write_holds()
            self._write_once_only()
            self._write_totals()
            self._write_routes()
            self._write_rows()
            self._move_head(frontier, head_before)
        return frontier

    def _write_decisions(self, leaves: list[bytes], hashes: list[bytes]) -> None:
        out, book_no = self.on.driver.id_out, self.on.book_no
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
        self.on.many(
            "INSERT INTO decision (book_no, log_index, request_id, kind, code, actor, recorded_at,"
            " occurred_at, period, first_seq, transfers, leaf_hash, leaf)",
            rows,
        )

    def _write_transfers(self) -> None:
        out, book_no = self.on.driver.id_out, self.on.book_no
        self.on.many(
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
        out, before = self.on.driver.id_out, self.before.accounts
        changed = [
            account
            for account in self.state.accounts.values()
            if before.get(account.id) is not account
        ]
        self.on.many(
            "INSERT INTO account (book_no, account_id, unit, kind, side, floor, ceiling,"
            " debits_pending, debits_posted, credits_pending, credits_posted, version, closed,"
            " owner)",
            [
                (
                    self.on.book_no, out(item.id), item.unit, str(item.kind), str(item.side),
                    item.floor, item.ceiling, item.debits_pending, item.debits_posted,
                    item.credits_pending, item.credits_posted, item.version, int(item.closed),
                    None if item.owner is None else out(item.owner),
                )
                for item in changed
                if item.id not in before
            ],
        )  # fmt: skip
        self.on.update(
            "UPDATE account SET floor = ?, ceiling = ?, debits_pending = ?, debits_posted = ?,"
            " credits_pending = ?, credits_posted = ?, version = ?, closed = ?"
            " WHERE book_no = ? AND account_id = ?",
            [
                (
                    item.floor, item.ceiling, item.debits_pending, item.debits_posted,
                    item.credits_pending, item.credits_posted, item.version, int(item.closed),
                    self.on.book_no, out(item.id),
                )
                for item in changed
                if item.id in before
            ],
        )  # fmt: skip

    def _write_holds(self) -> None:
        out = self.on.driver.id_out
        touched = [
            hold
            for hold in self.state.holds.values()
            if hold.id not in self.before.holds or hold.state is not HoldState.HELD
        ]
        self.on.many(
            "INSERT INTO hold (book_no, hold_id, unit, kind, debit, credit, amount, expires_at,"
            " state)",
            [
                (
                    self.on.book_no, out(hold.id), hold.unit, str(hold.kind), out(hold.debit),
                    out(hold.credit), hold.amount, hold.expires_at, str(hold.state),
                )
                for hold in touched
                if hold.id not in self.before.holds
            ],
        )  # fmt: skip
        self.on.update(
            "UPDATE hold SET state = ? WHERE book_no = ? AND hold_id = ?",
            [
                (str(hold.state), self.on.book_no, out(hold.id))
                for hold in touched
                if hold.id in self.before.holds
            ],
        )

    def _write_once_only(self) -> None:
        """Claims, chains and commitments: each inserted once, or marked."""
        out, book_no = self.on.driver.id_out, self.on.book_no
        self.on.many(
            "INSERT INTO claim (book_no, claim_id, log_index)",
            [
                (book_no, out(claim), index)
                for claim, index in self.state.claims.items()
                if claim not in self.before.claims
            ],
        )
        before, chains = self.before.undone, self.state.chains.values()
        self.on.many(
            "INSERT INTO chain (book_no, seq, amount, undone)",
            [
                (book_no, item.seq, item.amount, item.undone)
                for item in chains
                if item.undone and item.seq not in before
            ],
        )
        self.on.update(
            "UPDATE chain SET undone = ? WHERE book_no = ? AND seq = ?",
            [
                (item.undone, book_no, item.seq)
                for item in chains
                if before.get(item.seq, item.undone) != item.undone
            ],
        )
        self._write_commitments()

    def _write_commitments(self) -> None:
        before, now = self.before.commitments, sorted(self.state.commitments.items())
        self.on.many(
            "INSERT INTO commitment (book_no, commitment, erased)",
            [(self.on.book_no, item, int(erased)) for item, erased in now if item not in before],
        )
        self.on.update(
            "UPDATE commitment SET erased = ? WHERE book_no = ? AND commitment = ?",
            [
                (int(erased), self.on.book_no, item)
                for item, erased in now
                if before.get(item, erased) != erased
            ],
        )

    def _write_totals(self) -> None:
        before, totals = self.before.totals, self.state.totals.items()
        changed = [(unit, total) for unit, total in totals if before.get(unit) != total]
        self.on.many(
            "INSERT INTO unit_total (book_no, unit, posted, pending)",
            [(self.on.book_no, unit, *total) for unit, total in changed if unit not in before],
        )
        self.on.update(
            "UPDATE unit_total SET posted = ?, pending = ? WHERE book_no = ? AND unit = ?",
            [(*total, self.on.book_no, unit) for unit, total in changed if unit in before],
        )

    def _write_routes(self) -> None:
        out = self.on.driver.id_out
        self.on.many(
            "INSERT INTO key_route (scope, request_id, book_no, log_index, words_hash)",
            [
                (
                    out(item.request.scope), out(item.request.id), self.on.book_no, item.log_index,
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
                    place = (self.on.book_no, decision.log_index, row_no)
                    tables.setdefault((row.table, columns), []).append((*place, *values))
        for (table, columns), rows in tables.items():
            self.on.many(register_insert(table, columns), rows)

    def _plain(self, value: object) -> object:
        return self.on.driver.id_out(value) if isinstance(value, UUID) else value

    def _move_head(self, frontier: Frontier, before: Head) -> None:
        head = self.state.head
        self.on.cursor.execute(
            self.on.driver.sql(
                "UPDATE book SET next_index = ?, next_seq = ?, recorded_at = ?, period = ?,"
                " frontier = ? WHERE book_no = ? AND next_index = ?"
            ),
            (
                head.next_index, head.next_seq, head.recorded_at, head.period,
                frontier.to_bytes(), self.on.book_no, before.next_index,
            ),
        )  # fmt: skip


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
