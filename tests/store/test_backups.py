"""A backup is whole, proved and of one moment, or it is none."""

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from ledger import StoreError, open_ledger
from ledger.core.quantities import DAY
from ledger.operations import back_up as verb
from ledger.operations.back_up import BackedUp, BackupOrder, back_up
from ledger.store.backup_sets import backups_in, drop_older, name_backup
from ledger.store.edges import now
from ledger.store.engines import Store
from ledger.store.vault import find_person, read_papers
from tests.faults.contest import prepare, spend
from tests.store.yard import NERI, VERDI, Yard, heads_of, make_yard, tell_nobody
from tests.town import ROSSI


@pytest.fixture
def yard(sqlite_template: Path, tmp_path: Path) -> Yard:
    return make_yard(sqlite_template, tmp_path)


def test_what_was_backed_up_comes_back(yard: Yard) -> None:
    made = yard.back_up()
    restored = yard.restore()
    assert restored.name == made.name
    assert heads_of(yard.empty) == heads_of(yard.url)
    with open_ledger(yard.empty) as ledger:
        who = find_person(ledger, "fiscal_code", ROSSI)
        assert who is not None
        assert read_papers(ledger, who)
        assert ledger.read_only is None
        assert list(ledger.book("giussano").check()) == []


def test_nothing_plain_is_left_and_nobody_else_may_read(yard: Yard) -> None:
    made = yard.back_up()
    ends = ("backup", "json")
    assert sorted(yard.left()) == sorted(
        f"{made.name}.{store}.{end}" for store in Store for end in ends
    )
    for store in Store:
        for end in ends:
            file = yard.file(made.name, store, end)
            assert file.stat().st_mode & 0o077 == 0
            assert b"SQLite format" not in file.read_bytes()
            assert b"CREATE TABLE" not in file.read_bytes()


def test_a_backup_beside_sales_is_one_moment(yard: Yard) -> None:
    """Sold from many threads meanwhile: what was acknowledged before it began is in it."""
    over = threading.Event()
    with open_ledger(yard.url) as ledger:
        book = prepare(ledger, voucher=10**9)

        def sell() -> None:
            while not over.is_set():
                assert book.submit([spend() for _ in range(20)])[0].accepted

        sellers = [threading.Thread(target=sell) for _ in range(3)]
        for one in sellers:
            one.start()
        try:
            for _ in range(3):
                before = book.head().size
                assert before <= yard.back_up().heads["contested"].size <= book.head().size
        finally:
            over.set()
            for one in sellers:
                one.join()
        assert len({one.size for one in [yard.drill().heads["contested"]]}) == 1


