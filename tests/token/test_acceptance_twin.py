"""What a till's script signs is what we would sign, and what it reads it answers as we do."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from ledger.token.acceptances import read_acceptance
from scripts.node_packages import BuildError, node
from tests.peers import LeaveOut
from tests.token.make_acceptances import ACCEPTANCES, DEVICES, acceptances, rendered

HERE = Path(__file__).parent


@pytest.fixture
def javascript(leave_out: LeaveOut) -> list[str]:
    try:
        return [*node(), "--test", str(HERE / "acceptances.test.mjs")]
    except BuildError as missing:
        leave_out.because(str(missing))


def test_the_vectors_are_what_we_make() -> None:
    assert ACCEPTANCES.read_text(encoding="utf-8") == rendered()


def test_a_till_signs_what_we_would_and_we_believe_it(
    javascript: list[str], tmp_path: Path
) -> None:
    """With both kinds of key; the twin's own test compares the bytes and what it reads."""
    signed = tmp_path / "signed.json"
    told = {**os.environ, "TWIN_SIGNED": str(signed)}
    done = subprocess.run(javascript, env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "fail 0" in done.stdout
    by_name = json.loads(signed.read_text(encoding="utf-8"))
    assert set(by_name) == set(acceptances())
    for name, one in acceptances().items():
        for device, key in DEVICES.items():
            raw = bytes.fromhex(by_name[name][device])
            assert read_acceptance(raw, key.public_key()) == one
