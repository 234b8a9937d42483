"""Row 43: the newest backup of a running ledger is restored, replayed and compared, unattended.

Sold from beside while it is backed up. Then the drill must say yes in time, and no to the same
backup with one byte changed, cut short, or under another ledger's head. Not here: PostgreSQL.
"""

import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ledger import new_id, open_ledger
from ledger.operations.back_up import BackupOrder, make_backup_secret
from scripts.bench.ledger import BULK, Town, found_town
from tests.faults.scoreboard import Asked, Row

WITHIN = 300.0
ACCOUNTS = 2_000


def restore_drill(asked: Asked, url: str, folder: Path) -> Row:
    """Fill a book with `n` transfers, back it up beside sales, and hold the drill."""
    goal = f"{asked.n} transfers restored, replayed and compared within {WITHIN:.0f} s, unattended"
    for name in ("data.secret", "keys.secret"):
        make_backup_secret(folder / name)
    order = BackupOrder(
        folder / "data", folder / "data.secret", folder / "keys", folder / "keys.secret"
    )
    with open_ledger(url) as ledger:
        town = found_town(ledger, "drilled", ACCOUNTS)
        for at in range(0, asked.n, BULK):
            assert town.book.submit([town.request(at + number) for number in range(BULK)])
        seconds, sold = _back_up_beside_sales(url, order, town)
    heads = Path(url.removeprefix("sqlite:///")).with_suffix(".heads.json")
    code, line, drilled = _drill(order, heads, folder)
    findings = [] if code == 0 and line["ok"] else [f"the drill said no: {line['why']}"]
    findings += _refused(order, heads, folder, random.Random(asked.seed))
    got = {
        "transfers": asked.n,
        "backup_s": round(seconds, 1),
        "sold_meanwhile": sold,
        "drill_s": round(drilled, 1),
        "missing_after_it": sum(one["missing"] for one in line.get("books", [])),
    }
    passed = not findings and drilled <= WITHIN
    return Row(43, "restore_drill", goal, got, passed, asked.seed, asked.engine, findings)


def _back_up_beside_sales(url: str, order: BackupOrder, town: Town) -> tuple[float, int]:
    """Back up by another process while a till sells; the seconds, and how many it sold."""
    over, sold = threading.Event(), 0

    def sell() -> None:
        nonlocal sold
        while not over.is_set():
            sold += len(town.book.submit([town.request(sold)]))

    till = threading.Thread(target=sell)
    till.start()
    began = time.perf_counter()
    try:
        _command(
            "backup",
            "--database",
            url,
            "--to",
            order.folder,
            "--secret",
            order.secret,
            "--keys-to",
            order.keys_folder,
            "--keys-secret",
            order.keys_secret,
        ).check_returncode()
    finally:
        over.set()
        till.join()
    return time.perf_counter() - began, sold


def _drill(order: BackupOrder, heads: Path, folder: Path) -> tuple[int, dict[str, Any], float]:
    """The command itself, as a timer would run it."""
    words = [
        "--from", order.folder, "--secret", order.secret, "--keys-from",
        order.keys_folder, "--keys-secret", order.keys_secret, "--heads", heads,
        "--scratch", folder,
    ]  # fmt: skip
    began = time.perf_counter()
    done = _command("drill", *words)
    return done.returncode, json.loads(done.stdout), time.perf_counter() - began


def _command(*words: object) -> subprocess.CompletedProcess[str]:
    run = [sys.executable, "-m", "scripts.cli", *map(str, words)]
    return subprocess.run(run, check=False, capture_output=True, text=True)


def _refused(order: BackupOrder, heads: Path, folder: Path, chance: random.Random) -> Iterator[str]:
    """What a drill must not pass; each is undone."""
    files = sorted([*order.folder.glob("*.backup"), *order.keys_folder.glob("*.backup")])
    for file in files:
        whole = file.read_bytes()
        at = chance.randrange(len(whole))
        flipped = whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :]
        what, bad = chance.choice((("a flipped byte", flipped), ("a cut file", whole[:at])))
        file.write_bytes(bad)
        if _drill(order, heads, folder)[0] != 1:
            yield f"{what} of {file.name} passed the drill ({at})"
        file.write_bytes(whole)
    told = json.loads(heads.read_text())
    other = folder / "other.heads.json"
    other.write_text(json.dumps(told | {"ledger": str(new_id())}))
    if _drill(order, other, folder)[0] != 1:
        yield "another ledger's head passed the drill"
