"""A practice by the command: written by one comune, kept as a draft by another, refused if odd."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ledger import open_ledger, random_id
from ledger.operations.publish_checkpoint import publish_checkpoint
from ledger.reports.practices import shared_files
from ledger.store.network.people import Comune, add_comune, add_officer
from ledger.store.passwords import hash_password
from scripts.cli import app
from tests.imports.test_practice_files import signed
from tests.scripts.test_cli import PASSWORDS
from tests.town import NOON, PASSWORD, Town, make_town

command = CliRunner()


@pytest.fixture
def town(url: str) -> Iterator[Town]:
    """Giussano with a published log, and Seveso with an officer."""
    with open_ledger(url) as ledger:
        made = make_town(ledger)
        made.programme()
        publish_checkpoint(ledger, "giussano", domain="brianza.example.org", now=NOON)
        book = ledger.book("seveso", create=True)
        entry = Comune(book.book_no, "seveso", "Seveso", "c_i709", "108040", 23_797, "")
        ledger.write(lambda db: add_comune(db, entry))
        officer = replace(made.officer, officer_id=random_id(), book_no=book.book_no)
        ledger.write(lambda db: add_officer(db, officer, hash_password(PASSWORD)))
        yield made


def run(*words: str) -> tuple[int, str]:
    done = command.invoke(app, list(words), env=PASSWORDS)
    return done.exit_code, done.output


def drafts(url: str) -> int:
    with open_ledger(url) as ledger:
        return len(shared_files(ledger, ledger.book("seveso").book_no))


def test_a_practice_goes_from_file_to_draft(url: str, town: Town, tmp_path: Path) -> None:
    town.ledger.close()
    file = tmp_path / "pratica.json"
    where = ["--database", url]
    code, said = run(
        "export", "practice", "--programme", "P1", "--comune", "giussano", "-o", str(file), *where
    )
    assert code == 0, said
    to = ["--comune", "seveso", "--officer", "officer", *where]
    code, said = run("import", "practice", str(file), *to)
    assert (code, "kept as a draft" in said, "verified" in said) == (0, True, True), said
    assert drafts(url) == 1
    file.write_bytes(file.read_bytes().replace(b"Buoni", b"Bueni"))
    assert run("import", "practice", str(file), *to)[0] == 2
    assert drafts(url) == 1


def test_an_unknown_key_has_to_be_accepted_by_name(url: str, town: Town, tmp_path: Path) -> None:
    town.ledger.close()
    file = tmp_path / "pratica.json"
    file.write_bytes(signed())
    to = [str(file), "--comune", "seveso", "--officer", "officer", "--database", url]
    code, said = run("import", "practice", *to)
    assert code == 2
    assert "--unverified" in said
    assert drafts(url) == 0
    assert run("import", "practice", *to, "--unverified")[0] == 0
    assert run("import", "practice", *to, "--key", "nonsense")[0] == 2


def test_a_programme_that_is_not_there_leaves_no_file(url: str, town: Town, tmp_path: Path) -> None:
    town.ledger.close()
    to = ["--comune", "seveso", "-o", str(tmp_path / "x"), "--database", url]
    code, said = run("export", "practice", "--programme", "P1", *to)
    assert (code, "no such programme" in said) == (2, True)
    assert not (tmp_path / "x").exists()
