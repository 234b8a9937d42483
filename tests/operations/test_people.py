"""Names are sealed per person, looked up by keyed hash, bound to their place, and erasable."""

import sqlite3
from pathlib import Path

import pytest

from ledger import Ledger, open_ledger
from ledger.operations.erase_person import erase_person
from ledger.store.keys import CannotOpen, open_sealed, seal
from ledger.store.network.credentials import families_of
from ledger.store.people import NewPerson, keep_people, papers_of
from ledger.store.vault import (
    commit_to,
    commitments_of,
    find_person,
    keep_person,
    open_commitment,
    read_papers,
)
from tests.engines import sqlite_copy
from tests.town import BIANCHI, NOON, ROSSI, make_town

CANARY = ("RSSMRA80A41F205B", "Rossi", "Mara", "BNCGLI85B41F205J", "Bianchi", "Giulia")


def test_a_person_is_found_by_keyed_hash_and_read_back(ledger: Ledger) -> None:
    papers = {"surname": "Rossi", "name": "Mara"}
    who = keep_person(ledger, papers, found_by={"fiscal_code": ROSSI}, now=NOON)
    assert find_person(ledger, "fiscal_code", ROSSI) == who
    assert find_person(ledger, "fiscal_code", BIANCHI) is None
    assert find_person(ledger, "telephone", ROSSI) is None
    assert read_papers(ledger, who) == papers
    assert papers_of(ledger, [who]) == {who: papers}


def test_a_sealed_value_opens_only_in_its_place_and_with_its_key() -> None:
    key, other = bytes(32), bytes([1]) * 32
    sealed = seal(key, b"Rossi", "paper/1/surname")
    assert open_sealed(key, sealed, "paper/1/surname") == b"Rossi"
    for wrong_key, text, place in (
        (other, sealed, "paper/1/surname"),
        (key, sealed, "paper/2/surname"),
        (key, sealed, "paper/1/name"),
        (key, sealed[:-1], "paper/1/surname"),
        (key, b"\x01" + sealed[1:], "paper/1/surname"),
        (key, b"\x03" + sealed[1:], "paper/1/surname"),
        (key, sealed[:4] + b"\x02" + sealed[5:], "paper/1/surname"),
        (key, b"", "paper/1/surname"),
    ):
        with pytest.raises(CannotOpen):
            open_sealed(wrong_key, text, place)
    assert seal(key, b"Rossi", "paper/1/surname") != sealed  # No nonce twice.


def test_a_commitment_opens_to_what_was_said_until_its_person_is_erased(ledger: Ledger) -> None:
    town = make_town(ledger)
    town.issue(town.programme())
    book = ledger.book("giussano")
    with ledger.reading() as db:
        people = sorted(families_of(db, book.book_no))
    first, second = people
    [gone], [kept] = commitments_of(ledger, first), commitments_of(ledger, second)
    said = open_commitment(ledger, gone)
    assert said is not None
    assert said["amount"] in {50_00, 80_00}
    for _ in range(2):  # Stopped half-way and run again, it does no harm.
        erase_person(ledger, first, officer=town.officer.officer_id, now=NOON)
    assert open_commitment(ledger, gone) is None
    assert open_commitment(ledger, kept) is not None
    assert read_papers(ledger, first) == {}
    assert read_papers(ledger, second)
    assert list(book.check()) == []


def test_nobody_can_be_committed_to_once_erased(ledger: Ledger) -> None:
    town = make_town(ledger)
    who = keep_person(ledger, {"name": "Mara"}, found_by={}, now=NOON)
    erase_person(ledger, who, officer=town.officer.officer_id, now=NOON)
    with pytest.raises(CannotOpen):
        commit_to(ledger, who, {"amount": 1})


def test_no_name_stands_in_clear_in_any_file(sqlite_template: Path, tmp_path: Path) -> None:
    url = sqlite_copy(sqlite_template, tmp_path)
    with open_ledger(url) as ledger:
        town = make_town(ledger)
        town.issue(town.programme())
        codes = town.codes()
    secrets = [*CANARY, *(code.code for code in codes)]
    for file in tmp_path.iterdir():
        data = file.read_bytes()
        for secret in secrets:
            assert secret.encode() not in data, f"{secret} in {file.name}"


def test_many_people_are_kept_at_once_and_none_without_a_key(
    sqlite_template: Path, tmp_path: Path
) -> None:
    url = sqlite_copy(sqlite_template, tmp_path)
    with open_ledger(url) as ledger:
        people = [NewPerson(f"CODE{number}", {"name": f"N{number}"}) for number in range(900)]
        ids = keep_people(ledger, people, now=NOON)
        assert papers_of(ledger, list(ids.values()))[ids["CODE899"]] == {"name": "N899"}
    with sqlite3.connect(tmp_path / "portavalori.keys.db") as keys:
        [(count,)] = keys.execute("SELECT COUNT(*) FROM person_key")
    assert count == 900
