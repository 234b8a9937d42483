"""The keys by which a book signs its checkpoints, and files that a comune gives away.

They are sealed in the keys store; what is signed is always a text that is made here. Not here: a
witness's key, which lives on its own machine. Source: PROOF.md 1, 2; PRACTICE.md.
"""

from contextlib import suppress
from functools import partial

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from ledger.core.quantities import Instant
from ledger.proof.checkpoint import Checkpoint, Contradiction, sign_checkpoint
from ledger.proof.file_notes import file_text
from ledger.proof.merkle import root_of
from ledger.proof.notes import LOG_KEY, Note, NoteKey, sign_note
from ledger.store.book import Ledger
from ledger.store.engines import Store
from ledger.store.keys import note_key, read_log_keys
from ledger.store.log import log_nodes, read_kept
from ledger.store.masters import masters_in, masters_to_wrap, note_place


def known_log_key(ledger: Ledger, origin: str) -> NoteKey:
    """The public key of a log. Errors: `LookupError` if it has none yet."""
    with ledger.reading(Store.KEYS) as db:
        known = read_log_keys(db)
    if origin not in known:
        raise LookupError(origin)
    return known[origin]


def log_key(ledger: Ledger, origin: str, *, now: Instant) -> NoteKey:
    """The public key of a log, made the first time it is asked for."""
    with suppress(LookupError):
        return known_log_key(ledger, origin)
    key = Ed25519PrivateKey.generate()
    try:
        ledger.write(partial(_keep, origin, key, now), store=Store.KEYS)
    except IntegrityError:  # Another process made it meanwhile.
        return known_log_key(ledger, origin)
    return NoteKey(origin, LOG_KEY, key.public_key().public_bytes_raw())


def _keep(origin: str, key: Ed25519PrivateKey, now: Instant, db: Connection) -> None:
    row = {
        "name": origin,
        "public": key.public_key().public_bytes_raw(),
        "wrapped": masters_to_wrap(db).wrap(key.private_bytes_raw(), note_place(origin)),
        "created_at": now,
    }
    db.execute(insert(note_key).values(row))


def sign_head(ledger: Ledger, book_no: int, origin: str, size: int) -> tuple[bytes, Note]:
    """The root of the first `size` committed leaves, and the note that says so.

    Errors: `Contradiction` if what was signed last is no longer what the log begins with;
    `LookupError` if leaves or tiles are missing, or the log has no key.
    """
    with ledger.reading() as db:
        nodes, last = log_nodes(db, book_no), read_kept(db, book_no)
        if last is not None and root_of(last.size, nodes) != last.root:
            message = f"the log of {origin} contradicts its checkpoint of {last.size} leaves"
            raise Contradiction(message)
        root = root_of(size, nodes)
    return root, sign_checkpoint(Checkpoint(origin, size, root), _private(ledger, origin))


def _private(ledger: Ledger, origin: str) -> Ed25519PrivateKey:
    with ledger.reading(Store.KEYS) as db:
        sealed = db.execute(select(note_key.c.wrapped).where(note_key.c.name == origin)).scalar()
        masters = masters_in(db)
    if sealed is None:
        raise LookupError(origin)
    raw = masters.unwrap(bytes(sealed), note_place(origin))
    return Ed25519PrivateKey.from_private_bytes(raw)


def sign_file(ledger: Ledger, origin: str, kind: str, body: bytes) -> tuple[NoteKey, Note]:
    """The key of a log, and its note under a file that the comune gives away.

    Errors: `LookupError` if the log has no key: it was never published.
    """
    key = known_log_key(ledger, origin)
    return key, sign_note(file_text(kind, origin, body), origin, _private(ledger, origin))
