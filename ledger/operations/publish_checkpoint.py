"""Seal a book, sign how far its log has come, and have other comuni cosign it.

Off the hot path: the writer only gets one seal. What a witness refuses is kept and shown; a log
that a witness has seen further than it is now is a log that lost something. Source: PROOF.md 2, 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from ledger.core.chart import EntryKind
from ledger.core.ids import RequestId
from ledger.core.items import Seal
from ledger.core.quantities import Instant
from ledger.core.requests import Request
from ledger.proof.checkpoint import Contradiction, read_checkpoint
from ledger.proof.cosignature import cosigned_at
from ledger.proof.merkle import consistency_proof
from ledger.proof.notes import NotANote, Note, NoteKey, read_line
from ledger.proof.witness import write_submission
from ledger.store.book import Book, Ledger
from ledger.store.edges import new_id
from ledger.store.log import (
    AskedWitness,
    KeptCheckpoint,
    add_checkpoint,
    add_tiles,
    keep_answer,
    log_nodes,
    new_tiles,
    read_kept,
    read_witnesses,
    touched_units,
)
from ledger.store.note_keys import log_key, sign_head

OK: Final = 200
CONFLICT: Final = 409


class AsksWitness(Protocol):
    """A witness that can be asked: its key, and the call of the protocol."""

    @property
    def key(self) -> NoteKey:
        """By which its lines are known."""

    def add_checkpoint(self, body: bytes) -> tuple[int, bytes]:
        """Status and body of its answer. Errors: `OSError` if it cannot be reached."""


@dataclass(frozen=True, slots=True)
class Answered:
    """How one witness answered: cosigned, or the trouble in its words."""

    witness: str
    cosigned: bool
    trouble: str = ""


def origin_of(domain: str, comune: str) -> str:
    """The name of a book's log."""
    return f"{domain}/{comune}"


def log_key_of(ledger: Ledger, comune: str, *, domain: str, now: Instant) -> NoteKey:
    """The public key of a book's log, made the first time it is asked for."""
    return log_key(ledger, origin_of(domain, comune), now=now)


def publish_checkpoint(
    ledger: Ledger, comune: str, *, domain: str, now: Instant
) -> KeptCheckpoint | None:
    """Seal what was touched, keep the tiles, sign; None if nothing came since the last time.

    Two processes at once do no harm: the larger checkpoint is kept.

    Errors: `Contradiction` if the log is no growth of what was signed before, or had another name.
    """
    book = ledger.book(comune)
    with ledger.reading() as db:
        last = read_kept(db, book.book_no)
    origin = origin_of(domain, comune)
    if last is not None and last.size == book.head().size:
        keep_tiles(ledger, book.book_no, last.size)  # A tile may have been lost meanwhile.
        return None
    if last is not None and read_checkpoint(last.note.text).origin != origin:
        raise Contradiction(f"the log of {comune} was published under another name than {origin}")
    log_key(ledger, origin, now=now)
    size = _seal(ledger, book, 0 if last is None else last.size, now)
    keep_tiles(ledger, book.book_no, size)
    root, note = sign_head(ledger, book.book_no, origin, size)
    made = KeptCheckpoint(size, root, note, now, {})
    return made if ledger.write(lambda db: add_checkpoint(db, book.book_no, made)) else None


def _seal(ledger: Ledger, book: Book, first: int, now: Instant) -> int:
    with ledger.reading() as db:
        units = touched_units(db, book.book_no, first)
    seal = Request(RequestId(new_id()), EntryKind.SEAL, (Seal(units),), "log", now)
    [decision] = book.submit([seal])
    return decision.log_index + 1


def keep_tiles(ledger: Ledger, book_no: int, size: int) -> None:
    """Hash every full tile that is not kept, new or lost, a portion at a time."""
    while True:
        with ledger.reading() as db:
            rows = new_tiles(db, book_no, size)
        if not rows:
            return
        ledger.write(lambda db, rows=rows: add_tiles(db, rows))  # type: ignore[misc]


def collect_cosignatures(
    ledger: Ledger, comune: str, witnesses: Sequence[AsksWitness], *, now: Instant
) -> list[Answered]:
    """Ask each witness for the last checkpoint, unless it has cosigned it; keep what it answers."""
    book = ledger.book(comune)
    with ledger.reading() as db:
        last = read_kept(db, book.book_no)
        known = {one.name: one.size for one in read_witnesses(db, book.book_no)}
    if last is None:
        return []
    asking = Asking(ledger, book.book_no, last, now)
    missing = [one for one in witnesses if one.key.name not in last.seen]
    return [asking.collect(one, known.get(one.key.name, 0)) for one in missing]


@dataclass(frozen=True, slots=True)
class Asking:
    """One round over the witnesses of a checkpoint; nothing is written while one is waited for."""

    ledger: Ledger
    book_no: int
    last: KeptCheckpoint
    now: Instant

    def collect(self, witness: AsksWitness, known: int) -> Answered:
        """Ask one that has cosigned `known` leaves, as far as we know, and keep its answer."""
        last, line = self.last, None
        try:
            status, body, known = self._ask(witness, known)
            if status == OK:
                line = _line(last.note, witness.key, body)
            trouble = "" if line else _trouble(status, body, last.size)
        except (OSError, NotANote) as error:
            trouble = f"{type(error).__name__}: {error}"
        name, size = witness.key.name, last.size if line else known
        asked = AskedWitness(name, witness.key.vkey(), size, self.now, None, trouble)
        self.ledger.write(lambda db: keep_answer(db, self.book_no, asked, line, last.size))
        return Answered(name, line is not None, trouble)

    def _ask(self, witness: AsksWitness, known: int) -> tuple[int, bytes, int]:
        """Its answer; on a conflict once more from the size that it says it has seen."""
        status, body = witness.add_checkpoint(self._submission(known))
        seen = _size_in(body) if status == CONFLICT else None
        if seen is None or seen == known or seen > self.last.size:
            return status, body, known
        status, body = witness.add_checkpoint(self._submission(seen))
        return status, body, seen

    def _submission(self, known: int) -> bytes:
        old, new = min(known, self.last.size), self.last.size
        with self.ledger.reading() as db:
            proof = consistency_proof(old, new, log_nodes(db, self.book_no))
        return write_submission(old, proof, self.last.note.whole())


def _size_in(body: bytes) -> int | None:
    text = body.decode("ascii", "replace").strip()
    return int(text) if text.isdecimal() else None


def _line(note: Note, key: NoteKey, body: bytes) -> str:
    """The witness's own line under this checkpoint. Errors: `NotANote` if it does not hold."""
    for text in body.decode("utf-8", "replace").splitlines():
        line = read_line(text)
        if (line.name, line.key_id) == (key.name, key.id):
            cosigned_at(note.with_lines([line]), key)
            return text
    raise NotANote("its answer bears no cosignature of its key")


def _trouble(status: int, body: bytes, size: int) -> str:
    seen = _size_in(body) if status == CONFLICT else None
    if seen is not None and seen > size:
        return f"it has seen {seen} leaves, the log has {size}: something is missing here"
    if seen is not None and seen == size:
        return f"it has seen another tree of {size} leaves: the log was rewritten"
    return f"{status}: {body.decode('utf-8', 'replace').strip()[:200]}"
