"""`python -m tests.faults NAME [--n N] [--seed S] [--engine E] [--soak] [--page]`: the scoreboard.

One JSON line a row. `all` runs every row at the size of CI; `--soak` at the size of a release, for
about an hour and a half. `--page` writes what was measured into `docs/RELIABILITY.md`.
"""

import argparse
import random
import sys
from collections.abc import Iterator

from tests.engines import ENGINES
from tests.faults.page import add_to_page
from tests.faults.scoreboard import Row
from tests.faults.trials import TRIALS, run_trial


def rows(name: str, given: argparse.Namespace) -> Iterator[tuple[Row, int]]:
    """Run one trial, on each engine that is asked for and that it has; the row, and its size."""
    trial = TRIALS[name]
    size = given.n or (trial.soak if given.soak else trial.ci)
    for engine in trial.engines:
        if given.engine in {None, engine}:
            yield run_trial(name, engine, size=size, seed=given.seed), size


def main() -> int:
    """Run what is asked for; 1 if any row is not reached."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("name", choices=["all", *TRIALS])
    parser.add_argument("--n", "--runs", type=int, help="how often; else as in CI")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    parser.add_argument("--engine", choices=ENGINES)
    parser.add_argument("--soak", action="store_true", help="as before a release")
    parser.add_argument("--page", action="store_true", help="write it into the page, too")
    given = parser.parse_args()
    failed = False
    for name in TRIALS if given.name == "all" else [given.name]:
        for row, size in rows(name, given):
            sys.stdout.write(row.line() + "\n")
            sys.stdout.flush()
            failed = failed or row.passed is False
            if given.page:
                add_to_page(name, row, size)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
