"""What others read of a book's log: the last checkpoint, tiles, and the proof of one decision.

Not here: how they are made (`publish_checkpoint`), and who may see a leaf (the routes).
"""

from dataclasses import dataclass

from sqlalchemy import func, select

from ledger.core.ids import RequestId
from ledger.proof.checkpoint import read_checkpoint
from ledger.proof.cosignature import Policy, quorum_of
from ledger.proof.merkle import inclusion_proof
from ledger.proof.notes import read_vkey
from ledger.proof.receipt import LogProof
from ledger.proof.tiles import Tile, is_tile_of
from ledger.store.book import Book, Ledger
from ledger.store.log import (
    AskedWitness,
    KeptCheckpoint,
    log_nodes,
    read_kept,
    read_tile,
    read_witnesses,
)
from ledger.store.note_keys import known_log_key
from ledger.store.schema import checkpoint


@dataclass(frozen=True, slots=True)
class PublicLog:
    """Where a log is, in public: its last checkpoint, and the witnesses that were asked for it."""

    last: KeptCheckpoint | None
    witnesses: tuple[AskedWitness, ...]

    @property
    def quorum(self) -> int:
        """How many of its witnesses are enough."""
        return quorum_of(len(self.witnesses))

    @property
    def is_witnessed(self) -> bool:
        """Whether enough of them saw the last checkpoint."""
        return self.last is not None and len(self.last.seen) >= self.quorum


def public_log(book: Book) -> PublicLog:
    """The last checkpoint of a book and who saw it."""
    with book.ledger.reading() as db:
        return PublicLog(read_kept(db, book.book_no), read_witnesses(db, book.book_no))


def signed_size(ledger: Ledger, book_no: int) -> int:
    """How many decisions of a book lie under its last checkpoint; 0: it was never published."""
    query = select(func.max(checkpoint.c.size)).where(checkpoint.c.book_no == book_no)
    with ledger.reading() as db:
        return db.execute(query).scalar() or 0


def policy_of(book: Book) -> Policy | None:
    """The keys of a book's log and of its witnesses, as we know them; None if never published."""
    told = public_log(book)
    if told.last is None:
        return None
    origin = read_checkpoint(told.last.note.text).origin
    witnesses = tuple(read_vkey(one.vkey) for one in told.witnesses)
    return Policy(known_log_key(book.ledger, origin), witnesses, told.quorum)


def book_named(ledger: Ledger, name: str) -> Book | None:
    """The book of this name; None if there is none."""
    return next((book for book in ledger.books() if book.name == name), None)


def tile_bytes(book: Book, tile: Tile) -> bytes | None:
    """The hashes of a tile; None for one that the last checkpoint does not have."""
    with book.ledger.reading() as db:
        last = read_kept(db, book.book_no)
        if last is None or not is_tile_of(tile, last.size):
            return None
        return read_tile(db, book.book_no, tile)


def proof_of(book: Book, request: RequestId, *, seen_by: int = 0) -> LogProof | None:
    """The proof of one decision under the last checkpoint that so many witnesses saw.

    None if nothing was decided under this id, or no such checkpoint covers it yet.
    """
    told = book.receipt(request)
    if told is None:
        return None
    with book.ledger.reading() as db:
        under = read_kept(db, book.book_no, seen_by=seen_by)
        if under is None or under.size <= told.log_index:
            return None
        path = inclusion_proof(told.log_index, under.size, log_nodes(db, book.book_no))
    return LogProof(told.leaf, told.log_index, path, under.whole())
