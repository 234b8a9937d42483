"""`check()`: the whole book through `apply()` again, and every stored row compared.

What it cannot see is a wrong rule, since it runs the same one: the model in the tests and the
independent verifier are written apart. Source: design 3.5, invariants 1 to 12.
"""
# long: one comparison per table, side by side, so that none is forgotten.

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, select

from ledger.core.accounts import Account, Chain
from ledger.core.apply import apply
from ledger.core.ids import RequestId
from ledger.core.leaves import NotALeaf, read_leaf
from ledger.core.requests import Decision, NumberedRequest, Row, rows_hash
from ledger.core.state import State
from ledger.proof.merkle import Frontier, leaf_hash
from ledger.store import schema
from ledger.store.reader import decision as read_decision

PORTION = 1000
PROOF_COLUMNS = frozenset({"book_no", "log_index", "row_no"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as the log says: which table, which row, what is wrong."""

    kind: str
    table: str
    row: str
    detail: str


class Entries(dict[RequestId, Decision]):
    """Earlier decisions, read from the log only when a reversal names them."""

    def __init__(self, db: Connection, book_no: int) -> None:
        """Nothing is read yet."""
        super().__init__()
        self._db, self._book_no, self._below = db, book_no, 0

    def only_before(self, index: int) -> None:
        """Look no further than the log had come."""
        self._below = index

    def get(self, key: RequestId, default: Any = None) -> Any:  # noqa: ANN401 -- dict's own.
        """The decision of an earlier request."""
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

    def get(self, key: int, default: Any = None) -> Any:  # noqa: ANN401 -- dict's own.
        """The chain of one posted transfer."""
        return self[key] if key in self else _chain_of(self._db, self._book_no, key) or default


def _chain_of(db: Connection, book_no: int, seq: int) -> Chain | None:
    table = schema.transfer
    query = select(table.c.debit, table.c.credit, table.c.amount).where(
        table.c.book_no == book_no, table.c.seq == seq, table.c.phase.in_(("posted", "used"))
    )
    row = db.execute(query).first()
    return None if row is None else Chain(seq, row.debit, row.credit, row.amount)


def check(db: Connection, book_no: int, name: str) -> Iterator[Finding]:
    """Replay one book and compare every projection; yields what is wrong, nothing if all is right.

    Memory grows with accounts, holds and claims, not with the log.
    """
    state = State(name)
    entries, chains = Entries(db, book_no), Chains(db, book_no)
    state.decided, state.chains = entries, chains
    frontier, scoped = Frontier(), 0
    transfers = _ordered(db, schema.transfer, book_no, "seq")
    for row in _ordered(db, schema.decision, book_no, "log_index"):
        entries.only_before(state.head.next_index)
        before = state.head
        try:
            told = read_leaf(bytes(row.leaf))
        except NotALeaf:
            yield Finding("leaf", "decision", str(row.log_index), "it is no leaf of this format")
            return  # Nothing after it can be replayed.
        numbered = NumberedRequest(told.request, before.next_index, told.recorded_at)
        state, decided = apply(state, numbered)
        frontier = frontier.extended([leaf_hash(decided.leaf())])
        yield from _compare_decision(row, told, decided, before.recorded_at, book_no)
        yield from _compare_transfers(decided, transfers)
        yield from _compare_rows(db, book_no, decided)
        scoped += told.request.scope is not None
    yield from _left_over(transfers)
    yield from _compare_head(db, book_no, state, frontier)
    yield from _compare_projections(db, book_no, state, scoped)


def _ordered(db: Connection, table: Table, book_no: int, order: str) -> Iterator[Any]:
    query = select(table).where(table.c.book_no == book_no).order_by(table.c[order])
    return iter(db.execution_options(yield_per=PORTION).execute(query))


def _compare_decision(
    row: Any,  # noqa: ANN401 -- a row of SQLAlchemy's.
    told: Decision,
    decided: Decision,
    last_time: int,
    book_no: int,
) -> Iterator[Finding]:
    where = str(row.log_index)
    if told != decided:
        yield Finding("replay", "decision", where, "apply() decides otherwise than the log says")
    if told.recorded_at <= last_time:
        yield Finding("time", "decision", where, "its time is not after the one before")
    first = told.transfers[0].seq if told.transfers else None
    wanted = {
        "book_no": book_no,
        "log_index": decided.log_index,
        "request_id": told.request.id,
        "kind": str(told.request.kind),
        "code": str(told.code),
        "actor": told.request.actor,
        "recorded_at": told.recorded_at,
        "occurred_at": told.request.occurred_at,
        "period": told.period,
        "first_seq": row.first_seq if first is None else first,
        "transfers": len(told.transfers),
        "leaf_hash": leaf_hash(bytes(row.leaf)),
        "leaf": told.leaf(),
    }
    yield from _differences("decision", where, wanted, row._mapping)  # noqa: SLF001 -- its API.


def _differences(
    table: str, where: str, wanted: Mapping[str, Any], found: Mapping[Any, Any]
) -> Iterator[Finding]:
    for column, value in wanted.items():
        stored = found[column]
        stored = bytes(stored) if isinstance(stored, memoryview) else stored
        if stored != value or type(stored) is not type(value):
            detail = f"{column} is not what the log gives"
            yield Finding("value", table, where, detail)


def _compare_transfers(decided: Decision, transfers: Iterator[Any]) -> Iterator[Finding]:
    for move in decided.transfers:
        row = next(transfers, None)
        if row is None:
            yield Finding("missing", "transfer", str(move.seq), "the log has it, the table not")
            continue
        wanted = move._asdict() | {"log_index": decided.log_index, "hold_id": move.hold}
        del wanted["hold"]
        yield from _differences("transfer", str(row.seq), wanted, row._mapping)  # noqa: SLF001


def _left_over(transfers: Iterable[Any]) -> Iterator[Finding]:
    for row in transfers:
        yield Finding("extra", "transfer", str(row.seq), "the table has it, the log not")


def _compare_rows(db: Connection, book_no: int, decided: Decision) -> Iterator[Finding]:
    """The registers' rows of one decision hash to what its leaf says."""
    digest = decided.request.rows_digest if decided.accepted else ""
    if not digest:
        return
    rows: list[tuple[int, Row]] = []
    for name, table in schema.REGISTERS.items():
        query = select(table).where(
            table.c.book_no == book_no, table.c.log_index == decided.log_index
        )
        for row in db.execute(query).mappings():
            values = {str(key): row[key] for key in row if str(key) not in PROOF_COLUMNS}
            rows.append((row["row_no"], Row(name, values)))
    rows.sort(key=lambda item: item[0])
    numbers = [number for number, _row in rows]
    if numbers != list(range(len(rows))) or rows_hash(tuple(row for _no, row in rows)) != digest:
        tables = sorted({row.table for _no, row in rows}) or ["register"]
        where = f"decision {decided.log_index}"
        yield Finding("rows", ", ".join(tables), where, "its register rows are not as decided")


def _compare_head(
    db: Connection, book_no: int, state: State, frontier: Frontier
) -> Iterator[Finding]:
    row = db.execute(select(schema.book).where(schema.book.c.book_no == book_no)).one()
    wanted = {
        "name": state.book,
        "next_index": state.head.next_index,
        "next_seq": state.head.next_seq,
        "recorded_at": state.head.recorded_at,
        "period": state.head.period,
        "frontier": frontier.to_bytes(),
    }
    yield from _differences("book", str(book_no), wanted, row._mapping)  # noqa: SLF001


def _compare_projections(
    db: Connection, book_no: int, state: State, scoped: int
) -> Iterator[Finding]:
    accounts = ((item.id, _account_row(item)) for item in state.accounts.values())
    yield from _compare_table(db, schema.account, book_no, dict(accounts))
    holds = {
        item.id: {
            "unit": item.unit, "kind": str(item.kind), "debit": item.debit, "credit": item.credit,
            "amount": item.amount, "expires_at": item.expires_at, "state": str(item.state),
        }
        for item in state.holds.values()
    }  # fmt: skip
    yield from _compare_table(db, schema.hold, book_no, holds)
    yield from _compare_table(db, schema.claim, book_no, {item: {} for item in state.claims})
    chains = {
        item.seq: {"amount": item.amount, "undone": item.undone} for item in state.chains.values()
    }
    yield from _compare_table(db, schema.chain, book_no, chains)
    known = {item: {"erased": int(erased)} for item, erased in state.commitments.items()}
    yield from _compare_table(db, schema.commitment, book_no, known)
    yield from _compare_routes(db, book_no, scoped)
    totals = {unit: total._asdict() for unit, total in state.totals.items()}
    yield from _compare_table(db, schema.unit_total, book_no, totals)


def _account_row(account: Account) -> dict[str, Any]:
    names = (
        "unit", "floor", "ceiling", "debits_pending", "debits_posted", "credits_pending",
        "credits_posted", "version", "owner",
    )  # fmt: skip
    row = {name: getattr(account, name) for name in names}
    return row | {
        "kind": str(account.kind),
        "side": str(account.side),
        "closed": int(account.closed),
    }


def _compare_table(
    db: Connection, table: Table, book_no: int, wanted: Mapping[Any, Mapping[str, Any]]
) -> Iterator[Finding]:
    """Every stored row against the replayed one, both ways."""
    key = next(column.name for column in table.primary_key if column.name != "book_no")
    seen = 0
    for row in _ordered(db, table, book_no, key):
        stored = row._mapping  # noqa: SLF001 -- SQLAlchemy's name for a public thing.
        name = bytes(stored[key]) if isinstance(stored[key], bytes | memoryview) else stored[key]
        where = name.hex() if isinstance(name, bytes) else str(name)
        if name not in wanted:
            yield Finding("extra", table.name, where, "the table has it, the log not")
            continue
        seen += 1
        yield from _differences(table.name, where, wanted[name], stored)
    if seen < len(wanted):
        detail = f"{len(wanted) - seen} rows of the log are not in the table"
        yield Finding("missing", table.name, "-", detail)


# A route is of the till, not of the book: it is compared with the decision that it leads to.
ROUTES = select(schema.key_route, schema.decision.c.leaf).select_from(
    schema.key_route.outerjoin(
        schema.decision,
        (schema.decision.c.book_no == schema.key_route.c.book_no)
        & (schema.decision.c.request_id == schema.key_route.c.request_id),
    )
)


def _compare_routes(db: Connection, book_no: int, scoped: int) -> Iterator[Finding]:
    found = 0
    for row in db.execute(ROUTES.where(schema.key_route.c.book_no == book_no)):
        where = f"{row.scope}/{row.request_id}"
        if row.leaf is None:
            yield Finding("extra", "key_route", where, "it leads to no decision")
            continue
        found += 1
        told = read_leaf(bytes(row.leaf))
        wanted = {
            "scope": told.request.scope,
            "log_index": told.log_index,
            "words_hash": told.request.words_hash(),
        }
        yield from _differences("key_route", where, wanted, row._mapping)  # noqa: SLF001
    if found != scoped:
        detail = f"{scoped} decisions have a key's scope, {found} routes lead to one"
        yield Finding("missing", "key_route", "-", detail)
