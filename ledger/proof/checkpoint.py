"""Checkpoints: a log's size and root at one moment, signed by the log.

Source: C2SP tlog-checkpoint v1. Not here: what a witness adds
(`cosignature`), and when one is made (the verb that publishes).
"""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.proof.notes import (
    LOG_KEY,
    NotANote,
    Note,
    NoteKey,
    as_text,
    is_name,
    read_hash,
    read_note,
    sign_note,
)

LINES = 3
MAX_SIZE = 2**53


class Contradiction(Exception):
    """A log that is no growth of what was signed before: nothing of it is signed."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Which log, how many leaves, and their root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The note's text: three lines."""
        return f"{self.origin}\n{self.size}\n{as_text(self.root)}\n"


def sign_checkpoint(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> Note:
    """The signed note; its key bears the origin's name."""
    return sign_note(checkpoint.text(), checkpoint.origin, key)


def read_checkpoint(text: str) -> Checkpoint:
    """Read a note's text, strictly; extension lines are refused. Errors: `NotANote`."""
    lines = text.split("\n")
    if len(lines) != LINES + 1 or lines[LINES]:
        message = "a checkpoint has three lines: origin, size, root"
        raise NotANote(message)
    origin, written, root = lines[:LINES]
    size = read_size(written)
    if not is_name(origin):
        message = "a checkpoint names its log"
        raise NotANote(message)
    return Checkpoint(origin, size, read_hash(root))


def read_size(text: str) -> int:
    """Read a decimal number without leading zeros. Errors: `NotANote`."""
    if not (text.isascii() and text.isdigit()) or str(int(text[:20])) != text:
        message = "a size is a decimal number without leading zeros"
        raise NotANote(message)
    size = int(text)
    if size > MAX_SIZE:
        message = "no log is so long"
        raise NotANote(message)
    return size


def open_checkpoint(whole: str, log: NoteKey) -> tuple[Checkpoint, Note]:
    """Read a signed checkpoint and verify the log's own line.

    Errors: `NotANote` for another log's, an unsigned or a wrongly signed one.
    """
    note = read_note(whole)
    checkpoint = read_checkpoint(note.text)
    signatures = note.signatures_of(log)
    message = note.text.encode()
    signed = all(log.verifies(signature, message) for signature in signatures)
    if log.kind != LOG_KEY or checkpoint.origin != log.name or not (signatures and signed):
        raise NotANote(f"the checkpoint is not signed by the log {log.name}")
    return checkpoint, note
