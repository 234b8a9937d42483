"""Money between two books: proved from both bundles, on both engines; a lie of either is named."""

import json
from pathlib import Path
from typing import Any

import pytest

from ledger import Ledger
from ledger.operations.feed_programme import deliver_feeds
from ledger.operations.move_by_two import confirm_move
from scripts.verifier.command import run_verifier
from scripts.verifier.crossing import Crossing, compare_crossings, crossing_of, in_transit
from scripts.verifier.findings import WrongError
from scripts.verifier.verify import verify
from tests.operations.test_feeds import a_feed, confirmed, proposed, with_fund
from tests.town import NOON, key
from tests.verifier.test_bundles import published

GIUSSANO, CIRCUIT = "giussano", "circuito"


def bundles(ledger: Ledger, folder: Path) -> tuple[Path, Path]:
    """One feed that has arrived and one on its way; the circuit's bundle, and the comune's."""
    circuit = with_fund(ledger)
    confirmed(circuit, a_feed(ledger, 3_00, "1/2026"))
    deliver_feeds(ledger, now=NOON)
    confirmed(circuit, a_feed(ledger, 1_00, "2/2026"))
    made = []
    for book in (CIRCUIT, GIUSSANO):
        (folder / book).mkdir()
        made.append(published(ledger, book, folder / book, ledger.clock()))
    return made[0], made[1]


def test_both_bundles_say_the_same_of_a_message(
    ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = bundles(ledger, tmp_path)
    assert run_verifier([str(ours), "--json"]) == 0
    alone = json.loads(capsys.readouterr().out)
    assert alone["messages"] == {"beside": None, "entries": 3, "in_transit": 1_00}
    assert "--with" in alone["not_proved"][-1]
    for one, other in ((ours, theirs), (theirs, ours)):
        assert run_verifier([str(one), "--with", str(other), "--lang", "en"]) == 0
        assert "is the same in both" in capsys.readouterr().out
    assert run_verifier([str(ours), "--with", str(ours)]) == 1
    assert "del circuito e di un Comune" in capsys.readouterr().out


def test_what_either_book_says_otherwise_is_named(ledger: Ledger, tmp_path: Path) -> None:
    ours, theirs = bundles(ledger, tmp_path)
    circuit, comune = verify(ours).replay.crossings, verify(theirs).replay.crossings
    assert [one.kind for one in circuit] == ["feed", "feed_arrival", "feed"]
    ends = 1 << 60, 1 << 20

    def found(left: list[Crossing], right: list[Crossing]) -> list[str]:
        return [one.kind for one in compare_crossings(left, right, GIUSSANO, ends)]

    assert found(circuit, comune) == []
    assert in_transit(circuit) == 1_00
    assert found(circuit, []) == ["never_arrived"]
    assert found([], comune) == ["never_sent"]
    assert found(circuit, [_other(comune[0], amount=2_99)]) == ["other_entry"]


def _other(one: Crossing, **changed: Any) -> Crossing:  # noqa: ANN401 -- a field of it.
    values = {name: getattr(one, name) for name in Crossing.__slots__}
    return Crossing(**values | changed)


@pytest.mark.parametrize("lie", [{"amount": 4}, {"message": "00"}, {"to": "seveso"}])
def test_a_message_that_says_other_than_it_moves_is_wrong(
    ledger: Ledger, lie: dict[str, Any]
) -> None:
    circuit = with_fund(ledger)
    seen = proposed(circuit, a_feed(ledger))
    done = confirm_move(ledger, seen, officer=circuit.approver, key=key(), now=NOON)
    index, line = done.log_index, done.leaf()
    leaf = json.loads(line)
    request, moves = leaf["request"], leaf["transfers"]
    assert crossing_of((index, 1), line, request, moves) is not None
    request["asked"] |= lie
    with pytest.raises(WrongError):
        crossing_of((index, 1), line, request, moves)
