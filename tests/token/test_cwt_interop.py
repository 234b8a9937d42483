"""Another implementation reads our tokens and we read its: the package `cwt`, apart from us.

It wants an older cbor2 than we do, so it lives in an environment of its own, made once from
`requirements/cwt.txt` under `.cache/`.
"""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ledger.token import base45, cbor, verify
from ledger.token.text import Environment, wrap
from tests.token.case import trust
from tests.token.conftest import LeaveOut
from tests.token.town import NOW, family_code, key_of, kid_named, seed_of, slip, text_of

pytestmark = [pytest.mark.interop, pytest.mark.timeout(180)]
ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements" / "cwt.txt"
PEER = Path(__file__).parent / "cwt_peer"
CACHE = ROOT / ".cache"


@pytest.fixture
def peer(leave_out: LeaveOut) -> Path:
    """Give the interpreter of the environment that holds `cwt`; make it if it is not there."""
    version = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()[:16]
    home = CACHE / f"cwt-{version}"
    if not home.exists():
        CACHE.mkdir(exist_ok=True)
        (CACHE / ".gitignore").write_text("*\n", encoding="utf-8")
        fresh = CACHE / f"{home.name}-{os.getpid()}"  # Another worker may be making it too.
        made = run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(fresh)])
        made = made if made.returncode else run([*installer(interpreter(fresh)), "-r", str(LOCK)])
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
    hashed = ["install", "--quiet", "--require-hashes"]
    if uv:
        return [uv, "pip", *hashed, "--python", str(python)]
    return [sys.executable, "-m", "pip", "--python", str(python), *hashed]


def run(command: list[str], given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, input=given, capture_output=True, text=True, check=False)


def ask(peer: Path, name: str, tokens: list[bytes], payloads: list[bytes]) -> dict[str, Any]:
    given = {
        "public": key_of(name).public_key().public_bytes_raw().hex(),
        "seed": seed_of(name).hex(),
        "kid": kid_named(name).hex(),
        "tokens": [token.hex() for token in tokens],
        "payloads": [payload.hex() for payload in payloads],
    }
    done = run([str(peer), "-I", str(PEER)], json.dumps(given))
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_cwt_reads_our_tokens(peer: Path) -> None:
    token = base45.decode(text_of(slip())[4:])
    tampered = token[:-1] + bytes([token[-1] ^ 1])
    read = ask(peer, "voucher", [token, tampered], [])["read"]
    assert read == [cbor.encode(slip().to_claims()).hex(), None]


def test_we_read_the_tokens_of_cwt(peer: Path) -> None:
    trusted = trust()
    for one, name in ((slip(), "voucher"), (family_code(), "family")):
        written = ask(peer, name, [], [cbor.encode(one.to_claims())])["written"]
        assert len(written) == 2
        for token in written:
            text = wrap(bytes.fromhex(token), Environment.REAL)
            assert verify.verify_payment(text, trusted, now=NOW) == one


def test_both_write_the_same_bytes(peer: Path) -> None:
    written = ask(peer, "voucher", [], [cbor.encode(slip().to_claims())])["written"]
    assert written[0] == base45.decode(text_of(slip())[4:]).hex()
