"""What each client did and when, as JSON lines: before it asked, and again when it was answered.

A client does one thing at a time and has a file of its own, so that lines need no lock and survive
whoever is killed. What was begun and never answered is `info`: perhaps done, perhaps not. Not here:
what must hold of it (`history_registers`, `history_cycles`).
"""

import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

OK, FAIL, INFO = "ok", "fail", "info"
ENDLESS = 2**63


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that a client did: from when to when (nanoseconds), how it ended, what was told."""

    client: int
    name: str
    asked: Mapping[str, Any]
    began: int
    ended: int = ENDLESS
    outcome: str = INFO
    told: Mapping[str, Any] = field(default_factory=dict)


class Pen:
    """Writes one client's lines."""

    def __init__(self, folder: Path, client: int) -> None:
        """Begin a file of its own."""
        self.client = client
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._file = os.open(folder / f"client-{client:04}.jsonl", flags)

    def begin(self, name: str, asked: Mapping[str, Any]) -> None:
        """Write down what is about to be asked."""
        self._write({"type": "invoke", "f": name, "value": asked})

    def end(self, outcome: str, told: Mapping[str, Any]) -> None:
        """Write down how it ended."""
        self._write({"type": outcome, "value": told})

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)

    def _write(self, words: dict[str, Any]) -> None:
        moment = {"client": self.client, "time": time.monotonic_ns()}  # One clock for all.
        os.write(self._file, (json.dumps(moment | words) + "\n").encode())


def read_operations(folder: Path) -> list[Operation]:
    """All operations of all clients, in the order in which they began."""
    found = [one for file in sorted(folder.glob("client-*.jsonl")) for one in _of_one(file)]
    return sorted(found, key=lambda one: one.began)


def _of_one(file: Path) -> Iterator[Operation]:
    begun: Operation | None = None
    for line in file.read_bytes().splitlines(keepends=True):
        if not line.endswith(b"\n"):
            break  # It was killed in the middle of a word.
        words = json.loads(line)
        if words["type"] == "invoke":
            begun = Operation(words["client"], words["f"], words["value"], words["time"])
            continue
        assert begun is not None
        ended, outcome, told = words["time"], words["type"], words["value"]
        yield Operation(begun.client, begun.name, begun.asked, begun.began, ended, outcome, told)
        begun = None
    if begun is not None:
        yield begun
