"""What practices there are: one's own, to be given away, and those that others gave.

Not here: the signed file (`ledger.exports.practices`).
"""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from ledger.core.practices import CallPractice, Practice, practised
from ledger.core.programmes import Terms
from ledger.core.quantities import Instant
from ledger.proof.notes import read_vkey
from ledger.reports.calls_page import CallBoard
from ledger.store.book import Ledger
from ledger.store.registers.practices import (
    KeptFile,
    files_of,
    origin_of,
    read_file,
    texts_of,
    uses_of,
)
from ledger.store.registers.programmes import Programme


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose practice something is: `log` names the key that signed, `trust` what we know of it."""

    practice_id: UUID
    kind: str
    comune: str
    title: str
    day: str
    log: str
    vkey: str
    trust: str
    file_hash: str
    taken_at: Instant


def own_practice(
    ledger: Ledger, comune: str, programme: Programme, call: CallBoard | None, day: date
) -> Practice:
    """A programme, and a call by the rule that two officers signed, as a practice."""
    rule = call.rule() if call is not None else None
    told = None
    if call is not None and rule is not None:
        told = CallPractice(call.call.title, call.call.round, rule)
    with ledger.reading() as db:
        letters = texts_of(db, [call.call.call_id]) if call is not None else {}
    terms = Terms(
        programme.title, programme.summary, date.fromisoformat(programme.starts_on),
        date.fromisoformat(programme.ends_on),
        tuple(programme.categories.split(",")) if programme.categories else (),
        programme.vat_kind, programme.till_rules,
    )  # fmt: skip
    return practised(comune, day, terms, told, letters)


def call_texts(ledger: Ledger, call_id: UUID) -> dict[str, str]:
    """The texts of a call's letters, by name."""
    with ledger.reading() as db:
        return texts_of(db, [call_id])


def shared_files(ledger: Ledger, book_no: int) -> tuple[Origin, ...]:
    """The files that a comune was given, newest first."""
    with ledger.reading() as db:
        return tuple(map(_origin, files_of(db, book_no)))


def shared_file(ledger: Ledger, book_no: int, practice_id: UUID) -> tuple[Origin, KeptFile] | None:
    """One file that this comune was given, or None."""
    with ledger.reading() as db:
        found = read_file(db, practice_id)
    return None if found is None or found.book_no != book_no else (_origin(found), found)


def made_of(ledger: Ledger, practice_id: UUID) -> frozenset[UUID]:
    """The programmes and calls that were made of a practice."""
    with ledger.reading() as db:
        return frozenset(one.subject for one in uses_of(db, practice_id))


def origin(ledger: Ledger, subject: UUID) -> Origin | None:
    """Whose practice a programme or call is; None: this comune's own."""
    with ledger.reading() as db:
        found = origin_of(db, subject)
    return None if found is None else _origin(found)


def _origin(kept: KeptFile) -> Origin:
    body: dict[str, Any] = json.loads(kept.body)
    title = body["terms"]["title"] if kept.kind == "practice" else body["title"]
    return Origin(
        kept.practice_id, kept.kind, body["comune"], title, body["day"],
        read_vkey(kept.vkey).name, kept.vkey, kept.trust, kept.file_hash.hex(), kept.taken_at,
    )  # fmt: skip
