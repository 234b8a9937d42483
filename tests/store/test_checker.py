"""The checker sees one changed value in every column of every table of a book; and rows too many.

Data-driven over the schema, so that a new column is tested the moment it is there. The change is
made with raw SQL, without constraints, in a transaction that is rolled back; the checker runs
inside it.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import (
    Column,
    Connection,
    Table,
    and_,
    delete,
    insert,
    literal_column,
    select,
    update,
)

from ledger import Finding, Ledger
from ledger.store import schema
from ledger.store.replay import check
from tests.rich_book import BOOK, uuid
from tests.store.rich_store import (
    TABLES,
    behind_its_back,
    drop_checks,
    register_row,
    rich_ledger,
    sample,
)

COLUMNS = [(table, column) for table in TABLES for column in table.columns]
LAST_INDEX = 10_000

pytestmark = [pytest.mark.minutes, pytest.mark.timeout(600)]


@pytest.fixture
def rich(url: str) -> Iterator[Ledger]:
    with rich_ledger(url) as ledger:
        yield ledger


def key_of(table: Table, row: Any) -> Any:  # noqa: ANN401 -- a row of any table.
    return and_(*(column == row._mapping[column.name] for column in table.primary_key))


def other(table: Table, column: Column[Any], value: object) -> object:
    """Another value of the same type."""
    if value is None:
        return sample(table, column)
    if isinstance(value, UUID):
        return UUID(int=value.int ^ 1)
    if isinstance(value, bytes):
        return value[:-1] + bytes([value[-1] ^ 1])
    return value + LAST_INDEX if isinstance(value, int) else f"{value}x"


def findings(db: Connection) -> list[Finding]:
    return list(check(db, 1, BOOK, {}))


def rows_of(db: Connection, table: Table) -> list[Any]:
    return list(db.execute(select(table).order_by(*table.primary_key)))


def assert_found(found: list[Finding], table: Table, what: str) -> None:
    named = {name for finding in found for name in finding.table.split(", ")}
    registers = {table.name, "register"} if table.name in schema.REGISTERS else {table.name}
    assert named & registers, f"{what}: {found[:3]}"


def test_the_rich_book_checks_and_fills_every_table(rich: Ledger) -> None:
    assert list(rich.book(BOOK).check()) == []
    with rich.reading() as db:
        for table, column in COLUMNS:
            filled = select(table).where(column.is_not(None))
            assert db.execute(filled).first() is not None, f"{table.name}.{column.name} is empty"


def test_a_changed_value_in_any_column_is_found(rich: Ledger) -> None:
    with behind_its_back(rich) as db:
        for table in TABLES:
            drop_checks(db, table)
        for table, column in COLUMNS:
            rows = rows_of(db, table)
            for row in {rows[0], rows[-1]}:
                save = db.begin_nested()
                new = {column.name: other(table, column, row._mapping[column.name])}
                db.execute(update(table).where(key_of(table, row)).values(new))
                assert_found(findings(db), table, f"{table.name}.{column.name} of {row}")
                save.rollback()


def test_a_value_of_another_type_is_found(rich: Ledger) -> None:
    if not rich._place.is_sqlite:
        pytest.skip("only SQLite lets a column hold another type")
    with behind_its_back(rich) as db:
        for table, column in COLUMNS:
            row = rows_of(db, table)[0]
            for value in ("'odd'", "x'00'"):
                save = db.begin_nested()
                odd: dict[str, Any] = {column.name: literal_column(value)}
                db.execute(update(table).where(key_of(table, row)).values(odd))
                found = {table.name, "register", "decision"}
                assert {finding.table for finding in findings(db)} & found, (table, column, value)
                save.rollback()


def test_a_deleted_row_is_found(rich: Ledger) -> None:
    with behind_its_back(rich) as db:
        for table in TABLES:
            for row in rows_of(db, table):
                save = db.begin_nested()
                db.execute(delete(table).where(key_of(table, row)))
                assert_found(findings(db), table, f"{table.name} without {row}")
                save.rollback()


def test_an_added_row_is_found(rich: Ledger) -> None:
    with behind_its_back(rich) as db:
        for table in TABLES[1:]:  # A book more is another book.
            drop_checks(db, table)
            for row in added(db, table):
                save = db.begin_nested()
                db.execute(insert(table).values(row))
                assert_found(findings(db), table, f"{table.name} with {row}")
                save.rollback()


def added(db: Connection, table: Table) -> Iterator[dict[str, Any]]:
    """Rows that nobody decided: a copy under another key; of registers, under any decision."""
    if table.name in schema.REGISTERS:
        head = db.execute(select(schema.book.c.next_index)).scalar_one()
        for log_index in (-1, 0, 1, 2, head - 1, head, LAST_INDEX):
            row = dict(register_row(table, 7).values)
            yield row | {"book_no": 1, "log_index": log_index, "row_no": 7}
        return
    copy = dict(rows_of(db, table)[-1]._mapping)
    keys: dict[str, dict[str, Any]] = {
        "decision": {"log_index": LAST_INDEX, "request_id": uuid("added")},
        "transfer": {"seq": LAST_INDEX, "debit_version": 900, "credit_version": 900},
        "account": {"account_id": uuid("added")},
        "hold": {"hold_id": uuid("added")},
        "claim": {"claim_id": uuid("added")},
        "chain": {"seq": 1},
        "commitment": {"commitment": b"x" * 32},
        "unit_total": {"unit": "ADDED"},
        "key_route": {"scope": uuid("added")},
    }
    fresh = keys[table.name]
    yield copy | fresh
    if table.name == "decision":
        yield copy | fresh | {"log_index": copy["log_index"] + 1}
    if table.name == "key_route":
        yield copy | fresh | {"request_id": uuid("added")}


def test_two_decisions_of_one_request_are_found(rich: Ledger) -> None:
    """Also where the unique key is gone: nobody is paid twice by a dropped index."""
    with behind_its_back(rich) as db:
        rows = rows_of(db, schema.decision)
        if db.dialect.name == "sqlite":
            pytest.skip("SQLite cannot drop a key of a table")
        db.exec_driver_sql("ALTER TABLE decision DROP CONSTRAINT uq_decision_book_no_request_id")
        copy = dict(rows[-1]._mapping) | {"log_index": rows[-1].log_index + 1}
        db.execute(insert(schema.decision).values(copy))
        kinds = {finding.kind for finding in findings(db)}
        assert {"twice", "replay", "time"} <= kinds
