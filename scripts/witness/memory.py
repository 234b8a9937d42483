"""A witness: its key, the logs it knows, and the largest tree that it cosigned of each, on disk.

One folder: `witness.key` (its secret, one line of base64), `witness.db` (an SQLite file). What is
cosigned is durable before anybody is told, and two requests at once are decided one after the
other, also by two processes. Not here: what is decided (`ledger.proof.witness`).
"""

import base64
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.proof.cosignature import cosign
from ledger.proof.merkle import EMPTY_ROOT
from ledger.proof.notes import (
    LOG_KEY,
    WITNESS_KEY,
    NotANote,
    NoteKey,
    is_name,
    note_key,
    read_vkey,
)
from ledger.proof.witness import Head, judge, origin_of, read_submission

SCHEMA = """
CREATE TABLE IF NOT EXISTS me (one INTEGER PRIMARY KEY CHECK (one = 1), name TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS log (
  origin TEXT PRIMARY KEY, vkey TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL,
  seen_at INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS evidence (
  hash BLOB PRIMARY KEY, origin TEXT NOT NULL, status INTEGER NOT NULL, kept_size INTEGER NOT NULL,
  kept_root BLOB NOT NULL, request BLOB NOT NULL, at INTEGER NOT NULL) STRICT;
"""
MOST_EVIDENCE = 1_000  # Of one log: enough to prove it, too little to fill a disk.


class NoWitness(Exception):
    """A folder that holds no witness, or one that is not whole."""


@dataclass(frozen=True, slots=True)
class KnownLog:
    """A log that is witnessed: its key, how far it was seen, when (seconds; 0: never)."""

    key: NoteKey
    size: int
    root: bytes
    seen_at: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """A request that the log signed and that contradicts what was cosigned before."""

    origin: str
    status: int
    kept: Head
    request: bytes
    at: int


def make_witness(folder: Path, name: str) -> "Witness":
    """Make a witness with a new key in an empty folder. Errors: `NoWitness`."""
    if not is_name(name):
        raise NoWitness("a witness is called by one word without spaces and plus, like a domain")
    folder.mkdir(parents=True, exist_ok=True)
    secret = folder / "witness.key"
    if secret.exists() or (folder / "witness.db").exists():
        raise NoWitness(f"there is a witness in {folder.name} already")
    raw = base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw())
    with os.fdopen(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(raw + b"\n")
        file.flush()
        os.fsync(file.fileno())
    db = sqlite3.connect(folder / "witness.db")
    with db:
        db.executescript(SCHEMA)
        db.execute("INSERT INTO me VALUES (1, ?)", (name,))
    db.close()
    return Witness(folder)


def _now() -> int:
    return int(time.time())


class Witness:
    """Answers for one folder; safe from many threads and processes."""

    def __init__(
        self, folder: Path, *, clock: Callable[[], int] = lambda: int(time.time())
    ) -> None:
        """Open it. Errors: `NoWitness`."""
        self._clock = clock
        self._lock = threading.Lock()
        file = folder / "witness.db"
        self._file = f"{file.absolute().as_uri()}?mode=rw"
        if not file.exists():  # Never made anew: an empty memory would cosign anything.
            raise NoWitness(f"there is no witness in {folder.name}: make one with `witness init`")
        try:
            raw = base64.b64decode((folder / "witness.key").read_bytes().strip(), validate=True)
            self._key = Ed25519PrivateKey.from_private_bytes(raw)
            with self._turn() as db:
                [(name,)] = db.execute("SELECT name FROM me").fetchall()
        except (OSError, ValueError, sqlite3.Error) as error:
            raise NoWitness(f"the witness in {folder.name} is not whole: {error}") from error
        self.key = note_key(name, WITNESS_KEY, self._key)

    def trust(self, vkey: str) -> None:
        """Witness one more log, from now on; its key cannot be exchanged here.

        Errors: `NotANote` for what is no log's key, or another key of a known log.
        """
        key = read_vkey(vkey)
        if key.kind != LOG_KEY:
            raise NotANote("this is no key of a log")
        with self._turn() as db:
            row = db.execute("SELECT vkey FROM log WHERE origin = ?", (key.name,)).fetchone()
            if row is not None and row[0] != vkey:
                raise NotANote(f"the log {key.name} is known by another key")
            if row is None:
                fresh = (key.name, vkey, 0, EMPTY_ROOT, 0)
                db.execute("INSERT INTO log VALUES (?, ?, ?, ?, ?)", fresh)

    def logs(self) -> tuple[KnownLog, ...]:
        """The logs that are witnessed, by name."""
        with self._turn() as db:
            rows = db.execute(
                "SELECT vkey, size, root, seen_at FROM log ORDER BY origin"
            ).fetchall()
        return tuple(KnownLog(read_vkey(row[0]), *row[1:]) for row in rows)

    def evidence(self) -> tuple[Evidence, ...]:
        """What was kept against logs, oldest first."""
        query = "SELECT origin, status, kept_size, kept_root, request, at FROM evidence ORDER BY at"
        with self._turn() as db:
            rows = db.execute(query).fetchall()
        return tuple(Evidence(row[0], row[1], Head(*row[2:4]), *row[4:]) for row in rows)

    def add_checkpoint(self, body: bytes) -> tuple[int, bytes]:
        """The call of the protocol: status and body; what is cosigned is durable before."""
        origin = origin_of(body)
        with self._turn() as db:
            row = db.execute(
                "SELECT vkey, size, root FROM log WHERE origin = ?", (origin,)
            ).fetchone()
            logs = {} if row is None else {str(origin): read_vkey(row[0])}
            kept = Head() if row is None else Head(*row[1:])
            verdict, now = judge(body, kept, logs), self._clock()
            if verdict.is_evidence:
                _keep_evidence(db, Evidence(str(origin), verdict.status, kept, body, now))
            if verdict.head is None:
                return verdict.status, f"{verdict.words}\n".encode()
            new = verdict.head
            db.execute(
                "UPDATE log SET size = ?, root = ?, seen_at = ? WHERE origin = ?",
                (new.size, new.root, now, origin),
            )
        line = cosign(read_submission(body).note.text, self.key.name, self._key, now)
        return verdict.status, line.text().encode()

    @contextmanager
    def _turn(self) -> Iterator[sqlite3.Connection]:
        """One transaction, alone; committed and synced at its end."""
        with self._lock:
            db = sqlite3.connect(self._file, timeout=5, isolation_level=None, uri=True)
            try:
                db.execute("PRAGMA synchronous = FULL")
                db.execute("BEGIN IMMEDIATE")
                try:
                    yield db
                except BaseException:
                    db.execute("ROLLBACK")
                    raise
                db.execute("COMMIT")
            finally:
                db.close()


def _keep_evidence(db: sqlite3.Connection, found: Evidence) -> None:
    count = db.execute("SELECT count(*) FROM evidence WHERE origin = ?", (found.origin,))
    if count.fetchone()[0] < MOST_EVIDENCE:
        db.execute(
            "INSERT OR IGNORE INTO evidence VALUES (?, ?, ?, ?, ?, ?, ?)",
            (sha256(found.request).digest(), found.origin, found.status, found.kept.size,
             found.kept.root, found.request, found.at),
        )  # fmt: skip
