"""The rich book, written to a store with a row in every register; and raw SQL behind its back."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    LargeBinary,
    SmallInteger,
    Table,
    inspect,
    text,
)

from ledger import Ledger, Limits, open_ledger
from ledger.core.chart import EntryKind
from ledger.core.quantities import DAY
from ledger.core.requests import Row, Value
from ledger.store import schema
from ledger.store.columns import Id
from ledger.store.comparing import PROOF_COLUMNS
from ledger.store.engines import Store
from ledger.store.patience import LONG, waiting
from tests.rich_book import BOOK, NOW, all_requests, ask, uuid

BOOK_TABLES = (
    schema.book, schema.decision, schema.transfer, schema.account, schema.hold, schema.claim,
    schema.chain, schema.commitment, schema.unit_total, schema.key_route,
)  # fmt: skip
TABLES = (*BOOK_TABLES, *schema.REGISTERS.values())
FITTING = {  # For the CHECKs.
    "kind": "voucher", "vat_kind": "multi", "starts_at": 1, "ends_at": 2, "outcome": "confirmed",
    "proposal.kind": "recall", "budget_proposal.kind": "funding", "percent": 15,
    "circuit_move.kind": "feed", "minutes": 30, "alfa": "reached", "beta": "none",
    "finding": "regular", "sample_end.size": 9,
}  # fmt: skip


def sample(table: Table, column: Column[object], number: int = 1) -> Value:
    """A value that the column takes."""
    fitting = FITTING.get(f"{table.name}.{column.name}", FITTING.get(column.name))
    if fitting is not None:
        return fitting  # type: ignore[return-value]
    if isinstance(column.type, Id):
        return uuid(f"{table.name}.{column.name}.{number}")
    if isinstance(column.type, LargeBinary):
        return f"{table.name}.{column.name}.{number}".encode().ljust(32, b".")
    if isinstance(column.type, BigInteger | SmallInteger):
        return number
    return f"{column.name} {number}"


def register_row(table: Table, number: int = 1) -> Row:
    """A row of a register, whatever its columns are."""
    columns = (column for column in table.columns if column.name not in PROOF_COLUMNS)
    return Row(table.name, {column.name: sample(table, column, number) for column in columns})


@contextmanager
def rich_ledger(url: str) -> Iterator[Ledger]:
    """A ledger whose one book has something of everything, written down."""
    clock = [NOW]
    limits = Limits(forward_jump_seconds=float("inf"), idle_seconds=60)
    with open_ledger(url, limits=limits, clock=lambda: clock[0]) as ledger:
        book = ledger.book(BOOK, create=True)
        acts = tuple(register_row(schema.act, number) for number in (1, 2))
        for request in all_requests(acts):
            book.submit([request])
        clock[0] += 2 * DAY  # The hold H3 lapses before the next request.
        for table in schema.REGISTERS.values():
            if table is not schema.act:
                book.submit([ask(table.name, EntryKind.REGISTRATION, rows=(register_row(table),))])
        yield ledger


@contextmanager
def behind_its_back(ledger: Ledger) -> Iterator[Connection]:
    """A connection that no constraint holds back; what it wrote is rolled back at the end."""
    engine = ledger._engines[Store.BOOK]
    with engine.connect() as db:
        transaction = db.begin()
        if db.dialect.name == "sqlite":
            db.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
        try:
            with waiting(db, LONG):  # The writer's own connections give up within seconds.
                yield db
        finally:
            transaction.rollback()
            db.invalidate()  # Nobody else gets a connection without constraints.


def drop_checks(db: Connection, table: Table) -> None:
    """Take a table's CHECK constraints away, where the engine cannot be told to ignore them."""
    if db.dialect.name == "postgresql":
        for check in inspect(db).get_check_constraints(table.name):
            db.execute(text(f'ALTER TABLE {table.name} DROP CONSTRAINT "{check["name"]}"'))
