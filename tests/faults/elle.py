"""Writes a history in Elle's format, so that a checker that is not ours can look at it.

`python -m tests.faults.elle FILE [--engine E] [--n N] [--seed S]` has clients work as `history`
does and writes FILE, an operation a line in EDN, for `elle-cli --model list-append FILE`. Elements
are integers; a transaction's appends and reads are its micro-operations.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tests.engines import ENGINES
from tests.faults.history import acts_of, record
from tests.faults.history_cycles import Act
from tests.faults.history_lines import ENDLESS, FAIL, INFO, Operation
from tests.faults.scoreboard import Asked
from tests.faults.trials import fresh_ledger


def edn_lines(operations: Sequence[Operation]) -> Iterator[str]:
    """The list transactions of a history: for each its invocation, then how it ended, by time."""
    moments = []
    for act in acts_of(operations):
        client = operations[act.number].client
        moments.append((act.began, client, "invoke", act))
        if act.ended < ENDLESS:
            moments.append((act.ended, client, act.outcome, act))
    keys: dict[str, int] = defaultdict(lambda: len(keys))
    for index, (time, client, kind, act) in enumerate(sorted(moments, key=lambda one: one[0])):
        steps = " ".join(_steps(act, keys, is_told=kind not in {"invoke", FAIL, INFO}))
        yield (
            f"{{:index {index} :type :{kind} :process {client} :f :txn"
            f" :value [{steps}] :time {time}}}"
        )


def _steps(act: Act, keys: dict[str, int], *, is_told: bool) -> Iterator[str]:
    for name, elements in act.appends.items():
        yield from (f"[:append {keys[name]} {element}]" for element in elements)
    for name, elements in act.reads.items():
        yield f"[:r {keys[name]} {_vector(elements) if is_told else 'nil'}]"


def _vector(elements: Iterable[int]) -> str:
    return "[" + " ".join(map(str, elements)) + "]"


def main() -> int:
    """Write a history to a file."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.elle", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--n", type=int, default=5_000, help="operations")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=ENGINES, default=ENGINES[0])
    given = parser.parse_args()
    with fresh_ledger(given.engine) as (url, folder):
        operations = record(Asked(given.n, given.seed, given.engine), url, folder)
    given.file.write_text("\n".join(edn_lines(operations)) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
