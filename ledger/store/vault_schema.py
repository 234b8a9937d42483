"""The tables of the vault store: everything that says something of a person, sealed."""

from sqlalchemy import Column, MetaData, Table

from ledger.store.columns import Bytes, Count, Id, Small, Words
from ledger.store.schema import NAMING

vault_store = MetaData(naming_convention=NAMING)

vault_identity = Table(
    "vault_identity",
    vault_store,
    Column("one", Small(), primary_key=True, autoincrement=False),
    Column("ledger_id", Id(), nullable=False),
    Column("created_at", Count(), nullable=False),
    sqlite_with_rowid=False,
)
person = Table(
    "person",
    vault_store,
    Column("person_id", Id(), primary_key=True),
    Column("created_at", Count(), nullable=False),
    sqlite_with_rowid=False,
)
paper = Table(
    "paper",
    vault_store,
    Column("person_id", Id(), primary_key=True),
    Column("field", Words(), primary_key=True),
    Column("sealed", Bytes(), nullable=False),
    sqlite_with_rowid=False,
)
lookup = Table(
    "lookup",
    vault_store,
    Column("digest", Bytes(), primary_key=True),
    Column("person_id", Id(), nullable=False, index=True),
    sqlite_with_rowid=False,
)
opening = Table(
    "opening",
    vault_store,
    Column("commitment", Bytes(), primary_key=True),
    Column("person_id", Id(), nullable=False, index=True),
    Column("sealed", Bytes(), nullable=False),
    sqlite_with_rowid=False,
)
