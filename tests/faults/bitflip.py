"""Row 13: a bit rots on the disk, and no total is silently wrong.

One byte of the database or of its WAL is changed at random; then the ledger is opened and checked.
Either something is said, or every row that counts is what it was. A WAL that is cut short by its
bad byte leaves an older book, whole in itself: only the heads that were told can say so.
"""

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from ledger import StoreError, open_ledger
from ledger.store.engines import Store, read_place
from tests.faults import workload
from tests.faults.scoreboard import Asked, Row

REDEMPTIONS = 300
COUNTED = (
    "SELECT * FROM account ORDER BY book_no, account_id",
    "SELECT book_no, seq, unit, debit, credit, amount FROM transfer ORDER BY book_no, seq",
    "SELECT book_no, log_index, request_id, code, leaf FROM decision ORDER BY book_no, log_index",
)
TROUBLE = (StoreError, SQLAlchemyError, sqlite3.Error, LookupError, ValueError, ArithmeticError)


def bitflip(asked: Asked, url: str, folder: Path) -> Row:
    """Flip `n` bytes, one in each copy; the row says how many went unseen and changed a total."""
    chance = random.Random(asked.seed)
    whole = _copy_with_wal(url, folder)
    right = _counted(shutil.copytree(whole, folder / "right"))
    findings: list[str] = []
    seen = 0
    for number in range(asked.n):
        place = folder / f"flip-{number}"
        shutil.copytree(whole, place)
        where = _flip(place, chance)
        said = _said(place)
        seen += said is not None
        if said is None and _counted(place) != right:
            findings.append(f"a silent wrong total after {where}")
        shutil.rmtree(place)
    got = {"flips": asked.n, "detected": seen, "harmless": asked.n - seen, "silent": len(findings)}
    goal = f"0 silent wrong totals in {asked.n} flips"
    return Row(13, "bitflip", goal, got, not findings, asked.seed, asked.engine, findings[:5])


def _copy_with_wal(url: str, folder: Path) -> Path:
    """The three stores, copied while open: part of the book is still in the WAL."""
    workload.found(url)
    whole = folder / "whole"
    whole.mkdir()
    chance = random.Random(1)
    with open_ledger(url) as ledger:
        book = ledger.book(workload.BOOK)
        for _ in range(REDEMPTIONS // 10):
            book.submit([workload.redemption(chance) for _ in range(10)])
        for store in Store:
            path = read_place(url).path(store)
            for file in path.parent.glob(f"{path.name}*"):
                if not file.name.endswith("-shm"):
                    shutil.copy(file, whole / file.name)
    heads = read_place(url).path(Store.BOOK).with_suffix(".heads.json")
    shutil.copy(heads, whole / heads.name)
    return whole


def _flip(place: Path, chance: random.Random) -> str:
    file = chance.choice([one for one in place.glob("portavalori.db*") if one.stat().st_size])
    data = bytearray(file.read_bytes())
    at = chance.randrange(len(data))
    data[at] ^= 1 << chance.randrange(8)
    file.write_bytes(data)
    return f"byte {at} of {file.name}"


def _said(place: Path) -> str | None:
    """What opening and checking say; None: all is well."""
    try:
        with open_ledger(f"sqlite:///{place / 'portavalori.db'}") as ledger:
            books = ledger.books()
            found = next((str(one) for book in books for one in book.check()), None)
            return ledger.read_only or found or (None if books else "there is no book")
    except TROUBLE as error:
        return type(error).__name__


def _counted(place: Path) -> list[object]:
    with closing(sqlite3.connect(place / "portavalori.db")) as db:
        return [db.execute(query).fetchall() for query in COUNTED]
