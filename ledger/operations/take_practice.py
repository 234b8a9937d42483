"""Take over what another comune gave: its file is kept as a draft, and nothing else happens.

Programme and call are made of it by the verbs that make any, and signed as any; what they were made
of is kept beside them. Not here: how a file is read (`ledger.imports.practice_files`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from ledger.core.canonical import Json, canonical
from ledger.core.ids import derived_id
from ledger.core.indicators import Indicators, read_indicators
from ledger.core.practices import Practice, read_practice
from ledger.core.quantities import Instant
from ledger.imports.practice_files import SignedFile, Trust, read_signed_file
from ledger.proof.notes import NoteKey, read_vkey
from ledger.store.book import Book, Ledger
from ledger.store.engines import Store
from ledger.store.keys import read_log_keys
from ledger.store.registers.practices import (
    KeptFile,
    PracticeUse,
    keep_file,
    keep_texts,
    keep_use,
)


class NotAccepted(ValueError):
    """Nobody here knows the key that signed, and nobody said that it will do."""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file as it was understood: what was signed, what it says, and what we know of its key."""

    signed: SignedFile
    told: Practice | Indicators
    trust: Trust


def read_shared_file(ledger: Ledger, data: bytes, *, vkey: str = "") -> ReadFile:
    """Read a file of another comune; stores nothing.

    `vkey`: a key's text as that comune gave it, believed for its name. Errors: `NotSigned`,
    `NotAPractice`, `NotFigures`; `NotANote` for a key's text that is none.
    """
    signed = read_signed_file(data)
    with ledger.reading(Store.KEYS) as db:
        known: dict[str, NoteKey] = read_log_keys(db)
    if vkey:
        typed = read_vkey(vkey)
        known.setdefault(typed.name, typed)
    trust = signed.trust(known)
    return ReadFile(signed, told_by(signed.kind, signed.body), trust)


def told_by(kind: str, body: Mapping[str, Json]) -> Practice | Indicators:
    """What a body says. Errors: `NotAPractice`, `NotFigures`."""
    return read_practice(body) if kind == "practice" else read_indicators(body)


def take_file(book: Book, read: ReadFile, *, accepted: bool, by: UUID, now: Instant) -> KeptFile:
    """Keep a file as a draft, once. Errors: `NotAccepted` for an unknown key, unless it is said."""
    if read.trust is not Trust.VERIFIED and not accepted:
        raise NotAccepted
    one = KeptFile(
        derived_id("practice", book.book_no, read.signed.digest.hex()), book.book_no,
        read.signed.kind, read.signed.key.vkey(), str(read.trust), read.signed.digest,
        canonical(dict(read.signed.body)).decode(), by, now,
    )  # fmt: skip
    return book.ledger.write(lambda db: keep_file(db, one))


def told_in(kept: KeptFile) -> Practice | Indicators:
    """What a kept file says."""
    return told_by(kept.kind, json.loads(kept.body))


def used_for(ledger: Ledger, practice_id: UUID, subject: UUID, *, now: Instant) -> None:
    """Keep what a programme or call was made of."""
    one = PracticeUse(subject, practice_id, now)
    ledger.write(lambda db: keep_use(db, one))


def keep_call_texts(
    ledger: Ledger, call_id: UUID, texts: Mapping[str, str], *, by: UUID, now: Instant
) -> None:
    """Keep texts of a call's letters for the next letter, and for who takes the practice over."""
    ledger.write(lambda db: keep_texts(db, call_id, texts, by=by, now=now))
