"""The trial of what leaves a book sees a name, wherever it comes out."""

from pathlib import Path

import pytest

from ledger import Ledger
from ledger.core.chart import EntryKind
from ledger.core.requests import Request
from ledger.exports import bundle
from tests.faults import publiclist
from tests.faults.scoreboard import Asked
from tests.town import NOON, key


def test_a_name_in_the_book_is_found_in_what_leaves_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As if a verb had written its caller's words, names and all, into the log."""
    buy = publiclist.buy

    def careless(ledger: Ledger, *rest: object) -> None:
        buy(ledger, *rest)  # type: ignore[arg-type]
        asked = {"note": f"per la famiglia {told['name']}"}
        request = Request(key(), EntryKind.REGISTRATION, (), "x", NOON, asked=asked)
        ledger.book("giussano").submit([request])

    told = remembered(monkeypatch)
    monkeypatch.setattr(publiclist, "buy", careless)
    row = publiclist.publiclist(Asked(1, 3, "sqlite"), "", tmp_path)
    assert not row.passed
    assert [why.partition(" of ")[0] for why in row.why] == ["book 0: name"]
    assert row.why[0].endswith(" in leaves/000000000000.jsonl")


@pytest.mark.parametrize("what", ["CF", "surname", "address", "birth", "ISEE"])
def test_whatever_a_list_told_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, what: str
) -> None:
    told = remembered(monkeypatch)
    about = bundle._about
    monkeypatch.setattr(bundle, "_about", lambda rows: about(rows) + f'"{told[what]}"')
    row = publiclist.publiclist(Asked(1, 4, "sqlite"), "", tmp_path)
    assert [why.split(" of ")[0] for why in row.why] == [f"book 0: {what}"]


def test_a_code_is_found_however_it_is_written() -> None:
    secrets = {"code": "ABCD-EFGH-JKMN", "bare code": "ABCDEFGHJKMN", "PIN": "12345"}
    for text, found in {
        "x abcd-efgh-jkmn y": ["code in f"], "/abcdefghjkmn/": ["bare code in f"],
        "12345": ["PIN in f"], "a12345 123456 1234": [], "zabcdefghjkmn": [],
    }.items():  # fmt: skip
        assert list(publiclist.leaks({"f": text}, secrets)) == found


def remembered(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What is known of the family that was made last."""
    told: dict[str, str] = {}
    person = publiclist.person

    def made(*given: object) -> dict[str, str]:
        told.update(one := person(*given))  # type: ignore[arg-type]
        return one

    monkeypatch.setattr(publiclist, "person", made)
    return told
