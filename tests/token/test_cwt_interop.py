"""Another implementation reads our tokens and we read its: the package `cwt`, apart from us.

It wants an older cbor2 than we do, so it lives in an environment of its own, made once from
`requirements/cwt.txt` under `.cache/`.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from ledger.token import base45, cbor, verify
from ledger.token.text import Environment, wrap
from tests.peers import LeaveOut, interpreter_with, run
from tests.token.case import trust
from tests.token.town import NOW, family_code, key_of, kid_named, seed_of, slip, text_of

pytestmark = [pytest.mark.interop, pytest.mark.timeout(180)]
PEER = Path(__file__).parent / "cwt_peer"


@pytest.fixture
def peer(leave_out: LeaveOut) -> Path:
    """Give the interpreter of the environment that holds `cwt`."""
    return interpreter_with("cwt", leave_out)


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
