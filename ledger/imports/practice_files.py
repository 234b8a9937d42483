"""Signed files from other comuni, practices and figures: bytes in, a checked body out.

Read in one way only: canonical JSON, at most 48 kB, no field that is not known. Whose the key is,
the reader has to know: a file brings its own, which proves that nobody changed the file since, and
nothing about who wrote it. Not here: what a body says. Source: PRACTICE.md.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

from ledger.core.canonical import Json, canonical, check_words
from ledger.proof.file_notes import read_file_note
from ledger.proof.notes import LOG_KEY, NotANote, NoteKey, read_vkey

MOST_BYTES: Final = 48 * 1024
DEEPEST: Final = 9
FIELDS: Final = ("body", "key", "kind", "note")
KINDS: Final = ("practice", "figures")


class Fault(StrEnum):
    """Why a file is refused whole."""

    TOO_LARGE = "too_large"
    NO_FILE = "no_file"  # Not the JSON of such a file, or written in another way.
    SIGNATURE = "signature"  # Changed after it was signed, or signed by nobody.
    OTHER_KEY = "other_key"  # Signed under a name that we know, by another key than its own.


class NotSigned(ValueError):
    """A file that is refused; `fault` says why, nothing of the file is quoted."""

    def __init__(self, fault: Fault) -> None:
        """Say why."""
        super().__init__(fault)
        self.fault = fault


class Trust(StrEnum):
    """What is known of who signed."""

    VERIFIED = "verified"  # By a key that we had before.
    UNKNOWN = "unknown"  # By the key in the file, which anybody could have made.


@dataclass(frozen=True, slots=True)
class SignedFile:
    """A file whose signature holds for the key that it brings. `digest`: SHA-256 of all of it."""

    kind: str
    body: Mapping[str, Json]
    key: NoteKey
    digest: bytes

    def trust(self, known: Mapping[str, NoteKey]) -> Trust:
        """What our own keys, by name, say of its key. Errors: `NotSigned`."""
        ours = known.get(self.key.name)
        if ours is None:
            return Trust.UNKNOWN
        if ours != self.key:
            raise NotSigned(Fault.OTHER_KEY)
        return Trust.VERIFIED


def signed_bytes(kind: str, body: Mapping[str, Json], key: NoteKey, note: str) -> bytes:
    """A file's bytes: one line of canonical JSON."""
    return _whole({"body": dict(body), "key": key.vkey(), "kind": kind, "note": note})


def _whole(words: Json) -> bytes:
    return canonical(words) + b"\n"


def read_signed_file(data: bytes) -> SignedFile:
    """Read a file and check its signature by its own key. Errors: `NotSigned`."""
    if len(data) > MOST_BYTES:
        raise NotSigned(Fault.TOO_LARGE)
    words = _words(data)
    kind, body = words["kind"], words["body"]
    if kind not in KINDS or not isinstance(body, dict):
        raise NotSigned(Fault.NO_FILE)
    try:
        key = read_vkey(str(words["key"]))
        read_file_note(str(words["note"]), key, str(kind), canonical(body))
    except NotANote as error:
        raise NotSigned(Fault.SIGNATURE) from error
    if key.kind != LOG_KEY:
        raise NotSigned(Fault.SIGNATURE)
    return SignedFile(str(kind), body, key, sha256(data).digest())


def _words(data: bytes) -> dict[str, Json]:
    try:
        words = check_words(json.loads(data.decode(), parse_float=_no_float), depth=DEEPEST)
    except (ValueError, RecursionError) as error:
        raise NotSigned(Fault.NO_FILE) from error
    if not isinstance(words, dict) or sorted(words) != list(FIELDS) or _whole(words) != data:
        raise NotSigned(Fault.NO_FILE)
    return words


def _no_float(text: str) -> Any:  # noqa: ANN401 -- never returns.
    raise ValueError(f"{len(text)} characters of a number with a point")
