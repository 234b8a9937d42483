"""Row 4: the disk fails, fills up or turns read-only; nobody is told yes without cause.

The same workload as under a power cut, with errors put into its system calls by `strace`, in a file
system that is full, in one that may only be read, and with too few files or too little memory.
Afterwards the book must hold what was acknowledged, check, and serve again.
"""

import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from ledger import open_ledger
from tests.faults import workload
from tests.faults.powerloss import ROOT
from tests.faults.recording import strace
from tests.faults.scoreboard import Asked, Row

SUBMITS = 60
CALLS = ("fdatasync", "pwrite64", "fdatasync", "fsync", "ftruncate")
ERRORS = ("EIO", "ENOSPC")


def iofaults(asked: Asked, url: str, folder: Path, *, defect: str | None = None) -> Row:
    """Break the disk `n` times in calls, and once in each other way."""
    goal = "0 false successes, 0 lost; serves again"
    if strace() is None or shutil.which("unshare") is None:
        why = ["this machine has no strace or no unshare"]
        return Row(4, "iofaults", goal, {}, None, asked.seed, asked.engine, why)
    chance = random.Random(asked.seed)
    workload.found(url)
    ways = [_injected(chance) for _ in range(asked.n)]
    ways += [Way(limits=("nofile=12",)), Way(limits=("as=1",)), Way(stage="full"), Way(stage="ro")]
    told = {"acknowledged": 0, "errors": 0}
    findings: list[str] = []
    for number, way in enumerate(ways):
        lines = _run(way, url, folder / f"acks-{number}", defect)
        told["errors"] += sum(line.startswith("!") for line in lines)
        keys = {UUID(key).bytes for line in lines if line[:1] != "!" for key in line.split()}
        told["acknowledged"] += len(keys)
        findings += [f"{way}: {one}" for one in _after(url, keys)]
    got = {"ways": len(ways), **told, "wrong": len(findings)}
    passed = not findings and min(told.values()) > 0
    return Row(4, "iofaults", goal, got, passed, asked.seed, asked.engine, findings[:5])


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a disk fails: a call that errs, a bound, or a file system of its own."""

    inject: str = ""
    limits: tuple[str, ...] = ()
    stage: str = ""


def _injected(chance: random.Random) -> Way:
    """A call that fails from some time on: once, now and then, or once in a long while."""
    call, error = chance.choice(CALLS), chance.choice(ERRORS)
    return Way(f"{call}:error={error}:when={chance.randint(1, 60)}+{chance.choice((1, 7, 1000))}")


def _run(way: Way, url: str, acks: Path, defect: str | None) -> list[str]:
    """Let the workload run so to its end; what it said."""
    file = Path(url.removeprefix("sqlite:///"))
    around: list[str] = []
    if way.inject:
        call = way.inject.partition(":")[0]
        trace = ["-e", f"trace={call}", "-e", f"inject={way.inject}"]
        around = [strace() or "strace", "-f", "-o", "/dev/null", *trace]
    if way.stage:
        stage = file.parent / "stage"
        stage.mkdir(exist_ok=True)
        around = ["unshare", "-rm", "sh", "-c", STAGE, "sh", str(file.parent), way.stage]
        file = stage / file.name
    given = [str(file), str(acks), str(SUBMITS), *way.limits, *([defect] if defect else [])]
    command = [*around, sys.executable, "-m", "tests.faults.workload", *given]
    subprocess.run(command, cwd=ROOT, capture_output=True, timeout=120, check=False)
    return acks.read_text().splitlines() if acks.exists() else []


# A small file system in memory, seen by this process alone; what it holds is brought back.
STAGE = """
set -e
mount -t tmpfs -o size=64m tmpfs "$1/stage"
cp "$1"/*.db* "$1/stage/"
used=$(du -sk "$1/stage" | cut -f1)
mode=$2
if [ "$mode" = full ]; then mount -o "remount,size=$((used + 300))k" "$1/stage"; fi
if [ "$mode" = ro ]; then mount -o remount,ro "$1/stage"; fi
home=$1
shift 2
"$@" || true
rm -f "$home"/*.db-wal
cp "$home"/stage/*.db* "$home/"
"""


def _after(url: str, keys: set[bytes]) -> Iterator[str]:
    """What is lost or wrong once the disk is well again; and whether it serves."""
    file = Path(url.removeprefix("sqlite:///"))
    with open_ledger(url) as ledger:
        book = ledger.book(workload.BOOK)
        yield from (str(one) for one in book.check())
        [served] = book.submit([workload.redemption(random.Random(1))])
        if not served.accepted:
            yield f"it does not serve: {served.code}"
    with closing(sqlite3.connect(file)) as db:
        present = {bytes(row[0]) for row in db.execute("SELECT request_id FROM decision")}
    if missing := len(keys - present):
        yield f"LOST: {missing} of {len(keys)} acknowledged"
