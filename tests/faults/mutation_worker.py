"""Tries mutants in a copy of the tree, one after the other: started there by `mutation`.

It reads a mutant a line (path and source, JSON) and answers with the name of the stage that noticed
it, or with nothing. Packages of others are loaded once and each trial is a fork, since loading them
takes longer than the tests.
"""

import contextlib
import importlib
import json
import os
import signal
import sys
import time
from pathlib import Path

PLAIN = ("-q", "-x", "-p", "pytest_timeout", "-p", "no:cacheprovider")
STORIES = ("tests/stories", "tests/test_door.py", "tests/test_story.py")
# The fastest killers first.
STAGES = {
    "rules": ("tests/core", "tests/test_format.py"),
    "stories": (*STORIES, "-k", "not postgresql"),
    "model": ("tests/faults/test_mutation.py", "-k", "for_a_while"),
}
LOADED = (
    "pytest", "hypothesis.stateful", "sqlalchemy", "psycopg", "alembic.command", "cbor2",
    "cryptography.hazmat.primitives.asymmetric.ed25519", "uuid_utils", "pydantic",
)  # fmt: skip
SECONDS = 180.0
NO_TESTS = 5
FIRST_TIME = 1_000_000_000


def noticed() -> str:
    """The first stage that is red; nothing if all are green."""
    return next((name for name, words in STAGES.items() if _is_red(words)), "")


def _is_red(words: tuple[str, ...]) -> bool:
    child = os.fork()
    if child == 0:
        os._exit(_run(words))
    give_up = time.monotonic() + SECONDS
    while time.monotonic() < give_up:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(status)
            assert code != NO_TESTS, f"no tests in {words}"
            return code != 0
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True  # It never ends: somebody would have noticed.


def _run(words: tuple[str, ...]) -> int:
    import pytest  # noqa: PLC0415 -- loaded before the fork.

    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    with contextlib.suppress(BaseException):
        return int(pytest.main([*PLAIN, *words]))
    return 1


def _write(file: Path, source: str, number: int) -> None:
    """Each with a time of its own: what Python keeps compiled is known by time and size alone."""
    file.write_text(source, encoding="utf-8")
    os.utime(file, (FIRST_TIME + number, FIRST_TIME + number))


def main() -> int:
    """Try what comes, until nothing comes any more."""
    for name in LOADED:
        importlib.import_module(name)
    for number, line in enumerate(sys.stdin):
        path, source = json.loads(line)
        file = Path(path)
        whole = file.read_text(encoding="utf-8")
        _write(file, source, 2 * number)
        told = noticed()
        _write(file, whole, 2 * number + 1)
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
