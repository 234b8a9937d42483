"""Row 38: who was erased can be read nowhere: not in files, not in an older backup, not in exports.

`n` invented families are imported from a list and apply, half of them are erased. Then the bytes
of every file are searched for what was told of them and for their keys as they lay wrapped; an
older backup of book and vault is restored beside the present keys; what leaves afterwards is
searched too. Not here: who is to be erased, and when (`retention`).
"""

import random
import re
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final
from uuid import UUID
from zipfile import ZipFile

import psycopg
from sqlalchemy import select

from ledger import Ledger, open_ledger
from ledger.core.quantities import DAY
from ledger.exports.bundle import write_bundle
from ledger.exports.plain_text_books import Form, plain_text_book
from ledger.exports.registers import write_registers
from ledger.operations.back_up import BackupOrder, back_up, make_backup_secret
from ledger.operations.publish_checkpoint import publish_checkpoint
from ledger.operations.restore_backup import BackupSource, restore_backup
from ledger.reports.bundle_rows import BundleRows
from ledger.reports.person_data import person_data
from ledger.reports.register_lines import register_lines
from ledger.store.backup_sets import backups_in
from ledger.store.engines import Place, Store
from ledger.store.erasing import erase_people
from ledger.store.keys import AES_GCM, NONCE_SIZE, CannotOpen, open_sealed, person_key
from ledger.store.network.credentials import families_of
from ledger.store.people import add_papers, papers_of, person_keys
from ledger.store.scrubbing import scrub
from ledger.store.vault_schema import lookup, opening, paper
from scripts.exports import entries_of
from tests.faults.publiclist import COLUMNS, person
from tests.faults.scoreboard import Asked, Row
from tests.town import NOON, Town, make_town

