"""A key names its number and form; the master is replaced without anybody noticing."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from alembic import command
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, select, text
from typer.testing import CliRunner

from ledger import Ledger, open_ledger
from ledger.operations.rotate_keys import rotate_keys
from ledger.store import masters
from ledger.store.engines import Store, read_place, writing_engine
from ledger.store.keys import key_number, master_key, note_key, open_sealed, person_key, signing_key
from ledger.store.masters import rotate_master
from ledger.store.migrate import configuration
from ledger.store.note_keys import log_key, sign_head
from ledger.store.people import NewPerson, keep_people
from ledger.store.signing import Signer
from ledger.store.vault import read_papers
from ledger.store.vault_schema import paper
from scripts.cli import app
from tests.engines import sqlite_copy
from tests.town import NOON, make_town

VECTORS = Path(__file__).parents[1] / "vectors" / "sealed.json"
PERSON = UUID(int=7)
PEOPLE = [NewPerson(f"CODE{number}", {"name": f"N{number}"}) for number in range(1_200)]


def numbers(ledger: Ledger) -> set[int]:
    """Under which masters the keys of all three tables lie."""
    found: set[int] = set()
    with ledger.reading(Store.KEYS) as db:
        for table in (person_key, signing_key, note_key):
            query = select(table.c.wrapped)
            found |= {key_number(bytes(row)) for row in db.execute(query).scalars()}
    return found


def kept(ledger: Ledger) -> list[int]:
    with ledger.reading(Store.KEYS) as db:
        return sorted(db.execute(select(master_key.c.number)).scalars())


def tell_nobody(_at: int, _of: int) -> None:
    pass


@pytest.mark.parametrize("vector", json.loads(VECTORS.read_text())["values"], ids=str)
def test_both_forms_of_a_sealed_value_are_read(vector: dict[str, str]) -> None:
    key, sealed = bytes.fromhex(vector["key"]), bytes.fromhex(vector["sealed"])
    assert key_number(sealed) == int(vector["number"])
    assert open_sealed(key, sealed, vector["place"]).hex() == vector["value"]


def test_everything_opens_before_and_after_a_rotation(ledger: Ledger) -> None:
    town = make_town(ledger)
    town.issue(town.programme())
    codes = [one.credential_id for one in town.codes()]
    log_key(ledger, "a.example/giussano", now=NOON)
    people = keep_people(ledger, PEOPLE, now=NOON)
    book = ledger.book("giussano")
    for turn in (2, 3):
        done = rotate_keys(ledger, now=NOON, tell=tell_nobody)
        assert (done.number, kept(ledger), numbers(ledger)) == (turn, [turn], {turn})
        assert done.moved > len(PEOPLE)
        assert read_papers(ledger, people["CODE1199"]) == {"name": "N1199"}
        assert len(Signer(ledger).family_codes(codes, "c_e063")) == 2
        assert sign_head(ledger, book.book_no, "a.example/giussano", book.head().size)
    assert list(book.check()) == []


def test_a_rotation_that_was_interrupted_is_ended_by_the_next(ledger: Ledger) -> None:
    people = keep_people(ledger, PEOPLE, now=NOON)

    def break_off(_at: int, _of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate_master(ledger, now=NOON, tell=break_off)
    assert (kept(ledger), numbers(ledger)) == ([1, 2], {1, 2})
    assert read_papers(ledger, people["CODE7"]) == {"name": "N7"}
    new = keep_people(ledger, [NewPerson("LATER", {"name": "L"})], now=NOON)
    done = rotate_master(ledger, now=NOON, tell=tell_nobody)
    assert (done.number, kept(ledger), numbers(ledger)) == (2, [2], {2})
    assert 0 < done.moved < len(PEOPLE)
    assert read_papers(ledger, new["LATER"]) == {"name": "L"}


def test_a_key_wrapped_by_the_old_master_at_the_last_moment_keeps_it(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a process does that began to write before the new master was there."""
    retire: Callable[[int, Connection], bool] = masters._retire
    late: list[object] = []

    def somebody_is_late(number: int, db: Connection) -> bool:
        if not late:
            old = masters.Masters({1: masters.masters_in(db).secrets[1]})
            wrapped = old.wrap(bytes(32), masters.person_place(PERSON))
            row = {"person_id": PERSON, "wrapped": wrapped, "created_at": NOON}
            late.append(db.execute(person_key.insert().values(row)))
        return retire(number, db)

    monkeypatch.setattr(masters, "_retire", somebody_is_late)
    assert rotate_master(ledger, now=NOON, tell=tell_nobody).number == 2
    with ledger.reading(Store.KEYS) as db:
        assert masters.read_person_key(db, PERSON) == bytes(32)
    assert numbers(ledger) == {2}


def test_what_was_sealed_before_keys_had_numbers_is_read_still(url: str) -> None:
    engines = {store: writing_engine(read_place(url), store) for store in Store}
    key, nonce, place = bytes(range(32)), bytes(12), f"paper/{PERSON.hex}/name"
    with engines[Store.KEYS].begin() as db:
        command.downgrade(configuration(Store.KEYS, db), "k003")
        master = db.execute(text("SELECT secret FROM named_key WHERE name = 'master'")).scalar_one()
        bound = masters.person_place(PERSON).encode()
        wrapped = b"\x01" + nonce + AESGCM(bytes(master)).encrypt(nonce, key, bound)
        row = {"person_id": PERSON, "wrapped": wrapped, "created_at": NOON}
        db.execute(person_key.insert().values(row))
    sealed = b"\x01" + nonce + AESGCM(key).encrypt(nonce, b"Mara", place.encode())
    row = {"person_id": PERSON, "field": "name", "sealed": sealed}
    with engines[Store.VAULT].begin() as db:
        db.execute(paper.insert().values(row))
    for engine in engines.values():
        engine.dispose()
    with open_ledger(url, create=True) as ledger:
        assert read_papers(ledger, PERSON) == {"name": "Mara"}
        rotate_keys(ledger, now=NOON, tell=tell_nobody)
        assert read_papers(ledger, PERSON) == {"name": "Mara"}


def test_the_old_master_is_in_no_file_any_more(sqlite_template: Path, tmp_path: Path) -> None:
    url = sqlite_copy(sqlite_template, tmp_path)
    with open_ledger(url) as ledger:
        keep_people(ledger, PEOPLE, now=NOON)
        with sqlite3.connect(tmp_path / "portavalori.keys.db") as db:
            [[old]] = db.execute("SELECT secret FROM master_key").fetchall()
            [[wrapped]] = db.execute("SELECT wrapped FROM person_key LIMIT 1").fetchall()
        assert CliRunner().invoke(app, ["keys", "rotate-master", "--database", url]).exit_code == 0
        for file in tmp_path.glob("*.keys.db*"):
            assert old not in file.read_bytes(), file.name
            assert wrapped not in file.read_bytes(), file.name
