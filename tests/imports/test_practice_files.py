"""Signed files of practices: one way to write them, and every change of a byte is seen."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.core.canonical import Json, canonical
from ledger.core.practices import read_practice
from ledger.imports.practice_files import (
    MOST_BYTES,
    Fault,
    NotSigned,
    SignedFile,
    Trust,
    read_signed_file,
    signed_bytes,
)
from ledger.proof.checkpoint import read_checkpoint
from ledger.proof.file_notes import file_text
from ledger.proof.notes import LOG_KEY, NotANote, NoteKey, note_key, sign_note
from tests.core.test_practices import practice

LOG = "rete.example.org/giussano"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
VECTOR = Path(__file__).parents[1] / "vectors" / "practice.json"


def public(key: Ed25519PrivateKey = KEY, name: str = LOG) -> NoteKey:
    return note_key(name, LOG_KEY, key)


def signed(
    key: Ed25519PrivateKey = KEY, name: str = LOG, body: Mapping[str, Json] | None = None
) -> bytes:
    body = practice().words() if body is None else dict(body)
    note = sign_note(file_text("practice", name, canonical(body)), name, key)
    return signed_bytes("practice", body, public(key, name), note.whole())


def fault_of(data: bytes) -> Fault:
    with pytest.raises(NotSigned) as caught:
        read_signed_file(data)
    return caught.value.fault


def test_the_vector_is_what_we_write_and_read() -> None:
    vector = json.loads(VECTOR.read_text(encoding="utf-8"))
    data = vector["file"].encode()
    assert signed() == data
    read = read_signed_file(data)
    assert read.digest.hex() == vector["sha256"]
    assert read.key.vkey() == vector["vkey"]
    assert read_practice(read.body) == practice()


def test_a_known_key_verifies_and_an_unknown_one_says_nothing() -> None:
    read = read_signed_file(signed())
    assert read.trust({LOG: public()}) is Trust.VERIFIED
    assert read.trust({}) is Trust.UNKNOWN


def test_another_key_under_a_name_that_we_know_is_refused() -> None:
    stranger = read_signed_file(signed(Ed25519PrivateKey.generate()))
    with pytest.raises(NotSigned) as caught:
        stranger.trust({LOG: public()})
    assert caught.value.fault is Fault.OTHER_KEY


def test_no_byte_can_be_changed() -> None:
    data = signed()
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 1
        with pytest.raises(NotSigned):
            read_signed_file(bytes(changed))


def test_the_signature_of_another_file_is_none_of_this_one() -> None:
    words = json.loads(signed())
    words["body"]["comune"] = "Seveso"
    assert fault_of(canonical(words) + b"\n") is Fault.SIGNATURE
    words = json.loads(signed())
    words["kind"] = "figures"
    assert fault_of(canonical(words) + b"\n") is Fault.SIGNATURE


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]\n",
        b"null\n",
        b"\xff\xfe",
        b"PK\x03\x04",
        b"[" * 40_000 + b"]" * 5,
        b'{"a":' * 8_000,
        b'{"body":1.5,"key":"","kind":"practice","note":""}\n',
        b'{"body":NaN,"key":"","kind":"practice","note":""}\n',
        b'{"body":{},"key":"","kind":"game","note":""}\n',
        b'{"body":{},"key":"","kind":"practice","more":1,"note":""}\n',
        b'{"body":{},"body":{},"key":"","kind":"practice","note":""}\n',
        b'{"body": {}, "key":"","kind":"practice","note":""}\n',
        b"9" * 5_000,
    ],
)
def test_what_is_no_such_file_is_refused(data: bytes) -> None:
    assert fault_of(data) is Fault.NO_FILE


def test_a_large_file_is_not_even_read() -> None:
    assert fault_of(b"x" * (MOST_BYTES + 1)) is Fault.TOO_LARGE
    assert fault_of(b"0" * 10_000_000) is Fault.TOO_LARGE


def test_what_is_signed_can_be_taken_for_no_checkpoint() -> None:
    with pytest.raises(NotANote):
        read_checkpoint(file_text("practice", LOG, b"x"))


def test_a_file_holds_its_practice_and_nothing_more() -> None:
    read = read_signed_file(signed())
    assert isinstance(read, SignedFile)
    assert set(json.loads(signed())) == {"body", "key", "kind", "note"}
