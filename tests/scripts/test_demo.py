"""The demo network: of any size, its books are right, and what it tells can be used."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ledger import open_ledger
from ledger.operations.sign_in import credential_of_code, open_till_session, sign_in_officer
from scripts.cli import app
from tests.engines import sqlite_copy

command = CliRunner()


@pytest.mark.parametrize("families", [1, 40])
def test_a_demo_of_any_size_is_right_and_can_be_tried(
    sqlite_template: Path, tmp_path: Path, families: int
) -> None:
    url, file = sqlite_copy(sqlite_template, tmp_path), tmp_path / "how.json"
    words = ["demo", "--database", url, "--families", str(families), "--credentials", str(file)]
    said = command.invoke(app, words)
    assert said.exit_code == 0, said.output
    told = json.loads(file.read_text())
    assert {one["comune"] for one in told["tills"]} == {
        "besana", "brugherio", "giussano", "muggio", "seveso"
    }  # fmt: skip
    assert {one["role"] for one in told["officers"]} == {
        "officer", "approver", "treasurer", "auditor"
    }  # fmt: skip
    with open_ledger(url) as ledger:
        now = ledger.clock()
        assert open_till_session(ledger, told["tills"][0]["secret"], now=now)
        one = told["officers"][0]
        assert sign_in_officer(ledger, one["comune"], one["user"], one["password"], now=now)
        for family in told["families"]:
            assert credential_of_code(ledger, family["code"])
            assert family["token"].startswith("BC1:")
        for book in ledger.books():
            assert list(book.check()) == []
            assert book.head().recorded_at < now  # Nothing was booked in the future.
    again = command.invoke(app, words)
    assert again.exit_code == 2
    assert "holds books already" in again.output
