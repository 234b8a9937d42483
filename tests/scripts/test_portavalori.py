"""The set-up says what is missing, and does nothing twice."""

import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distributions, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from scripts import portavalori


def test_a_missing_part_of_python_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(portavalori, "PYTHON", tmp_path / "absent")
    monkeypatch.setattr(portavalori, "find_uv", lambda: None)
    monkeypatch.setattr(portavalori, "can_make_environments", lambda: False)
    monkeypatch.setattr(portavalori, "may_install_system_packages", lambda: False)
    assert portavalori.main(["setup"]) == 2
    said = capsys.readouterr().err
    assert f"python{sys.version_info.major}.{sys.version_info.minor}-venv" in said


def test_a_lock_is_installed_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    steps: list[list[str]] = []
    lock = tmp_path / "some.txt"
    lock.write_text("six==1.17.0")
    monkeypatch.setattr(portavalori, "VENV", tmp_path)
    monkeypatch.setattr(portavalori, "run_step", steps.append)
    assert portavalori.install_packages("some", [lock])
    assert not portavalori.install_packages("some", [lock])
    lock.write_text("six==1.18.0")
    assert portavalori.install_packages("some", [lock])
    assert [{"--require-hashes", "--no-deps"} <= set(step) for step in steps] == [True, True]


def test_the_lock_names_all_that_its_packages_ask_for() -> None:
    """Nothing is looked up beside it, so nothing may lack."""
    lacking = []
    for one in distributions():
        for asked in map(Requirement, one.requires or ()):
            if asked.marker and not asked.marker.evaluate({"extra": ""}):
                continue
            try:
                is_there = asked.specifier.contains(version(asked.name), prereleases=True)
            except PackageNotFoundError:
                is_there = False
            lacking += [] if is_there else [f"{one.name} asks for {asked}"]
    assert lacking == []


def test_a_failing_step_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "call", lambda *_words, **_more: 1)
    with pytest.raises(portavalori.MissingPieceError, match="check the network"):
        portavalori.run_step(["pip", "install"])


def test_it_needs_nothing_but_the_standard_library() -> None:
    script = portavalori.ROOT / "scripts" / "portavalori.py"
    words = [sys.executable, "-S", "-I", str(script), "run", "--help"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--reset" in done.stdout


def test_words_that_only_pytest_knows_are_refused_elsewhere() -> None:
    with pytest.raises(SystemExit) as refused:
        portavalori.main(["run", "--prot", "8000"])
    assert refused.value.code == 2


def test_databases_go_into_memory_only_where_there_is_plenty(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(portavalori, "MEMORY", str(tmp_path))
    monkeypatch.setattr(portavalori, "PLENTY", 1)
    assert portavalori.fast_folder() == str(tmp_path)
    monkeypatch.setattr(portavalori, "PLENTY", 1 << 60)
    assert portavalori.fast_folder() is None
    monkeypatch.setattr(portavalori, "PLENTY", 1)
    monkeypatch.setattr(portavalori, "MEMORY", str(tmp_path / "absent"))
    assert portavalori.fast_folder() is None
