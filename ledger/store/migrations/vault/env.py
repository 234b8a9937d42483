"""Alembic's entry for the vault store."""

from ledger.store.migrations.environment import run
from ledger.store.vault_schema import vault_store

run(vault_store)
