"""The auditor's bundle: one file from which anybody recomputes a book. Rows in, bytes out.

The same book at the same checkpoint gives the same bytes. No name, code or number of a person is
in it. Not here: where its rows come from (`ledger.reports.bundle_rows`). Source: PROOF.md 5.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import IO, Final, Protocol
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from ledger.proof.cosignature import Policy

FORMAT: Final = "portavalori-bundle"
VERSION: Final = 1
LEVEL: Final = 6
MOMENT: Final = (1980, 1, 1, 0, 0, 0)
UNIX: Final = 3

READ_ME: Final = """\
PORTAVALORI: I LIBRI DI {book}, PER CHI VUOLE CONTROLLARE

Questo file contiene tutte le decisioni del libro fino alla numero {last}, senza nomi: importi,
conti con numeri a caso, ore, motivi. Con il comando

    portavalori verify QUESTO-FILE.zip --policy CHIAVI.txt

un programma scritto a parte ricalcola ogni conto e ogni totale, controlla le firme del Comune e dei
Comuni testimoni, e dice che cosa è provato e che cosa no. CHIAVI.txt contiene le chiavi, chieste ai
Comuni testimoni e non a chi ha fatto questo file.

PORTAVALORI: THE BOOKS OF {book}, FOR WHOEVER WANTS TO CHECK

This file holds every decision of the book up to number {last}, without names. The command above
recomputes every account and total, checks the signatures of the comune and of its witnesses, and
says what is proved and what is not. Get the keys from the witnesses, not from whoever made this.
"""


class Kept(Protocol):
    """A checkpoint as it is kept."""

    @property
    def size(self) -> int:
        """How many leaves."""

    @property
    def root(self) -> bytes:
        """Their root."""

    def whole(self) -> str:
        """The signed note with its cosignatures."""


class Rows(Protocol):
    """What a bundle is made of, in the order in which it is asked for."""

    name: str
    policy: Policy

    @property
    def last(self) -> Kept:
        """The checkpoint that it ends with."""

    def days(self) -> Iterable[Kept]:
        """Earlier checkpoints, ascending."""

    def leaves(self) -> Iterable[tuple[int, list[bytes]]]:
        """Portions of leaves, each with the index of its first."""

    def accounts(self) -> Iterable[Sequence[object]]:
        """The trial balance by account: id, unit, kind, debits, credits, balance."""

    def commitments(self) -> Iterable[tuple[str, str]]:
        """Each commitment in those leaves and its state, by its hash."""


@dataclass(slots=True)
class Writing:
    """A ZIP being written, entry by entry, and the hash of each."""

    zip: ZipFile
    sums: list[str] = field(default_factory=list)

    @contextmanager
    def entry(self, name: str) -> Iterator["Entry"]:
        """One entry, written in pieces."""
        info = ZipInfo(name, MOMENT)
        info.compress_type, info.create_system = ZIP_DEFLATED, UNIX
        info.external_attr = 0o644 << 16
        with self.zip.open(info, "w") as file:
            one = Entry(file)
            yield one
        self.sums.append(f"{one.digest.hexdigest()}  {name}\n")

    def text(self, name: str, lines: Iterable[str]) -> None:
        """One entry of lines that bring their newlines."""
        with self.entry(name) as entry:
            for line in lines:
                entry.write(line.encode())


class Entry:
    """One open entry."""

    def __init__(self, file: IO[bytes]) -> None:
        """Nothing is written yet."""
        self._file = file
        self.digest = sha256()

    def write(self, data: bytes) -> None:
        """Add to it."""
        self.digest.update(data)
        self._file.write(data)


def write_bundle(rows: Rows, target: IO[bytes]) -> None:
    """Write the bundle of these rows, a portion at a time; memory does not grow with the log."""
    with ZipFile(target, "w", compression=ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        writing = Writing(archive)
        writing.text("bundle.json", [_about(rows)])
        writing.text("checkpoint", [rows.last.whole()])
        for one in rows.days():
            writing.text(f"checkpoints/{one.size:012d}", [one.whole()])
        for first, leaves in rows.leaves():
            with writing.entry(f"leaves/{first:012d}.jsonl") as entry:
                for leaf in leaves:
                    entry.write(leaf + b"\n")
        writing.text("trial_balance.csv", _trial_balance(rows))
        states = (f"{one},{state}\n" for one, state in rows.commitments())
        writing.text("commitments.csv", ("commitment,state\n", *states))
        words = READ_ME.format(book=rows.name, last=rows.last.size - 1)
        writing.text("LEGGIMI.txt", [words])
        writing.text("SHA256SUMS", list(writing.sums))


def _about(rows: Rows) -> str:
    policy = rows.policy
    about = {
        "format": FORMAT,
        "v": VERSION,
        "book": rows.name,
        "origin": policy.log.name,
        "size": rows.last.size,
        "root": rows.last.root.hex(),
        "log_key": policy.log.vkey(),
        "witnesses": [one.vkey() for one in policy.witnesses],
        "quorum": policy.quorum,
    }
    return json.dumps(about, indent=1) + "\n"


def _trial_balance(rows: Rows) -> Iterator[str]:
    yield "account,unit,kind,debits,credits,balance\n"
    for one in rows.accounts():
        yield ",".join(map(str, one)) + "\n"
