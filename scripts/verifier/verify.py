"""One bundle, from its signatures to its last line: what holds, and what does not.

After the first leaf that is wrong nothing is recomputed any more, since everything stands on it;
leaves go on being hashed, so that the signatures are still judged. Not here: words (`words`).
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from scripts.verifier.archive import Archive
from scripts.verifier.crossing import compare_crossings
from scripts.verifier.findings import Finding, UnreadableError, WrongError
from scripts.verifier.notes import (
    LOG,
    MOST_WITNESSES,
    WITNESS,
    Head,
    Policy,
    read_head,
    read_key,
    seen_by,
    wants_signature,
)
from scripts.verifier.opening import Opening
from scripts.verifier.replay import Replay
from scripts.verifier.rules import CIRCUIT
from scripts.verifier.shapes import is_hash, is_integer, is_text
from scripts.verifier.tables import (
    BALANCE,
    COMMITMENTS,
    Commitments,
    compare_balance,
    compare_commitments,
)
from scripts.verifier.tree import Tree

PER_FILE: Final = 4096
FIELDS: Final = {"format", "v", "book", "origin", "size", "root", "log_key", "witnesses", "quorum"}


@dataclass(frozen=True, slots=True)
class About:
    """What a bundle says of itself."""

    book: str
    origin: str
    size: int
    root: str
    policy: Policy


@dataclass(slots=True)
class Report:
    """What came of it. `seen`: which witnesses saw the last checkpoint, in seconds since 1970."""

    about: About
    policy: Policy
    replay: Replay
    findings: list[Finding] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    checkpoints: int = 0
    leaves: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    commitments: Commitments = field(default_factory=Commitments)
    after: int | None = None
    opening: str | None = None
    beside: str | None = None  # The other book whose messages were compared.
    broken: bool = False  # A leaf is wrong: what follows was not recomputed.


@dataclass(frozen=True, slots=True)
class Marked:
    """A checkpoint that the tree must meet, and where it stands."""

    place: str
    head: Head
    is_older: bool = False  # The reader's own.


def verify(
    path: Path, policy: Policy | None = None, after: Head | None = None,
    opening: Opening | None = None,
) -> Report:  # fmt: skip
    """Check one bundle. Errors: `UnreadableError` if it is none."""
    with Archive(path) as archive:
        about = read_about(archive)
        report = Report(about, policy or about.policy, Replay(about.book))
        _compare_policy(report)
        marks = _checkpoints(archive, report)
        if after is not None:
            marks.append(_older(report, after))
        _walk(archive, report, marks)
        balance, told = archive.text(BALANCE), archive.text(COMMITMENTS)
        if not report.broken:
            report.findings += compare_balance(report.replay.book, balance)
            report.findings += compare_commitments(report.replay.book, told, report.commitments)
            _compare_units(report)
            report.opening = None if opening is None else opening.state(report.replay.book)
        archive.read("LEGGIMI.txt")
        try:
            archive.check_sums()
        except WrongError as wrong:
            report.findings.append(wrong.at("SHA256SUMS"))
    return report


def compare_books(report: Report, other: Report) -> None:
    """Hold the circuit's book and a comune's against each other; findings go to the first."""
    one, two = report.about.book, other.about.book
    report.beside = two
    if CIRCUIT not in {one, two} or one == two:
        report.findings.append(Finding("same_book", "--with", None, {"name": one, "other": two}))
        return
    if other.findings:
        facts = {"name": two, "count": len(other.findings)}
        report.findings.append(Finding("not_proved_there", "--with", None, facts))
    circuit, comune = (report, other) if one == CIRCUIT else (other, report)
    sizes = circuit.replay.book.recorded_at, comune.about.size
    left, right = circuit.replay.crossings, comune.replay.crossings
    report.findings += compare_crossings(left, right, comune.about.book, sizes)


def read_about(archive: Archive) -> About:
    """Read `bundle.json`. Errors: `UnreadableError`."""
    try:
        told: dict[str, Any] = json.loads(archive.text("bundle.json"))
    except (ValueError, RecursionError) as error:
        raise UnreadableError("about") from error
    if type(told) is not dict or told.get("format") != "portavalori-bundle":
        raise UnreadableError("about")
    if told.get("v") != 1 or set(told) != FIELDS:
        raise UnreadableError("other_version", told=ascii(told.get("v"))[:40])
    texts = all(map(is_text, (told["book"], told["origin"], told["log_key"])))
    numbers = is_integer(told["size"]) and is_integer(told["quorum"]) and told["size"] > 0
    keys = told["witnesses"]
    listed = type(keys) is list and len(keys) < MOST_WITNESSES and all(map(is_text, keys))
    if not (texts and numbers and listed and is_hash(told["root"])):
        raise UnreadableError("about")
    try:
        log = read_key(told["log_key"], LOG)
        witnesses = tuple(read_key(one, WITNESS) for one in keys)
    except WrongError as error:
        raise UnreadableError(error.kind, **error.facts) from error
    policy = Policy(log, witnesses, told["quorum"], given=False)
    return About(told["book"], told["origin"], told["size"], told["root"], policy)


def _compare_policy(report: Report) -> None:
    """Whether the bundle names the log that the reader believes, and witnesses that can be."""
    about, policy = report.about, report.policy
    if about.origin != policy.log.name or about.policy.log != policy.log:
        told, right = about.policy.log.text(), policy.log.text()
        report.findings.append(Finding("other_log", "bundle.json", None, _two(told, right)))
    try:
        policy.check()
    except WrongError as wrong:
        report.findings.append(wrong.at("bundle.json"))


def _two(told: object, right: object) -> dict[str, object]:
    return {"told": told, "right": right}


def _checkpoints(archive: Archive, report: Report) -> list[Marked]:
    """Read every checkpoint, verify its signatures; the last must have been seen by enough."""
    marks: list[Marked] = []
    for place in [*archive.named("checkpoints"), "checkpoint"]:
        text = archive.text(place)
        try:
            head = read_head(text)
            wants_signature(head, report.policy.log)
            seen = seen_by(head, report.policy.witnesses)
            _wants_own_place(place, head, report.about, marks)
        except UnreadableError:
            raise
        except WrongError as wrong:
            report.findings.append(wrong.at(place))
            continue
        marks.append(Marked(place, head))
        report.checkpoints += 1
        if place == "checkpoint":
            _wants_quorum(report, seen)
    return marks


def _wants_own_place(place: str, head: Head, about: About, before: list[Marked]) -> None:
    _, _, number = place.partition("/")
    if number and int(number) != head.size:
        raise WrongError("checkpoint_place", told=place, right=head.size)
    if not number and (head.size, head.root.hex()) != (about.size, about.root):
        raise WrongError("head", told=about.size, right=head.size)
    if before and head.size <= before[-1].head.size:
        raise WrongError("checkpoint_order", told=head.size, right=before[-1].head.size)


def _wants_quorum(report: Report, seen: dict[str, int]) -> None:
    report.seen, policy = seen, report.policy
    alone = not policy.given and not policy.witnesses  # Told among what is not proved.
    if len(seen) < policy.quorum and not alone:
        facts = {"seen": len(seen), "quorum": policy.quorum}
        report.findings.append(Finding("quorum", "checkpoint", None, facts))


def _older(report: Report, after: Head) -> Marked:
    """The reader's own checkpoint: it must be of this log, and no longer than the bundle."""
    report.after, size = after.size, report.about.size
    if after.size > size:
        report.findings.append(Finding("shorter", "--after", None, _two(size, after.size)))
    try:
        wants_signature(after, report.policy.log)
    except UnreadableError:
        raise
    except WrongError as wrong:
        report.findings.append(wrong.at("--after"))
    return Marked("--after", after, is_older=True)


