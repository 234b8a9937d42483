"""Signed notes, checkpoints and cosignatures, beside an example that other programs published."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.proof.checkpoint import Checkpoint, open_checkpoint, read_checkpoint, sign_checkpoint
from ledger.proof.cosignature import Policy, cosign, cosigned_at, open_seen
from ledger.proof.notes import (
    LOG_KEY,
    WITNESS_KEY,
    Line,
    NotANote,
    note_key,
    read_note,
    read_vkey,
)

# The example of golang.org/x/mod/sumdb/note.
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdn"
    "gotpRZb6KE6RyyBwJnAM=\n"
)

ORIGIN = "portavalori.example/besana"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
LOG = note_key(ORIGIN, LOG_KEY, KEY)
HEAD = Checkpoint(ORIGIN, 7, bytes(32))
OTHERS = {
    f"portavalori.example/{name}/witness": Ed25519PrivateKey.from_private_bytes(bytes([at]) * 32)
    for at, name in enumerate(("brugherio", "giussano", "muggio", "seveso"), 1)
}
WITNESSES = tuple(note_key(name, WITNESS_KEY, key) for name, key in OTHERS.items())
POLICY = Policy(LOG, WITNESSES, quorum=3)


def test_a_note_of_another_program_is_read_and_verified() -> None:
    key, note = read_vkey(VKEY), read_note(NOTE)
    [signature] = note.signatures_of(key)
    assert key.vkey() == VKEY
    assert note.whole() == NOTE
    assert key.verifies(signature, note.text.encode())
    assert not key.verifies(signature, note.text.encode() + b"\n")


def test_a_checkpoint_is_of_its_log_alone() -> None:
    whole = sign_checkpoint(HEAD, KEY).whole()
    assert open_checkpoint(whole, LOG)[0] == HEAD
    other = note_key("portavalori.example/seveso", LOG_KEY, KEY)
    for log in (other, note_key(ORIGIN, WITNESS_KEY, KEY), WITNESSES[0]):
        with pytest.raises(NotANote, match="not signed by the log"):
            open_checkpoint(whole, log)
    for spoiled in (whole.replace("\n7\n", "\n8\n"), whole.replace(ORIGIN, other.name)):
        with pytest.raises(NotANote):
            open_checkpoint(spoiled, LOG)


def witnessed(count: int, *, seconds: int = 1_770_000_000) -> str:
    note = sign_checkpoint(HEAD, KEY)
    lines = [cosign(note.text, name, key, seconds) for name, key in OTHERS.items()]
    return note.with_lines(reversed(lines[:count])).whole()


@pytest.mark.parametrize(("count", "enough"), [(0, False), (2, False), (3, True), (4, True)])
def test_a_quorum_is_of_different_witnesses(count: int, enough: bool) -> None:  # noqa: FBT001
    seen = open_seen(witnessed(count), POLICY)
    assert (len(seen.cosigned), seen.is_witnessed) == (count, enough)
    again = read_note(witnessed(count)).with_lines(read_note(witnessed(count)).lines)
    assert again.whole() == witnessed(count)  # The same line twice is one.


def test_one_witness_with_two_times_counts_once_with_the_later() -> None:
    note = read_note(witnessed(2))
    name, key = next(iter(OTHERS.items()))
    later = cosign(note.text, name, key, 1_770_000_100)
    seen = open_seen(note.whole() + later.text(), POLICY)
    assert len(seen.cosigned) == 2
    assert seen.cosigned[name] == 1_770_000_100


def test_a_cosignature_of_another_text_time_or_key_spoils_the_note() -> None:
    note = sign_checkpoint(HEAD, KEY)
    name, key = next(iter(OTHERS.items()))
    right = cosign(note.text, name, key, 9)
    wrong = (
        cosign(Checkpoint(ORIGIN, 8, bytes(32)).text(), name, key, 9),
        Line(name, right.key_id, (10).to_bytes(8, "big") + right.signature[8:]),
        Line(name, right.key_id, right.signature[:-1] + b"x"),
        Line(name, right.key_id, right.signature[:8] + key.sign(note.text.encode())),
        Line(name, right.key_id, right.signature[:20]),
    )
    assert cosigned_at(note.with_lines([right]), WITNESSES[0]) == 9
    for line in wrong:
        with pytest.raises(NotANote, match="does not hold"):
            cosigned_at(note.with_lines([line]), WITNESSES[0])
    unknown = Line(name, b"none", right.signature)
    assert cosigned_at(note.with_lines([unknown]), WITNESSES[0]) is None


@pytest.mark.parametrize(
    "text",
    [
        "", "\n", "a\n", "a\n\n", "a\n\nb\n", "a\n\n\u2014 b\n", "a\n\n\u2014 b !!!!\n",
        "\n\n\u2014 b AAAAAAAA\n",
        NOTE[:-1], NOTE.replace("\u2014", "-"), NOTE.replace("PeterN", "Peter N"), "a\tb" + NOTE,
        NOTE + "x", NOTE * 100, NOTE.replace("AM=\n", "AN=\n"),
        "a" * 20_000 + "\n\n\u2014 b AAAAAAAA\n",
        "a\n\n" + "\u2014 b AAAAAAAA\n" * 33,
    ],
)  # fmt: skip
def test_what_is_no_note_is_refused(text: str) -> None:
    with pytest.raises(NotANote):
        read_note(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "a\n1\n", f"{ORIGIN}\n01\n{'A' * 43}=\n", f"{ORIGIN}\n-1\n{'A' * 43}=\n",
        f"{ORIGIN}\n1\nAAAA\n", f"\n1\n{'A' * 43}=\n", f"a b\n1\n{'A' * 43}=\n",
        f"{ORIGIN}\n1\n{'A' * 43}=\nmore\n", f"{ORIGIN}\n1\n{'A' * 43}=",
        f"{ORIGIN}\n{'9' * 30}\n{'A' * 43}=\n",
        f"{ORIGIN}\n\u0661\n{'A' * 43}=\n", f"{ORIGIN}\n{2**60}\n{'A' * 43}=\n",
    ],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NotANote):
        read_checkpoint(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a+b",
        VKEY.replace("c74f20a3", "c74f20a4"),
        VKEY.replace("Peter", "P"),
        VKEY[:-4],
        "+" + VKEY,
    ],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(NotANote):
        read_vkey(text)
