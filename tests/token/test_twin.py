"""The twin in JavaScript answers as we do: the vectors, and strange tokens by the thousand."""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.node_packages import BuildError, node
from tests.peers import LeaveOut
from tests.token.case import VECTORS, answer, load, roots_of, trust, written
from tests.token.strange import strange_cases

HERE = Path(__file__).parent


@pytest.fixture
def javascript(leave_out: LeaveOut) -> list[str]:
    try:
        return [*node(), "--test", str(HERE / "twin.test.mjs")]
    except BuildError as missing:
        leave_out.because(str(missing))


def run_twin(command: list[str], vectors: Path) -> None:
    told = {**os.environ, "TOKEN_VECTORS": str(vectors)}
    done = subprocess.run(command, env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "fail 0" in done.stdout


def test_the_twin_gives_every_vector_its_outcome(javascript: list[str]) -> None:
    run_twin(javascript, VECTORS)


def test_the_twin_answers_strange_tokens_as_we_do(javascript: list[str], tmp_path: Path) -> None:
    vectors = load()
    trusted, roots = trust(), roots_of(vectors)

    def answered() -> Iterator[dict[str, object]]:
        for case in strange_cases(seed=20_270_101, count=3_000):
            outcome, seen = answer(case, trusted, roots)
            yield written(replace(case, outcome=outcome, object=seen))

    strange = tmp_path / "strange.json"
    others = [case for case in vectors["cases"] if case["what"] in {"base45", "short_code"}]
    told = vectors | {"flip": [], "cases": [*answered(), *others]}
    strange.write_text(json.dumps(told), encoding="utf-8")
    run_twin(javascript, strange)
