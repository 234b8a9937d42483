"""Row 2: the power goes at any moment, and what was acknowledged is on the disk.

A real process writes under `strace`; from its calls come the disks that a cut could have left, at
every sync and at random. Each is opened as the product would, and must hold every id that had been
acknowledged by then, balanced. Not here: PostgreSQL, whose settings the start guard asserts.
"""

import random
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from ledger import open_ledger
from ledger.store.engines import Store, read_place
from tests.faults import workload
from tests.faults.recording import Event, File, read_events, record, strace
from tests.faults.scoreboard import Asked, Row

ACKS = "acks"
SUBMITS = 400
CHECK_EVERY = 200  # A full replay of so many images' last.
ROOT = Path(__file__).resolve().parents[2]


def powerloss(asked: Asked, url: str, folder: Path, *, defect: str | None = None) -> Row:
    """Cut the power `n` times; the row says how many images had lost something."""
    goal = f"0 of {asked.n} images lost, corrupt or unbalanced"
    if strace() is None:
        why = ["this machine has no strace"]
        return Row(2, "powerloss", goal, {}, None, asked.seed, asked.engine, why)
    file, acks = Path(url.removeprefix("sqlite:///")), folder / ACKS
    workload.found(url)
    disk = {name: File(bytearray((folder / name).read_bytes())) for name in _names(file)[:1]}
    words = ["tests.faults.workload", str(file), str(acks), str(SUBMITS)]
    record([*words, *([defect] if defect else [])], folder / "trace", cwd=ROOT)
    events = list(read_events(folder / "trace", [*_paths(file), acks]))
    chance = random.Random(asked.seed)
    moments = sorted(chance.choices(range(1, len(events) + 1), k=asked.n))
    findings: list[str] = []
    with TemporaryDirectory(dir=_memory()) as name:
        place = Path(name)
        for store in (Store.VAULT, Store.KEYS):
            kept = read_place(url).path(store)
            shutil.copy(kept, place / kept.name)
        for number, (moment, told) in enumerate(_images(events, disk, moments), 1):
            _write_image(disk, place, chance)
            wrong = [*_look(place / file.name, told)]
            if number % CHECK_EVERY == 0:
                wrong += _replayed(place / file.name)
            findings += [f"at call {moment}: {one}" for one in wrong]
    got = {"images": asked.n, "calls": len(events), "wrong": len(findings)}
    return Row(2, "powerloss", goal, got, not findings, asked.seed, asked.engine, findings[:5])


def _names(file: Path) -> list[str]:
    return [file.name, f"{file.name}-wal", f"{file.name}-journal"]


def _paths(file: Path) -> list[Path]:
    return [file.parent / name for name in _names(file)]


def _memory() -> str | None:
    """A folder in memory, where there is one: images are many and short-lived."""
    memory = Path("/dev/shm")  # noqa: S108
    return str(memory) if memory.is_dir() else None


def _images(
    events: Sequence[Event], disk: dict[str, File], moments: Sequence[int]
) -> Iterator[tuple[int, set[bytes]]]:
    """Go through the calls once; at each moment, the disk is what it was, and so many were told."""
    acknowledged: set[bytes] = set()
    at = 0
    for moment in moments:
        for one in events[at:moment]:
            if one.file == ACKS:
                acknowledged.update(_acknowledged(one.data))
            else:
                disk.setdefault(one.file, File()).apply(one)
        at = moment
        yield moment, acknowledged


def _acknowledged(line: bytes) -> Iterator[bytes]:
    return (UUID(key).bytes for key in line.decode().split())


def _write_image(disk: dict[str, File], place: Path, chance: random.Random) -> None:
    """Lay down what a cut now could leave."""
    for name, file in disk.items():
        left = file.after_cut(chance)
        if left is None:
            (place / name).unlink(missing_ok=True)
        else:
            (place / name).write_bytes(left)


def _look(file: Path, acknowledged: set[bytes]) -> Iterator[str]:
    """Open the image with the engine alone, and add up."""
    try:
        with closing(sqlite3.connect(file)) as db:
            present = {bytes(row[0]) for row in db.execute("SELECT request_id FROM decision")}
            if missing := len(acknowledged - present):
                yield f"LOST: {missing} of {len(acknowledged)} acknowledged"
            if db.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
                yield "the file is corrupt"
            for row in db.execute(UNBALANCED):
                yield f"an account's counters are not its transfers: {row}"
    except sqlite3.DatabaseError as error:
        yield f"it cannot be read: {error}"


def _replayed(file: Path) -> list[str]:
    """Open it as the product does, and replay the book."""
    with open_ledger(f"sqlite:///{file}") as ledger:
        return [str(one) for one in ledger.book(workload.BOOK).check()]


UNBALANCED = """
    SELECT hex(a.account_id), a.debits_posted, a.credits_posted
      FROM account a
     WHERE a.debits_posted  <> (SELECT COALESCE(SUM(amount), 0) FROM transfer t
                                 WHERE t.book_no = a.book_no AND t.debit = a.account_id)
        OR a.credits_posted <> (SELECT COALESCE(SUM(amount), 0) FROM transfer t
                                 WHERE t.book_no = a.book_no AND t.credit = a.account_id)
"""
