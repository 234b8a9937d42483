"""The trials of data protection find a vault, keys or backups that protect nobody."""

import random
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import update

from ledger.operations import back_up, erase_due
from ledger.operations.issue_credential import NewCredential
from ledger.store import erasing, keys, people, retention, schema, vault
from tests.faults import column_encryption, piiscan, shred
from tests.faults.trials import run_trial
from tests.town import Town


def nothing(*_given: Any, **_named: Any) -> tuple[()]:  # noqa: ANN401 -- stands for anything.
    return ()


@pytest.mark.minutes
@pytest.mark.parametrize(
    ("where", "what", "says"),
    [
        (shred, "scrub", "in portavalori.keys.db-wal"),
        (erasing, "_destroy_keys", "opens"),
        (erasing, "_sweep", "values in portavalori.vault.db"),
        (back_up, "drop_older", "longer than thirty days"),
    ],
)
def test_an_erasure_that_leaves_something_is_found(
    monkeypatch: pytest.MonkeyPatch,
    where: ModuleType,
    what: str,
    says: str,
) -> None:
    monkeypatch.setattr(where, what, nothing)
    row = run_trial("shred", "sqlite", size=20, seed=1)
    assert not row.passed
    assert any(says in one for one in row.why), row.why


def in_no_place(seal: Callable[..., bytes]) -> Callable[..., bytes]:
    """What seals, or opens, without saying for which row and column."""
    return lambda key, value, _place, **given: seal(key, value, "", **given)


@pytest.mark.minutes
def test_values_that_are_bound_to_no_place_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (people, vault):
        monkeypatch.setattr(module, "seal", in_no_place(keys.seal))
        monkeypatch.setattr(module, "open_sealed", in_no_place(keys.open_sealed))
    row = run_trial("column_encryption", "sqlite", size=80, seed=1)
    assert not row.passed
    assert any("of another column" in one for one in row.why), row.why


@pytest.mark.minutes
def test_values_that_lie_in_clear_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(column_encryption, "damaged", lambda *_: (0, 0))
    monkeypatch.setattr(people, "seal", lambda _key, value, _place: keys.AES_GCM + value)
    monkeypatch.setattr(people, "open_sealed", lambda _key, value, _place: value[1:])
    monkeypatch.setattr(column_encryption, "unread", nothing)
    row = run_trial("column_encryption", "sqlite", size=80, seed=1)
    assert not row.passed
    assert any("holds a word in clear" in one for one in row.why), row.why


@pytest.mark.minutes
@pytest.mark.parametrize(
    ("where", "what", "instead", "says"),
    [
        (retention, "BARS", {}, "missing"),  # Holds are not looked at.
        (retention, "MONTHS", 25, "past their date"),
        (retention, "reason_to_keep", lambda _own, here: here.reason, "otherwise than its dry"),
        (erase_due, "release", lambda *_given: [], "otherwise than its dry run"),
        (erase_due, "forget_applications", nothing, "applications can be read"),
    ],
)
def test_people_kept_too_long_or_not_long_enough_are_found(
    monkeypatch: pytest.MonkeyPatch, where: ModuleType, what: str, instead: object, says: str
) -> None:
    monkeypatch.setattr(where, what, instead)
    row = run_trial("retention", "sqlite", size=2, seed=1)
    assert not row.passed
    assert any(says in one for one in row.why), row.why


def telling(write: Callable[[str], str]) -> Callable[..., piiscan.Told]:
    """A story in which an office's telephone says something of a family's fiscal code."""
    fill = piiscan.fill

    def told(town: Town, count: int, chance: random.Random) -> piiscan.Told:
        known = fill(town, count, chance)
        said = update(schema.comune).values(telephone=write(known["CF of family 0"]))
        town.ledger.write(lambda db: db.execute(said))
        return known

    return told


@pytest.mark.minutes
@pytest.mark.parametrize(
    ("write", "says"),
    [
        (str, "CF of family 0 in comune.telephone"),
        (lambda code: sha256(code.encode()).hexdigest(), "a plain hash of the CF of family 0"),
    ],
)
def test_a_person_in_the_books_store_is_found(
    monkeypatch: pytest.MonkeyPatch, write: Callable[[str], str], says: str
) -> None:
    monkeypatch.setattr(piiscan, "fill", telling(write))
    row = run_trial("piiscan", "sqlite", size=4, seed=1)
    assert not row.passed
    assert any(says in one for one in row.why), row.why


@pytest.mark.minutes
def test_a_till_that_reads_names_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    at_the_till = piiscan.at_the_till

    def curious(town: Town, issued: Sequence[NewCredential]) -> Iterator[tuple[str, str]]:
        people.papers_of(town.ledger, list(people.find_people(town.ledger, ["NOBODY"]).values()))
        yield from at_the_till(town, issued)

    monkeypatch.setattr(piiscan, "at_the_till", curious)
    row = run_trial("piiscan", "sqlite", size=4, seed=1)
    assert any("a till reached the vault" in one for one in row.why), row.why


def test_a_column_without_a_line_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert list(piiscan.unknown_columns()) == []
    lines = piiscan.LINES.read_text("utf-8").replace("till.label,name of a till\n", "")
    (tmp_path / "lines.csv").write_text(lines, "utf-8")
    monkeypatch.setattr(piiscan, "LINES", tmp_path / "lines.csv")
    assert list(piiscan.unknown_columns()) == ["till.label"]
