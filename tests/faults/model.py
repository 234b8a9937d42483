"""Row 10: random requests in random orders, and after each the book is what a schoolbook says.

The machine of `tests/test_book_machine.py` on the ledger that is given here: `n` examples of 50
steps, and of 100 in a soak. Each step compares every balance, the numbers and the time with a model
that imports nothing of the ledger, each example ends with the replay. Not here: races and deaths.
"""

from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from tests.faults.scoreboard import Asked, Row
from tests.test_book_machine import BookMachine

STEPS, LONG_STEPS = 50, 100
SOAK = 1_000


def model(asked: Asked, url: str, _folder: Path) -> Row:
    """Run so many examples; the row says how many steps were compared, and what differed first."""
    steps = LONG_STEPS if asked.n >= SOAK else STEPS
    told: Counter[str] = Counter()
    findings = []
    try:
        _examples(asked, url, steps, told)
    except Exception as error:  # noqa: BLE001 -- whatever it stumbles over is a divergence.
        findings = [f"{type(error).__name__}: {error}".splitlines()[0]]
    got = {"examples": asked.n, "steps": told["steps"], "divergences": len(findings)}
    goal = f"0 divergences in {asked.n} examples of up to {steps} steps"
    passed = not findings and told["steps"] > asked.n
    return Row(10, "model", goal, got, passed, asked.seed, asked.engine, findings)


def _examples(asked: Asked, url: str, steps: int, told: Counter[str]) -> None:
    class Machine(BookMachine):
        count = 0

        @invariant()
        def counts(self) -> None:
            told["steps"] += 1

    Machine.url = url
    chosen = settings(
        max_examples=asked.n,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),  # Shrinking takes minutes; the seed makes it again.
        verbosity=Verbosity.quiet,
    )
    run_state_machine_as_test(seed(asked.seed)(Machine), settings=chosen)
