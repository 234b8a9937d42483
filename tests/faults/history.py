"""Row 11: what every client saw can be put in one order; nobody saw a state that never was.

Clients of one process (SQLite) or of several (PostgreSQL) work on the same accounts; of the first
wave a process is killed in the middle, in the second a backend of PostgreSQL. Afterwards each
voucher's history must be that of a register, and all entries and snapshots free of the cycles of
Adya, the clock included: strict serialisability. `elle` writes the same for another checker.
"""

import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from ledger import open_ledger
from tests.faults import defects
from tests.faults.history_clients import BOOK, GO, LIMITS, Work, found, work
from tests.faults.history_cycles import Act, anomalies
from tests.faults.history_lines import FAIL, INFO, OK, Operation, Pen, read_operations
from tests.faults.history_registers import Step, first_impossible
from tests.faults.scoreboard import Asked, Row
from tests.faults.storm_pg import kill_backend, the_cluster
from tests.processes import forking

PROCESSES = {"sqlite": 1, "postgresql": 4}
THREADS = {"sqlite": 8, "postgresql": 3}
WAVES = 2
SPARE = 1.3  # What is killed does not end its share.
A_ROUND = 240  # Operations, of all clients together.
LASTS = 120.0  # Seconds that a client may need after a wave has its end.
REGISTER_STEPS = {"add", "spend", "look"}


def history(
    asked: Asked,
    url: str,
    folder: Path,
    *,
    defect: str | None = None,
    plant: Callable[[], object] | None = None,
) -> Row:
    """Have `n` operations done; the row says what no order explains. `plant`: as `defect`."""
    defects.loosen(url, defect)
    if defect is not None:
        plant = partial(defects.plant, defect)
    operations = record(asked, url, folder, plant)
    acts = acts_of(operations)
    with open_ledger(url, limits=LIMITS) as ledger:
        checked = [str(finding) for finding in ledger.book(BOOK).check()]
    impossible, wrong = list(_impossible(operations)), anomalies(acts)
    ended = Counter(one.outcome for one in operations)
    got = {
        "operations": len(operations),
        **{name: ended[name] for name in (OK, FAIL, INFO)},
        "contended": contended(operations),
        "registers": len(_registers(operations)),
        "transactions": len(acts),
        "not_linearisable": len(impossible),
        "anomalies": len(wrong),
    }
    findings = impossible + wrong + checked
    passed = not findings and len(operations) >= asked.n
    goal = f"0 cycles of any class, 0 impossible answers in {asked.n} operations"
    return Row(11, "history", goal, got, passed, asked.seed, asked.engine, findings[:5])


