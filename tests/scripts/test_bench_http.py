"""The figures of a redemption over HTTP: each beside its baseline, and none counted that failed."""

from pathlib import Path

from scripts.bench.http import Load, bench_http, http_row
from tests.loops import run_apart


def test_each_figure_stands_beside_its_baseline(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bench.db'}"
    load = Load(requests=80, in_flight=4)
    figures = run_apart(lambda: bench_http(url, "sqlite", load=load))
    redemption, empty, half = figures
    assert [one["bench"] for one in figures] == [
        "http_redemption", "http_empty", "http_redemption_half",
    ]  # fmt: skip
    assert empty["ratio"] == 1
    assert 0 < redemption["ratio"] == round(redemption["ratio"], 3)
    assert half["per_second"] == redemption["per_second"] / 2
    assert all(one["p50_ms"] <= one["p99_ms"] for one in figures)
    assert "of http_empty" in http_row(redemption)
