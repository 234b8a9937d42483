"""The writer's bounds come from the environment, and the README tells them all."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from ledger import Limits
from scripts.writer_settings import WriterSettings


def test_without_settings_the_ledgers_own_bounds_hold() -> None:
    assert WriterSettings().limits() == Limits()


def test_a_bound_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAVALORI_QUEUE", "7")
    assert WriterSettings().limits().queue == 7
    monkeypatch.setenv("PORTAVALORI_QUEUE", "0")
    with pytest.raises(ValidationError):
        WriterSettings()


def test_the_readme_tells_every_setting() -> None:
    readme = Path("README.md").read_text()
    for name, field in WriterSettings.model_fields.items():
        [line] = [row for row in readme.splitlines() if f"`PORTAVALORI_{name.upper()}`" in row]
        assert line.endswith(f"| {field.default:g} |")
