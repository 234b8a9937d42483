"""Excel workbooks among the hostile imports: weighed before they are opened, and only values read.

Source: reliability.md 7.2 (I12, I13, and the traps of I5 to I7 that a workbook brings along).
"""

import io
import time
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import openpyxl
import pytest
from starlette.testclient import TestClient

from ledger.imports.applications import Preview, read_applications
from ledger.imports.faults import MAX_ROWS, CannotRead, Fault
from ledger.reports.batches_page import batches
from tests.town import BIANCHI, ROSSI, Town
from tests.wallet_web.conftest import come_in
from tests.wallet_web.test_console import HOME, approve, prepare
from tests.wallet_web.test_hostile_uploads import target

HEAD = ("Codice fiscale", "Cognome", "Nome", "Importo")
ONE = (ROSSI, "Rossi", "Mara", 50.0)


def workbook(*rows: Sequence[object], others: Sequence[Sequence[object]] = ()) -> bytes:
    """A workbook with these rows, and a second sheet if there are others."""
    book = openpyxl.Workbook()
    for line in rows:
        book.active.append(list(line))
    sheet = book.create_sheet("Altro")
    for line in others:
        sheet.append(list(line))
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def repacked(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The same package with other members."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        members = {name: package.read(name) for name in package.namelist()}
    change(members)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return written.getvalue()


def faults(preview: Preview) -> list[tuple[int, Fault]]:
    return [(one.line, one.fault) for one in preview.problems]


@pytest.mark.parametrize(
    ("amount", "cents"), [(50, 50_00), (50.5, 50_50), (0.1 + 0.2 - 0.2, 10), ("1.234,56", 1_234_56),
        (1234.56, 1_234_56), (19.99, 19_99), ("€ 50", 50_00)],
)  # fmt: skip
def test_a_number_is_exact_cents(amount: object, cents: int) -> None:
    found = read_applications(workbook(HEAD, (ROSSI, "Rossi", "Mara", amount)))
    assert ([one.amount_cents for one in found.applicants], found.encoding) == ([cents], "xlsx")


CELLS = {
    "I5 a thousandth": ((ROSSI, "Rossi", "Mara", 12.345), Fault.AMOUNT_AMBIGUOUS),
    "I5 tenths of cents": ((ROSSI, "Rossi", "Mara", 1000.0005), Fault.AMOUNT),
    "I5 without end": ((ROSSI, "Rossi", "Mara", 1e300), Fault.AMOUNT),
    "I5 two readings": ((ROSSI, "Rossi", "Mara", "1.234"), Fault.AMOUNT_AMBIGUOUS),
    "I5 yes": ((ROSSI, "Rossi", "Mara", True), Fault.AMOUNT),
    "I6 an amount that became a date": (
        (ROSSI, "Rossi", "Mara", datetime(2026, 5, 1, tzinfo=UTC).replace(tzinfo=None)),
        Fault.AMOUNT,
    ),
    "I7 a provisional code that lost its zeros": (
        (743110157, "Rossi", "Mara", 50),
        Fault.FISCAL_CODE,
    ),
    "I10 a formula": ((ROSSI, "Rossi", "Mara", "=25*2"), Fault.FORMULA),
    "I10 a formula for a code": (("=A1", "Rossi", "Mara", 50), Fault.FORMULA),
    "I4 more cells than titles": ((*ONE, "x"), Fault.RAGGED),
    "I4 an amount that is not there": ((ROSSI, "Rossi", "Mara"), Fault.AMOUNT),
    "I8 twice": ((BIANCHI, "Bianchi", "Lia", 1), Fault.TWICE_IN_FILE),
}  # fmt: skip


@pytest.mark.parametrize("name", CELLS)
def test_a_row_is_told_with_its_number_on_the_sheet(name: str) -> None:
    row, fault = CELLS[name]
    found = read_applications(workbook(HEAD, (), (BIANCHI, "Bianchi", "Giulia", 80), row))
    assert (4, fault) in faults(found)


def test_a_provisional_code_may_stand_as_a_number() -> None:
    assert read_applications(workbook(HEAD, (12345670017, "Prova", "Ugo", 1))).problems == ()


def bomb(members: dict[str, bytes]) -> None:
    members["xl/media/image1.png"] = bytes(30 * 1024 * 1024)


def many(members: dict[str, bytes]) -> None:
    members |= {f"xl/media/{number}.png": b"" for number in range(1_100)}


def macros(members: dict[str, bytes]) -> None:
    members["xl/vbaProject.bin"] = b"Sub AutoOpen()"


def elsewhere(members: dict[str, bytes]) -> None:
    members["xl/externalLinks/externalLink1.xml"] = b"<externalLink/>"


def entities(members: dict[str, bytes]) -> None:
    sheet = members["xl/worksheets/sheet1.xml"]
    dtd = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    members["xl/worksheets/sheet1.xml"] = dtd + sheet


def entities_late(members: dict[str, bytes]) -> None:
    """Across the edge of what is read at once."""
    members["xl/sharedStrings.xml"] = b" " * (65_536 - 4) + b"<!ENTITY a>"


def no_sheet(members: dict[str, bytes]) -> None:
    del members["xl/worksheets/sheet1.xml"]


def torn(members: dict[str, bytes]) -> None:
    members["xl/worksheets/sheet1.xml"] = members["xl/worksheets/sheet1.xml"][:200]


def something_else(members: dict[str, bytes]) -> None:
    members["word/document.xml"] = members.pop("xl/workbook.xml")


PACKAGES = [
    (bomb, Fault.SWOLLEN), (many, Fault.SWOLLEN), (macros, Fault.MACROS), (elsewhere, Fault.LINKED),
    (entities, Fault.BROKEN_WORKBOOK), (entities_late, Fault.BROKEN_WORKBOOK),
    (no_sheet, Fault.EMPTY), (torn, Fault.BROKEN_WORKBOOK),
    (something_else, Fault.NOT_TEXT),
]  # fmt: skip


@pytest.mark.parametrize(("change", "fault"), PACKAGES)
def test_a_hostile_package_is_refused(
    change: Callable[[dict[str, bytes]], None], fault: Fault
) -> None:
    data = repacked(workbook(HEAD, ONE), change)
    with pytest.raises(CannotRead) as cannot:
        read_applications(data)
    assert cannot.value.fault is fault


def test_what_a_package_says_of_its_size_is_not_believed() -> None:
    """The directory tells of a few bytes, the member holds many."""
    data = bytearray(repacked(workbook(HEAD, ONE), bomb))
    size = (30 * 1024 * 1024).to_bytes(4, "little")
    assert data.count(size) >= 1
    lying = bytes(data).replace(size, (512).to_bytes(4, "little"))
    with pytest.raises(CannotRead) as cannot:
        read_applications(lying)
    assert cannot.value.fault in {Fault.SWOLLEN, Fault.BROKEN_WORKBOOK}


@pytest.mark.parametrize("cut", [4, 30, 200, 1_000, -40, -1])
def test_a_torn_file_is_refused(cut: int) -> None:
    with pytest.raises(CannotRead):
        read_applications(workbook(HEAD, ONE)[:cut])


def test_a_sheet_that_says_it_is_endless_is_read_as_it_is() -> None:
    def endless(members: dict[str, bytes]) -> None:
        sheet = members["xl/worksheets/sheet1.xml"]
        assert b'<dimension ref="A1:D2"' in sheet
        members["xl/worksheets/sheet1.xml"] = sheet.replace(b'"A1:D2"', b'"A1:XFD1048576"')

    started = time.monotonic()
    [one] = read_applications(repacked(workbook(HEAD, ONE), endless)).applicants
    assert one.amount_cents == 50_00
    assert time.monotonic() - started < 5


def test_a_cell_at_the_end_of_the_world_is_no_row_more() -> None:
    book = openpyxl.Workbook()
    book.active.append(list(HEAD))
    book.active.append(list(ONE))
    book.active["XFD1048576"] = "x"
    with pytest.raises(CannotRead) as cannot:
        read_applications(saved(book))
    assert cannot.value.fault is Fault.TOO_MANY_ROWS


def test_too_many_rows_are_too_many_here_too() -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for _ in range(MAX_ROWS + 2):
        sheet.append(["x"])
    with pytest.raises(CannotRead) as cannot:
        read_applications(saved(book))
    assert cannot.value.fault is Fault.TOO_MANY_ROWS


def test_two_sheets_that_hold_something_are_not_chosen_from() -> None:
    with pytest.raises(CannotRead) as cannot:
        read_applications(workbook(HEAD, ONE, others=[("Riepilogo", 1)]))
    assert cannot.value.fault is Fault.MANY_SHEETS
    assert len(read_applications(workbook(HEAD, ONE)).applicants) == 1  # An empty one is nothing.


def test_a_workbook_comes_in_like_any_list(town: Town, browser: TestClient) -> None:
    funding = town.programme()
    come_in(browser, "officer")
    data = workbook(HEAD, ONE, (BIANCHI, "Bianchi", "Giulia", 80))
    page = browser.post(
        f"{HOME}/elenchi/anteprima", data=target(funding), files={"file": ("elenco.xlsx", data)}
    ).text
    assert "foglio Excel" in page
    address = prepare(browser, page)
    come_in(browser, "approver")
    approve(browser, address)
    [found] = batches(town.ledger, town.book_no)
    assert (found.row_count, found.total_cents, found.status) == (2, 130_00, "approved")
