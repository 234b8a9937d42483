"""The schema is the portable subset, on both engines, and the migrations make exactly it.

Source: design 3.4, and the invariants of 3.5 that the database holds.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import (
    BigInteger,
    Engine,
    Inspector,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    inspect,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

import ledger
from ledger import Ledger
from ledger.store import schema
from ledger.store.columns import Id
from ledger.store.engines import Store, read_place, writing_engine
from ledger.store.keys import keys_store
from ledger.store.migrate import downgrade, upgrade
from ledger.store.vault_schema import vault_store
from tests.store.rich_store import BOOK_TABLES, rich_ledger

ROOM = Path(ledger.__file__).parent
STORES = {Store.BOOK: schema.book_store, Store.VAULT: vault_store, Store.KEYS: keys_store}
TABLES = [table for metadata in STORES.values() for table in metadata.sorted_tables]
PORTABLE = (BigInteger, SmallInteger, Text, LargeBinary, Id)
NOT_PORTABLE = re.compile(
    r"(?<![\w:])(TRIGGER|SERIAL|SEQUENCE|IDENTITY|AUTOINCREMENT|ENUM|DEFERRABLE|REFERENCES|TEMP|TEMPORARY"
    r"|PROCEDURE|FUNCTION|LISTEN|NOTIFY|RETURNING|NEXTVAL|TRUNCATE|LATERAL|ILIKE|RANDOM|NOW"
    r"|ON CONFLICT|INSERT OR|REPLACE INTO|SKIP LOCKED|PG_\w+|STRICT|GENERATED|DEFAULT|COLLATE)\b"
    r"|::",
    re.IGNORECASE,
)
CHANGES = re.compile(r"\b(INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b", re.IGNORECASE)
STATEMENT = re.compile(r"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|CREATE|ALTER|DROP)\s")


def ddl() -> Iterator[str]:
    for dialect in (sqlite.dialect(), postgresql.dialect()):  # type: ignore[no-untyped-call]
        for table in TABLES:
            yield str(CreateTable(table).compile(dialect=dialect))
            for index in table.indexes:
                yield str(CreateIndex(index).compile(dialect=dialect))


def statements() -> Iterator[tuple[str, str]]:
    """Every piece of SQL that our code holds, and in which file."""
    for path in ROOM.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            text = sql_of(node)
            if STATEMENT.match(text):
                yield path.relative_to(ROOM).as_posix(), text


def sql_of(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (part.value for part in node.values if isinstance(part, ast.Constant))
        return "?".join(map(str, parts))
    return ""


def test_the_schema_is_made_of_the_portable_subset() -> None:
    for text in ddl():
        assert NOT_PORTABLE.search(text) is None, text
    for table in TABLES:
        for column in table.columns:
            assert isinstance(column.type, PORTABLE), f"{table.name}.{column.name}"
            assert column.server_default is None
            assert not column.foreign_keys


def test_every_statement_is_of_the_portable_subset_and_changes_one_table_once() -> None:
    found = list(statements())
    assert len(found) > 20
    for path, text in found:
        assert NOT_PORTABLE.search(text) is None, f"{path}: {text}"
        assert len(CHANGES.findall(text)) <= 1, f"{path}: {text}"


@pytest.mark.parametrize("text", ["SELECT now()", "INSERT INTO a VALUES (1) RETURNING b", "a::int"])
def test_the_scan_sees_what_is_not_portable(text: str) -> None:
    assert NOT_PORTABLE.search(text)


def test_the_books_number_is_the_first_column_of_every_key() -> None:
    """So that a distributed engine can split the book's tables by it."""
    for table in (*BOOK_TABLES, *schema.REGISTERS.values()):
        if table is schema.key_route:
            continue  # It says in which book a till's key was used: it cannot begin with the book.
        keys = [table.primary_key, *(one for one in table.constraints)]
        for key in keys:
            if isinstance(key, UniqueConstraint) and [*key.columns.keys()] == ["name"]:
                continue  # Of the book itself.
            names = [*getattr(key, "columns", {}).keys()]
            if key is table.primary_key or isinstance(key, UniqueConstraint):
                assert names[0] == "book_no", f"{table.name}: {names}"


def shape(inspector: Inspector) -> dict[str, object]:
    """All that an engine knows of the tables, in no order."""
    return {
        table: (
            sorted((one["name"], str(one["type"]), one["nullable"]) for one in columns),
            sorted(str(sorted(one.items(), key=str)) for one in checks(inspector, table)),
            sorted(str(one["column_names"]) for one in inspector.get_unique_constraints(table)),
            sorted(str(one["column_names"]) for one in inspector.get_indexes(table)),
            inspector.get_pk_constraint(table)["constrained_columns"],
        )
        for table in inspector.get_table_names()
        if table != "alembic_version" and (columns := inspector.get_columns(table))
    }  # fmt: skip


def checks(inspector: Inspector, table: str) -> list[Any]:
    return list(inspector.get_check_constraints(table))


@pytest.fixture
def stores(url: str) -> Iterator[dict[Store, Engine]]:
    place = read_place(url)
    engines = {store: writing_engine(place, store) for store in Store}
    yield engines
    for engine in engines.values():
        engine.dispose()


def test_the_migrations_make_the_model(stores: dict[Store, Engine]) -> None:
    for store, engine in stores.items():
        metadata = STORES[store]
        with engine.connect() as db:
            assert compare_metadata(MigrationContext.configure(db), metadata) == []
            migrated = shape(inspect(db))
        with engine.begin() as db:
            metadata.drop_all(db)
            metadata.create_all(db)
        with engine.connect() as db:
            assert shape(inspect(db)) == migrated


def test_the_way_down_and_up_again(stores: dict[Store, Engine]) -> None:
    for store, engine in stores.items():
        with engine.connect() as db:
            before = shape(inspect(db))
        downgrade(engine, store)
        with engine.connect() as db:
            assert shape(inspect(db)) == {}
        upgrade(engine, store)
        with engine.connect() as db:
            assert shape(inspect(db)) == before


def test_upgrading_what_is_current_keeps_every_row(url: str) -> None:
    with rich_ledger(url) as rich:
        before = rich.book("giussano").head()
    with ledger.open_ledger(url, create=True) as again:
        assert again.book("giussano").head() == before
        assert list(again.book("giussano").check()) == []


def test_the_log_has_no_way_to_be_changed_by_our_code() -> None:
    """Invariant 10: only inserts exist for decisions, transfers and registers."""
    tables = ("decision", "transfer", *schema.REGISTERS)
    for path, text in statements():
        for table in tables:
            words = set(text.split())
            assert not (table in words and words & {"UPDATE", "DELETE"}), f"{path}: {text}"


def test_readers_cannot_write(ledger: Ledger) -> None:
    for store in Store:
        table = STORES[store].sorted_tables[0]
        with ledger.reading(store) as db, pytest.raises(Exception, match=r"read.?only"):
            db.execute(table.delete())
