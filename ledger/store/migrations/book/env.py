"""Alembic's entry for the book store."""

from ledger.store.migrations.environment import run
from ledger.store.schema import book_store

run(book_store)
