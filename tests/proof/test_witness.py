"""What a witness answers, row by row of PROOF.md 3; and a receipt read under a policy."""

import base64

import pytest

from ledger.proof.checkpoint import Checkpoint, sign_checkpoint
from ledger.proof.cosignature import cosign
from ledger.proof.merkle import consistency_proof, inclusion_proof, leaf_hash, root_of
from ledger.proof.notes import LOG_KEY, NotANote, note_key
from ledger.proof.receipt import LogProof, prove, read_proof
from ledger.proof.witness import MAX_REQUEST, Head, judge, origin_of, write_submission
from tests.proof.test_merkle_proofs import LEAVES, node
from tests.proof.test_notes import KEY, LOG, ORIGIN, OTHERS, POLICY

LOGS = {ORIGIN: LOG}
KEPT = Head(5, root_of(5, node))


def asked(old: int, new: int, *, root: bytes | None = None) -> bytes:
    head = Checkpoint(ORIGIN, new, root or root_of(new, node))
    proof = consistency_proof(old, new, node) if old <= new else ()
    return write_submission(old, proof, sign_checkpoint(head, KEY).whole())


def test_a_log_that_grew_is_cosigned_and_remembered() -> None:
    verdict = judge(asked(5, 9), KEPT, LOGS)
    assert (verdict.status, verdict.head) == (200, Head(9, root_of(9, node)))
    assert judge(asked(5, 5), KEPT, LOGS).head == KEPT
    assert judge(asked(0, 9), Head(), LOGS).status == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"old 5\n", 400),
        (b"\xff" + asked(5, 9), 400),
        (asked(5, 9).replace(b"old 5", b"old 05"), 400),
        (asked(5, 9).replace(b"old 5", b"young 5"), 400),
        (asked(9, 5), 400),
        (asked(5, 9) + b"x" * MAX_REQUEST, 400),
        (asked(5, 9).replace(b"old 5\n", b"old 5\nAAAA\n"), 400),
        (
            b"old 5\n" + f"{'A' * 43}=\n".encode() * 64 + b"\n" + asked(5, 9).partition(b"\n\n")[2],
            400,
        ),
        (asked(5, 9).replace(ORIGIN.encode(), b"elsewhere.example/besana"), 404),
        (asked(5, 9).replace(b"\n9\n", b"\n8\n"), 403),
        (asked(4, 9), 409),
        (asked(6, 9), 409),
        (asked(5, 5, root=LEAVES[0]), 409),
        (asked(5, 9, root=LEAVES[0]), 422),
        (asked(5, 9).replace(b"old 5\n", b"old 5\n" + base64.b64encode(LEAVES[0]) + b"\n"), 422),
    ],
)
def test_what_a_witness_refuses(body: bytes, status: int) -> None:
    verdict = judge(body, KEPT, LOGS)
    assert (verdict.status, verdict.head) == (status, None)
    if status == 409:
        assert verdict.words == "5"


def test_what_the_log_signed_and_cannot_be_is_evidence() -> None:
    for body in (asked(5, 5, root=LEAVES[0]), asked(5, 9, root=LEAVES[0])):
        assert judge(body, KEPT, LOGS).is_evidence
    for body in (asked(4, 9), asked(5, 9).replace(b"\n9\n", b"\n8\n"), b"", asked(5, 9)):
        assert not judge(body, KEPT, LOGS).is_evidence


def test_the_origin_is_read_from_what_can_be_read() -> None:
    assert origin_of(asked(5, 9)) == ORIGIN
    assert origin_of(b"old 5\n") is None


# Receipts.

LEAF = bytes([3])  # Of the tree of the other page.


def receipt(count: int = 4, *, index: int = 3, leaf: bytes = LEAF) -> str:
    note = sign_checkpoint(Checkpoint(ORIGIN, 9, root_of(9, node)), KEY)
    lines = [cosign(note.text, name, key, 9) for name, key in OTHERS.items()]
    whole = note.with_lines(lines[:count]).whole()
    return LogProof(leaf, index, inclusion_proof(3, 9, node), whole).text()


def test_a_receipt_is_read_and_proved_offline() -> None:
    proof = read_proof(receipt())
    assert proof.text() == receipt()
    assert prove(proof, POLICY).checkpoint.size == 9
    assert leaf_hash(proof.leaf) == LEAVES[3]


def test_a_receipt_proves_nothing_else() -> None:
    stranger = note_key("portavalori.example/seveso", LOG_KEY, KEY)
    for text in (receipt(index=2), receipt(leaf=b"other"), receipt(2)):
        with pytest.raises(NotANote):
            prove(read_proof(text), POLICY)
    with pytest.raises(NotANote, match="not signed by the log"):
        prove(read_proof(receipt()), type(POLICY)(stranger, POLICY.witnesses, 3))


@pytest.mark.parametrize(
    "text",
    [
        "", receipt().replace("@v1", "@v2"), receipt().replace("extra", "more"),
        receipt().replace("index 3", "index 03"), receipt().replace("extra ", "extra \u00e8"),
        receipt().split("\n\n")[0], "c2sp.org/tlog-proof@v1\n\n",
        receipt().replace("index 3\n", ""), receipt().replace("index 3\n", "index 3\nAAAA\n"),
        receipt().replace("index 3\n", "index 3\n" + f"{'A' * 43}=\n" * 65),
    ],
)  # fmt: skip
def test_what_is_no_receipt_is_refused(text: str) -> None:
    with pytest.raises(NotANote):
        read_proof(text)
