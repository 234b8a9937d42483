"""The command's own promises: its version, and clear words instead of a traceback."""

import json
import socket
import sqlite3
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ledger import open_ledger
from scripts.check import ROOT
from scripts.cli import app
from tests.engines import sqlite_copy
from tests.town import LIST, PASSWORD, Town, make_town

command = CliRunner()


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    said = command.invoke(app, ["version"])
    assert said.stdout.strip() == project["version"]


def test_a_taken_port_is_said_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = command.invoke(app, ["serve", "--port", str(port)])
    assert said.exit_code == 2
    assert f"port {port} is taken" in said.stderr
    assert "--port" in said.stderr


PASSWORDS = {"PORTAVALORI_PASSWORD": PASSWORD}


@pytest.fixture
def town(url: str) -> Iterator[Town]:
    with open_ledger(url) as ledger:
        yield make_town(ledger)


def test_a_list_goes_from_file_to_vouchers_by_command(url: str, town: Town, tmp_path: Path) -> None:
    funding = town.programme()
    town.ledger.close()
    file = tmp_path / "elenco.csv"
    file.write_bytes(LIST.encode("windows-1252"))
    place = ["--comune", "giussano", "--database", url]

    def run(*words: str) -> tuple[int, str]:
        done = command.invoke(app, ["import", *words, *place], env=PASSWORDS)
        return done.exit_code, done.output

    code, said = run("applications", str(file), "--programme", "P1", "--officer", "officer")
    assert code == 0, said
    batch = said.split()[1].rstrip(":")
    assert "2 families, 130,00" in said
    assert run("issue", "--batch", batch)[0] == 2  # Nobody has approved it.
    assert "not_approved" in run("approve", "--batch", batch, "--officer", "officer")[1]
    assert run("approve", "--batch", batch, "--officer", "approver")[0] == 0
    for _ in range(2):
        code, said = run("issue", "--batch", batch)
        assert (code, "2 vouchers, 130,00" in said) == (0, True), said
    again = run("applications", str(file), "--programme", "P1", "--officer", "officer")
    assert again[0] == 2
    assert "already" in again[1]
    with open_ledger(url) as ledger:
        assert ledger.book("giussano").balance(funding.fund()) == 10_000_00 - 130_00


def test_a_bad_line_is_named_and_nothing_is_imported(url: str, town: Town, tmp_path: Path) -> None:
    town.programme()
    town.ledger.close()
    file = tmp_path / "elenco.csv"
    file.write_text(LIST.replace("50,00", "1.234"))
    words = ["import", "applications", str(file), "--programme", "P1", "--officer", "officer"]
    place = ["--comune", "giussano", "--database", url]
    said = command.invoke(app, words + place, env=PASSWORDS)
    assert said.exit_code == 2
    assert "line 2: amount amount_ambiguous" in said.output
    assert "RSSMRA" not in said.output


def test_check_proves_the_books_and_names_one_changed_cent(
    sqlite_template: Path, tmp_path: Path
) -> None:
    url = sqlite_copy(sqlite_template, tmp_path)
    with open_ledger(url) as ledger:
        town = make_town(ledger)
        town.issue(town.programme())
        voucher = town.account("voucher")
    said = command.invoke(app, ["check", "--database", url, "--json"])
    assert said.exit_code == 0, said.output
    report = json.loads(said.output)
    assert report["ok"]
    [book] = report["books"]
    assert (book["book"], book["findings"]) == ("giussano", [])
    assert all(unit["debits"] == unit["credits"] for unit in book["units"])
    with sqlite3.connect(tmp_path / "portavalori.db") as db:
        statement = "UPDATE account SET credits_posted = credits_posted + 1 WHERE account_id = ?"
        assert db.execute(statement, (voucher.bytes,)).rowcount == 1
    said = command.invoke(app, ["check", "--database", url])
    assert said.exit_code == 1
    assert f"account {voucher.hex}: credits_posted" in said.output
    assert "NOT right" in said.output
