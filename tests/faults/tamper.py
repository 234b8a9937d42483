"""Row 12: whatever is edited, in database, tiles, bundle or checkpoint, it is found and named.

An outsider edits and adds sums up anew, but cannot sign. An operator signs anew with the log's own
key, but its witnesses do not. The judge is who keeps the witnesses' keys and the last checkpoint:
`check()` where a database was edited, else `verify` on the bundle. Edits are in `tamper_edits`.
"""

import json
import random
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from ledger import Ledger, open_ledger
from ledger.exports.bundle import write_bundle
from ledger.operations.publish_checkpoint import collect_cosignatures, publish_checkpoint
from ledger.proof.checkpoint import Checkpoint, sign_checkpoint
from ledger.proof.cosignature import Policy, quorum_of
from ledger.proof.merkle import Frontier, leaf_hash
from ledger.reports.bundle_rows import BundleRows
from ledger.store.engines import Store, read_place
from ledger.store.note_keys import _private, log_key
from scripts.verifier.findings import UnreadableError
from scripts.verifier.notes import read_head, read_policy
from scripts.verifier.verify import verify
from scripts.witness.memory import Witness, make_witness
from tests.faults import workload
from tests.faults.scoreboard import Asked, Row
from tests.faults.tamper_edits import (
    LEAVES,
    LINES,
    TABLES,
    Entries,
    edit_checkpoint,
    edit_database,
    read_entries,
    write_entries,
)
from tests.verifier.maker import tables

DOMAIN = "portavalori.example"
ORIGIN = f"{DOMAIN}/{workload.BOOK}"
WITNESSES = ("besana", "lissone", "seregno", "seveso")
SALES = 240  # A day; two days and the issue fill two tiles.
KINDS = (*LINES, "roll back")
DATABASE = tuple(TABLES)
PLACES = ("bundle", "bundle", "checkpoint", "database", "database", "tiles")


@dataclass(frozen=True, slots=True)
class Kept:
    """A book as it was published twice, its files, and what an outsider keeps of it."""

    folder: Path
    policy: str
    note: str
    private: object

    def copy(self, name: str, target: Path) -> Path:
        shutil.copytree(self.folder / name, target)
        return target / "portavalori.db"


