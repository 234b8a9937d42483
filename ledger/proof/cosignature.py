"""What a witness signs, and when enough of them have. Source: C2SP tlog-cosignature v1, Ed25519.

Not here: what a witness checks before it signs (`witness`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.proof.checkpoint import Checkpoint, open_checkpoint
from ledger.proof.notes import WITNESS_KEY, Line, NotANote, Note, NoteKey, note_key

TIME_SIZE = 8
MAX_TIME = 2**63 - 1


def cosign(text: str, name: str, key: Ed25519PrivateKey, seconds: int) -> Line:
    """A witness's line under a checkpoint's text; `seconds` since 1970, UTC."""
    signature = key.sign(_message(text, seconds))
    stamped = seconds.to_bytes(TIME_SIZE, "big") + signature
    return Line(name, note_key(name, WITNESS_KEY, key).id, stamped)


def cosigned_at(note: Note, witness: NoteKey) -> int | None:
    """When this witness saw the checkpoint (seconds since 1970); None if it did not sign.

    Errors: `NotANote` for a line of its key that does not hold.
    """
    latest = None
    for stamped in note.signatures_of(witness):
        seconds = int.from_bytes(stamped[:TIME_SIZE], "big")
        sound = witness.kind == WITNESS_KEY and seconds <= MAX_TIME
        if not sound or not witness.verifies(stamped[TIME_SIZE:], _message(note.text, seconds)):
            raise NotANote(f"the cosignature of {witness.name} does not hold")
        latest = max(seconds, latest or 0)
    return latest


def _message(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def quorum_of(witnesses: int) -> int:
    """How many of so many witnesses are enough: all but one, 3 of 4. Source: design 7."""
    return max(1, witnesses - 1)


@dataclass(frozen=True, slots=True)
class Policy:
    """Whom a reader believes: the log's key, its witnesses, and how many of them it wants."""

    log: NoteKey
    witnesses: tuple[NoteKey, ...]
    quorum: int

    def text(self) -> str:
        """As a file that others keep. Source: PROOF.md 6."""
        keys = (f"witness {one.vkey()}\n" for one in self.witnesses)
        return f"log {self.log.vkey()}\n{''.join(keys)}quorum {self.quorum}\n"


@dataclass(frozen=True, slots=True)
class Seen:
    """A checkpoint that the log signed, and which witnesses of a policy saw it, and when."""

    checkpoint: Checkpoint
    note: Note
    cosigned: Mapping[str, int]
    quorum: int

    @property
    def is_witnessed(self) -> bool:
        """Whether enough of them saw it."""
        return len(self.cosigned) >= self.quorum


def open_seen(whole: str, policy: Policy) -> Seen:
    """Read a checkpoint under a policy. Errors: `NotANote` if a known key's line does not hold."""
    checkpoint, note = open_checkpoint(whole, policy.log)
    times = {witness.name: cosigned_at(note, witness) for witness in policy.witnesses}
    cosigned = {name: seconds for name, seconds in times.items() if seconds is not None}
    return Seen(checkpoint, note, cosigned, policy.quorum)
