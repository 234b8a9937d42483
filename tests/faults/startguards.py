"""Row 17: what must not be opened is refused in words, each of seven ways to be wrong.

Not here: what is right again after a repair (`tests/store/test_heads.py`, the backups).
"""

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, event

from ledger import StoreError, open_ledger
from ledger.store.engines import Store, read_place
from tests.faults import defects, workload
from tests.faults.scoreboard import Asked, Row

Break = Callable[[str, Path], None]


def startguards(asked: Asked, url: str, folder: Path, *, defect: str | None = None) -> Row:
    """Break a good ledger in each way, and try to open it."""
    if defect is not None:
        defects.plant(defect)
    workload.found(url)
    ways = dict(_on_sqlite() if url.startswith("sqlite") else _on_postgresql())
    findings = [
        f"{name}: opened" for name, way in ways.items() if not _refused(url, folder / name, way)
    ]
    goal = f"refuses {len(ways)}/{len(ways)}"
    got = {"refused": len(ways) - len(findings), "of": len(ways)}
    return Row(17, "startguards", goal, got, not findings, asked.seed, asked.engine, findings)


def _refused(url: str, place: Path, way: Break) -> bool:
    """Whether a copy that was broken so is refused, or may only be read."""
    if url.startswith("sqlite"):
        place.mkdir()
        file = Path(url.removeprefix("sqlite:///"))
        for one in file.parent.glob("*.db"):
            shutil.copy(one, place / one.name)
        shutil.copy(file.with_suffix(".heads.json"), place)
        url = f"sqlite:///{place / file.name}"
    way(url, place)
    try:
        with open_ledger(url) as ledger:
            return ledger.read_only is not None
    except StoreError:
        return True
    finally:
        _mend(url)


def _mend(url: str) -> None:
    """PostgreSQL is not copied: put back what was broken."""
    if not url.startswith("sqlite"):
        with psycopg.connect(url, autocommit=True) as db:
            for statement in MENDED:
                db.execute(statement.encode())
    for hook in _HOOKS:
        event.remove(Engine, "connect", hook)
    _HOOKS.clear()


_HOOKS: list[Any] = []
MENDED = (
    "DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' RESET ALL'; END $$",
    "UPDATE book.alembic_version SET version_num = ltrim(version_num, 'z')",
    "UPDATE vault.vault_identity SET ledger_id = (SELECT ledger_id FROM book.ledger_identity)",
    "UPDATE keys.master_key SET number = -number WHERE number < 0",
)


def _on_sqlite() -> Iterator[tuple[str, Break]]:
    for store in Store:
        yield f"missing {store}", partial(_delete, store)
    yield "another vault", lambda url, place: _other(url, place, Store.VAULT)
    yield "another key store", lambda url, place: _other(url, place, Store.KEYS)
    yield "no master key", lambda url, _place: _run(url, Store.KEYS, NO_MASTER)
    yield "newer schema", lambda url, _place: _run(url, Store.BOOK, NEWER)
    yield "behind what was told", _behind
    yield "not FULL", lambda _url, _place: _relaxed()


def _on_postgresql() -> Iterator[tuple[str, Break]]:
    yield "commit not synced", lambda url, _place: _server(url, "SET synchronous_commit = off")
    yield "newer schema", lambda url, _place: _run(url, Store.BOOK, NEWER)
    yield "another vault", lambda url, _place: _run(url, Store.VAULT, OTHER_VAULT)
    yield "no master key", lambda url, _place: _run(url, Store.KEYS, NO_MASTER)


NEWER = "UPDATE alembic_version SET version_num = 'z' || version_num"
NO_MASTER = "UPDATE master_key SET number = -number"  # Numbers begin at 1.
OTHER_VAULT = "UPDATE vault_identity SET ledger_id = gen_random_uuid()"


def _delete(store: Store, url: str, _place: Path) -> None:
    _file(url, store).unlink()


def _file(url: str, store: Store) -> Path:
    return read_place(url).path(store)


def _other(url: str, place: Path, store: Store) -> None:
    """The same store of another ledger, in its place."""
    other = f"sqlite:///{place / 'other' / 'portavalori.db'}"
    (place / "other").mkdir()
    open_ledger(other, create=True).close()
    shutil.copy(_file(other, store), _file(url, store))


def _run(url: str, store: Store, statement: str) -> None:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(_file(url, store))) as db, db:
            db.execute(statement)
        return
    with psycopg.connect(url, options=f"-c search_path={store}") as server:
        server.execute(statement.encode())


def _server(url: str, change: str) -> None:
    with psycopg.connect(url, autocommit=True) as db:
        name = db.execute("SELECT current_database()").fetchone()
        assert name is not None
        db.execute(f'ALTER DATABASE "{name[0]}" {change}'.encode())


def _behind(url: str, place: Path) -> None:
    """Put back from before some sales that were told."""
    before = place / "before.db"
    shutil.copy(_file(url, Store.BOOK), before)
    with open_ledger(url) as ledger:
        chance = random.Random(1)
        ledger.book(workload.BOOK).submit([workload.redemption(chance) for _ in range(3)])
    shutil.copy(before, _file(url, Store.BOOK))


def _relaxed() -> None:
    def relax(connection: Any, _record: object) -> None:  # noqa: ANN401
        if type(connection).__module__ == "sqlite3":
            connection.execute("PRAGMA synchronous=NORMAL")

    _HOOKS.append(relax)
    event.listen(Engine, "connect", relax)
