"""What a process wrote to its files, and when it synced: read from `strace`, replayed as disks.

A power cut leaves of each file what was synced, and of what was written since nothing, all, a
part, or torn sectors. Assumed: an honest sync, files independent. Source: reliability.md 3.3.
"""

import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

CALLS = "openat,pwrite64,write,fdatasync,fsync,ftruncate,unlink"
SECTOR = 512
LINE = re.compile(r"^(\d+)\s+(.*)$")
UNFINISHED = re.compile(r"^(\w+)\((.*?)\s*<unfinished \.\.\.>$")
RESUMED = re.compile(r"^<\.\.\. (\w+) resumed>.*= (-?\d+)")
WHOLE = re.compile(r"^(\w+)\((.*)\)\s+= (-?\d+)")
FILE = re.compile(r"^\d+<([^>]*)>")
TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')


@dataclass(frozen=True, slots=True)
class Event:
    """One call: `write` (bytes at an offset), `truncate` (to a size), `sync`, `unlink`."""

    call: str
    file: str
    data: bytes = b""
    at: int = 0


@dataclass(slots=True)
class File:
    """One file on a disk: what a cut cannot take, and what was written since the last sync."""

    synced: bytearray = field(default_factory=bytearray)
    pending: list[Event] = field(default_factory=list)
    gone: bool = False

    def apply(self, one: Event) -> None:
        """Take one call in."""
        if one.call == "sync":
            for change in self.pending:
                _change(self.synced, change)
            self.pending.clear()
        elif one.call == "unlink":
            self.synced, self.pending, self.gone = bytearray(), [], True
        else:
            self.gone = False
            self.pending.append(one)

    def after_cut(self, chance: random.Random) -> bytes | None:
        """What a power cut now could leave of it; None: the file does not exist."""
        if self.gone:
            return None
        left = bytearray(self.synced)
        for change in _survivors(self.pending, chance):
            _change(left, change)
        return bytes(left)


def strace() -> str | None:
    """The tool that records, where the machine has it."""
    return shutil.which("strace")


def record(words: Sequence[str], trace: Path, *, cwd: Path) -> None:
    """Run a Python module to its end, and write every call that matters to `trace`."""
    tool = strace()
    assert tool is not None
    options = ["-f", "-xx", "-y", "-s", "1000000", "-e", f"trace={CALLS}", "-o", str(trace)]
    command = [tool, *options, sys.executable, "-m", *words]
    subprocess.run(command, cwd=cwd, check=True, capture_output=True)


def read_events(trace: Path, files: Sequence[Path]) -> Iterator[Event]:
    """The calls on these files, in the order in which they took effect; failed ones are left out.

    A write counts from its beginning, a sync from its end.
    """
    names = {str(path): path.name for path in files}
    begun: dict[str, str] = {}
    for line in trace.read_text().splitlines():
        matched = LINE.match(line)
        if matched is None:
            continue
        thread, words = matched.groups()
        if unfinished := UNFINISHED.match(words):
            call, begun[thread] = unfinished.groups()
            if call in {"pwrite64", "write"}:
                yield from _event(call, begun.pop(thread), names)
        elif resumed := RESUMED.match(words):
            if thread in begun and int(resumed[2]) >= 0:
                yield from _event(resumed[1], begun.pop(thread), names)
        elif (whole := WHOLE.match(words)) and int(whole[3]) >= 0:
            yield from _event(whole[1], whole[2], names)


def _event(call: str, words: str, names: dict[str, str]) -> Iterator[Event]:
    if call == "unlink":
        path = _bytes(words).decode()
        if path in names:
            yield Event("unlink", names[path])
        return
    matched = FILE.match(words)
    name = names.get(_plain(matched[1])) if matched else None
    if name is None:
        return
    if call in {"fdatasync", "fsync"}:
        yield Event("sync", name)
    elif call == "ftruncate":
        yield Event("truncate", name, at=int(words.rsplit(", ", 1)[1]))
    elif call == "pwrite64":
        yield Event("write", name, _bytes(words), int(words.rsplit(", ", 1)[1]))
    elif call == "write":
        yield Event("write", name, _bytes(words), -1)


def _plain(path: str) -> str:
    return bytes.fromhex(path.replace("\\x", "")).decode() if path.startswith("\\x") else path


def _bytes(words: str) -> bytes:
    matched = TEXT.search(words)
    assert matched is not None
    assert matched[2] is None, "a write was recorded in part"
    return bytes.fromhex(matched[1].replace("\\x", ""))


def _change(content: bytearray, one: Event) -> None:
    if one.call == "truncate":
        del content[one.at :]
        content.extend(bytes(max(0, one.at - len(content))))
        return
    end = one.at + len(one.data)
    content.extend(bytes(max(0, end - len(content))))
    content[one.at : end] = one.data


def _survivors(pending: Sequence[Event], chance: random.Random) -> list[Event]:
    """What of the unsynced writes reached the disk."""
    way = chance.choice(("none", "all", "prefix", "some", "torn"))
    if way == "none":
        return []
    if way == "prefix":
        return list(pending[: chance.randint(0, len(pending))])
    if way == "some":
        return [one for one in pending if chance.random() < 0.5]
    if way == "torn":
        return [part for one in pending for part in _sectors(one, chance)]
    return list(pending)


def _sectors(one: Event, chance: random.Random) -> list[Event]:
    if one.call != "write":
        return [one]
    return [
        Event("write", one.file, one.data[at : at + SECTOR], one.at + at)
        for at in range(0, len(one.data), SECTOR)
        if chance.random() < 0.5
    ]
