"""Alembic's entry for the keys store."""

from ledger.store.keys import keys_store
from ledger.store.migrations.environment import run

run(keys_store)
