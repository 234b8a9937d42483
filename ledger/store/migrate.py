"""The schema's versions: brings a store to the present one, and refuses any other.

Not here: what changes (`migrations/`). Source: web.md section 7.
"""

from functools import cache
from pathlib import Path
from uuid import UUID

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, insert, select

from ledger.core.quantities import Instant
from ledger.store.engines import Store, StoreError
from ledger.store.keys import keys_identity
from ledger.store.schema import ledger_identity
from ledger.store.statistics import seed_statistics
from ledger.store.vault_schema import vault_identity

IDENTITIES = {
    Store.BOOK: ledger_identity,
    Store.VAULT: vault_identity,
    Store.KEYS: keys_identity,
}


def configuration(store: Store, db: Connection | None = None) -> Config:
    """Alembic's configuration for one store, on one connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations" / store))
    config.attributes["connection"] = db
    return config


def upgrade(engine: Engine, store: Store) -> None:
    """Bring a store to the present version, in one transaction."""
    with engine.begin() as db:
        command.upgrade(configuration(store, db), "head")
        if db.dialect.name == "sqlite":
            seed_statistics(db)


def downgrade(engine: Engine, store: Store) -> None:
    """Take a store back to nothing: for tests of the way back."""
    with engine.begin() as db:
        command.downgrade(configuration(store, db), "base")


def assert_current(engine: Engine, store: Store) -> None:
    """Refuse an old or newer schema. Errors: `StoreError`, saying what to do."""
    with engine.connect() as db:
        present = MigrationContext.configure(db).get_current_revision()
    head, known = _versions(store)
    if present == head:
        return
    is_older = present is None or present in known
    what = "run `portavalori db upgrade`" if is_older else "it was written by a newer program"
    message = f"the {store} has schema {present or 'none'}: {what}"
    raise StoreError(message)


@cache
def _versions(store: Store) -> tuple[str | None, frozenset[str]]:
    """The newest version, and all of them: read once, since a running program's do not change."""
    scripts = ScriptDirectory.from_config(configuration(store))
    known = frozenset(script.revision for script in scripts.walk_revisions())
    return scripts.get_current_head(), known


def write_identity(db: Connection, store: Store, ledger_id: UUID, now: Instant) -> bool:
    """Say once which ledger this store belongs to; whether it was said now."""
    table = IDENTITIES[store]
    if db.execute(select(table.c.ledger_id)).first() is not None:
        return False
    db.execute(insert(table).values(one=1, ledger_id=ledger_id, created_at=now))
    return True


def read_identity(db: Connection, store: Store) -> UUID | None:
    """The ledger that this store belongs to."""
    return db.execute(select(IDENTITIES[store].c.ledger_id)).scalar()
