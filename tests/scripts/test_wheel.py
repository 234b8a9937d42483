"""What is installed elsewhere holds its pages, although git ignores them."""

import subprocess
import sys
import zipfile
from pathlib import Path

from scripts.check import ROOT


def test_the_wheel_holds_pages_and_the_built_front_end(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    assert "wallet_web/static/vendor/vendor.json" in held
    assert "wallet_web/static/vendor/THIRD-PARTY-NOTICES.txt" in held
    assert "wallet_web/templates/layout.html" in held
    assert "ledger/__init__.py" in held
    assert not any(name.startswith(("tests/", "node_modules/")) for name in held)
