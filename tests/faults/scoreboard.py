"""One line a row: what was promised, what was got. Source: reliability.md section 8.

Not here: how a row is measured (the module named after it).
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Asked:
    """How much is tried, with what chance, on which engine."""

    n: int
    seed: int
    engine: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the scoreboard, measured: `passed` is None for what this machine cannot try."""

    row: int
    name: str
    goal: str
    got: Mapping[str, object]
    passed: bool | None
    seed: int
    engine: str
    why: list[str] = field(default_factory=list)

    def line(self) -> str:
        """The row as one JSON line."""
        words = asdict(self)
        words["pass"] = words.pop("passed")
        if not self.why:
            del words["why"]
        return json.dumps(words, ensure_ascii=False)