def test_stores_copied_in_the_other_order_are_refused(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody taken in between two copies: book first, and nobody is missed."""
    taken: list[str] = []
    codes = [NERI, VERDI]

    def tell(step: str, _done: int, _all: int) -> None:
        if step in set(Store) and not taken:
            taken.append(step)
            yard.take_in(codes.pop())

    yard.back_up(tell)
    assert taken == ["book"]
    taken.clear()
    monkeypatch.setattr(verb, "ORDER", tuple(reversed(Store)))
    with pytest.raises(StoreError, match="do not open"):
        yard.back_up(tell)


# What is refused, and what is then left.


def test_keys_go_apart_and_under_another_secret(yard: Yard) -> None:
    order = yard.order
    for folder in (order.folder, order.folder / "below", order.folder.parent):
        with pytest.raises(StoreError, match="apart"):
            _back_up(yard, replace(order, keys_folder=folder))
    shutil.copy(order.secret, yard.folder / "same")
    with pytest.raises(StoreError, match="make another"):
        _back_up(yard, replace(order, keys_secret=yard.folder / "same"))
    with pytest.raises(StoreError, match="another disk"):
        _back_up(yard, replace(order, folder=yard.folder / "live"))
    assert yard.left() == []


def _back_up(yard: Yard, order: BackupOrder) -> BackedUp:
    return back_up(yard.url, order, now=now(), replay=True, tell=tell_nobody)


def test_postgresql_is_told_where_to_read(yard: Yard) -> None:
    with pytest.raises(StoreError, match=r"pg_basebackup.*docs/OPERATIONS\.md"):
        back_up("postgresql://nobody@nowhere/x", yard.order, now=1, replay=True, tell=tell_nobody)


def test_a_book_that_is_wrong_is_no_backup(yard: Yard) -> None:
    with closing(sqlite3.connect(yard.folder / "live" / "portavalori.db")) as db:
        db.execute("UPDATE account SET credits_posted = credits_posted + 1 WHERE kind = 'treasury'")
        db.execute("UPDATE account SET credits_posted = credits_posted + 1 WHERE kind = 'fund'")
        db.commit()
    with pytest.raises(StoreError, match="the books are not right"):
        yard.back_up()
    assert yard.left() == []
    quick = yard.back_up(replay=False)
    assert not quick.replayed
    with pytest.raises(StoreError, match="not right"):
        yard.restore()
    assert not (yard.folder / "new" / "portavalori.db").exists()
    assert yard.drill().findings


@pytest.mark.parametrize("step", ["book", "keys", "seal", "open", "replay"])
def test_killed_at_any_step_it_left_nothing_that_looks_whole(yard: Yard, step: str) -> None:
    order = yard.order
    words = [yard.url, order.folder, order.secret, order.keys_folder, order.keys_secret, step]
    run = [sys.executable, "-c", KILLED, *map(str, words)]
    done = subprocess.run(run, check=False, cwd=Path(__file__).parents[2])
    assert done.returncode == -signal.SIGKILL
    assert [name for name in yard.left() if name.endswith((".backup", ".json"))] == []
    with pytest.raises(StoreError, match="no finished backup"):
        yard.restore()
    yard.back_up()  # The next one sweeps what was left.
    assert not [name for name in yard.left() if ".part" in name or "scratch" in name]
    assert yard.restore().behind == ()


KILLED = """
import os, signal, sys
from pathlib import Path
from ledger.operations.back_up import BackupOrder, back_up
url, *paths, step = sys.argv[1:]
def tell(now, done, total):
    if now == step:
        os.kill(os.getpid(), signal.SIGKILL)
back_up(url, BackupOrder(*map(Path, paths)), now=1, replay=True, tell=tell)
"""


def test_two_backups_at_once_do_not_mix(yard: Yard) -> None:
    def tell(step: str, done: int, _all: int) -> None:
        if (step, done) == ("open", 0):
            with pytest.raises(StoreError, match="another backup"):
                yard.back_up()

    assert yard.back_up(tell).heads == yard.drill().heads


def test_names_sort_by_time_also_within_a_second() -> None:
    names = [name_backup(at, chance) for at, chance in ((10**15, "ff"), (10**15 + 1, "00"))]
    assert names == sorted(names)


def test_backups_of_the_keys_older_than_thirty_days_go_and_nothing_else(yard: Yard) -> None:
    """A key in a backup erases nobody; a restore takes the newest keys, so nothing is lost."""
    days = (45, 31, 29, 0)
    ago = [now() - age * DAY for age in days]
    made = [back_up(yard.url, yard.order, now=at, replay=False, tell=tell_nobody) for at in ago]
    assert [len(one.dropped_keys) for one in made] == [0, 0, 0, 2]
    assert made[-1].dropped_keys == (made[0].name, made[1].name)
    assert backups_in(yard.order.keys_folder, Store.KEYS) == [made[2].name, made[3].name]
    assert not yard.file(made[0].name, Store.KEYS).exists()
    assert len(backups_in(yard.order.folder, Store.VAULT)) == len(days)
    assert yard.restore(name=made[0].name).name == made[0].name


def test_another_ledgers_keys_and_the_only_ones_stay(yard: Yard) -> None:
    order, old = yard.order, now() - 90 * DAY
    made = back_up(yard.url, order, now=old, replay=False, tell=tell_nobody)
    folder = order.keys_folder
    (folder / "20200101T000000000000Z-00000000.keys.json").write_text("{")
    assert drop_older(folder, Store.KEYS, "another", now()) == ()
    manifest = folder / f"{made.name}.keys.json"
    ledger_id = json.loads(manifest.read_text())["ledger"]
    assert drop_older(folder, Store.KEYS, ledger_id, now()) == ()
    assert yard.file(made.name, Store.KEYS).exists()
