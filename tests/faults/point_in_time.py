"""Row 44: PostgreSQL goes back to the second before a wrong batch, and has every sale until then.

A base backup, an archive of WAL, sales, then a batch that nobody wanted, and more sales. What is
restored to the moment before it holds exactly what was acknowledged by then. Not here: SQLite,
which has the moments of its backups and no others.
"""

import random
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from ledger import open_ledger
from tests.faults.nodes import Node, base_backup, first_node, room_for
from tests.faults.scoreboard import Asked, Row
from tests.faults.workload import BOOK, found, redemption

ROUNDS = 40
AWAY = 1.5  # Seconds on both sides of the wrong batch.


def point_in_time(asked: Asked, url: str, folder: Path) -> Row:
    """Go back so often; the row says what was missing, and what was there that should not be."""
    goal = f"{asked.n} times back to before a wrong batch: all acknowledged until then, none after"
    first = first_node(url)
    if first is None:
        why = ["PostgreSQL is not ours to restart"]
        return Row(44, "point_in_time", goal, {}, None, asked.seed, asked.engine, why)
    chance, findings, seconds, kept = random.Random(asked.seed), [], [], 0
    found(url)
    for number in range(asked.n):
        with ExitStack() as stack:
            place = stack.enter_context(room_for(folder, first.data.stat().st_uid))
            primary = _archiving(first, place)
            base = base_backup(primary, place, "base")
            before = _sell(primary, chance)
            time.sleep(AWAY)
            [[moment]] = primary.ask("SELECT CAST(clock_timestamp() AS text)")
            time.sleep(AWAY)
            after = _sell(primary, chance)  # The batch that nobody wanted, and what came later.
            primary.ask("SELECT pg_switch_wal()")
            _archived(primary, place)
            primary.die()
            began = time.perf_counter()
            _go_back(base, place, str(moment))
            wrong = [*_look(base, before, after)]
            seconds.append(time.perf_counter() - began)
            findings += [f"round {number + 1}: {one}" for one in wrong]
            kept += len(before)
    got = {"rounds": asked.n, "kept": kept, "restore_max_s": round(max(seconds), 1)}
    return Row(44, "point_in_time", goal, got, not findings, asked.seed, asked.engine, findings[:5])


def _archiving(first: Node, place: Path) -> Node:
    """A primary of its own that archives its WAL."""
    node = base_backup(first, place, "primary")
    archive = place / "archive"
    archive.mkdir()
    archive.chmod(0o777)
    target = f"{archive}/%f"
    command = f"test ! -f {target} && cp %p {target}.part && mv {target}.part {target}"
    _configure(node, {"archive_mode": "on", "archive_command": command})
    node.start()
    return node


def _archived(primary: Node, place: Path) -> None:
    """Wait until the archive has what was written."""
    [[last]] = primary.ask("SELECT pg_walfile_name(pg_current_wal_lsn() - 1)")
    give_up = time.monotonic() + 30
    while not (place / "archive" / str(last)).exists():
        assert time.monotonic() < give_up, "nothing was archived"
        time.sleep(0.05)


def _go_back(base: Node, place: Path, moment: str) -> None:
    """Recover a base backup to a moment, and no further."""
    _configure(
        base,
        {
            "restore_command": f"cp {place}/archive/%f %p",
            "recovery_target_time": moment,
            "recovery_target_action": "promote",
            "archive_mode": "off",
        },
    )
    (base.data / "recovery.signal").touch()
    base.start()
    give_up = time.monotonic() + 60
    while base.ask("SELECT pg_is_in_recovery()") != [(False,)]:
        assert time.monotonic() < give_up, "it never ended its recovery"
        time.sleep(0.05)


def _configure(node: Node, settings: dict[str, str]) -> None:
    with (node.data / "postgresql.auto.conf").open("a") as file:
        for name, value in settings.items():
            file.write(f"{name} = '{value}'\n")


def _sell(node: Node, chance: random.Random) -> list[bytes]:
    """Sales, each acknowledged; their ids."""
    told = []
    with open_ledger(node.url) as ledger:
        for _ in range(ROUNDS):
            decisions = ledger.book(BOOK).submit([redemption(chance) for _ in range(5)])
            told += [one.request.id.bytes for one in decisions if one.accepted]
    return told


def _look(node: Node, before: list[bytes], after: list[bytes]) -> Iterator[str]:
    """What is not as it was at that moment."""
    present = {row[0].bytes for row in node.ask("SELECT request_id FROM book.decision")}
    if missing := len(set(before) - present):
        yield f"LOST: {missing} of {len(before)} acknowledged before the moment"
    if more := len(set(after) & present):
        yield f"{more} of {len(after)} came after the moment"
    with open_ledger(node.url) as ledger:
        yield from (str(one) for one in ledger.book(BOOK).check())
