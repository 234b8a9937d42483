"""Set up this checkout and start it, on a machine with nothing but Python 3.11 or later.

    python3 scripts/portavalori.py run      the demo network on http://127.0.0.1:8000
    python3 scripts/portavalori.py test     the gate, then every test

Inside: the virtual environment, the locked and hashed installation, the call of the front-end
build, the search for a browser. Standard library only, since it runs before anything is installed.
Not inside: what happens after set-up; `scripts/cli.py` and pytest do that.
"""
# long: one file, since nothing of ours can be imported before it has run.

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NoReturn

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
LOCKS = ROOT / "requirements"
MEMORY = "/dev/shm"  # noqa: S108 -- a folder of our own is made in it.
PLENTY = 10 << 30
WORKERS = ("-n", "4", "--dist", "worksteal")  # On two cores: tests wait for pages half of the time.
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class MissingPieceError(Exception):
    """Something that only the reader can put right; its text says what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what was asked; return the exit status: 2 with clear words on what is missing."""
    parser = command_line()
    asked, rest = parser.parse_known_args(arguments)
    if rest and asked.command != "test":
        parser.error(f"unknown: {' '.join(rest)}")
    os.chdir(ROOT)
    try:
        return int(asked.does(asked, rest))
    except MissingPieceError as missing:
        print(f"\nPortavalori cannot go on.\n{missing}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped. What was done is kept: run it again to go on.", file=sys.stderr)
        return 130


def command_line() -> argparse.ArgumentParser:
    """Describe the commands and their options."""
    parser = argparse.ArgumentParser(prog="portavalori.py", description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="set up, make the demo network, serve it")
    run.add_argument("--port", help="where to listen on this machine (default 8000)")
    run.add_argument("--database", metavar="URL", help="default: an SQLite file in ./data")
    run.add_argument("--reset", action="store_true", help="throw the demo network away first")
    run.set_defaults(does=run_demo)
    test = commands.add_parser(
        "test", help="set up, then the gate and every test; takes pytest's words"
    )
    test.set_defaults(does=run_tests)
    setup = commands.add_parser("setup", help="set up only, with the tools for tests")
    setup.set_defaults(does=set_up_for_tests)
    lock = commands.add_parser(
        "lock", help="choose all versions anew and write the locks (needs uv)"
    )
    lock.set_defaults(does=write_locks)
    return parser


# ------------------------------------------------------------------------------------- commands


def run_demo(asked: argparse.Namespace, _rest: Sequence[str]) -> int:
    """Set up, then become the server, so that whoever stops this process stops the server."""
    set_up("runtime")
    words = [str(PYTHON), "-m", "scripts.cli", "run"]
    words += ["--port", asked.port] if asked.port else []
    words += ["--database", asked.database] if asked.database else []
    words += ["--reset"] if asked.reset else []
    become(words)


def run_tests(_asked: argparse.Namespace, rest: Sequence[str]) -> int:
    """Run the gate, then pytest, whose closing line comes last; either may fail the command."""
    set_up("test")
    environment = dict(os.environ)
    if browser := find_or_install_browser():
        environment["PORTAVALORI_CHROMIUM"] = browser
    if not shutil.which("hledger") and may_install_system_packages():
        install_system_package("hledger")  # It adds up our exported books; else their tests say so.
    gate = subprocess.call([PYTHON, "-m", "scripts.check"], env=environment)
    if gate:
        print("THE GATE FAILED (above); the tests follow, but this command fails.", flush=True)
    with tempfile.TemporaryDirectory(
        prefix="portavalori-tests-", dir=fast_folder(), ignore_cleanup_errors=True
    ) as folder:
        environment["TMPDIR"] = folder
        environment["PYTHONPYCACHEPREFIX"] = f"{folder}/compiled"  # Each process would compile all.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        words = [str(PYTHON), "-m", "pytest", *WORKERS, *rest]
        tests = subprocess.call(words, env=environment)
    return tests or gate


def fast_folder() -> str | None:
    """Where the tests' databases go: into memory if there is plenty, else where all such files go.

    Nothing there has to outlive the run. What a power cut leaves is tried on recorded writes.
    """
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES")
        room = min(memory, shutil.disk_usage(MEMORY).free)
    except (OSError, ValueError, AttributeError):
        return None
    return MEMORY if room >= PLENTY else None


def set_up_for_tests(_asked: argparse.Namespace, _rest: Sequence[str]) -> int:
    """Set up all that `run` and `test` need, the browser apart."""
    set_up("test")
    print(f"Ready: {PYTHON.relative_to(ROOT)}")
    return 0


def write_locks(_asked: argparse.Namespace, _rest: Sequence[str]) -> int:
    """Write every lock anew; hashes but no address, so that any mirror will do."""
    uv = find_uv()
    if not uv:
        raise MissingPieceError("The locks are written by uv: install it (pip install uv).")
    compile_lock = [uv, "pip", "compile", "--universal", "--python-version", "3.11", "--upgrade"]
    compile_lock += ["--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate"]
    for lock, asks in {
        "runtime": ["pyproject.toml"],
        "test": ["pyproject.toml", "--group", "test", "--group", "dev", *consistent("runtime")],
        "build": ["--group", "build", *consistent("test")],
        "node": ["--group", "node", *consistent("test")],
    }.items():
        say(f"Locking {lock}")
        run_step([*compile_lock, "--quiet", *asks, "-o", f"requirements/{lock}.txt"])
    return 0


# --------------------------------------------------------------------------------------- set-up


def set_up(lock: str) -> None:
    """Bring environment and front end up to date; a second call finds all stamps and is quick."""
    started = time.monotonic()
    ensure_environment()
    done = install_lock(lock)
    if not shutil.which("npm"):
        done |= install_packages("node", [LOCKS / "node.txt"])
    run_step([str(PYTHON), "-m", "scripts.vendor_frontend", "--if-stale"])
    if done:
        say(f"Set up in {time.monotonic() - started:.0f} s")


