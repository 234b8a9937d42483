"""A book brought in from its bundle is the same: root, rows, balances; anything else is not."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from ledger import Ledger, Request, open_ledger
from ledger.core.canonical import Json
from ledger.core.chart import EntryKind
from ledger.core.items import Seal
from ledger.core.leaves import read_numbered
from ledger.core.requests import Row, Value
from ledger.exports.registers import write_registers
from ledger.imports.bundles import NotABundle, read_bundle, read_registers
from ledger.operations.bring_book import NotThisBook, bring_book
from ledger.store import schema
from ledger.store.comparing import as_bytes
from tests.rich_book import BOOK, UNIT, all_requests, ask, lapse, move, uuid
from tests.verifier.books import changed, decided, index_of
from tests.verifier.maker import tree_root

TABLES = (
    "decision", "transfer", "account", "hold", "claim", "chain", "commitment", "unit_total",
    "key_route", "voucher", "act", "programme", "source", "batch_approval", "settlement", "mandate",
)  # fmt: skip


ACT: dict[str, Value | None] = {
    "act_id": uuid("act"),
    "number": "12",
    "dated": "2026-03-01",
    "title": "Buoni",
}
APPROVAL: dict[str, Value | None] = {
    "batch_id": uuid("batch"), "programme_id": uuid("programme"), "fund": uuid("fund"),
    "batch_account": uuid("account"), "content_hash": b"\x07" * 32, "total_cents": 5,
    "row_count": 1, "prepared_by": uuid("one"), "approved_by": uuid("two"),
}  # fmt: skip
ROWS = (Row("act", {**ACT, "amount_cents": 5_00}), Row("batch_approval", APPROVAL))
WITH_ROWS = next(at for at, one in enumerate(all_requests(ROWS)) if one.rows)
TOLD = [row.words() for row in ROWS]
ROWS_AS_TOLD: list[tuple[int, list[Json]]] = [(WITH_ROWS, TOLD)]


@cache
def rich_leaves() -> tuple[bytes, ...]:
    """Something of everything, register rows of several types, a lapsed hold, a seal at the end."""
    last = ask("last", EntryKind.SEAL, Seal((UNIT,)))
    return decided([*all_requests(ROWS), lapse(), last], late=2)


def bundled(path: Path, leaves: Sequence[bytes], **changes: object) -> Path:
    """As much of a bundle as is read to bring a book in; several entries of leaves."""
    about = {"format": "portavalori-bundle", "v": 1, "book": BOOK, "size": len(leaves)}
    about |= {"root": tree_root(leaves).hex()} | changes
    with ZipFile(path, "w") as archive:
        archive.writestr("bundle.json", json.dumps(about))
        for first in range(0, len(leaves), 7):
            text = b"".join(leaf + b"\n" for leaf in leaves[first : first + 7])
            archive.writestr(f"leaves/{first:012d}.jsonl", text)
    return path


def kept(ledger: Ledger, table: str) -> list[tuple[object, ...]]:
    """A table's rows, whatever their order; the number that a ledger gives a book apart."""
    columns = [one for one in schema.decision.metadata.tables[table].c if one.name != "book_no"]
    with ledger.reading() as db:
        rows = [tuple(row) for row in db.execute(select(*columns))]
    return sorted(rows, key=repr)


Lines = list[tuple[int, list[Json]]]


def registered(path: Path, lines: Lines | None = None, *, book: str = BOOK) -> Path:
    with path.open("wb") as file:
        write_registers(book, 1_000, ROWS_AS_TOLD if lines is None else lines, file)
    return path


def brought(ledger: Ledger, folder: Path, leaves: Sequence[bytes], **changes: object) -> None:
    bundle = read_bundle(bundled(folder / "b.zip", leaves, **changes))
    bring_book(ledger, bundle, read_registers(registered(folder / "r.jsonl", book=bundle.name)))


def test_a_book_comes_out_as_it_was(ledger: Ledger, tmp_path: Path) -> None:
    leaves, told = rich_leaves(), list[int]()
    bundle = read_bundle(bundled(tmp_path / "b.zip", leaves))
    registers = read_registers(registered(tmp_path / "r.jsonl"))
    head = bring_book(ledger, bundle, registers, tell=told.append)
    assert (head.size, head.root, told) == (len(leaves), tree_root(leaves), [len(leaves)])
    book = ledger.book(BOOK)
    assert list(book.check()) == []
    with ledger.reading() as db:
        query = select(schema.decision.c.leaf).order_by(schema.decision.c.log_index)
        assert tuple(as_bytes(leaf) for (leaf,) in db.execute(query)) == leaves


def test_in_any_portions_the_rows_are_the_same(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_template: Path
) -> None:
    del sqlite_template
    leaves = rich_leaves()
    with (
        open_ledger(url) as ledger,
        open_ledger(f"sqlite:///{tmp_path}/x.db", create=True) as other,
    ):
        brought(ledger, tmp_path, leaves)
        monkeypatch.setattr("ledger.store.rebuilding.PORTION", 3)
        brought(other, tmp_path, leaves)
        for table in TABLES:
            assert kept(ledger, table) == kept(other, table), table


