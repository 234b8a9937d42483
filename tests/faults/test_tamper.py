"""The trial of edits sees a judge that does not look: each blindness lets some edit through."""

from collections.abc import Iterator

import pytest

from ledger.store.comparing_log import LogEyes
from scripts.verifier import verify
from scripts.verifier.notes import Head
from scripts.verifier.tree import Tree
from tests.faults.scoreboard import Asked, Row
from tests.faults.tamper import KINDS, PLACES, tamper
from tests.faults.trials import fresh_ledger
from tests.loops import run_apart

EDITS = 2 * len(PLACES) * len(KINDS)


def tried(edits: int = EDITS) -> Row:
    with fresh_ledger("sqlite") as (url, folder):
        return run_apart(lambda: tamper(Asked(edits, 3, "sqlite"), url, folder))


@pytest.mark.minutes
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("owner", "name", "place"),
    [
        (verify, "_wants_quorum", "delete in the checkpoint"),
        (LogEyes, "_grow", "log_tile"),
        (verify, "_older", "an older file"),
    ],
)
def test_a_judge_that_does_not_look_is_seen(
    owner: object, name: str, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def older(_report: object, after: Head) -> verify.Marked:
        return verify.Marked("--after", Head("", "", -1, after.root, ()), is_older=True)

    def blind(eyes: object, *_given: object) -> Iterator[object]:
        if isinstance(eyes, LogEyes):
            eyes._tiles.clear()
        return iter(())

    monkeypatch.setattr(owner, name, older if name == "_older" else blind)
    row = tried()
    assert not row.passed
    assert any(place in why for why in row.why), row.why


@pytest.mark.minutes
@pytest.mark.timeout(300)
def test_a_root_that_nobody_compares_lets_an_outsider_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Tree, "root", lambda _tree: Everything())
    row = tried(3 * EDITS)
    assert any("by an outsider" in why for why in row.why), row.why


class Everything(bytes):
    """A hash that equals any other."""

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = None  # type: ignore[assignment]
