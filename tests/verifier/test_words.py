"""Every trouble has its sentence, in both languages, with all that it names."""

import re
from pathlib import Path
from string import Formatter

import pytest
from typer.testing import CliRunner

from scripts import verifier
from scripts.bench import verify as bench
from scripts.cli import app
from scripts.verifier.words import TROUBLES
from tests.verifier.books import rich_leaves
from tests.verifier.maker import sealed

FOLDER = Path(verifier.__file__).parent
RAISED = re.compile(r'(?:Finding|WrongError|UnreadableError)\(\s*"(\w+)"')
NAMED = {"code", "period", "v"}  # Fields of a leaf, raised under their own names.


def test_there_is_a_sentence_for_each_trouble_and_no_other() -> None:
    sources = [file.read_text(encoding="utf-8") for file in FOLDER.glob("*.py")]
    raised = {kind for source in sources for kind in RAISED.findall(source)} | NAMED
    assert raised == set(TROUBLES)


def test_both_languages_name_the_same_things() -> None:
    for italian, english in TROUBLES.values():
        assert fields(italian) <= fields(english) | {"row"} | {"right"}, italian
        assert fields(english) <= fields(italian) | {"row"}, english


def fields(text: str) -> set[str]:
    return {name for _before, name, _form, _how in Formatter().parse(text) if name}


def test_the_command_of_the_whole_product_hands_it_on(tmp_path: Path) -> None:
    path = sealed(rich_leaves()).write(tmp_path / "bundle.zip")
    done = CliRunner().invoke(app, ["verify", str(path), "--lang", "en"])
    assert done.exit_code == 0
    assert "PROVED" in done.output


def test_its_figures_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "ACCOUNTS", 50)
    written, verified = bench.bench_verify(1_000)
    assert written["bench"] == "bundle"
    assert verified["ok"]
    assert verified["codes"] == {"accepted": verified["transfers"] + 2}