def ensure_environment() -> None:
    """Create `.venv` unless it is there and its interpreter still exists."""
    if PYTHON.exists():
        return
    say("Creating .venv")
    if uv := find_uv():
        run_step([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(VENV)])
        return
    if not can_make_environments():
        install_venv_module()
    run_step([sys.executable, "-m", "venv", "--clear", str(VENV)])


def can_make_environments() -> bool:
    """Whether the parts of Python are here that Debian keeps in a package of their own."""
    return all(importlib.util.find_spec(part) for part in ("venv", "ensurepip"))


def install_venv_module() -> None:
    """Add the part of Python that Debian keeps apart, or say which it is."""
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if not may_install_system_packages():
        raise MissingPieceError(
            f"This Python cannot make virtual environments: a part of it is not installed.\n"
            f"On Debian or Ubuntu:  sudo apt install {package}\n"
            f"Elsewhere: install Python 3.11 or later with its modules venv and ensurepip, or uv."
        )
    say(f"Installing {package}")
    install_system_package(package)


def install_lock(lock: str) -> bool:
    """Install one lock and the project; return whether there was anything to do."""
    if lock == "runtime" and is_current("test", [LOCKS / "test.txt", LOCKS / "build.txt"]):
        return False  # The test lock holds every line of the runtime lock.
    return install_packages(lock, [LOCKS / f"{lock}.txt", LOCKS / "build.txt"], project=True)


def install_packages(name: str, locks: Sequence[Path], *, project: bool = False) -> bool:
    """Install locked packages, each checked by its hash; return whether there was any to do."""
    if is_current(name, locks):
        return False
    say(f"Installing the locked packages ({name}); the first time this takes a minute or two")
    wanted = [word for lock in locks for word in ("-r", str(lock))]
    # A lock names every package. What a package asks for is not looked up again: pip would weigh a
    # newer release of it, which has no hash here, and stop on the day that one appears.
    run_step([*installer(), "--require-hashes", "--no-deps", *wanted])
    if project:
        # The project has no hash: apart, without dependencies, built by the locked hatchling.
        run_step([*installer(), "--no-deps", "--no-build-isolation", "-e", str(ROOT)])
    stamp_file(name).write_text(fingerprint(locks), encoding="utf-8")
    return True


def installer() -> list[str]:
    """Name the command that installs into `.venv`: uv where there is one, else its own pip."""
    if uv := find_uv():
        return [uv, "pip", "install", "--quiet", "--python", str(PYTHON)]
    return [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]


def find_uv() -> str | None:
    """Find uv on the PATH or in `.venv`."""
    return shutil.which("uv") or shutil.which("uv", path=str(BIN))


def consistent(lock: str) -> list[str]:
    """Ask uv for the versions that another lock has chosen already."""
    return ["--constraints", f"requirements/{lock}.txt"]


# --------------------------------------------------------------------------------------- stamps


def is_current(name: str, locks: Sequence[Path]) -> bool:
    """Whether these locks, as they are now, have been installed."""
    stamp = stamp_file(name)
    return stamp.exists() and stamp.read_text(encoding="utf-8") == fingerprint(locks)


def stamp_file(name: str) -> Path:
    """Say where the fingerprint of an installed lock is kept: it goes away with the environment."""
    return VENV / f".installed-{name}"


def fingerprint(files: Iterable[Path]) -> str:
    """Hash files, the project's own description and the version of this Python."""
    digest = hashlib.sha256(repr(sys.version_info[:2]).encode())
    for file in (ROOT / "pyproject.toml", *files):
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


# -------------------------------------------------------------------------------- the machine


def find_or_install_browser() -> str | None:
    """Find Chromium, or install Debian's when root; without one the tests say so loudly."""
    if browser := os.environ.get("PORTAVALORI_CHROMIUM") or first_on_path(BROWSERS):
        return browser
    if may_install_system_packages():
        say("Installing Chromium for the browser tests")
        install_system_package("chromium")
    return first_on_path(BROWSERS)


def first_on_path(names: Iterable[str]) -> str | None:
    """Find the first of these programs that is installed."""
    return next(filter(None, map(shutil.which, names)), None)


def may_install_system_packages() -> bool:
    """Whether we are root on a system with apt."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and bool(shutil.which("apt-get"))


def install_system_package(package: str) -> None:
    """Install one Debian package, without questions; speak only if it fails."""
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for words in (["update"], ["install", "-y", "--no-install-recommends", package]):
        done = subprocess.run(
            ["apt-get", "-qq", *words],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise MissingPieceError(f"apt-get {' '.join(words)} failed:\n{done.stdout}")


def run_step(words: Sequence[str]) -> None:
    """Run one step of the set-up; its own words explain a failure."""
    if subprocess.call(list(words)):
        raise MissingPieceError(
            f"This step failed, its own words are above:\n  {' '.join(words)}\n"
            f"If it could not reach its packages, check the network and run the command again:\n"
            f"what was done is kept. To start from nothing, delete the folder .venv."
        )


def become(words: Sequence[str]) -> NoReturn:
    """Turn this process into another program."""
    sys.stdout.flush()
    if os.name == "nt":
        raise SystemExit(subprocess.call(list(words)))
    os.execv(words[0], list(words))  # noqa: S606 - no shell is what we want


def say(what: str) -> None:
    """Tell the reader what happens."""
    print(f"· {what}", flush=True)


if __name__ == "__main__":
    if sys.version_info < OLDEST_PYTHON:
        raise SystemExit("Portavalori needs Python 3.11 or later; this one is older.")
    raise SystemExit(main())
