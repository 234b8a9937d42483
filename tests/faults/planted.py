"""Row 6: ten defects are planted, and each is seen by the trial that claims it.

Each trial runs in a process of its own, since a planted process stays wrong. Not here: the other
guards of the book, one by one (`tests/test_planted_defects.py`).
"""

import random
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.exc import DBAPIError

from ledger import (
    AccountId,
    MalformedRequest,
    ReadOnly,
    StoreError,
    Transfer,
    open_ledger,
    random_id,
)
from ledger.core import shapes
from tests.engines import postgresql_server
from tests.faults import iofaults, powerloss, race, startguards, storm_app
from tests.faults.scoreboard import Asked, Row
from tests.processes import forking

SEEN = (AssertionError, StoreError, ReadOnly, DBAPIError)  # It could not go on, and said why.


def _floats(asked: Asked, _url: str, _folder: Path, *, defect: str) -> Row:
    """7: half a cent is an amount. The model's own numbers are whole: nothing else can be asked."""
    _ = defect
    setattr(shapes, "is_amount", lambda _value: True)  # noqa: B010 -- planted.
    try:
        Transfer(AccountId(random_id()), AccountId(random_id()), 0.5, "U")  # type: ignore[arg-type]
    except MalformedRequest:
        return Row(10, "model", "", {}, True, asked.seed, asked.engine)
    return Row(10, "model", "", {}, False, asked.seed, asked.engine)


# Defect -> its number, the trial that claims it, how often, and on which engine.
PLANTED: dict[str, tuple[int, Callable[..., Row], int, str]] = {
    "synchronous=NORMAL": (1, powerloss.powerloss, 60, "sqlite"),
    "read, then update": (2, race.race, 40, "postgresql"),
    "checked before": (3, race.race, 20, "postgresql"),
    "decision apart": (4, storm_app.storm, 6, "sqlite"),
    "told before COMMIT": (5, storm_app.storm, 6, "sqlite"),
    "no unique key": (6, race.race, 20, "postgresql"),
    "floats are amounts": (7, _floats, 1, "sqlite"),
    "swallowed error": (8, iofaults.iofaults, 6, "sqlite"),
    "recreated file": (9, startguards.startguards, 1, "sqlite"),
    storm_app.NEW_ID: (10, storm_app.storm, 6, "sqlite"),
}


def planted(asked: Asked, _url: str, _folder: Path) -> Row:
    """Plant each; the row says which were seen."""
    chance = random.Random(asked.seed)
    with forking().Pool(1, maxtasksperchild=1) as pool:
        given = [(name, chance.randrange(10**6)) for name in PLANTED]
        seen = dict(zip(PLANTED, pool.starmap(is_seen, given, chunksize=1), strict=True))
    missed = [f"defect {PLANTED[name][0]}, {name}, was not seen" for name in seen if not seen[name]]
    got = {"caught": sum(seen.values()), "of": len(seen)}
    goal = f"{len(seen)}/{len(seen)} caught"
    return Row(6, "planted", goal, got, not missed, asked.seed, asked.engine, missed)


def is_seen(name: str, seed: int) -> bool:
    """Whether the trial is red with this defect: by its row, or because it could not go on."""
    _number, trial, size, engine = PLANTED[name]
    with TemporaryDirectory(prefix="portavalori-faults-") as place:
        folder = Path(place)
        folder.chmod(0o755)
        if engine == "sqlite":
            return _red(name, trial, Asked(size, seed, engine), f"sqlite:///{folder}/p.db", folder)
        with postgresql_server(folder / "data") as url:
            return _red(name, trial, Asked(size, seed, engine), url, folder)


def _red(name: str, trial: Callable[..., Row], asked: Asked, url: str, folder: Path) -> bool:
    open_ledger(url, create=True).close()
    try:
        return trial(asked, url, folder, defect=name).passed is False
    except SEEN:
        return True
