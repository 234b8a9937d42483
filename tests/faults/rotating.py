"""The master key is replaced by processes of their own, one of them killed, while others go on.

`python -m tests.faults.rotating URL [half]` is such a process. Not here: what is right afterwards
(`column_encryption`).
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, delete

from ledger import Ledger, open_ledger
from ledger.operations.rotate_keys import rotate_keys
from ledger.store.engines import Store
from ledger.store.keys import person_key
from ledger.store.people import NewPerson, keep_people
from ledger.store.vault import read_papers
from tests.town import NOON

FIELDS: Final = ("surname", "name", "address", "application:1f")


@dataclass(slots=True)
class Load:
    """What others did while the key was replaced."""

    reads: int = 0
    writes: int = 0
    erased: int = 0
    errors: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)


def words_of(number: int) -> dict[str, str]:
    """What is written of one person: no word of it stands anywhere else."""
    return {one: f"qz{one[:4]}kx{number:07}" for one in FIELDS}


def rotated_under_load(
    ledger: Ledger, url: str, people: Sequence[UUID], load: Load, chance: random.Random
) -> float:
    """Rotate in processes of their own, the first killed half-way; gives the seconds of both."""
    part = len(people) // 4  # The last quarter may be erased meanwhile.
    doers = [
        threading.Thread(target=read_on, args=(ledger, people[:-part], load, chance.random())),
        threading.Thread(target=write_on, args=(ledger, load)),
        threading.Thread(target=erase_on, args=(ledger, people[-part:], load)),
    ]
    for one in doers:
        one.start()
    began = time.perf_counter()
    words = [sys.executable, "-m", "tests.faults.rotating", url]
    killed = subprocess.run([*words, "half"], check=False).returncode
    ended = subprocess.run(words, check=False).returncode
    seconds = time.perf_counter() - began
    load.stop.set()
    for one in doers:
        one.join()
    if (killed, ended) != (-signal.SIGKILL, 0):
        load.errors.append(f"the rotations ended with {killed} and {ended}")
    return seconds


def read_on(ledger: Ledger, people: Sequence[UUID], load: Load, seed: float) -> None:
    """Read persons until told to stop; each must say what was written."""
    chance = random.Random(seed)
    while not load.stop.is_set():
        at = chance.randrange(len(people))
        try:
            if read_papers(ledger, people[at]) != words_of(at):
                load.errors.append("somebody reads otherwise")
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is counted.
            load.errors.append(f"reading: {error!r}")
        load.reads += 1


def write_on(ledger: Ledger, load: Load) -> None:
    """Write new persons down until told to stop; each must be readable at once."""
    while not load.stop.is_set():
        name = f"NEW{load.writes:07}"
        try:
            [who] = keep_people(ledger, [NewPerson(name, {"name": name})], now=NOON).values()
            if read_papers(ledger, who) != {"name": name}:
                load.errors.append("somebody new cannot be read")
        except Exception as error:  # noqa: BLE001 -- as above.
            load.errors.append(f"writing: {error!r}")
        load.writes += 1


def erase_on(ledger: Ledger, people: Sequence[UUID], load: Load) -> None:
    """Destroy keys until told to stop; nobody whose key is gone may come back."""
    for who in people:
        if load.stop.is_set():
            break
        try:
            ledger.write(partial(_destroy, who), store=Store.KEYS)
            if read_papers(ledger, who):
                load.errors.append("somebody erased was read")
        except Exception as error:  # noqa: BLE001 -- as above.
            load.errors.append(f"erasing: {error!r}")
        load.erased += 1
    for who in people[: load.erased]:
        load.stop.wait()
        if read_papers(ledger, who):
            load.errors.append("somebody erased came back")


def _destroy(who: UUID, db: Connection) -> None:
    db.execute(delete(person_key).where(person_key.c.person_id == who))


def rotate(url: str, *, dies: bool) -> None:
    """The process that rotates; one that `dies` kills itself once half of the keys are moved."""

    def tell(at: int, of: int) -> None:
        if dies and at * 2 >= of:
            os.kill(os.getpid(), signal.SIGKILL)

    with open_ledger(url) as ledger:
        rotate_keys(ledger, now=ledger.clock(), tell=tell)


if __name__ == "__main__":
    rotate(sys.argv[1], dies="half" in sys.argv[2:])