def record(
    asked: Asked, url: str, folder: Path, plant: Callable[[], object] | None = None
) -> list[Operation]:
    """Let all clients work, wave after wave; gives all that they wrote down."""
    chance = random.Random(asked.seed)
    processes, threads = PROCESSES[asked.engine], THREADS[asked.engine]
    each = 1 + int(asked.n * SPARE / (WAVES * processes * threads))
    rounds = max(1, asked.n // (WAVES * A_ROUND))
    with open_ledger(url, limits=LIMITS) as ledger:
        pen = Pen(folder, 0)
        found(ledger.book(BOOK, create=True), pen, WAVES, rounds)
        pen.close()
    for wave in range(WAVES):
        firsts = [1 + (wave * processes + number) * threads for number in range(processes)]
        given = [
            Work(url, folder, asked.seed, wave, first, threads, each, rounds, plant)
            for first in firsts
        ]
        _run_wave(given, chance, url if asked.engine == "postgresql" else None)
    return read_operations(folder)


def _run_wave(given: Sequence[Work], chance: random.Random, url: str | None) -> None:
    """Start the processes of a wave together; kill one of the first, or a backend of the second."""
    context = forking()
    folder, running = given[0].folder, []
    for one in given:
        running.append(context.Process(target=work, args=(one,), daemon=True))
        running[-1].start()
    while not all((folder / f"ready-{one.first}").exists() for one in given):
        assert all(process.is_alive() for process in running), "a process of clients fell out"
        time.sleep(0.01)
    (folder / GO).touch()
    _until_written(given[0], chance.uniform(0.6, 0.95), running[0])
    if given[0].wave == 0:
        running[0].kill()
    elif url is not None and the_cluster(url) is not None:
        kill_backend(url, chance)
    for process in running:
        process.join(LASTS)
    (folder / GO).unlink()
    codes = [process.exitcode for process in running[given[0].wave == 0 :]]
    assert not any(codes), f"a process of clients ended with {codes}"


def _until_written(given: Work, share: float, process: Any) -> None:  # noqa: ANN401
    """Wait until the first client of a process has written such a share of its lines."""
    file = given.folder / f"client-{given.first:04}.jsonl"
    enough = int(2 * given.operations * share)
    while not file.exists() or file.read_bytes().count(b"\n") < enough:
        assert process.is_alive(), "a process of clients fell out"
        time.sleep(0.01)


# Registers.


def _registers(operations: Sequence[Operation]) -> Mapping[str, list[Step]]:
    steps: dict[str, list[Step]] = defaultdict(list)
    for one in operations:
        if one.name in REGISTER_STEPS and (one.outcome == OK or one.name != "look"):
            steps[one.asked["account"]].append(
                Step(
                    one.name, one.asked.get("cents", 0), one.began, one.ended,
                    one.outcome, one.told.get("held"),
                )
            )  # fmt: skip
    return steps


def _impossible(operations: Sequence[Operation]) -> Iterator[str]:
    for name, steps in _registers(operations).items():
        step = first_impossible(steps)
        if step is not None:
            yield f"not linearisable: {name}, at {step}"
    for one in operations:
        if one.name == "spend" and one.outcome == OK and one.told["left"] != one.told["held"]:
            yield f"two answers in one: {one}"
        if one.name != "look" and one.told.get("code") not in {
            None, "accepted", "insufficient_funds",
        }:  # fmt: skip
            yield f"an answer that nothing here can have: {one}"


def contended(operations: Sequence[Operation]) -> int:
    """How many operations on a register began while another on it was under way."""
    count = 0
    for steps in _registers(operations).values():
        ordered = sorted(steps, key=lambda step: step.began)
        count += sum(before.ended > after.began for before, after in pairwise(ordered))
    return count


# Lists.


def acts_of(operations: Sequence[Operation]) -> list[Act]:
    """Entries as appends to the list of every account they touch, snapshots as reads of lists."""
    moves = {
        one.asked["id"]: (number, one)
        for number, one in enumerate(operations)
        if one.name == "move"
    }
    acts = [_as_append(number, one) for number, one in moves.values()]
    numbers = {key: number for key, (number, _one) in moves.items()}
    for number, one in enumerate(operations):
        if one.name == "read" and one.outcome == OK:
            reads = {
                name: tuple(_elements(keys, numbers)) for name, keys in one.told["lists"].items()
            }
            acts.append(Act(number, OK, one.began, one.ended, reads=reads))
    return acts


def _as_append(number: int, one: Operation) -> Act:
    """The so many-th transfer of an entry on an account is its so many-th element there."""
    appends: dict[str, list[int]] = defaultdict(list)
    places: dict[str, list[int]] = defaultdict(list)
    versions = one.told.get("versions") or [[None, None]] * len(one.asked["pairs"])
    for pair, after in zip(one.asked["pairs"], versions, strict=True):
        for name, version in zip(pair, after, strict=True):
            appends[name].append(element(number, len(appends[name])))
            if version is not None:
                places[name].append(version - 1)
    return Act(number, one.outcome, one.began, one.ended, _tuples(appends), {}, _tuples(places))


def _elements(keys: Sequence[str], numbers: Mapping[str, int]) -> Iterator[int]:
    seen: Counter[str] = Counter()
    for key in keys:
        yield element(numbers.get(key, -1), seen[key])
        seen[key] += 1


def element(number: int, nth: int) -> int:
    """One element's number: which operation, and the how many-th of it in a list."""
    return number * 10 + nth


def _tuples(lists: Mapping[str, list[int]]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(those) for name, those in lists.items()}