WITHIN: Final = 60.0
A_BUDGET: Final = 100_000_000_00
TOO_MANY: Final = 200  # Keys that are tried on each other's values: each on each.
SEARCHED: Final = 100  # Byte strings that are searched for in any place, besides those with a head.
HEAD: Final = AES_GCM + (1).to_bytes(4, "big")
HEADS: Final = re.compile(re.escape(HEAD[:4]))
NONCE_END: Final = len(HEAD) + NONCE_SIZE
Told = dict[UUID, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Sealed:
    """What lay in keys and vault of those who are erased: no byte of it may be found later."""

    wrapped: tuple[bytes, ...]
    values: tuple[bytes, ...]
    papers: tuple[tuple[UUID, str, bytes], ...]


def shred(asked: Asked, url: str, folder: Path) -> Row:
    """Erase half of `n` families; the row says what could still be read, and how long it took."""
    chance = random.Random(asked.seed)
    findings: list[str] = []
    backups = Backups(folder) if asked.engine == "sqlite" else None
    with open_ledger(url) as ledger:
        town = make_town(ledger)
        told = fill(town, asked.n, chance)
        gone = sorted(told)[: max(1, len(told) // 2)]
        lay = sealed_of(ledger, gone)
        findings += seen_before(ledger.place, lay, folder)
        if backups is not None:
            backups.make(url, ledger.clock())
        before = totals(ledger)
        began = time.perf_counter()
        erase_people(ledger, gone, officer=town.officer.officer_id, now=NOON)
        scrub(ledger)
        seconds = time.perf_counter() - began
        if totals(ledger) != before:
            findings.append("the totals changed")
        findings += [f"check: {one}" for one in ledger.book("giussano").check()]
        kept = [who for who in told if who not in set(gone)]
        if any(papers_of(ledger, gone).values()) or len(papers_of(ledger, kept)) != len(kept):
            findings.append("who is erased is read, or somebody else is not")
        findings += opens(ledger, lay)
        findings += leaving(ledger, told, gone)
        in_wal, wrong = left_in_files(ledger.place, lay, told, folder)
        findings += wrong
    if backups is not None:
        findings += backups.say(url, gone, kept, lay)
    got = {
        "people": asked.n, "erased": len(gone), "seconds": round(seconds, 1),
        "values": len(lay.values), "wal_until_recycled": in_wal, "found": len(findings),
    }  # fmt: skip
    goal = f"{asked.n} people, half erased within {WITHIN:.0f} s: 0 bytes found, totals unchanged"
    passed = not findings and seconds <= WITHIN
    return Row(38, "shred", goal, got, passed, asked.seed, asked.engine, findings[:5])


def fill(town: Town, count: int, chance: random.Random) -> Told:
    """Families that were imported and applied; gives what was told of each person."""
    people = [person(chance) for _ in range(count)]
    rows = "\n".join(";".join(one.values()) for one in people)
    town.issue(town.programme(A_BUDGET), f"{COLUMNS}\n{rows}\n")
    ledger = town.ledger
    with ledger.reading() as db:
        known = list(families_of(db, town.book_no))
    papers = papers_of(ledger, known)
    by_surname = {one["surname"]: one for one in people}
    told = {who: by_surname[said["surname"]] for who, said in papers.items()}
    add_papers(ledger, [(who, "application:00", one["ISEE"]) for who, one in told.items()])
    return told


def sealed_of(ledger: Ledger, people: Sequence[UUID]) -> Sealed:
    """What lies there of these people, sealed and wrapped."""
    of = set(people)
    with ledger.reading(Store.KEYS) as db:
        keys = {row.person_id: bytes(row.wrapped) for row in db.execute(select(person_key))}
    with ledger.reading(Store.VAULT) as db:
        papers = [row for row in db.execute(select(paper)) if row.person_id in of]
        openings = [row for row in db.execute(select(opening)) if row.person_id in of]
        found = [row for row in db.execute(select(lookup)) if row.person_id in of]
    values = [bytes(row.sealed) for row in (*papers, *openings)]
    digests = [bytes(row.digest) for row in found]
    lay = [(row.person_id, row.field, bytes(row.sealed)) for row in papers]
    return Sealed(tuple(keys[who] for who in people), (*values, *digests), tuple(lay))


def seen_before(place: Place, lay: Sealed, folder: Path) -> Iterator[str]:
    """The search must be able to find: before the erasure all of it stands in the files."""
    if not place.is_sqlite:
        checkpoint(place)
    files = read_files(place, folder)
    if max(hits(files, lay.wrapped).values(), default=0) < len(lay.wrapped):
        yield "the search is blind: keys that lie there are not found"


def left_in_files(place: Place, lay: Sealed, told: Told, folder: Path) -> tuple[int, list[str]]:
    """What of the erased stands in data files; and how many of their keys in PostgreSQL's WAL."""
    if not place.is_sqlite:
        checkpoint(place)
    files = read_files(place, folder)
    wal = {name: data for name, data in files.items() if name.startswith("pg_wal")}
    data = {name: bytes_ for name, bytes_ in files.items() if name not in wal}
    wrong = [f"{count} keys in {name}" for name, count in hits(data, lay.wrapped).items()]
    wrong += [f"{count} values in {name}" for name, count in hits(data, lay.values).items()]
    words = {word.encode() for one in told.values() for what, word in one.items() if what in NAMED}
    wrong += [f"{count} words in {name}" for name, count in hits(files, words).items()]
    return sum(hits(wal, lay.wrapped).values()), wrong


NAMED: Final = ("CF", "surname", "name", "address", "ISEE")  # What tells who somebody is.


def hits(files: dict[str, bytes], parts: Collection[bytes]) -> dict[str, int]:
    """How many of these byte strings stand in which files.

    All that are sealed are known by head and nonce; of these and the others, some in any piece.
    """
    nonces = {part[:NONCE_END] for part in parts if part.startswith(HEAD[:4])}
    pieces = {part[-16:] for part in sorted(parts)[:SEARCHED]} | set(sorted(parts)[:SEARCHED])
    found = {}
    for name, data in files.items():
        at = {data[one.start() : one.start() + NONCE_END] for one in HEADS.finditer(data)}
        count = len(nonces & at) or sum(piece in data for piece in pieces)
        if count:
            found[name] = count
    return found


def read_files(place: Place, folder: Path) -> dict[str, bytes]:
    """Every file of the stores as raw bytes, freed pages and logs among them."""
    if place.is_sqlite:
        paths = [path for path in place.path(Store.BOOK).parent.iterdir() if ".db" in path.name]
        return {path.name: path.read_bytes() for path in paths}
    data = folder / "data"
    names = ("base", "global", "pg_wal")
    paths = [path for name in names for path in (data / name).rglob("*") if path.is_file()]
    return {str(path.relative_to(data)): path.read_bytes() for path in paths}


def checkpoint(place: Place) -> None:
    """Have PostgreSQL write its pages, drop replaced files, and let go of old WAL as told.

    `wal_recycle=off` is what docs/OPERATIONS.md advises: a recycled file keeps its old bytes.
    """
    address = place.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as db:
        db.execute("ALTER SYSTEM SET wal_recycle = off")
        db.execute("SELECT pg_reload_conf()")
        for _ in range(3):
            db.execute("SELECT pg_switch_wal()")
            db.execute("CHECKPOINT")


def opens(ledger: Ledger, lay: Sealed) -> Iterator[str]:
    """Values as they lay, put before every key that there is now."""
    with ledger.reading(Store.KEYS) as db:
        present = list(db.execute(select(person_key.c.person_id)).scalars())
    keys = list(person_keys(ledger, present[:TOO_MANY]).values())
    for who, name, sealed in lay.papers[:TOO_MANY]:
        for key in keys:
            try:
                open_sealed(key, sealed, f"paper/{who.hex}/{name}")
            except CannotOpen:
                continue
            yield f"{name} of somebody erased opens"


def leaving(ledger: Ledger, told: Told, gone: Sequence[UUID]) -> Iterator[str]:
    """What is exported afterwards, and what a person's own file says."""
    book = ledger.book("giussano")
    publish_checkpoint(ledger, book.name, domain="shred.example", now=ledger.clock())
    bundle, registers = BytesIO(), BytesIO()
    write_bundle(BundleRows(book), bundle)
    size = book.head().size
    write_registers(book.name, size, register_lines(book, size), registers)
    with ZipFile(bundle) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["registers"] = registers.getvalue()
    for form in Form:
        files[form] = "".join(plain_text_book(book.name, entries_of(book), form)).encode()
    words = {told[who][what].encode() for who in gone for what in NAMED}
    yield from (f"{count} words in {name}" for name, count in hits(files, words).items())
    with ledger.reading() as db:
        families = families_of(db, book.book_no)
    for who in gone[:TOO_MANY]:
        found = person_data(ledger, book.book_no, families[who], comune="Giussano", now=NOON)
        if found is None or found.papers or found.said:
            yield "a person's file tells of somebody erased"


def totals(ledger: Ledger) -> list[str]:
    """Every account with its balance."""
    return sorted(map(repr, ledger.book("giussano").trial_balance()))


class Backups:
    """Folders and secrets of a comune's backups, as OPERATIONS.md tells to keep them apart."""

    def __init__(self, folder: Path) -> None:
        """Make the secrets."""
        self._folder = folder / "backups"
        self._folder.mkdir()
        for name in ("s1", "s2"):
            make_backup_secret(self._folder / name)
        place = self._folder
        self.order = BackupOrder(place / "data", place / "s1", place / "keys", place / "s2")

    def make(self, url: str, now: int) -> str:
        """Back up at a moment."""
        return back_up(url, self.order, now=now, replay=False, tell=lambda *_: None).name

    def say(
        self, url: str, gone: Sequence[UUID], kept: Sequence[UUID], lay: Sealed
    ) -> Iterator[str]:
        """Restore the older book and vault beside the present keys; then let thirty days pass."""
        with open_ledger(url) as ledger:
            now = ledger.clock()
        [old] = backups_in(self.order.folder, Store.BOOK)
        self.make(url, now)
        order = self.order
        source = BackupSource(order.folder, order.secret, order.keys_folder, order.keys_secret, old)
        elsewhere = f"sqlite:///{self._folder / 'restored' / 'portavalori.db'}"
        restore_backup(elsewhere, source, replay=True, tell=lambda *_: None)
        with open_ledger(elsewhere) as restored:
            with restored.reading(Store.VAULT) as db:
                there = db.execute(select(paper).where(paper.c.person_id == gone[0])).first()
            if there is None:
                yield "the older vault does not hold who was erased: nothing was tried"
            if papers_of(restored, gone):
                yield "who is erased is read from an older backup"
            yield from opens(restored, lay)
            if len(papers_of(restored, kept)) != len(kept):
                yield "who was not erased cannot be read from an older backup"
        later = self.make(url, now + 31 * DAY)
        if backups_in(order.keys_folder, Store.KEYS) != [later]:
            yield "a backup of the keys from before is kept for longer than thirty days"
