"""The figures of a full book: all of them come, and the book they speak of is whole."""

import pytest

from scripts.bench import volume
from scripts.bench.ledger import BULK


def test_every_figure_of_a_full_book_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(volume, "SMALL", BULK)
    monkeypatch.setattr(volume, "ACCOUNTS", 50)
    monkeypatch.setattr(volume, "PORTIONS", 3)
    figures = {figure["bench"]: figure for figure in volume.bench_volume(2 * BULK)}
    assert list(figures) == ["volume_memory", "volume_redemption", "volume_check"]
    assert figures["volume_redemption"]["ratio"] > 0
    assert figures["volume_check"]["decisions"] > 2 * BULK + 3 * volume.PORTION
    for figure in figures.values():
        assert volume.volume_row(figure).startswith(str(figure["bench"]))