def test_it_goes_on_from_there(ledger: Ledger, tmp_path: Path) -> None:
    brought(ledger, tmp_path, rich_leaves())
    book = ledger.book(BOOK)
    first: Request = read_numbered(rich_leaves()[0]).request
    assert book.submit([first])[0].replayed
    [more] = book.submit([ask("more", EntryKind.FUNDING, move("treasury", "fund", 1_00))])
    assert more.log_index == len(rich_leaves())
    assert list(book.check()) == []


def test_what_is_there_is_not_written_over(ledger: Ledger, tmp_path: Path) -> None:
    brought(ledger, tmp_path, rich_leaves())
    with pytest.raises(FileExistsError):
        brought(ledger, tmp_path, rich_leaves())
    assert ledger.book(BOOK).head().size == len(rich_leaves())


def test_what_these_rules_decide_otherwise_is_not_kept(ledger: Ledger, tmp_path: Path) -> None:
    leaves = rich_leaves()
    index = index_of(leaves, "", kind="issuance")
    wrong = changed(leaves, index, lambda leaf: leaf.update(code="account_closed"))
    with pytest.raises(NotThisBook, match=f"leaf {index} does not come out again"):
        brought(ledger, tmp_path, wrong)
    assert ledger.book(BOOK).head().size == 0


@pytest.mark.parametrize(
    ("leaves", "changes", "words"),
    [
        (rich_leaves()[:-1], {"size": len(rich_leaves())}, "it tells of"),
        (rich_leaves(), {"root": "00" * 32}, "have another root"),
        ((*rich_leaves()[:5], b"nothing"), {}, "is none"),
        (rich_leaves()[1:], {}, f"register rows of decision {WITH_ROWS - 1}"),
        (rich_leaves(), {"book": "seveso"}, "does not come out again"),
    ],
)
def test_what_is_not_the_book_that_it_says(
    ledger: Ledger,
    tmp_path: Path,
    leaves: tuple[bytes, ...],
    changes: dict[str, object],
    words: str,
) -> None:
    with pytest.raises(NotThisBook, match=words):
        brought(ledger, tmp_path, leaves, **changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"book": "../x"}, "no bundle of this format"),
        ({"format": "zip"}, "no bundle of this format"),
        ({"v": 2}, "no bundle of this format"),
        ({"size": "9"}, "no bundle of this format"),
        ({"root": "x"}, "does not say which book"),
    ],
)
def test_what_is_no_bundle_is_told_so(
    tmp_path: Path, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(NotABundle, match=words):
        read_bundle(bundled(tmp_path / "b.zip", rich_leaves()[:3], **changes))


def test_what_is_no_zip_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(b"nothing")
    with pytest.raises(NotABundle, match="no ZIP"):
        read_bundle(tmp_path / "b.zip")


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [(WITH_ROWS, [])],
        [(WITH_ROWS, TOLD[:1])],
        [(WITH_ROWS, TOLD[::-1])],
        [(WITH_ROWS, [*TOLD, *TOLD])],
        [(WITH_ROWS, [["decision", {}]])],
        [(WITH_ROWS, ["x"])],
        [(WITH_ROWS, [["act", {"act_id": "12"}]])],
        [(WITH_ROWS, [["act", {"act_id": uuid("act").hex, "number": "13"}]])],
        [(WITH_ROWS, [["act", {"nothing": 1}]])],
        [(WITH_ROWS - 1, TOLD), (WITH_ROWS, TOLD)],
        [(WITH_ROWS, TOLD), (900, TOLD)],
    ],
)
def test_a_row_left_out_changed_or_added_is_refused(
    ledger: Ledger, tmp_path: Path, lines: Lines
) -> None:
    bundle = read_bundle(bundled(tmp_path / "b.zip", rich_leaves(), size=1_000))
    registers = read_registers(registered(tmp_path / "r.jsonl", lines))
    with pytest.raises(NotThisBook, match="register rows"):
        bring_book(ledger, bundle, registers)
    assert ledger.book(BOOK).head().size == 0


def test_registers_of_another_book_or_an_earlier_size_are_refused(
    ledger: Ledger, tmp_path: Path
) -> None:
    bundle = read_bundle(bundled(tmp_path / "b.zip", rich_leaves()))
    other = registered(tmp_path / "other.jsonl", book="seveso")
    early = tmp_path / "early.jsonl"
    with early.open("wb") as file:
        write_registers(BOOK, len(rich_leaves()) - 1, [], file)
    for path in (other, early):
        with pytest.raises(NotThisBook, match="the registers are of"):
            bring_book(ledger, bundle, read_registers(path))
    assert ledger.books() == ()


@pytest.mark.parametrize("first", [b"", b"x\n", b"[]\n", b'{"format":"zip"}\n'])
def test_what_is_no_file_of_registers_is_told_so(tmp_path: Path, first: bytes) -> None:
    (tmp_path / "r.jsonl").write_bytes(first)
    with pytest.raises(NotABundle):
        read_registers(tmp_path / "r.jsonl")


@pytest.mark.parametrize("line", ["{}", "[1]", '["1",[]]', "[1,{}]", "[-1,[]]", "[3", "[3,[]]"])
def test_a_damaged_line_of_registers_is_told(tmp_path: Path, line: str) -> None:
    path = registered(tmp_path / "r.jsonl", [(3, [])])
    path.write_bytes(path.read_bytes() + line.encode() + b"\n")
    with pytest.raises(NotABundle):
        list(read_registers(path).lines(10))
