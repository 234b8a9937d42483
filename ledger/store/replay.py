"""`check()`: the whole book through `apply()` again, and every stored row compared.

What it cannot see is a wrong rule, since it runs the same one: the model in the tests and the
independent verifier are written apart. Not here: the comparisons, table by table (`comparing`).
Source: design 3.5, invariants 1 to 12.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

from sqlalchemy import Connection, func, select

from ledger.core.accounts import Chain
from ledger.core.apply import apply
from ledger.core.decisions import Decision
from ledger.core.identities import identities, sums_by_kind
from ledger.core.ids import RequestId
from ledger.core.leaves import NotALeaf, read_numbered
from ledger.core.requests import NumberedRequest
from ledger.core.state import State
from ledger.proof.merkle import Frontier, leaf_hash
from ledger.proof.notes import NoteKey
from ledger.store import schema
from ledger.store.comparing import (
    Finding,
    as_bytes,
    compare_decision,
    compare_projections,
    compare_registers,
    compare_transfers,
    differences,
    extra,
    extra_rows,
    register_rows,
)
from ledger.store.comparing_log import LogEyes
from ledger.store.reader import decision as read_decision
from ledger.store.streams import Reader, Stream

# What apply() may ask of the past: read from the log when it is named, so that memory stays flat.

TOLD_EVERY: Final = 1_000  # Decisions.


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


@dataclass(slots=True)
class Replay:
    """One pass over a book's log, with the tables that follow it row by row."""

    reader: Reader
    state: State
    entries: Entries
    chains: Chains
    transfers: Stream
    registers: Stream
    log: LogEyes
    frontier: Frontier = field(default_factory=Frontier)
    scoped: int = 0  # Decisions that a key's route leads to.

    def step(self, row: Any) -> Iterator[Finding]:  # noqa: ANN401 -- a row of SQLAlchemy's.
        """Decide one stored request again, and compare what it left everywhere."""
        leaf, head = as_bytes(row.leaf), self.state.head
        told = read_numbered(leaf)
        numbered = NumberedRequest(told.request, head.next_index, told.recorded_at)
        self.entries.before(numbered)
        self.chains.next_seq = head.next_seq
        self.state, decided = apply(self.state, numbered)
        self.state.booked.clear()  # The table has them.
        digest = leaf_hash(leaf)
        self.frontier = self.frontier.extended((digest,))
        yield from self.log.leaf(digest, self.frontier)
        self.scoped += told.request.scope is not None
        yield from compare_decision(row, decided, digest, head, self.reader)
        yield from compare_transfers(self.transfers, decided, self.reader)
        yield from compare_registers(self.registers, decided)


def check(
    db: Connection,
    book_no: int,
    name: str,
    keys: Mapping[str, NoteKey],
    tell: Callable[[int], None] = lambda _done: None,
) -> Iterator[Finding]:
    """Replay one book and compare every projection; yields what is wrong, nothing if all is right.

    `keys`: by which each log signs its checkpoints, by its origin. `tell`: is told now and then
    how many decisions were replayed.

    Memory grows with accounts, holds and claims, not with the log.
    """
    with ExitStack() as opened:
        yield from _check(Reader(db, book_no, opened), name, keys, tell)


def _check(
    reader: Reader, name: str, keys: Mapping[str, NoteKey], tell: Callable[[int], None]
) -> Iterator[Finding]:
    db, book_no = reader.db, reader.book_no
    entries, chains = Entries(db, book_no), Chains(db, book_no)
    state = State(name, decided=entries, chains=chains)
    transfers = reader.stream(schema.transfer, "seq")
    registers = register_rows(reader)
    eyes = LogEyes(reader, keys)
    replay = Replay(reader, state, entries, chains, transfers, registers, eyes)
    log = reader.stream(schema.decision, "log_index")
    for index in count():
        row = log.take(index)
        if row is None:
            break
        if index % TOLD_EVERY == 0:
            tell(index)
        try:
            yield from replay.step(row)
        except NotALeaf:
            yield Finding("leaf", "decision", str(index), "it is no leaf of this format")
            return  # Nothing after it can be replayed.
    for row in log.below():
        yield Finding("extra", "decision", str(row.log_index), "a decision before it is missing")
        return  # As above.
    yield from extra("transfer", transfers.below())
    yield from extra_rows(replay.registers.below())
    yield from _twice_decided(db, book_no)
    yield from replay.log.end()
    yield from _compare_head(db, book_no, replay)
    yield from compare_projections(reader, replay.state, replay.scoped)
    yield from _broken_identities(replay.state)


def _broken_identities(state: State) -> Iterator[Finding]:
    for one in identities(state.book, sums_by_kind(state.accounts.values())):
        if not one.holds:
            yield Finding("identity", "account", one.name, one.text())


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
    yield from differences("book", str(book_no), schema.book.c.keys(), wanted, row)
    if row.next_index != head.next_index:
        yield Finding("missing", "decision", str(head.next_index), "the head counts others")
