"""What a witness answers to a log, decided on what it kept of it. Source: C2SP tlog-witness.

Pure: who runs it keeps the outcome durably, at once with reading what was kept, before answering.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger.proof.checkpoint import Checkpoint, open_checkpoint, read_checkpoint, read_size
from ledger.proof.merkle import EMPTY_ROOT, is_consistent
from ledger.proof.notes import NotANote, Note, NoteKey, as_text, read_hash, read_note

MAX_REQUEST = 65_536  # Bytes.
MAX_PROOF = 63  # Lines.
SIZE_TYPE = "text/x.tlog.size"


@dataclass(frozen=True, slots=True)
class Head:
    """The largest tree of a log that was cosigned."""

    size: int = 0
    root: bytes = EMPTY_ROOT


@dataclass(frozen=True, slots=True)
class Submission:
    """A request as it was read: the size it goes on from, the proof, the signed checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to answer: an HTTP status; with 200 what to keep and cosign, else words.

    `is_evidence`: the log signed what cannot be; keep the request.
    """

    status: int
    words: str = ""
    head: Head | None = None
    is_evidence: bool = False


def write_submission(old: int, proof: Sequence[bytes], whole: str) -> bytes:
    """The request of a log that asks for a cosignature."""
    lines = [f"old {old}", *map(as_text, proof), ""]
    return ("\n".join(lines) + "\n" + whole).encode()


def read_submission(body: bytes) -> Submission:
    """Read a request, strictly; nothing is verified yet. Errors: `NotANote`."""
    if len(body) > MAX_REQUEST:
        raise NotANote("a request is shorter")
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise NotANote("a request is UTF-8 text") from error
    head, gap, whole = text.partition("\n\n")
    first, *lines = head.split("\n")
    word, space, size = first.partition(" ")
    if not gap or word != "old" or not space or len(lines) > MAX_PROOF:
        raise NotANote("a request is the old size, a proof, an empty line and a checkpoint")
    note = read_note(whole)
    return Submission(
        read_size(size), tuple(map(read_hash, lines)), note, read_checkpoint(note.text)
    )


def origin_of(body: bytes) -> str | None:
    """Which log asks; None if it cannot be read."""
    try:
        return read_submission(body).checkpoint.origin
    except NotANote:
        return None


def judge(body: bytes, kept: Head, logs: Mapping[str, NoteKey]) -> Verdict:
    """Decide one request on the largest head kept of its log. Source: PROOF.md 3."""
    try:
        asked = read_submission(body)
    except NotANote as unreadable:
        return Verdict(400, str(unreadable))
    log = logs.get(asked.checkpoint.origin)
    if log is None:
        return Verdict(404, "this log is not known here")
    try:
        checkpoint, _note = open_checkpoint(asked.note.whole(), log)
    except NotANote as unsigned:
        return Verdict(403, str(unsigned))
    return _grown(asked, checkpoint, kept)


def _grown(asked: Submission, checkpoint: Checkpoint, kept: Head) -> Verdict:
    if asked.old > checkpoint.size:
        return Verdict(400, "the old size is above the new one")
    if asked.old != kept.size:
        return Verdict(409, str(kept.size))
    new = Head(checkpoint.size, checkpoint.root)
    if new.size == kept.size and new.root != kept.root:
        return Verdict(409, str(kept.size), is_evidence=True)
    if not is_consistent((kept.size, kept.root), (new.size, new.root), asked.proof):
        known = 0 < kept.size < new.size  # Else the proof should only have been empty.
        return Verdict(
            422, "the proof does not lead from the tree that was seen", is_evidence=known
        )
    return Verdict(200, head=new)
