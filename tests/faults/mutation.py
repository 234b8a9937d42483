"""Row 6, second part: of all small wrong turns in the code that decides about money, most are seen.

Each module that `apply()` stands on is changed in one place (`mutation_operators`), in a copy of
the tree, and the tests of the book run until one is red. `mutation_equivalent.json` lists by hand,
with the reason, what is no wrong turn because nothing can tell it apart. With `n` fewer than there
are, a sample; the soak tries all. `python -m tests.faults.mutation FILTER` lists who survives.
"""

import ast
import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

from tests.faults import mutation_worker
from tests.faults.mutation_operators import Mutant, mutants
from tests.faults.scoreboard import Asked, Row

ROOT = Path(__file__).resolve().parents[2]
CORE = "ledger/core"
# What only names things, or writes and reads them: its tests are the vectors of the format.
NOT_MONEY = {"canonical", "codes", "ids", "shapes", "leaves"}
COPIED = ("ledger", "merchant_api", "scripts", "tests", "wallet_web", "pyproject.toml")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "vendor", "node_modules")
EQUIVALENT = Path(__file__).with_name("mutation_equivalent.json")
WORKERS = 2
SCORE, SCORE_OF_SAMPLE = 0.9, 0.8


def mutation(asked: Asked, _url: str, _folder: Path) -> Row:
    """Try `n` mutants, or all; the row says how many were noticed, and who was not."""
    known = equivalent()
    every = [one for one in all_mutants() if one.name not in known]
    chosen = random.Random(asked.seed).sample(every, min(asked.n, len(every)))
    noticed = list(try_all(chosen))
    survived = [one.name for one, by in zip(chosen, noticed, strict=True) if not by]
    score = 1 - len(survived) / len(chosen)
    goal = SCORE if len(chosen) == len(every) else SCORE_OF_SAMPLE
    got = {
        "mutants": len(chosen),
        "of": len(every),
        "equivalent": len(known),
        "killed_percent": round(score * 100, 1),
        **{f"by_{name}": count for name, count in Counter(noticed).items() if name},
    }
    passed = score >= goal
    why = [] if passed else [f"survived: {name}" for name in survived]
    words = f"{goal:.0%} of the wrong turns in the posting code are seen"
    return Row(6, "mutation", words, got, passed, asked.seed, asked.engine, why)


def money_modules() -> list[str]:
    """What `apply` stands on, found by its imports, less what only names, writes and reads."""
    found, waiting = set[str](), ["apply"]
    while waiting:
        name = waiting.pop()
        file = ROOT / CORE / f"{name}.py"
        if name in found or not file.exists():
            continue
        found.add(name)
        waiting += _imported(file)
    return [f"{CORE}/{name}.py" for name in sorted(found - NOT_MONEY)]


def _imported(file: Path) -> list[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    modules = [str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    below = "ledger.core."
    return [name.removeprefix(below) for name in modules if name.startswith(below)]


def all_mutants() -> list[Mutant]:
    """Every mutant of every module that decides about money."""
    return [
        one
        for path in money_modules()
        for one in mutants(path, (ROOT / path).read_text(encoding="utf-8"))
    ]


def equivalent() -> dict[str, str]:
    """Mutants that nothing can tell apart, each with the reason."""
    return dict(json.loads(EQUIVALENT.read_text(encoding="utf-8")))


def try_all(chosen: Sequence[Mutant]) -> Iterator[str]:
    """What noticed each, in their order. Errors: `AssertionError` if the tests are red anyhow."""
    with (
        TemporaryDirectory(prefix="portavalori-mutants-") as name,
        ThreadPoolExecutor(WORKERS) as pool,
    ):
        free: SimpleQueue[subprocess.Popen[str]] = SimpleQueue()
        workers = [_worker(Path(name) / f"copy-{number}") for number in range(WORKERS)]
        for worker in workers:
            free.put(worker)
        path = money_modules()[0]
        untouched = (ROOT / path).read_text(encoding="utf-8")
        assert not _try(free, path, untouched), "the tests are red without a mutant"
        yield from pool.map(lambda one: _try(free, one.path, one.source()), chosen)
        for worker in workers:
            worker.communicate()


def _worker(copy: Path) -> subprocess.Popen[str]:
    """A process that tries mutants in a copy of its own."""
    copy.mkdir()
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=LEFT_OUT)
        else:
            shutil.copy(ROOT / name, copy / name)
    told = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_DEBUG_TEMPROOT": str(copy)}
    return subprocess.Popen(
        [sys.executable, "-m", mutation_worker.__name__],
        cwd=copy, env=os.environ | told, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip


def _try(free: "SimpleQueue[subprocess.Popen[str]]", path: str, source: str) -> str:
    with _one_of(free) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.write(json.dumps([path, source]) + "\n")
        worker.stdin.flush()
        return str(json.loads(worker.stdout.readline()))


@contextmanager
def _one_of(
    free: "SimpleQueue[subprocess.Popen[str]]",
) -> "Iterator[subprocess.Popen[str]]":
    worker = free.get()
    try:
        yield worker
    finally:
        free.put(worker)


def main() -> int:
    """Name who survives, of those whose name holds the words that are given."""
    known, words = equivalent(), " ".join(sys.argv[1:])
    chosen = [one for one in all_mutants() if words in one.name and one.name not in known]
    for one, by in zip(chosen, try_all(chosen), strict=True):
        if not by:
            sys.stdout.write(f"{one.line}: {one.name}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(chosen)} tried\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
