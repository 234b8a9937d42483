"""What a comune signs under a file that it gives away: which kind of file, and its hash.

A signed note by the key of the comune's log, whose text can be taken for no checkpoint: its first
line is no log's name, and it has a line more. Not here: the files. Source: PRACTICE.md.
"""

from hashlib import sha256
from typing import Final

from ledger.proof.notes import NotANote, Note, NoteKey, as_text, read_hash, read_note

FIRST_LINE: Final = "portavalori/file/1"


def file_text(kind: str, log: str, body: bytes) -> str:
    """The note's text: what this is, the log whose key signs, the kind, SHA-256 of the body."""
    return f"{FIRST_LINE}\n{log}\n{kind}\n{as_text(sha256(body).digest())}\n"


def read_file_note(text: str, key: NoteKey, kind: str, body: bytes) -> Note:
    """The note under a file, verified by this key. Errors: `NotANote`."""
    note = read_note(text)
    if note.text != file_text(kind, key.name, body):
        read_hash(note.text.split("\n")[-2])
        raise NotANote("the note is of another file")
    lines = note.signatures_of(key)
    if len(note.lines) != 1 or not all(key.verifies(one, note.text.encode()) for one in lines):
        raise NotANote("the signature does not hold")
    if not lines:
        raise NotANote("the note bears no line of its key")
    return note
