"""The commands of backup, restore and drill: what they say, how they end, what they never print."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ledger import open_ledger
from scripts.check import ROOT
from scripts.cli import app
from tests.engines import sqlite_copy
from tests.faults.contest import prepare, spend

command = CliRunner()


@pytest.fixture
def folder(sqlite_template: Path, tmp_path: Path) -> Path:
    live = tmp_path / "live"
    live.mkdir()
    with open_ledger(sqlite_copy(sqlite_template, live)) as ledger:
        prepare(ledger)
    for name in ("s1", "s2"):
        code, said = run("backup-secret", tmp_path / name)
        assert (code, "Whoever loses it" in said) == (0, True), said
    return tmp_path


def run(*words: object) -> tuple[int, str]:
    done = command.invoke(app, [str(word) for word in words])
    return done.exit_code, done.output


def secrets(folder: Path) -> list[object]:
    return ["--secret", folder / "s1", "--keys-secret", folder / "s2"]


def live(folder: Path) -> str:
    return f"sqlite:///{folder / 'live' / 'portavalori.db'}"


def back_up(folder: Path, *more: str) -> tuple[int, str]:
    where = ["--to", folder / "b", "--keys-to", folder / "k", "--database", live(folder)]
    return run("backup", *where, *secrets(folder), *more)


def restore(folder: Path, *more: str) -> tuple[int, str]:
    where = ["--from", folder / "b", "--keys-from", folder / "k"]
    url = f"sqlite:///{folder / 'new' / 'portavalori.db'}"
    return run("restore", "--database", url, *where, *secrets(folder), *more)


def drill(folder: Path, *more: object) -> tuple[int, dict[str, object]]:
    where = ["--from", folder / "b", "--keys-from", folder / "k", "--scratch", folder / "scratch"]
    code, said = run("drill", *where, *secrets(folder), *more)
    [line] = said.splitlines()
    return code, json.loads(line)


def test_there_and_back(folder: Path) -> None:
    code, said = back_up(folder)
    assert code == 0, said
    assert "opened again" in said
    assert "contested: " in said
    code, told = drill(folder, "--heads", folder / "live" / "portavalori.heads.json")
    assert (code, told["ok"], told["why"]) == (0, True, [])
    code, said = restore(folder)
    assert code == 0, said
    assert "read only" not in said
    assert run("check", "--database", f"sqlite:///{folder / 'new' / 'portavalori.db'}")[0] == 0


def test_quick_says_what_it_left_out(folder: Path) -> None:
    assert "not replayed" in back_up(folder, "--quick")[1]
    assert "run `portavalori check`" in restore(folder, "--quick")[1]


def test_what_is_missing_is_said_with_what_to_read(folder: Path) -> None:
    assert back_up(folder)[0] == 0
    with open_ledger(live(folder)) as ledger:
        ledger.book("contested").submit([spend()])
    heads = folder / "live" / "portavalori.heads.json"
    (folder / "new").mkdir()
    (folder / "new" / heads.name).write_bytes(heads.read_bytes())
    code, told = drill(folder, "--heads", heads)
    assert code == 0
    assert [one["missing"] for one in told["books"]] == [1]  # type: ignore[attr-defined]
    code, said = restore(folder)
    assert (code, "1 decisions after" in said, "OPERATIONS.md" in said) == (0, True, True), said


def test_a_drill_that_fails_says_why_in_one_line(folder: Path) -> None:
    code, told = drill(folder)
    assert (code, told["ok"]) == (1, False)
    assert "no finished backup" in str(told["why"])
    back_up(folder)
    code, told = drill(folder, "--max-age-hours", "0")
    assert (code, told["ok"]) == (1, False)
    assert "hours old" in str(told["why"])
    [file] = (folder / "k").glob("*.backup")
    file.write_bytes(file.read_bytes()[:-1])
    code, told = drill(folder)
    assert (code, "keys.backup" in str(told["why"])) == (1, True)


def test_expected_troubles_end_in_words(folder: Path) -> None:
    code, said = restore(folder)
    assert (code, "no finished backup" in said) == (2, True), said
    code, said = run("backup-secret", folder / "s1")
    assert (code, "there already" in said) == (2, True)
    code, said = run(
        "backup", "--to", folder / "b", "--keys-to", folder / "k", *secrets(folder),
        "--database", "postgresql://nobody@nowhere/x",
    )  # fmt: skip
    assert (code, "docs/OPERATIONS.md" in said) == (2, True)
    assert (ROOT / "docs" / "OPERATIONS.md").exists()


def test_no_secret_is_ever_printed(folder: Path) -> None:
    said = back_up(folder)[1] + restore(folder)[1] + str(drill(folder))
    for name in ("s1", "s2"):
        secret = (folder / name).read_text().split()[1]
        assert secret not in said
        assert not any(secret.encode() in file.read_bytes() for file in folder.glob("[bk]/*"))
