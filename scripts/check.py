"""The gate: `python -m scripts.check` runs every check of style that needs no test.

Quiet where all is well, complete where it is not: each tool's findings in full, then status 1.
Not here: the rules of our own; `scripts/tidy.py` holds them.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scripts.tidy import findings, read_tree

ROOT = Path(__file__).resolve().parents[1]
MADE = (".git", ".venv", "node_modules", "data", "build", "dist")
TYPED = ("ledger", "merchant_api", "wallet_web", "scripts", "tests")


def main() -> int:
    """Run every check, two at a time; return 0 only when none found anything."""
    started = time.monotonic()
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = list(pool.map(lambda name: (name, CHECKS[name]()), CHECKS))
    for name, found in results:
        print(f"✗ {name}\n{found}" if found else f"✓ {name}")
    failed = [name for name, found in results if found]
    spent = f"{time.monotonic() - started:.1f} s"
    print(f"Gate: {', '.join(failed)} failed ({spent})" if failed else f"Gate: passed ({spent})")
    return 1 if failed else 0


def run_tool(tool: str, *words: str) -> str:
    """Run a tool of this environment; return its words if it found something, else nothing."""
    done = subprocess.run(
        [Path(sys.executable).parent / tool, *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout.strip() or f"{tool} failed without a word" if done.returncode else ""


def format_is_ours() -> str:
    """Compare every file with what the formatter would write."""
    return run_tool("ruff", "format", "--check", "--quiet", ".")


def lint_is_clean() -> str:
    """Run all lint rules, less the exceptions that give their reason."""
    return run_tool("ruff", "check", "--quiet", ".")


def types_hold() -> str:
    """Check the types strictly, those of the tests too."""
    return run_tool("mypy", "--no-error-summary", *filter(has_modules, TYPED))


def imports_go_one_way() -> str:
    """Check the import contracts: which room may know which."""
    return run_tool("lint-imports", "--no-cache")


def dependencies_are_declared() -> str:
    """Find what is imported without being asked for."""
    return run_tool("deptry", "--no-ansi", ".")


def style_is_ours() -> str:
    """Apply our own rules to every file that is ours."""
    return "\n".join(map(str, findings(read_tree(ROOT, our_files()))))


def our_files() -> list[str]:
    """List the files that git knows or would take; without git, all but what the set-up makes."""
    if shutil.which("git") and (ROOT / ".git").exists():
        words = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        return listed.stdout.splitlines()
    below = (path for place in ROOT.iterdir() if place.name not in MADE for path in tree(place))
    return [path.relative_to(ROOT).as_posix() for path in below if "vendor" not in path.parts]


def tree(place: Path) -> list[Path]:
    """List a file, or every file below a folder."""
    return [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]


def has_modules(package: str) -> bool:
    """Whether there is any Python below this folder yet."""
    return any((ROOT / package).rglob("*.py"))


CHECKS: dict[str, Callable[[], str]] = {
    "types (mypy --strict)": types_hold,
    "format (ruff)": format_is_ours,
    "lint (ruff)": lint_is_clean,
    "imports (import-linter)": imports_go_one_way,
    "dependencies (deptry)": dependencies_are_declared,
    "our own rules": style_is_ours,
}

if __name__ == "__main__":
    raise SystemExit(main())
