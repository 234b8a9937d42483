"""Excel workbooks (.xlsx): one sheet of values, read as text; nothing in them is run or followed.

Weighed before it is opened: members, declared and actual bytes. Macros, links to other files,
entities and formulas are refused: of a formula only a value of some time ago is in the file.
Not here: what a row means. Source: reliability.md 7.2 (I12 to I14).
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from ledger.core.quantities import MAX_AMOUNT, euro_text
from ledger.imports.faults import FORMULA, MAX_ROWS, CannotRead, Fault, Table

MAX_MEMBERS: Final = 1_000
MAX_UNPACKED: Final = 100 * 1024 * 1024
MAX_RATIO: Final = 100
MAX_COLUMNS: Final = 100
MAX_LINES: Final = 2 * MAX_ROWS  # Empty ones among them.
ONCE: Final = 1 << 16
_CENT: Final = Decimal("0.01")
_ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_MACROS = re.compile(r"vbaproject|macrosheets|activex|\.bin$", re.IGNORECASE)
_HARMLESS = re.compile(r"printersettings\d*\.bin$", re.IGNORECASE)
_LINKS = re.compile(r"externallinks/|connections\.xml|querytables/", re.IGNORECASE)


def is_workbook(data: bytes) -> bool:
    """Whether a file begins as a package of Excel's."""
    return data.startswith(b"PK\x03\x04")


def read_workbook(data: bytes) -> Table:
    """Read the one sheet that holds something. Errors: `CannotRead`."""
    try:
        _weigh(data)
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        try:
            filled = [rows for sheet in book.worksheets if (rows := _rows(sheet))]
            day_zero = book.epoch.date()
        finally:
            book.close()
    except (
        zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, TypeError,
        AttributeError, IndexError, OSError, EOFError, NotImplementedError,
    ) as error:  # fmt: skip
        if isinstance(error, CannotRead):
            raise
        raise CannotRead(Fault.BROKEN_WORKBOOK) from error
    if len(filled) > 1:
        raise CannotRead(Fault.MANY_SHEETS)
    return Table(tuple(filled[0]) if filled else (), "xlsx", day_zero=day_zero)


def _weigh(data: bytes) -> None:
    """Look at every member before any is understood: what it says, and what it is."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        members = package.infolist()
        names = [one.filename for one in members]
        if "xl/workbook.xml" not in names:
            raise CannotRead(Fault.NOT_TEXT)
        if any(_MACROS.search(name) and not _HARMLESS.search(name) for name in names):
            raise CannotRead(Fault.MACROS)
        if any(_LINKS.search(name) for name in names):
            raise CannotRead(Fault.LINKED)
        said = sum(one.file_size for one in members)
        if len(members) > MAX_MEMBERS or said > _most(data):
            raise CannotRead(Fault.SWOLLEN)
        found = 0
        for one in members:
            found = _weigh_member(package, one, found, most=_most(data))


def _most(data: bytes) -> int:
    """As many bytes as a package of this size may unpack to; small ones pack well."""
    return min(MAX_UNPACKED, max(MAX_RATIO * len(data), 1 << 20))


def _weigh_member(
    package: zipfile.ZipFile, member: zipfile.ZipInfo, found: int, *, most: int
) -> int:
    """Unpack one member to nowhere; how much there is with it."""
    tail = b""
    with package.open(member) as opened:
        while piece := opened.read(ONCE):
            found += len(piece)
            if found > most:
                raise CannotRead(Fault.SWOLLEN)
            if _ENTITIES.search(tail + piece):
                raise CannotRead(Fault.BROKEN_WORKBOOK)
            tail = piece[-16:]
    return found


def _rows(sheet: Any) -> list[tuple[int, tuple[str, ...]]]:  # noqa: ANN401 -- openpyxl's.
    """The rows of a sheet that hold something, each with its number, as wide as the first."""
    sheet.reset_dimensions()  # What a file says of its size is not believed.
    rows: list[tuple[int, tuple[str, ...]]] = []
    for line, cells in _filled(sheet.iter_rows(max_col=MAX_COLUMNS)):
        width = len(rows[0][1]) if rows else 0
        rows.append((line, cells + ("",) * (width - len(cells))))
        if len(rows) > MAX_ROWS + 1:
            raise CannotRead(Fault.TOO_MANY_ROWS)
    return rows


def _filled(rows: Iterable[Iterable[Any]]) -> Iterator[tuple[int, tuple[str, ...]]]:
    for line, row in enumerate(rows, start=1):
        if line > MAX_LINES:
            raise CannotRead(Fault.TOO_MANY_ROWS)
        cells = [_text(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield line, tuple(cells)


def _text(cell: Any) -> str:  # noqa: ANN401 -- openpyxl's.
    """A cell as somebody would have typed it into a text file."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return FORMULA
    if isinstance(value, bool | date | datetime | time | timedelta):
        return str(value)  # No amount and no fiscal code: the row's own error says so.
    if isinstance(value, int | float):
        return _number(Decimal(repr(value)))
    return str(value).strip()


def _number(value: Decimal) -> str:
    """A number the Italian way where it is whole cents; else as it stands, which is no amount."""
    if not value.is_finite() or abs(value) > MAX_AMOUNT or value != value.quantize(_CENT):
        return str(value)
    whole = value == value.to_integral_value()
    return str(int(value)) if whole else euro_text(int(value * 100))
