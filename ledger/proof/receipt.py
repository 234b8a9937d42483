"""A receipt that outlives us: a leaf, its place, and a checkpoint that others saw, in one file.

Source: C2SP tlog-proof v1, PROOF.md 4. Not here: what the leaf says (`ledger.core.leaves`).
"""

from dataclasses import dataclass

from ledger.proof.checkpoint import read_size
from ledger.proof.cosignature import Policy, Seen, open_seen
from ledger.proof.merkle import included_root, leaf_hash
from ledger.proof.notes import NotANote, as_text, from_text, read_hash

FIRST_LINE = "c2sp.org/tlog-proof@v1"
HEAD_LINES = 3
MAX_PROOF = 64  # Hashes.


@dataclass(frozen=True, slots=True)
class LogProof:
    """A leaf, its index, the path to the root, and the signed checkpoint."""

    leaf: bytes
    index: int
    path: tuple[bytes, ...]
    checkpoint: str

    def text(self) -> str:
        """The file."""
        head = [FIRST_LINE, f"extra {as_text(self.leaf)}", f"index {self.index}"]
        return "\n".join([*head, *map(as_text, self.path), "", self.checkpoint])


def read_proof(text: str) -> LogProof:
    """Read a file, strictly; nothing is verified yet. Errors: `NotANote`."""
    head, gap, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not gap or lines[0] != FIRST_LINE or not 0 <= len(lines) - HEAD_LINES <= MAX_PROOF:
        raise NotANote("this is no tlog-proof with its leaf")
    leaf = from_text(_after("extra ", lines[1]))
    index = read_size(_after("index ", lines[2]))
    return LogProof(leaf, index, tuple(map(read_hash, lines[HEAD_LINES:])), checkpoint)


def _after(word: str, line: str) -> str:
    if not line.startswith(word):
        raise NotANote(f"a line with {word.strip()} is missing")
    return line.removeprefix(word)


def prove(proof: LogProof, policy: Policy) -> Seen:
    """The checkpoint under which the leaf stands, and who saw it.

    Errors: `NotANote` if the leaf is not under it, or too few witnesses of the policy saw it.
    """
    seen = open_seen(proof.checkpoint, policy)
    head = seen.checkpoint
    if included_root(leaf_hash(proof.leaf), proof.index, head.size, proof.path) != head.root:
        raise NotANote("the leaf is not under this checkpoint")
    if not seen.is_witnessed:
        raise NotANote(f"{len(seen.cosigned)} witnesses saw it, {policy.quorum} are wanted")
    return seen
