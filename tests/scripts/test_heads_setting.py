"""`PORTAVALORI_HEADS`: a standby promoted too early is read only on either engine, and says so."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ledger import ReadOnly
from scripts.cli import app
from scripts.databases import opened
from tests.faults.contest import prepare, spend

command = CliRunner()


@pytest.fixture
def heads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "told.heads.json"
    monkeypatch.setenv("PORTAVALORI_HEADS", str(file))
    return file


@pytest.fixture
def behind(url: str, heads: Path) -> str:
    """A ledger of which two decisions more had been told than it holds now."""
    with opened(url) as ledger:
        prepare(ledger)
        assert ledger.book("contested").submit([spend()])[0].accepted
    words = json.loads(heads.read_text())
    words["books"]["contested"]["size"] += 2
    heads.write_text(json.dumps(words))
    return url


def test_what_is_behind_the_given_file_takes_no_money(behind: str) -> None:
    with opened(behind) as ledger:
        assert "2 decisions" in str(ledger.read_only)
        with pytest.raises(ReadOnly):
            ledger.book("contested").submit([spend()])


def test_the_loss_is_told_and_accepted_by_command(behind: str) -> None:
    told = command.invoke(app, ["db", "accept-loss", "--database", behind])
    assert "contested: 2 decisions after" in told.output, told.output
    words = ["db", "accept-loss", "--yes", "--open-tills", "--database", behind]
    accepted = command.invoke(app, words)
    assert "the books go on from here" in accepted.output
    with opened(behind) as ledger:
        assert ledger.book("contested").submit([spend()])[0].accepted


def test_without_the_setting_sqlite_keeps_its_own_file_and_postgresql_says_that_it_has_none(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PORTAVALORI_HEADS", raising=False)
    told = command.invoke(app, ["db", "accept-loss", "--yes", "--database", url])
    sqlite = url.startswith("sqlite")
    assert told.exit_code == (0 if sqlite else 2)
    assert ("Nothing is missing" if sqlite else "keeps no file of heads") in told.output
