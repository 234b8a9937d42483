"""Every row of the scoreboard, on every engine that it has, in a size that CI can bear.

The same rows in their full size: `python -m tests.faults all`, and before a release `--soak`.
"""

import pytest

from tests.faults.page import PAGE, draw, read_measured
from tests.faults.trials import TRIALS, run_trial
from tests.loops import run_apart

SMALL = {
    "storm_app": 8,
    "storm_pg": 8,
    "powerloss": 150,
    "race": 12,
    "history": 400,
    "model": 5,
    "replays": 400,
    "endurance": 10,
    "mutation": 4,
    "bitflip": 20,
    "iofaults": 4,
    "restore_drill": 400,
    "migrations": 2,
    "tills": 6,
    "tamper": 42,
    "audit": 1_500,
    "explain": 200,
    "portability": 150,
    "publiclist": 3,
    "any_order": 4,
    "detection": 4,
    "offline": 4,
    "column_encryption": 200,
    "piiscan": 12,
    "retention": 1,
    "shred": 30,
    "guessing": 150,
    "linking": 1_000,
    "signer": 3,
    "leaked_key": 200,
}
# A sample of so few says little about a share: it is the same one on every run, and the whole is
# the soak's.
SEEDS = {"mutation": 6}
ONLY_TIMES = {"load", "overload"}
# Rows that ask what only the product's own code decides: a plain run asks one engine, see `tiers`.
ONE_ENGINE = {
    "any_order",
    "clock",
    "column_encryption",
    "detection",
    "endurance",
    "four_eyes",
    "frozen",
    "guessing",
    "leaked_key",
    "linking",
    "network",
    "offline",
    "piiscan",
    "portability",
    "retention",
    "shred",
    "signer",
    "tills",
}
CASES = [
    pytest.param(name, engine, marks=[pytest.mark.one_engine] if name in ONE_ENGINE else [])
    for name, trial in TRIALS.items()
    for engine in trial.engines
    if name not in ONLY_TIMES
]


@pytest.mark.minutes
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("name", "engine"), CASES)
def test_a_row_is_reached(name: str, engine: str, request: pytest.FixtureRequest) -> None:
    seed = SEEDS.get(name, request.config.getoption("randomly_seed", 1))
    size = SMALL.get(name, 1)
    row = run_apart(lambda: run_trial(name, engine, size=size, seed=int(seed)))
    if row.passed is None:
        pytest.skip(f"{name}: {row.why[0]}")
    assert not row.why, row.line()
    assert row.passed or TRIALS[name].is_timed, row.line()


def test_the_page_says_what_was_measured_and_nothing_else() -> None:
    assert PAGE.read_text(encoding="utf-8") == draw()
    measured = read_measured()
    assert {one["name"] for one in measured} <= set(TRIALS)
    for one in measured:
        assert one["command"].startswith(f"python -m tests.faults {one['name']} --engine ")
