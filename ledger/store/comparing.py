"""What a replay decided beside what is stored, table by table; each difference is a finding.

Not here: the replay itself (`replay`), and how rows are read (`streams`).
Source: design 3.5, invariants 1 to 12.
"""

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import Table, bindparam, select

from ledger.core.accounts import Account
from ledger.core.decisions import Decision, Posting
from ledger.core.leaves import read_leaf
from ledger.core.requests import Row, rows_hash
from ledger.core.shapes import MalformedRequest
from ledger.core.state import Head, State
from ledger.store import schema
from ledger.store.streams import Reader, Stream, place

PROOF_COLUMNS: Final = frozenset({"book_no", "log_index", "row_no"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as the log says: which table, which row, what is wrong."""

    kind: str
    table: str
    row: str
    detail: str


# The log and what follows it row by row.

DECISION: Final = tuple(schema.decision.c.keys())
TRANSFER: Final = tuple(schema.transfer.c.keys())


def compare_decision(
    row: Any,  # noqa: ANN401 -- a row of SQLAlchemy's.
    decided: Decision,
    digest: bytes,
    before: Head,
    reader: Reader,
) -> Iterator[Finding]:
    """The row of one decision, and whether `apply()` decides as its leaf says."""
    where, request, leaf = str(row.log_index), decided.request, decided.leaf()
    if leaf != as_bytes(row.leaf):
        yield Finding("replay", "decision", where, "apply() decides otherwise than the leaf says")
    if decided.recorded_at <= before.recorded_at:
        yield Finding("time", "decision", where, "its time is not after the one before")
    wanted = (
        reader.book_no, decided.log_index, reader.out(request.id), request.kind, decided.code,
        request.actor, decided.recorded_at, request.occurred_at, decided.period, before.next_seq,
        len(decided.transfers), digest, as_bytes(row.leaf),
    )  # fmt: skip
    if tuple(row) != wanted:
        yield from differences("decision", where, DECISION, wanted, row)


def differences(
    table: str,
    where: str,
    columns: Iterable[str],
    wanted: Iterable[Any],
    found: Iterable[Any],
) -> Iterator[Finding]:
    """Column by column, what is stored otherwise than wanted."""
    for column, value, stored in zip(columns, wanted, found, strict=True):
        if stored != value:
            yield Finding("value", table, where, f"{column} is not what the log gives")


def compare_transfers(stream: Stream, decided: Decision, reader: Reader) -> Iterator[Finding]:
    """The transfers of one decision."""
    for move in decided.transfers:
        yield from extra("transfer", stream.below(move.seq))
        row = stream.take(move.seq)
        if row is None:
            yield Finding("missing", "transfer", str(move.seq), "the log has it, the table not")
            continue
        wanted = _transfer_row(move, decided.log_index, reader)
        if tuple(row) != wanted:
            yield from differences("transfer", str(move.seq), TRANSFER, wanted, row)


def _transfer_row(move: Posting, log_index: int, reader: Reader) -> tuple[Any, ...]:
    out = reader.out
    return (
        reader.book_no, move.seq, log_index, move.phase, move.unit, out(move.debit),
        out(move.credit), *move[5:12], out(move.hold), move.undoes,
    )  # fmt: skip


def extra(table: str, rows: Iterable[Any]) -> Iterator[Finding]:
    """Rows that nothing in the log explains."""
    for row in rows:
        yield Finding("extra", table, str(row[1]), "the table has it, the log not")


# Registers: rows that stood or fell with a decision, and hash to what its leaf says.


PlacedRow: TypeAlias = tuple[
    int, int, Mapping[str, Any]
]  # Decision, its nth row, table and values.


def placed_rows(reader: Reader) -> Iterator[PlacedRow]:
    """The rows of all registers in the order of the decisions that wrote them."""
    streams = [_register(reader, table) for table in schema.REGISTERS.values()]
    return heapq.merge(*streams, key=lambda item: item[:2])


def register_rows(reader: Reader) -> Stream:
    """The same as a stream by decision."""
    return Stream((index, (row_no, row)) for index, row_no, row in placed_rows(reader))


def _register(reader: Reader, table: Table) -> Iterator[PlacedRow]:
    for row in reader.rows(table, "log_index", "row_no"):
        fields = row._mapping  # noqa: SLF001 -- SQLAlchemy's name for a public thing.
        at = place(fields["log_index"]), place(fields["row_no"])
        values = {str(key): fields[key] for key in fields if str(key) not in PROOF_COLUMNS}
        yield *at, {"table": table.name, "values": values}


def compare_registers(stream: Stream, decided: Decision) -> Iterator[Finding]:
    """The register rows of one decision, by their digest."""
    yield from extra_rows(stream.below(decided.log_index))
    digest = decided.request.rows_digest if decided.accepted else ""
    rows = list(stream.below(decided.log_index + 1))
    if not rows and not digest:
        return
    if _digest(rows) != digest:
        tables = ", ".join(sorted({row["table"] for _number, row in rows})) or "register"
        where = f"decision {decided.log_index}"
        yield Finding("rows", tables, where, "its register rows are not as decided")


def _digest(rows: list[tuple[int, Mapping[str, Any]]]) -> str:
    """What the leaf would say of these rows: nothing of none, and no digest is like "unfit"."""
    if not rows:
        return ""
    if [number for number, _row in rows] != list(range(len(rows))):
        return "unfit"
    try:
        return rows_hash(tuple(Row(**row) for _number, row in rows))
    except MalformedRequest:
        return "unfit"


def extra_rows(rows: Iterable[tuple[int, Mapping[str, Any]]]) -> Iterator[Finding]:
    """Register rows that no decision wrote."""
    for _number, row in rows:
        yield Finding("extra", row["table"], str(row["values"]), "no decision wrote it")


# Projections, compared once at the end.


def compare_projections(reader: Reader, state: State, scoped: int) -> Iterator[Finding]:
    """Accounts, holds, claims and the rest, compared once at the end.

    `scoped`: how many decisions a key's route leads to.
    """
    out = reader.out
    accounts = (_account_row(item, reader) for item in state.accounts.values())
    yield from _compare_table(reader, schema.account, accounts)
    holds = (
        (out(item.id), item.unit, item.kind, out(item.debit), out(item.credit), item.amount,
         item.expires_at, item.state)
        for item in state.holds.values()
    )  # fmt: skip
    yield from _compare_table(reader, schema.hold, holds)
    claims = ((out(item), index) for item, index in state.claims.items())
    yield from _compare_table(reader, schema.claim, claims)
    chains = ((item.seq, item.amount, item.undone) for item in state.chains.values())
    yield from _compare_table(reader, schema.chain, chains)
    known = ((item, int(erased)) for item, erased in state.commitments.items())
    yield from _compare_table(reader, schema.commitment, known)
    totals = ((unit, *total) for unit, total in state.totals.items())
    yield from _compare_table(reader, schema.unit_total, totals)
    yield from _compare_routes(reader, scoped)


def _account_row(item: Account, reader: Reader) -> tuple[Any, ...]:
    return (
        reader.out(item.id), item.unit, item.kind, item.side, item.floor, item.ceiling,
        item.debits_pending, item.debits_posted, item.credits_pending, item.credits_posted,
        item.version, int(item.closed), reader.out(item.owner),
    )  # fmt: skip


def _compare_table(
    reader: Reader, table: Table, wanted: Iterable[tuple[Any, ...]]
) -> Iterator[Finding]:
    """Every stored row against the replayed one, both ways; the key is the second column."""
    unseen = {row[0]: row for row in wanted}
    columns = table.c.keys()[1:]
    for row in reader.rows(table):
        found = tuple(row)[1:]
        due = unseen.pop(found[0], None)
        if due is None:
            yield Finding("extra", table.name, _name(found[0]), "the table has it, the log not")
        elif found != due:
            yield from differences(table.name, _name(found[0]), columns, due, found)
    for key in unseen:
        yield Finding("missing", table.name, _name(key), "the log has it, the table not")


def as_bytes(stored: object) -> bytes:
    """Stored bytes; nothing if somebody wrote something else in their place."""
    return stored if isinstance(stored, bytes) else b""


def _name(key: object) -> str:
    return key.hex() if isinstance(key, bytes) else str(key)


# A route is of the till, not of the book: it is compared with the decision that it leads to.
ROUTES = (
    select(schema.key_route, schema.decision.c.leaf)
    .select_from(
        schema.key_route.outerjoin(
            schema.decision,
            (schema.decision.c.book_no == schema.key_route.c.book_no)
            & (schema.decision.c.request_id == schema.key_route.c.request_id),
        )
    )
    .where(schema.key_route.c.book_no == bindparam("book_no"))
)
ROUTE: Final = ("scope", "log_index", "words_hash")


def _compare_routes(reader: Reader, scoped: int) -> Iterator[Finding]:
    found = 0
    for row in reader.all(ROUTES):
        where = f"{row.scope}/{row.request_id}"
        if row.leaf is None:
            yield Finding("extra", "key_route", where, "it leads to no decision")
            continue
        found += 1
        told = read_leaf(as_bytes(row.leaf))
        wanted = told.request.scope, told.log_index, told.request.words_hash()
        stored = row.scope, row.log_index, as_bytes(row.words_hash)
        yield from differences("key_route", where, ROUTE, wanted, stored)
    if found != scoped:
        detail = f"{scoped} decisions have a key's scope, {found} routes lead to one"
        yield Finding("missing", "key_route", "-", detail)
