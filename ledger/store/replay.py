"""`check()`: the whole book through `apply()` again, and every stored row compared.

What it cannot see is a wrong rule, since it runs the same one: the model in the tests and the
independent verifier are written apart. Source: design 3.5, invariants 1 to 12.
"""
# long: one comparison per table, side by side, so that none is forgotten.

import heapq
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    Select,
    Table,
    bindparam,
    func,
    select,
    type_coerce,
)

from ledger.core.accounts import Account, Chain
from ledger.core.apply import apply
from ledger.core.decisions import Decision, Posting
from ledger.core.ids import RequestId
from ledger.core.leaves import NotALeaf, read_leaf, read_numbered
from ledger.core.requests import NumberedRequest, Row, rows_hash
from ledger.core.shapes import MalformedRequest
from ledger.core.state import Head, State
from ledger.proof.merkle import Frontier, leaf_hash
from ledger.store import schema
from ledger.store.columns import Id
from ledger.store.drivers import driver_of
from ledger.store.reader import decision as read_decision

PORTION: Final = 1000
NOWHERE: Final = 2**63
PROOF_COLUMNS: Final = frozenset({"book_no", "log_index", "row_no"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as the log says: which table, which row, what is wrong."""

    kind: str
    table: str
    row: str
    detail: str


# What apply() may ask of the past: read from the log when it is named, so that memory stays flat.


class Entries(dict[RequestId, Decision]):
    """Earlier decisions, read from the log only when a reversal names them."""

    def __init__(self, db: Connection, book_no: int) -> None:
        """Nothing is read yet."""
        super().__init__()
        self._db, self._book_no = db, book_no
        self._deciding: RequestId | None = None
        self._below = 0

    def before(self, numbered: NumberedRequest) -> None:
        """Look no further than the log had come when this request was decided."""
        self._deciding, self._below = numbered.request.id, numbered.index

    def get(self, key: RequestId, default: Any = None) -> Any:  # noqa: ANN401 -- dict's own.
        """An earlier decision. That an id was decided once only, `_twice_decided` looks up."""
        if key == self._deciding:
            return default
        found = read_decision(self._db, self._book_no, key)
        return found if found is not None and found.log_index < self._below else default

    def __setitem__(self, key: RequestId, value: Decision) -> None:
        """Keep nothing: the log does."""


class Chains(dict[int, Chain]):
    """Refund chains: those touched are kept, the others begin with their transfer."""

    def __init__(self, db: Connection, book_no: int) -> None:
        """Nothing is read yet."""
        super().__init__()
        self._db, self._book_no = db, book_no
        self.next_seq = 0  # A seq that was only guessed, ahead of the log, was unknown then.

    def get(self, key: int, default: Any = None) -> Any:  # noqa: ANN401 -- dict's own.
        """The chain of one posted transfer."""
        if key in self:
            return self[key]
        return (key < self.next_seq and _chain_of(self._db, self._book_no, key)) or default


def _chain_of(db: Connection, book_no: int, seq: int) -> Chain | None:
    table = schema.transfer
    query = select(table.c.debit, table.c.credit, table.c.amount).where(
        table.c.book_no == book_no, table.c.seq == seq, table.c.phase.in_(("posted", "used"))
    )
    row = db.execute(query).first()
    return None if row is None else Chain(seq, row.debit, row.credit, row.amount)


class Stream:
    """Stored rows in the order of one column; what is passed over was not in the log."""

    __slots__ = ("_rows", "next")

    def __init__(self, rows: Iterator[tuple[int, Any]]) -> None:
        """Take pairs of place and row."""
        self._rows = rows
        self.next = next(rows, None)

    def below(self, place: int | None = None) -> Iterator[Any]:
        """Take the rows before `place`; None: all that is left."""
        while self.next is not None and (place is None or self.next[0] < place):
            yield self.next[1]
            self.next = next(self._rows, None)

    def take(self, place: int) -> Any:  # noqa: ANN401 -- a row.
        """Take the row at `place`, or None if it is not the next one."""
        if self.next is None or self.next[0] != place:
            return None
        row = self.next[1]
        self.next = next(self._rows, None)
        return row


class Reader:
    """Reads whole tables in portions, and lets go of them when the check ends, however it ends."""

    def __init__(self, db: Connection, book_no: int, opened: ExitStack) -> None:
        """Read one book."""
        self.db, self.book_no, self._opened = db, book_no, opened
        self._id_out = driver_of(db.dialect.name).id_out

    def rows(self, table: Table, *order: str) -> Iterator[Any]:
        """The book's rows of one table; ids as the driver gives them."""
        return self.all(_rows_of(table, order, self.db.dialect.name))

    def out(self, item: UUID | None) -> object:
        """An id as the driver gives it: cheaper than to make an id of each that is read."""
        return item if item is None else self._id_out(item)

    def all(self, query: Select[Any]) -> Iterator[Any]:
        """The rows of a query."""
        given = {"book_no": self.book_no}
        result = self.db.execute(query, given, execution_options={"yield_per": PORTION})
        return iter(self._opened.enter_context(result))

    def stream(self, table: Table, order: str) -> Stream:
        """The book's rows of one table, each with its place."""
        at = list(table.c.keys()).index(order)
        return Stream((_place(row[at]), row) for row in self.rows(table, order))


@cache
def _rows_of(table: Table, order: tuple[str, ...], dialect: str) -> Select[Any]:
    """The rows of one table and book, in an order; on SQLite ids as the bytes that they are."""

    def as_stored(column: Column[Any]) -> ColumnElement[Any]:
        raw = dialect == "sqlite" and isinstance(column.type, Id)
        return type_coerce(column, LargeBinary).label(column.name) if raw else column

    query = select(*map(as_stored, table.c)).where(table.c.book_no == bindparam("book_no"))
    return query.order_by(*(table.c[name] for name in order))


def _place(stored: object) -> int:
    """A row's place in the log; after all others if somebody wrote no number there."""
    return stored if isinstance(stored, int) else NOWHERE


@dataclass(slots=True)
class Replay:
    """One pass over a book's log, with the tables that follow it row by row."""

    reader: Reader
    state: State
    entries: Entries
    chains: Chains
    transfers: Stream
    registers: Stream
    frontier: Frontier = field(default_factory=Frontier)
    scoped: int = 0  # Decisions that a key's route leads to.

    def step(self, row: Any) -> Iterator[Finding]:  # noqa: ANN401 -- a row of SQLAlchemy's.
        """Decide one stored request again, and compare what it left everywhere."""
        leaf, head = _bytes(row.leaf), self.state.head
        told = read_numbered(leaf)
        numbered = NumberedRequest(told.request, head.next_index, told.recorded_at)
        self.entries.before(numbered)
        self.chains.next_seq = head.next_seq
        self.state, decided = apply(self.state, numbered)
        self.state.booked.clear()  # The table has them.
        digest = leaf_hash(leaf)
        self.frontier = self.frontier.extended((digest,))
        self.scoped += told.request.scope is not None
        yield from _compare_decision(row, decided, digest, head, self.reader)
        yield from _compare_transfers(self.transfers, decided, self.reader)
        yield from _compare_registers(self.registers, decided)


def check(db: Connection, book_no: int, name: str) -> Iterator[Finding]:
    """Replay one book and compare every projection; yields what is wrong, nothing if all is right.

    Memory grows with accounts, holds and claims, not with the log.
    """
    with ExitStack() as opened:
        yield from _check(Reader(db, book_no, opened), name)


def _check(reader: Reader, name: str) -> Iterator[Finding]:
    db, book_no = reader.db, reader.book_no
    entries, chains = Entries(db, book_no), Chains(db, book_no)
    state = State(name, decided=entries, chains=chains)
    transfers = reader.stream(schema.transfer, "seq")
    replay = Replay(reader, state, entries, chains, transfers, _registers(reader))
    log = reader.stream(schema.decision, "log_index")
    for index in count():
        row = log.take(index)
        if row is None:
            break
        try:
            yield from replay.step(row)
        except NotALeaf:
            yield Finding("leaf", "decision", str(index), "it is no leaf of this format")
            return  # Nothing after it can be replayed.
    for row in log.below():
        yield Finding("extra", "decision", str(row.log_index), "a decision before it is missing")
        return  # As above.
    yield from _extra("transfer", transfers.below())
    yield from _extra_rows(replay.registers.below())
    yield from _twice_decided(db, book_no)
    yield from _compare_head(db, book_no, replay)
    yield from _compare_projections(reader, replay)


# The log and what follows it row by row.

DECISION: Final = tuple(schema.decision.c.keys())
TRANSFER: Final = tuple(schema.transfer.c.keys())


def _compare_decision(
    row: Any,  # noqa: ANN401 -- a row of SQLAlchemy's.
    decided: Decision,
    digest: bytes,
    before: Head,
    reader: Reader,
) -> Iterator[Finding]:
    where, request, leaf = str(row.log_index), decided.request, decided.leaf()
    if leaf != _bytes(row.leaf):
        yield Finding("replay", "decision", where, "apply() decides otherwise than the leaf says")
    if decided.recorded_at <= before.recorded_at:
        yield Finding("time", "decision", where, "its time is not after the one before")
    wanted = (
        reader.book_no, decided.log_index, reader.out(request.id), request.kind, decided.code,
        request.actor, decided.recorded_at, request.occurred_at, decided.period, before.next_seq,
        len(decided.transfers), digest, _bytes(row.leaf),
    )  # fmt: skip
    if tuple(row) != wanted:
        yield from _differences("decision", where, DECISION, wanted, row)


def _differences(
    table: str,
    where: str,
    columns: Iterable[str],
    wanted: Iterable[Any],
    found: Iterable[Any],
) -> Iterator[Finding]:
    for column, value, stored in zip(columns, wanted, found, strict=True):
        if stored != value:
            yield Finding("value", table, where, f"{column} is not what the log gives")


def _compare_transfers(stream: Stream, decided: Decision, reader: Reader) -> Iterator[Finding]:
    for move in decided.transfers:
        yield from _extra("transfer", stream.below(move.seq))
        row = stream.take(move.seq)
        if row is None:
            yield Finding("missing", "transfer", str(move.seq), "the log has it, the table not")
            continue
        wanted = _transfer_row(move, decided.log_index, reader)
        if tuple(row) != wanted:
            yield from _differences("transfer", str(move.seq), TRANSFER, wanted, row)


def _transfer_row(move: Posting, log_index: int, reader: Reader) -> tuple[Any, ...]:
    out = reader.out
    return (
        reader.book_no, move.seq, log_index, move.phase, move.unit, out(move.debit),
        out(move.credit), *move[5:12], out(move.hold), move.undoes,
    )  # fmt: skip


def _extra(table: str, rows: Iterable[Any]) -> Iterator[Finding]:
    for row in rows:
        yield Finding("extra", table, str(row[1]), "the table has it, the log not")


# Registers: rows that stood or fell with a decision, and hash to what its leaf says.


def _registers(reader: Reader) -> Stream:
    """The rows of all registers in the order of the decisions that wrote them."""
    streams = [_register(reader, table) for table in schema.REGISTERS.values()]
    merged = heapq.merge(*streams, key=lambda item: item[:2])
    return Stream((index, (row_no, row)) for index, row_no, row in merged)


def _register(reader: Reader, table: Table) -> Iterator[tuple[int, int, Mapping[str, Any]]]:
    for row in reader.rows(table, "log_index", "row_no"):
        fields = row._mapping  # noqa: SLF001 -- SQLAlchemy's name for a public thing.
        place = _place(fields["log_index"]), _place(fields["row_no"])
        values = {str(key): fields[key] for key in fields if str(key) not in PROOF_COLUMNS}
        yield *place, {"table": table.name, "values": values}


def _compare_registers(stream: Stream, decided: Decision) -> Iterator[Finding]:
    yield from _extra_rows(stream.below(decided.log_index))
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


def _extra_rows(rows: Iterable[tuple[int, Mapping[str, Any]]]) -> Iterator[Finding]:
    for _number, row in rows:
        yield Finding("extra", row["table"], str(row["values"]), "no decision wrote it")


# Projections, compared once at the end.


def _twice_decided(db: Connection, book_no: int) -> Iterator[Finding]:
    table = schema.decision
    query = (
        select(table.c.request_id)
        .where(table.c.book_no == book_no)
        .group_by(table.c.request_id)
        .having(func.count() > 1)
    )
    for (request,) in db.execute(query):
        yield Finding("twice", "decision", str(request), "one request was decided twice")


def _compare_head(db: Connection, book_no: int, replay: Replay) -> Iterator[Finding]:
    row = db.execute(select(schema.book).where(schema.book.c.book_no == book_no)).first()
    if row is None:
        yield Finding("missing", "book", str(book_no), "its row is gone")
        return
    head = replay.state.head
    wanted = (
        book_no, replay.state.book, head.next_index, head.next_seq, head.recorded_at,
        head.period, replay.frontier.to_bytes(),
    )  # fmt: skip
    yield from _differences("book", str(book_no), schema.book.c.keys(), wanted, row)
    if row.next_index != head.next_index:
        yield Finding("missing", "decision", str(head.next_index), "the head counts others")


def _compare_projections(reader: Reader, replay: Replay) -> Iterator[Finding]:
    state, out = replay.state, reader.out
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
    yield from _compare_routes(reader, replay.scoped)


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
            yield from _differences(table.name, _name(found[0]), columns, due, found)
    for key in unseen:
        yield Finding("missing", table.name, _name(key), "the log has it, the table not")


def _bytes(stored: object) -> bytes:
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
        told = read_leaf(_bytes(row.leaf))
        wanted = told.request.scope, told.log_index, told.request.words_hash()
        stored = row.scope, row.log_index, _bytes(row.words_hash)
        yield from _differences("key_route", where, ROUTE, wanted, stored)
    if found != scoped:
        detail = f"{scoped} decisions have a key's scope, {found} routes lead to one"
        yield Finding("missing", "key_route", "-", detail)