def tamper(asked: Asked, url: str, folder: Path) -> Row:
    """Make `n` edits, each alone; the row says how many were found, by whom and where."""
    chance = random.Random(asked.seed)
    kept = publish_twice(url, folder)
    findings = [] if (said := judge_bundle(kept.folder / "bundle.zip", kept)) is None else [said]
    found: Counter[str] = Counter()
    for number in range(asked.n):
        place = PLACES[number % len(PLACES)]
        kind = KINDS[number // len(PLACES) % len(KINDS)]
        work = folder / f"edit-{number}"
        work.mkdir()
        what, said = edited(kept, place, kind, work, chance)
        shutil.rmtree(work)
        if said is None:
            findings.append(f"not found: {place}: {what}")
        else:
            found[f"{place}, {kind}"] += 1
    got = {"edits": asked.n, "found": sum(found.values()), "by_place": dict(sorted(found.items()))}
    goal = f"{asked.n} of {asked.n} edits found and named"
    return Row(12, "tamper", goal, got, not findings, asked.seed, asked.engine, findings[:5])


def publish_twice(url: str, folder: Path) -> Kept:
    """A book of two days with four witnesses; its files after each day, its bundles."""
    workload.found(url)
    chance, base = random.Random(1), folder / "base"
    base.mkdir()
    whole = ""
    with open_ledger(url) as ledger:
        now = ledger.clock()
        key = log_key(ledger, ORIGIN, now=now)
        known = [make_witness(folder / name, f"{DOMAIN}/{name}/witness") for name in WITNESSES]
        for witness in known:
            witness.trust(key.vkey())
        for day, name in enumerate(("first", "second")):
            at = now + day * 86_400_000_000
            whole = _one_day(ledger, known, chance, at, base / name)
            copy_stores(url, base / name)
        private = _private(ledger, ORIGIN)
    policy = Policy(key, tuple(one.key for one in known), quorum_of(len(known))).text()
    shutil.copy(base / "second" / "bundle.zip", base / "bundle.zip")
    return Kept(base, policy, whole, private)


def _one_day(
    ledger: Ledger, known: list[Witness], chance: random.Random, now: int, target: Path
) -> str:
    book = ledger.book(workload.BOOK)
    book.submit([workload.redemption(chance) for _ in range(SALES)])
    publish_checkpoint(ledger, workload.BOOK, domain=DOMAIN, now=now)
    told = collect_cosignatures(ledger, workload.BOOK, known, now=now)
    assert all(one.cosigned for one in told)
    target.mkdir()
    rows = BundleRows(book)
    with (target / "bundle.zip").open("wb") as file:
        write_bundle(rows, file)
    return rows.last.whole()


def copy_stores(url: str, target: Path) -> None:
    """The three files with their WAL, while open; the heads that were told stay behind."""
    for store in Store:
        path = read_place(url).path(store)
        for file in path.parent.glob(f"{path.name}*"):
            if not file.name.endswith("-shm"):
                shutil.copy(file, target / file.name)


# One edit, and who finds it.


def edited(
    kept: Kept, place: str, kind: str, work: Path, chance: random.Random
) -> tuple[str, str | None]:
    """What was done, and what was said of it; None: nobody noticed."""
    if kind == "roll back":
        return "an older file", _rolled_back(kept, place, work)
    if place in {"database", "tiles"}:
        table = "log_tile" if place == "tiles" else chance.choice(DATABASE)
        file = kept.copy("second", work / "db")
        what = edit_database(file, table, kind, chance)
        return what, judge_database(file, kept, work)
    entries = read_entries(kept.folder / "bundle.zip")
    if place == "checkpoint":
        what = edit_checkpoint(entries, kind, chance)
    else:
        what = edit_leaves(entries, kind, kept, chance)
    return what, judge_bundle(write_entries(entries, work / "bundle.zip"), kept)


def _rolled_back(kept: Kept, place: str, work: Path) -> str | None:
    if place in {"database", "tiles"}:
        return judge_database(kept.copy("first", work / "db"), kept, work)
    return judge_bundle(kept.folder / "first" / "bundle.zip", kept)


def edit_leaves(entries: Entries, kind: str, kept: Kept, chance: random.Random) -> str:
    """Edit leaves; half of the time as an operator, who makes all that follows from them fit."""
    lines = entries[LEAVES].splitlines()
    at = LINES[kind](lines, chance)
    entries[LEAVES] = b"".join(line + b"\n" for line in lines)
    if chance.random() < 0.5:
        return f"{kind} at leaf {at} by an outsider"
    root = Frontier().extended(map(leaf_hash, lines)).root()
    note = sign_checkpoint(Checkpoint(ORIGIN, len(lines), root), kept.private)  # type: ignore[arg-type]
    about = json.loads(entries["bundle.json"])
    about |= {"size": len(lines), "root": root.hex()}
    entries["bundle.json"], entries["checkpoint"] = (
        json.dumps(about).encode(),
        note.whole().encode(),
    )
    entries["trial_balance.csv"] = tables(lines)[0]
    for name in [one for one in entries if one.startswith("checkpoints/")]:
        del entries[name]
    return f"{kind} at leaf {at} by the operator"


def judge_bundle(bundle: Path, kept: Kept) -> str | None:
    """What the verifier says, with the witnesses' keys and the last checkpoint, and where."""
    try:
        report = verify(bundle, read_policy(kept.policy), read_head(kept.note))
    except UnreadableError as refused:
        return refused.kind
    for one in report.findings:
        if one.place:
            return f"{one.kind} {one.place} {one.row}"
    return None


def judge_database(file: Path, kept: Kept, work: Path) -> str | None:
    """What `check()` says, or opening; where the book is whole in itself, its bundle."""
    try:
        with open_ledger(f"sqlite:///{file}") as ledger:
            book = next(one for one in ledger.books() if one.name == workload.BOOK)
            for one in book.check():
                return f"{one.kind} {one.table} {one.row}"
            bundle = work / "from-it.zip"
            with bundle.open("wb") as target:
                write_bundle(BundleRows(book), target)
    except (LookupError, ValueError) as refused:
        return f"{type(refused).__name__}: {refused}"
    return judge_bundle(bundle, kept)
