"""Programs of others that read what we write, each in an environment of its own.

What wants other packages than we do lives in a virtual environment under `.cache/`, made once from
its lock in `requirements/`. Not here: what they are asked (the tests that ask).
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).parents[1]
CACHE = ROOT / ".cache"


class LeaveOut:
    """Skip loudly where something is missing; where CI=true, fail."""

    def __init__(self, name: str) -> None:
        self.name = name

    def because(self, reason: str) -> NoReturn:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{self.name} cannot run: {reason}")
        pytest.skip(f"NOT RUN, {self.name}: {reason}")


def interpreter_with(name: str, leave_out: LeaveOut) -> Path:
    """Give the interpreter of the environment of `requirements/NAME.txt`; make it if need be."""
    lock = ROOT / "requirements" / f"{name}.txt"
    version = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()[:16]
    home = CACHE / f"{name}-{version}"
    if not home.exists():
        CACHE.mkdir(exist_ok=True)
        (CACHE / ".gitignore").write_text("*\n", encoding="utf-8")
        fresh = CACHE / f"{home.name}-{os.getpid()}"  # Another worker may be making it too.
        made = run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(fresh)])
        made = made if made.returncode else run([*installer(interpreter(fresh)), "-r", str(lock)])
        if made.returncode:
            leave_out.because(made.stderr.strip()[-300:])
        with contextlib.suppress(OSError):
            fresh.rename(home)
        shutil.rmtree(fresh, ignore_errors=True)
    return interpreter(home)


def interpreter(home: Path) -> Path:
    return home / ("Scripts" if sys.platform == "win32" else "bin") / "python"


def installer(python: Path) -> list[str]:
    beside = Path(sys.executable).with_name("uv")
    uv = shutil.which("uv") or (str(beside) if beside.exists() else None)
    hashed = ["install", "--quiet", "--require-hashes", "--no-deps"]
    if uv:
        return [uv, "pip", *hashed, "--python", str(python)]
    return [sys.executable, "-m", "pip", "--python", str(python), *hashed]


def run(command: list[str], given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, input=given, capture_output=True, text=True, check=False)
