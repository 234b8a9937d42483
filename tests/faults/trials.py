"""What can be run by its name: how often in CI and in a soak, and on which engines.

Not here: how a row is measured (the module of its name), and the command (`__main__`).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ledger import open_ledger
from tests.engines import ENGINES, postgresql_server
from tests.faults import (
    audit,
    bitflip,
    clock,
    column_encryption,
    endurance,
    explain,
    four_eyes,
    frozen,
    guessing,
    history,
    iofaults,
    leaked_key,
    linking,
    load,
    migrations_killed,
    model,
    mutation,
    network,
    offline,
    overload,
    piiscan,
    planted,
    point_in_time,
    portability,
    powerloss,
    publiclist,
    race,
    replays,
    restore_drill,
    retention,
    shred,
    signer,
    standby,
    startguards,
    storm_app,
    storm_pg,
    tamper,
    tills,
)
from tests.faults.scoreboard import Asked, Row


@dataclass(frozen=True, slots=True)
class Trial:
    """What is run for a name: how often in CI and in a soak, and on which engines.

    `is_timed`: what it reaches depends on how busy the machine is, so that no test judges it.
    """

    run: Callable[[Asked, str, Path], Row]
    ci: int
    soak: int
    engines: tuple[str, ...] = ENGINES
    is_timed: bool = False


TRIALS = {
    "storm_app": Trial(storm_app.storm, 40, 1_000),
    "storm_pg": Trial(storm_pg.storm, 40, 1_000, ("postgresql",), is_timed=True),
    "powerloss": Trial(powerloss.powerloss, 1_000, 50_000, ("sqlite",)),
    "race": Trial(race.race, 60, 2_000),
    "history": Trial(history.history, 5_000, 100_000),
    "model": Trial(model.model, 240, 6_000),
    "replays": Trial(replays.replays, 4_000, 100_000),
    "bitflip": Trial(bitflip.bitflip, 100, 5_000, ("sqlite",)),
    "clock": Trial(clock.clock, 1, 1),
    "startguards": Trial(startguards.startguards, 1, 1),
    "planted": Trial(planted.planted, 1, 1, ("sqlite",)),
    "mutation": Trial(mutation.mutation, 25, 100_000, ("sqlite",)),
    "tamper": Trial(tamper.tamper, 100, 1_000, ("sqlite",)),
    "any_order": Trial(offline.any_order, 12, 1_000),
    "detection": Trial(offline.detection, 20, 100),
    "offline": Trial(offline.offline, 12, 10_000),
    "explain": Trial(explain.explain, 2_000, 6_000),
    "guessing": Trial(guessing.guessing, 1_000, 100_000),
    "linking": Trial(linking.linking, 3_000, 200_000),
    "signer": Trial(signer.signer, 10, 200),
    "leaked_key": Trial(leaked_key.leaked_key, 1_000, 10_000),
    "four_eyes": Trial(four_eyes.four_eyes, 1, 1),
    "portability": Trial(portability.portability, 2_000, 6_000),
    "audit": Trial(audit.audit, 50_000, 1_000_000, ("sqlite",)),
    "publiclist": Trial(publiclist.publiclist, 12, 1_000, ("sqlite",)),
    "column_encryption": Trial(column_encryption.column_encryption, 2_000, 100_000),
    "piiscan": Trial(piiscan.piiscan, 60, 1_000),
    "retention": Trial(retention.retention, 3, 12),
    "shred": Trial(shred.shred, 200, 10_000),
    "network": Trial(network.network, 1, 6, is_timed=True),
    "frozen": Trial(frozen.frozen, 2, 6, is_timed=True),
    "tills": Trial(tills.tills, 22, 100),
    "overload": Trial(overload.overload, 8, 60, is_timed=True),
    "load": Trial(load.load, 20, 120, is_timed=True),
    "endurance": Trial(endurance.endurance, 60, 2_700),
    "iofaults": Trial(iofaults.iofaults, 12, 200, ("sqlite",)),
    "migrations": Trial(migrations_killed.migrations, 5, 50),
    "restore_drill": Trial(restore_drill.restore_drill, 50_000, 1_000_000, ("sqlite",)),
    "point_in_time": Trial(point_in_time.point_in_time, 1, 5, ("postgresql",)),
    "standby": Trial(standby.standby, 3, 20, ("postgresql",)),
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


def run_trial(name: str, engine: str, *, size: int, seed: int) -> Row:
    """Run one trial on a fresh ledger of one engine."""
    with fresh_ledger(engine) as (url, folder):
        return TRIALS[name].run(Asked(size, seed, engine), url, folder)
