"""`portavalori evaluate`: what its page shows, and a clear word for what is no case."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scripts.cli import app

PAGE = Path(__file__).parents[2] / "ledger/core/entitlement/ENTITLEMENT.md"


def case_of_the_page() -> str:
    found = re.search(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1]


def test_the_case_of_its_page_gives_what_the_page_says(tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    file.write_text(case_of_the_page(), encoding="utf-8")
    done = CliRunner().invoke(app, ["evaluate", str(file), "--json"])
    told = json.loads(done.stdout)
    text = PAGE.read_text(encoding="utf-8").replace("\n", " ")
    assert len(told.pop("steps")) == 12
    for name, value in told.items():
        assert f'"{name}": "{value}"' in text


def test_people_read_a_table() -> None:
    done = CliRunner().invoke(app, ["evaluate", "-"], input=case_of_the_page())
    assert done.exit_code == 0
    assert "      959.04  between 3000.00 and 15000.00, rounded once\n" in done.stdout
    assert done.stdout.endswith("      959.04  amount\n")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", "This is no case."),
        ("[", "This is no case."),
        ("[" * 100_000, "This is no case."),
        ("{}", "the case has no date"),
        ('{"date": 1}', "the case has no function"),
        ('"' + "x" * 2_000_000 + '"', "it is too long"),
        ("\xff", "This is no case."),
    ],
)
def test_what_is_no_case_is_told_so(given: str, words: str) -> None:
    done = CliRunner().invoke(app, ["evaluate", "-", "--json"], input=given.encode("latin-1"))
    assert (done.exit_code, done.stdout) == (1, "")
    assert words in done.stderr


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["evaluate", str(tmp_path / "none.json")])
    assert done.exit_code == 1
    assert "none.json cannot be read: No such file" in done.stderr
