"""The gate bites: for each rule a planted offence that it must find.

Not here: the gate's own run over this tree; the test command does that before the tests.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts import tidy
from scripts.check import ROOT

BIN = Path(sys.executable).parent
LONG_FUNCTION = "def f() -> None:\n" + "    print()\n" * 40
LONG_MODULE = '"""Long."""\n' + "x = 1\n" * 300
HOST = "deb,debian,org".replace(",", ".")  # In pieces, as this file is looked at too.
HOME = "|home|ada|book.db".replace("|", "/")


def planted(folder: Path, path: str, text: str) -> tidy.Tree:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text, encoding="utf-8")
    return tidy.read_tree(folder, [path])


OFFENCES: dict[str, tuple[tidy.Rule, str, str]] = {
    "function of 41 lines": (tidy.short_functions, "ledger/core/x.py", LONG_FUNCTION),
    "line of 101 columns": (tidy.short_lines, "wallet_web/static/x.js", "x" * 101),
    "module of 301 lines": (tidy.short_modules, "ledger/core/x.py", LONG_MODULE),
    "module called helpers": (tidy.telling_names, "wallet_web/helpers.py", ""),
    "folder called common": (tidy.telling_names, "ledger/common/x.py", ""),
    "second door": (
        tidy.one_door,
        "ledger/core/__init__.py",
        "from ledger.core.apply import apply",
    ),
    "dead module": (tidy.used_modules, "ledger/core/x.py", ""),
    "docstring that repeats": (
        tidy.telling_docstrings,
        "ledger/core/x.py",
        'def redeem_voucher() -> None:\n    """Redeem the voucher."""\n',
    ),
    "name of a host": (tidy.no_hosts, "README.md", f"Fetch it from {HOST}, it is there."),
    "path of a machine": (tidy.no_machine_paths, "README.md", f"See {HOME}."),
    "loop in the main thread": (tidy.loops_apart, "tests/test_x.py", f"{tidy.OWN_LOOP}work())"),
    "address in a lock": (tidy.portable_locks, "requirements/x.txt", "--index-url http://x"),
    "resolved in the lock": (tidy.portable_locks, "package-lock.json", '{"resolved": "x"}'),
}


@pytest.mark.parametrize("offence", OFFENCES)
def test_a_planted_offence_is_found(tmp_path: Path, offence: str) -> None:
    rule, path, text = OFFENCES[offence]
    found = rule(planted(tmp_path, path, text))
    assert len(list(found)) == 1


def test_every_rule_has_its_offence() -> None:
    assert {rule for rule, _, _ in OFFENCES.values()} == set(tidy.RULES)


def test_a_long_module_may_give_its_reason(tmp_path: Path) -> None:
    text = LONG_MODULE.replace("x = 1", "# long: one table, read in one sitting.\n\nx = 1", 1)
    assert not list(tidy.short_modules(planted(tmp_path, "ledger/core/x.py", text)))


def test_a_migration_may_be_long(tmp_path: Path) -> None:
    path = "ledger/store/migrations/book/versions/b001_first.py"
    tree = planted(tmp_path, path, LONG_MODULE + LONG_FUNCTION)
    assert not list(tidy.short_modules(tree))
    assert not list(tidy.short_functions(tree))


def test_a_module_may_be_imported_from_its_package(tmp_path: Path) -> None:
    planted(tmp_path, "ledger/core/x.py", "")
    planted(tmp_path, "ledger/cover.py", "from ledger.core import x\nfrom ledger import cover")
    tree = tidy.read_tree(tmp_path, ["ledger/core/x.py", "ledger/cover.py"])
    assert not list(tidy.used_modules(tree))


@pytest.mark.parametrize(
    "call",
    [
        "import datetime\nx = datetime.datetime.now(datetime.UTC)",
        "import time as clock\nx = clock.time_ns()",
        "from uuid import uuid4 as new\nx = new()",
        "import secrets",
        "import os\nx = os.urandom(16)",
    ],
)
def test_clock_and_chance_are_banned_in_the_book(call: str) -> None:
    assert "TID251" in linted("ledger/core/x.py", call)
    assert "TID251" not in linted("ledger/store/edges.py", call)


def linted(path: str, text: str) -> str:
    done = subprocess.run(
        [BIN / "ruff", "check", "--stdin-filename", path, "-"],
        input=text, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout


@pytest.mark.parametrize(
    ("path", "offence", "contract"),
    [
        ("ledger/core/x.py", "import wallet_web", "One direction"),
        ("wallet_web/x.py", "import merchant_api", "strangers"),
        ("ledger/token/x.py", "import ledger.core", "Rooms of the ledger"),
        ("ledger/core/x.py", "import sqlite3", "Pure rooms"),
        ("ledger/proof/x.py", "import starlette", "knows no web"),
        ("wallet_web/x.py", "import sqlalchemy", "SQL only"),
        ("ledger/new_room/__init__.py", "", "Rooms of the ledger"),
        ("ledger/core/codes.py", "import ledger.core.apply", "bottom up"),
        ("wallet_web/x.py", "import ledger.store.book", "store is private"),
        ("ledger/store/x.py", "import ledger.store.writer", "One writer"),
    ],
)
def test_an_import_against_the_direction_is_found(
    tmp_path: Path, path: str, offence: str, contract: str
) -> None:
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    for package in ("ledger", "merchant_api", "wallet_web", "scripts"):
        for module in (ROOT / package).rglob("*.py"):
            planted(tmp_path, module.relative_to(ROOT).as_posix(), "")
    assert broken_contracts(tmp_path) == ""
    planted(tmp_path, path, offence)
    assert contract in broken_contracts(tmp_path)


def broken_contracts(folder: Path) -> str:
    done = subprocess.run(
        [BIN / "lint-imports", "--no-cache"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    broken = [line for line in done.stdout.splitlines() if line.endswith("BROKEN")]
    return "\n".join(broken) if done.returncode == 0 or broken else done.stdout + done.stderr
