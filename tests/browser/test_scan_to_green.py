"""The figures of a scan can be had, and what a till loads at first stays small (design 9)."""

import json
import subprocess
import sys

import pytest

from tests.browser import scan_to_green

pytestmark = pytest.mark.browser
MOST_KB = 170


@pytest.mark.usefixtures("chromium")
def test_a_scan_is_timed_and_the_page_weighed() -> None:
    command = [sys.executable, "-m", scan_to_green.__name__, "--scans", "2"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    load, *times = [json.loads(line) for line in done.stdout.splitlines()]
    assert load["files"] > 10
    assert 50 < load["page_kb"] <= MOST_KB
    assert [(one["bench"], one["moment"], one["scans"]) for one in times] == [
        ("first scan", "read", 1), ("first scan", "green", 1),
        ("scan", "read", 2), ("scan", "green", 2),
    ]  # fmt: skip
    assert all(0 < one["p50_ms"] <= one["p95_ms"] for one in times)