def _walk(archive: Archive, report: Report, marks: list[Marked]) -> None:
    """Hash and recompute every leaf; look at each checkpoint when its size is reached."""
    tree = Tree()
    names = archive.named("leaves")
    expected = range(0, report.about.size, PER_FILE)
    for first in expected:
        name = f"leaves/{first:012d}.jsonl"
        if name not in names:
            report.findings.append(Finding("no_leaves", name, first))
            report.broken = True
            continue
        lines = archive.read(name).split(b"\n")
        wanted = min(PER_FILE, report.about.size - first)
        if lines.pop() or len(lines) != wanted:
            facts = _two(len(lines), wanted)
            report.findings.append(Finding("leaf_count", name, first, facts))
            report.broken = True
        _take(report, tree, name, lines, marks)
    for name in names:
        if int(name[7:19]) not in expected:
            archive.read(name)
            report.findings.append(Finding("extra_leaves", name))
    for mark in marks:
        if mark.head.size > tree.size and not mark.is_older:
            facts = _two(tree.size, mark.head.size)
            report.findings.append(Finding("unreached", mark.place, None, facts))


def _take(report: Report, tree: Tree, name: str, lines: list[bytes], marks: list[Marked]) -> None:
    """One file of leaves."""
    ends = {mark.head.size: mark for mark in marks if not mark.is_older}
    older = {mark.head.size: mark for mark in marks if mark.is_older}
    step, codes = report.replay.step, report.codes
    code = ""
    for line in lines:
        if not report.broken:
            try:
                code = step(tree.size, line)
                codes[code] += 1
            except WrongError as wrong:
                report.findings.append(wrong.at(name, tree.size))
                report.broken = True
        tree.add(line)
        report.leaves += 1
        if tree.size in ends:
            _meet(report, tree, ends[tree.size], line)
        if tree.size in older and tree.root() != older[tree.size].head.root:
            report.findings.append(Finding("rewritten", "--after", None, {"size": tree.size}))


def _meet(report: Report, tree: Tree, mark: Marked, last: bytes) -> None:
    """At a checkpoint's size: its root, and that every unit moved before it is under a seal."""
    if tree.root() != mark.head.root:
        report.findings.append(Finding("root", mark.place, None, {"size": tree.size}))
    if report.broken:
        return
    units = report.replay.book.units.values()
    loose = [unit.name for unit in units if unit.touched_at > unit.sealed_at]
    is_seal = b'"kind":"seal"' in last and b'"code":"accepted"' in last
    if loose or not is_seal:
        unit = loose[0] if loose else "-"
        report.findings.append(Finding("unsealed", mark.place, tree.size - 1, {"unit": unit}))


def _compare_units(report: Report) -> None:
    """Add the accounts up: debits and credits of a unit are what its transfers moved."""
    book = report.replay.book
    debits: Counter[str] = Counter()
    credits_: Counter[str] = Counter()
    for account in book.numbered:
        debits[account.unit.name] += account.debits
        credits_[account.unit.name] += account.credits
    for unit in book.units.values():
        if not debits[unit.name] == credits_[unit.name] == unit.posted:
            facts = _two(debits[unit.name], credits_[unit.name]) | {"unit": unit.name}
            report.findings.append(Finding("unit_sum", BALANCE, None, facts))
