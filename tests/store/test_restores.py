"""A backup goes back as it was, into an empty place, or not at all; and says what is missing."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from alembic import command

from ledger import ReadOnly, StoreError, new_id, open_ledger
from ledger.operations.back_up import BackedUp, make_backup_secret
from ledger.operations.erase_person import erase_person
from ledger.operations.restore_backup import restore_backup
from ledger.store.backup_sets import publish, read_manifest, seal_store
from ledger.store.copies import place_at
from ledger.store.edges import now, random_bytes
from ledger.store.engines import Store, writing_engine
from ledger.store.migrate import configuration
from ledger.store.sealed_files import read_secret
from ledger.store.vault import find_person, read_papers
from tests.faults.contest import prepare, spend
from tests.store.yard import VERDI, Yard, heads_of, make_yard, tell_nobody
from tests.town import ROSSI


@pytest.fixture
def yard(sqlite_template: Path, tmp_path: Path) -> Yard:
    return make_yard(sqlite_template, tmp_path)


def test_only_an_empty_place_is_restored_into(yard: Yard) -> None:
    yard.back_up()
    with pytest.raises(StoreError, match="empty place"):
        yard.restore(yard.url)
    for left in ("portavalori.keys.db", "portavalori.db-wal"):
        (yard.folder / "new").mkdir(exist_ok=True)
        (yard.folder / "new" / left).touch()
        with pytest.raises(StoreError, match="empty place"):
            yard.restore()
        (yard.folder / "new" / left).unlink()
    yard.restore()


Damage = Callable[[Path], None]


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def lose(file: Path) -> None:
    file.unlink()


@pytest.mark.parametrize("store", list(Store))
@pytest.mark.parametrize(
    ("damage", "says"), [(flip, "was changed"), (cut, "bytes, not"), (lose, "0 bytes, not")]
)
def test_a_damaged_file_is_refused_and_named(
    yard: Yard, store: Store, damage: Damage, says: str
) -> None:
    made = yard.back_up()
    damage(yard.file(made.name, store))
    with pytest.raises(StoreError, match=says) as told:
        yard.restore()
    assert f".{store}.backup" in str(told.value)
    with pytest.raises(StoreError):
        yard.drill()
    assert list((yard.folder / "new").glob("*")) == []


def test_a_wrong_secret_is_told_as_such(yard: Yard) -> None:
    yard.back_up()
    make_backup_secret(yard.folder / "other")
    other = yard.folder / "other"
    for source in (replace(yard.source, secret=other), replace(yard.source, keys_secret=other)):
        with pytest.raises(StoreError, match="another secret"):
            restore_backup(yard.empty, source, replay=True, tell=tell_nobody)


def test_a_manifest_that_lies_is_refused(yard: Yard) -> None:
    made = yard.back_up()
    file = yard.file(made.name, Store.BOOK, "json")
    words = json.loads(file.read_text())
    for name, value, says in (
        ("heads", {}, "do not belong together"),
        ("size", 1, "bytes, not 1"),
        ("sha256", "0" * 64, "was changed"),
        ("store", "vault", "speaks of another"),
        ("file", "../elsewhere", "speaks of another"),
        ("format", 2, "newer program"),
        ("made_at", None, "does not say what it is"),
        ("made_at", 1, "do not belong together"),
    ):
        file.write_text(json.dumps(words | {name: value}))
        with pytest.raises(StoreError, match=says):
            yard.restore()
    file.write_text("{")
    with pytest.raises(StoreError, match="cannot be read"):
        yard.restore()


def test_swapped_chunks_are_refused_though_the_manifest_was_changed_with_them(yard: Yard) -> None:
    made = yard.back_up()
    file, told = (yard.file(made.name, Store.BOOK, end) for end in ("backup", "json"))
    data, size = file.read_bytes(), 65_552
    at = 25 + int.from_bytes(data[21:25], "big") + 32
    one, two = data[at : at + size], data[at + size : at + 2 * size]
    file.write_bytes(data[:at] + two + one + data[at + 2 * size :])
    words = json.loads(told.read_text()) | {"sha256": sha256(file.read_bytes()).hexdigest()}
    told.write_text(json.dumps(words))
    with pytest.raises(StoreError, match="chunk 0 is not what was sealed"):
        yard.restore()


def other_yard(yard: Yard) -> Yard:
    """Another ledger, backed up under the same secrets."""
    folder = yard.folder / "other"
    folder.mkdir()
    (folder / "live").mkdir()
    for name in ("s1", "s2"):
        shutil.copy(yard.folder / name, folder / name)
        (folder / name).chmod(0o600)
    url = f"sqlite:///{folder / 'live' / 'portavalori.db'}"
    open_ledger(url, create=True).close()
    return Yard(folder, url, yard.town)


def test_stores_of_two_ledgers_are_not_mixed(yard: Yard) -> None:
    yard.back_up()
    other = other_yard(yard)
    other.back_up()
    source = replace(yard.source, keys_folder=other.order.keys_folder)
    with pytest.raises(StoreError, match="these backups are of different ledgers"):
        restore_backup(yard.empty, source, replay=True, tell=tell_nobody)


def test_older_keys_are_refused_and_newer_ones_keep_who_was_erased_erased(yard: Yard) -> None:
    first = yard.back_up()
    with open_ledger(yard.url) as ledger:
        who = find_person(ledger, "fiscal_code", ROSSI)
        assert who is not None
        erase_person(ledger, who, officer=yard.town.officer.officer_id, now=now())
    second = yard.back_up()
    yard.restore(name=first.name)
    with open_ledger(yard.empty) as ledger:
        assert find_person(ledger, "fiscal_code", ROSSI) == who  # The vault is from before …
        assert read_papers(ledger, who) == {}  # … and says nothing any more.
    for end in ("backup", "json"):
        yard.file(second.name, Store.KEYS, end).unlink()
    with pytest.raises(StoreError, match="older than book and vault"):
        yard.restore(f"sqlite:///{yard.folder / 'third' / 'p.db'}")


def reseal(yard: Yard, made: BackedUp, store: Store, copy: Path, schema: str = "") -> None:
    """Write another file under the backup's name, as somebody could who has the secret."""
    folder = yard.file(made.name, store).parent
    header = read_manifest(folder, made.name, store).header
    header = replace(header, schema=schema or header.schema)
    secret = read_secret(yard.order.keys_secret if store is Store.KEYS else yard.order.secret)
    manifest = seal_store(copy, folder, header, secret, salt=random_bytes(32))
    publish(folder, [manifest])


