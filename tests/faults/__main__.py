"""`python -m tests.faults NAME [--n N] [--seed S] [--engine E]`: one JSON line a row.

`all` runs every row at the size of CI; `--soak` at the size of a release, for about an hour.
"""

import argparse
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ledger import open_ledger
from tests.engines import ENGINES, postgresql_server
from tests.faults import bitflip, iofaults, powerloss, race, storm_app, storm_pg
from tests.faults.scoreboard import Asked, Row


@dataclass(frozen=True, slots=True)
class Trial:
    """What is run for a name: how often in CI and in a soak, and on which engines."""

    run: Callable[[Asked, str, Path], Row]
    ci: int
    soak: int
    engines: tuple[str, ...] = ENGINES


TRIALS = {
    "storm_app": Trial(storm_app.storm, 40, 1_000),
    "storm_pg": Trial(storm_pg.storm, 40, 1_000, ("postgresql",)),
    "powerloss": Trial(powerloss.powerloss, 1_000, 50_000, ("sqlite",)),
    "race": Trial(race.race, 60, 2_000),
    "bitflip": Trial(bitflip.bitflip, 100, 5_000, ("sqlite",)),
    "iofaults": Trial(iofaults.iofaults, 12, 200, ("sqlite",)),
}


@contextmanager
def fresh_ledger(engine: str) -> Iterator[tuple[str, Path]]:
    """An empty, migrated ledger of its own, and a folder beside it."""
    with TemporaryDirectory(prefix="portavalori-faults-") as name:
        folder = Path(name)
        if engine == "sqlite":
            url = f"sqlite:///{folder / 'portavalori.db'}"
            open_ledger(url, create=True).close()
            yield url, folder
            return
        folder.chmod(0o755)  # PostgreSQL refuses root and runs as somebody else.
        with postgresql_server(folder / "data") as url:
            open_ledger(url, create=True).close()
            yield url, folder


def rows(name: str, given: argparse.Namespace) -> Iterator[Row]:
    """Run one trial, on each engine that is asked for and that it has."""
    trial = TRIALS[name]
    size = given.n or (trial.soak if given.soak else trial.ci)
    for engine in trial.engines:
        if given.engine in {None, engine}:
            with fresh_ledger(engine) as (url, folder):
                yield trial.run(Asked(size, given.seed, engine), url, folder)


def main() -> int:
    """Run what is asked for; 1 if any row is not reached."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("name", choices=["all", *TRIALS])
    parser.add_argument("--n", type=int, help="how often; else as in CI")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    parser.add_argument("--engine", choices=ENGINES)
    parser.add_argument("--soak", action="store_true", help="as before a release")
    given = parser.parse_args()
    failed = False
    for name in TRIALS if given.name == "all" else [given.name]:
        for row in rows(name, given):
            sys.stdout.write(row.line() + "\n")
            sys.stdout.flush()
            failed = failed or row.passed is False
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
