"""What phones and tills show each other: vectors for both rooms, sizes, every flipped bit."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from ledger.token import base45
from ledger.token.refusal import TokenRefused
from ledger.token.shown import read_request, sign_request, verify_shown
from ledger.token.text import Environment, wrap
from scripts.node_packages import BuildError, node
from tests.peers import LeaveOut
from tests.token.make_phones import FILE, rendered, signs
from tests.token.phones import ANSWER, PHONES, REQUEST, TILL, TRUST, shown, signed
from tests.token.test_sizes import PAGE, versions
from tests.token.town import NOW

HERE = Path(__file__).parent
MEASURED = {
    "credential": signed(),
    "credential, P-256": signed("p256"),
    "presentation": shown(),
    "presentation, P-256": shown(phone="p256"),
    "answer": shown(ANSWER),
    "answer, P-256": shown(ANSWER, phone="p256"),
    "request": sign_request(REQUEST, TILL),
}


@pytest.fixture
def javascript(leave_out: LeaveOut) -> list[str]:
    try:
        return [*node(), "--test", str(HERE / "phones.test.mjs")]
    except BuildError as missing:
        leave_out.because(str(missing))


def test_the_vectors_are_what_we_make() -> None:
    assert FILE.read_text(encoding="utf-8") == rendered()


def test_a_phone_signs_what_we_would_and_we_believe_it(
    javascript: list[str], tmp_path: Path
) -> None:
    """With both kinds of key; the twin's own test compares the bytes and what it reads."""
    made = tmp_path / "signed.json"
    told = {**os.environ, "TWIN_SIGNED": str(made)}
    done = subprocess.run(javascript, env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "fail 0" in done.stdout
    by_name = json.loads(made.read_text(encoding="utf-8"))
    for name, one in signs().items():
        text = wrap(bytes.fromhex(by_name[name]["ed25519"]), Environment.REAL)
        assert verify_shown(text, TRUST, now=NOW).presentation == one


@pytest.mark.parametrize("name", MEASURED)
def test_a_row_of_the_table_is_measured(name: str) -> None:
    text = wrap(MEASURED[name], Environment.REAL)
    drawn = " / ".join(map(str, versions(text)))
    row = f"| {name} | {len(base45.decode(text[4:]))} | {len(text)} | {drawn} |"
    assert row in PAGE.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("phone", PHONES)
def test_every_flipped_bit_of_a_presentation_is_refused(phone: str) -> None:
    good = shown(ANSWER, phone)
    for place in range(len(good) * 8):
        bad = bytearray(good)
        bad[place // 8] ^= 1 << place % 8
        with pytest.raises(TokenRefused):
            verify_shown(wrap(bytes(bad), Environment.REAL), TRUST, now=NOW)


def test_every_flipped_bit_of_a_request_is_refused() -> None:
    good = sign_request(REQUEST, TILL)
    for place in range(len(good) * 8):
        bad = bytearray(good)
        bad[place // 8] ^= 1 << place % 8
        with pytest.raises(TokenRefused):
            read_request(bytes(bad), TILL.public_key(), now=NOW)