def test_a_newer_schema_is_refused_before_anything_is_opened(yard: Yard) -> None:
    made = yard.back_up()
    reseal(yard, made, Store.VAULT, yard.folder / "live" / "portavalori.vault.db", schema="v999")
    with pytest.raises(StoreError, match="schema v999, which a newer program wrote"):
        yard.restore()


def test_a_store_that_is_not_what_its_header_says_is_refused(yard: Yard) -> None:
    made = yard.back_up()
    other = other_yard(yard)
    reseal(yard, made, Store.VAULT, other.folder / "live" / "portavalori.vault.db")
    with pytest.raises(StoreError, match="not the one that its manifest names"):
        yard.restore()
    yard.take_in(VERDI)
    reseal(yard, made, Store.VAULT, yard.folder / "live" / "portavalori.vault.db")
    reseal(yard, made, Store.BOOK, yard.folder / "live" / "portavalori.db")
    with pytest.raises(StoreError, match="do not end where its manifest says"):
        yard.restore()


def test_an_older_schema_is_brought_up_to_date(yard: Yard) -> None:
    made = yard.back_up()
    aside = place_at(yard.folder / "aside" / "portavalori.db")
    shutil.copytree(yard.folder / "live", yard.folder / "aside")
    engine = writing_engine(aside, Store.BOOK)
    with engine.begin() as db:
        command.downgrade(configuration(Store.BOOK, db), "b009")
    engine.dispose()
    reseal(yard, made, Store.BOOK, aside.path(Store.BOOK), schema="b009")
    yard.restore()
    assert heads_of(yard.empty) == heads_of(yard.url)


# What is missing after it.


def test_what_was_told_after_the_backup_is_told_as_missing(yard: Yard) -> None:
    with open_ledger(yard.url) as ledger:
        prepare(ledger)
    made = yard.back_up()
    with open_ledger(yard.url) as ledger:
        for _ in range(3):
            ledger.book("contested").submit([spend()])
    heads = yard.folder / "live" / "portavalori.heads.json"
    assert [(one.book, one.missing) for one in yard.drill(heads).behind] == [("contested", 3)]
    (yard.folder / "new").mkdir()
    shutil.copy(heads, yard.folder / "new")
    restored = yard.restore()
    assert restored.name == made.name
    assert [(one.book, one.missing) for one in restored.behind] == [("contested", 3)]
    with open_ledger(yard.empty) as ledger, pytest.raises(ReadOnly, match="3 decisions"):
        ledger.book("contested").submit([spend()])


def test_a_backup_that_contradicts_what_was_told_fails_the_drill(yard: Yard) -> None:
    made = yard.back_up()
    heads = yard.folder / "live" / "portavalori.heads.json"
    words = json.loads(heads.read_text())
    assert words["books"]["giussano"]["size"] == made.heads["giussano"].size
    words["books"]["giussano"]["root"] = "00" * 32
    heads.write_text(json.dumps(words))
    with pytest.raises(StoreError, match="not the one whose head was told"):
        yard.drill(heads)
    with pytest.raises(StoreError, match="no heads file"):
        yard.drill(yard.folder / "nowhere")


def test_a_drill_leaves_nothing(yard: Yard) -> None:
    yard.back_up()
    assert yard.drill().findings == ()
    assert list((yard.folder / "drill").iterdir()) == []


def test_another_ledgers_heads_file_is_refused_before_anything_is_opened(yard: Yard) -> None:
    made = yard.back_up()
    yard.file(made.name, Store.BOOK).unlink()  # Nobody looks at it any more.
    heads = yard.folder / "live" / "portavalori.heads.json"
    words = json.loads(heads.read_text()) | {"ledger": str(new_id())}
    for folder in ("live", "new"):
        (yard.folder / folder).mkdir(exist_ok=True)
        (yard.folder / folder / heads.name).write_text(json.dumps(words))
    with pytest.raises(StoreError, match="another ledger"):
        yard.drill(heads)
    with pytest.raises(StoreError, match="another ledger"):
        yard.restore()
