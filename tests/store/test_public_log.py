"""Tiles and checkpoints as rows: made in portions, proved by the check, found if changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from ledger import EntryKind, Ledger, Request, new_id, open_ledger
from ledger.core.codes import Code
from ledger.core.quantities import SECOND
from ledger.operations.publish_checkpoint import collect_cosignatures, publish_checkpoint
from ledger.proof.merkle import included_root, inclusion_proof, root_of
from ledger.proof.tiles import tiles_of
from ledger.store import log
from ledger.store.log import log_nodes, read_tile
from ledger.store.note_keys import log_key
from scripts.witness.memory import make_witness
from tests.engines import sqlite_copy
from tests.faults.contest import prepare, spend

NOW = 1_770_000_000 * SECOND
BOOK = "contested"
DOMAIN = "portavalori.example"


def refused() -> Request:
    """The cheapest leaf: a no that a verb already knew."""
    return Request(id=new_id(), kind=EntryKind.VOID, refuse=Code.VOIDED)  # type: ignore[arg-type]


@pytest.fixture
def long_book(url: str, tmp_path: Path) -> Iterator[Ledger]:
    """A log with full tiles of level 0, a checkpoint in between, and one cosignature."""
    with open_ledger(url) as ledger:
        prepare(ledger)
        book = ledger.book(BOOK)
        book.submit([refused() for _ in range(300)])
        publish_checkpoint(ledger, BOOK, domain=DOMAIN, now=NOW)
        book.submit([refused() for _ in range(400)])
        book.submit([spend()])
        publish_checkpoint(ledger, BOOK, domain=DOMAIN, now=NOW + SECOND)
        witness = make_witness(tmp_path / "w", "w.example")
        witness.trust(log_key(ledger, f"{DOMAIN}/{BOOK}", now=NOW).vkey())
        collect_cosignatures(ledger, BOOK, [witness], now=NOW)
        yield ledger


def test_the_rows_agree_with_the_log(long_book: Ledger) -> None:
    book = long_book.book(BOOK)
    assert list(book.check()) == []
    head = book.head()
    with long_book.reading() as db:
        nodes = log_nodes(db, book.book_no)
        assert root_of(head.size, nodes) == head.root
        for index in (0, 255, 256, 511, 512, head.size - 1):
            path = inclusion_proof(index, head.size, nodes)
            leaf = log.read_hashes(db, book.book_no, 0, index, 1)
            assert included_root(leaf, index, head.size, path) == head.root
        for tile in tiles_of(head.size):
            assert len(read_tile(db, book.book_no, tile)) == 32 * tile.width


def test_tiles_are_made_a_portion_at_a_time(
    long_book: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "PORTION", 1)
    long_book.write(lambda db: db.execute(text("DELETE FROM log_tile")))
    portions = []
    with long_book.reading() as db:
        size = long_book.book(BOOK).head().size
    while True:
        with long_book.reading() as db:
            rows = log.new_tiles(db, 1, size)
        if not rows:
            break
        portions.append(len(rows))
        for _twice in range(2):  # Another process may have made them, too.
            long_book.write(lambda db, rows=rows: log.add_tiles(db, rows))  # type: ignore[misc]
    assert portions == [1, 1]
    assert list(long_book.book(BOOK).check()) == []


HARM = {
    "UPDATE log_tile SET root = (SELECT leaf_hash FROM decision LIMIT 1)": "log_tile",
    "UPDATE log_tile SET number = number + 90": "log_tile",
    "DELETE FROM log_tile": "log_tile",
    "DELETE FROM log_tile WHERE number = 0": "log_tile",
    "UPDATE checkpoint SET root = (SELECT leaf_hash FROM decision LIMIT 1)": "checkpoint",
    "UPDATE checkpoint SET size = size + 9 WHERE size < 400": "checkpoint",
    "UPDATE checkpoint SET size = size + 9000": "checkpoint",
    "UPDATE checkpoint SET note = 'nothing'": "checkpoint",
    "UPDATE checkpoint SET note = replace(note, substr(note, length(note) - 12, 4), 'AAAA')": (
        "checkpoint"
    ),  # In the signature.
    "UPDATE cosignature SET line = replace(line, 'w.example', 'v.example')": "cosignature",
    "UPDATE cosignature SET witness = 'v.example'": "cosignature",
    "UPDATE cosignature SET size = size - 1": "cosignature",
    "DELETE FROM checkpoint": "cosignature",
    "DELETE FROM witness": "cosignature",
}


@pytest.mark.parametrize("harm", HARM)
def test_what_is_changed_there_is_found(long_book: Ledger, harm: str) -> None:
    long_book.write(lambda db: db.execute(text(harm)))
    findings = list(long_book.book(BOOK).check())
    assert HARM[harm] in {one.table for one in findings}, findings


def test_the_first_checkpoint_of_a_book_that_long_was_never_published(
    sqlite_template: Path, tmp_path: Path
) -> None:
    with open_ledger(sqlite_copy(sqlite_template, tmp_path)) as ledger:
        prepare(ledger)
        ledger.book(BOOK).submit([refused() for _ in range(5_000)])
        made = publish_checkpoint(ledger, BOOK, domain=DOMAIN, now=NOW)
        assert made is not None
        assert made.root == ledger.book(BOOK).head().root


def tiles(ledger: Ledger) -> list[tuple[int, int, bytes]]:
    with ledger.reading() as db:
        found = db.execute(text("SELECT level, number, root FROM log_tile ORDER BY level, number"))
        return [(row.level, row.number, bytes(row.root)) for row in found]


@pytest.fixture
def longer_book(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """A published log with five full tiles, made and remade two at a time."""
    monkeypatch.setattr(log, "PORTION", 2)
    with open_ledger(url) as ledger:
        ledger.book(BOOK, create=True).submit([refused() for _ in range(5 * 256 + 9)])
        publish_checkpoint(ledger, BOOK, domain=DOMAIN, now=NOW)
        yield ledger


@pytest.mark.parametrize(
    "lost",
    [
        "DELETE FROM log_tile WHERE number = 0",
        "DELETE FROM log_tile WHERE number = 2",
        "DELETE FROM log_tile WHERE number IN (1, 3)",
        "DELETE FROM log_tile WHERE number < 4",
        "DELETE FROM log_tile WHERE number = 4",
        "DELETE FROM log_tile",
    ],
)
@pytest.mark.parametrize("more", [0, 1, 256])
def test_a_tile_that_was_lost_is_made_again(longer_book: Ledger, lost: str, more: int) -> None:
    book, before = longer_book.book(BOOK), tiles(longer_book)
    assert len(before) == 5
    longer_book.write(lambda db: db.execute(text(lost)))
    assert list(book.check())
    book.submit([refused() for _ in range(more)])
    publish_checkpoint(longer_book, BOOK, domain=DOMAIN, now=NOW + SECOND)
    assert tiles(longer_book)[:5] == before
    assert list(book.check()) == []


def test_of_leaves_that_are_missing_no_tile_is_made(longer_book: Ledger) -> None:
    lose = "DELETE FROM log_tile WHERE number = 1", "DELETE FROM decision WHERE log_index = 300"
    for one in lose:
        longer_book.write(lambda db, one=one: db.execute(text(one)))  # type: ignore[misc]
    with pytest.raises(LookupError, match="missing in the log"):
        publish_checkpoint(longer_book, BOOK, domain=DOMAIN, now=NOW + SECOND)
    assert [number for _, number, _ in tiles(longer_book)] == [0, 2, 3, 4]
