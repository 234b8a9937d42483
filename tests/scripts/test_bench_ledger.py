"""The bench of the book says one JSON line a figure, each beside its baseline."""

import json
import subprocess
import sys

from scripts.bench.ledger import Figure, as_row, as_words, bench_ledger


def test_each_figure_is_one_line_beside_its_baseline(postgresql: str) -> None:
    command = [sys.executable, "-m", "scripts.cli", "bench", "ledger", "--json"]
    words = ["--seconds", "0.05", "--postgresql", postgresql]
    done = subprocess.run([*command, *words], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    wanted = {"bench", "engine", "in_flight", "per_second", "cpu_us"}
    assert all(set(line) - {"baseline", "ratio"} == wanted for line in lines)
    assert {(line["engine"], line["in_flight"]) for line in lines} == {
        (engine, size) for engine in ("sqlite", "postgresql") for size in (1, 16, 64, 512)
    }
    compared = [line for line in lines if "ratio" in line]
    assert len(compared) == 2 * (3 * 4 + 2)


def test_a_figure_reads_well() -> None:
    figure = Figure("ledger_bulk512_hot", "sqlite", 512, 12345.6, 35.1, 1000.0, 12.35)
    assert as_words(figure)["ratio"] == 12.35
    assert "12,346/s" in as_row(figure)
    assert "ratio" not in as_words(Figure("ledger_check", "sqlite", 1, 1.0, 1.0))
    assert bench_ledger.__doc__
