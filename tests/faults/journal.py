"""What was asked and what was answered, written down outside the system under test.

A line is on disk before its request is sent, and another when its answer has come: so that what
was acknowledged is known whatever dies. Not here: what the book says (`oracle`).
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

PAID, REFUSED, UNKNOWN, BURNT, REFUNDED = "paid", "refused", "unknown", "burnt", "refunded"


@dataclass(frozen=True, slots=True)
class Sale:
    """What a till asks under one key: so many cents from a slip or a family, for a shop."""

    key: UUID
    target: UUID
    shop: UUID
    cents: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came back: how it ended for the till, the status, the problem's code, the body."""

    how: str
    status: int = 0
    code: str = ""
    body: str = ""


@dataclass(slots=True)
class Record:
    """One key's story, as its till saw it; `last` is the outcome that counts now."""

    sale: Sale
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def last(self) -> Outcome:
        """The latest outcome; unknown before any came."""
        return self.outcomes[-1] if self.outcomes else Outcome(UNKNOWN)

    @property
    def was_paid(self) -> bool:
        """Whether a payment was ever acknowledged."""
        return any(one.how == PAID for one in self.outcomes)


class Journal:
    """The stories of all keys, in memory and, line by line, on disk."""

    def __init__(self, path: Path) -> None:
        """Go on where the file ends."""
        self.records: dict[UUID, Record] = {}
        for kind, words in read_lines(path):
            self._take(kind, words)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def intend(self, sale: Sale) -> None:
        """Write down what is about to be sent."""
        words = {"target": sale.target.hex, "shop": sale.shop.hex, "cents": sale.cents}
        self._write("intent", {"key": sale.key.hex} | words)

    def tell(self, key: UUID, outcome: Outcome) -> None:
        """Write down what came back."""
        words = {"how": outcome.how, "status": outcome.status, "code": outcome.code}
        self._write("outcome", {"key": key.hex, "body": outcome.body} | words)

    def unknown(self) -> list[Record]:
        """The stories that have no end yet."""
        return [one for one in self.records.values() if one.last.how == UNKNOWN]

    def count(self, how: str) -> int:
        """How many stories stand so now."""
        return sum(one.last.how == how for one in self.records.values())

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)

    def _write(self, kind: str, words: dict[str, Any]) -> None:
        os.write(self._file, (json.dumps([kind, words]) + "\n").encode())
        os.fdatasync(self._file)
        self._take(kind, words)

    def _take(self, kind: str, words: dict[str, Any]) -> None:
        key = UUID(words["key"])
        if kind == "intent":
            target, shop = UUID(words["target"]), UUID(words["shop"])
            self.records.setdefault(key, Record(Sale(key, target, shop, words["cents"])))
            return
        told = Outcome(words["how"], words["status"], words["code"], words["body"])
        self.records[key].outcomes.append(told)


def read_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The lines of a journal; a last one that was cut off was never sent, and is left out."""
    if not path.exists():
        return
    for line in path.read_bytes().splitlines(keepends=True):
        if line.endswith(b"\n"):
            kind, words = json.loads(line)
            yield kind, words
