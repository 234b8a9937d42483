"""CSV in two dialects, and XLSX, of any table. Rows in, bytes out; amounts are cents.

A cell that a spreadsheet would run as a formula is told as text. Source: web.md section 13.
"""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from io import BytesIO, StringIO
from itertools import chain, count, islice
from typing import Any, Final, NamedTuple, TypeAlias

import xlsxwriter

from ledger.core.programmes import ROME
from ledger.core.quantities import SECOND, Instant, euro_text

Cell: TypeAlias = str | int | None
Rows: TypeAlias = Iterable[Sequence[Cell]]
Sheet: TypeAlias = Any  # Of the spreadsheet library, which carries no types.


class Kind(StrEnum):
    """What a column holds."""

    WORDS = "words"
    COUNT = "count"
    AMOUNT = "amount"  # Cents.
    DAY = "day"  # ISO 8601.
    MONTH = "month"  # ISO 8601: 2026-10.
    MOMENT = "moment"  # Microseconds UTC; told on the clocks of Rome.


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's title, and what it holds."""

    title: str
    kind: Kind


Teller: TypeAlias = Callable[[Kind, Cell], str]
BOM: Final = "\ufeff"
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001
WIDTHS: Final = {
    Kind.WORDS: 28, Kind.COUNT: 10, Kind.AMOUNT: 14, Kind.DAY: 12,
    Kind.MONTH: 10, Kind.MOMENT: 20,
}  # fmt: skip
SHEET_NAME_LENGTH: Final = 31
MOST_ROWS: Final = 1_048_575  # Of a sheet, below its headings.
NUMBERS: Final = {
    Kind.AMOUNT: '#,##0.00 "€"', Kind.DAY: "dd/mm/yyyy", Kind.MONTH: "mm/yyyy",
    Kind.MOMENT: "dd/mm/yyyy hh:mm:ss",
}  # fmt: skip


def harmless(text: str) -> str:
    """The text, with a mark before what a spreadsheet would run as a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def csv_for_programs(headings: Sequence[Heading], rows: Rows) -> bytes:
    """RFC 4180, UTF-8, a point in amounts, ISO 8601 with the offset in times."""
    return _written(headings, rows, _for_programs, delimiter=",").encode()


def csv_for_offices(headings: Sequence[Heading], rows: Rows) -> bytes:
    """As an Italian spreadsheet opens it: `;`, a comma in amounts, a byte order mark."""
    return (BOM + _written(headings, rows, _for_offices, delimiter=";")).encode()


def _written(headings: Sequence[Heading], rows: Rows, tell: Teller, *, delimiter: str) -> str:
    text = StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([harmless(one.title) for one in headings])
    kinds = [one.kind for one in headings]
    for row in rows:
        writer.writerow([tell(kind, cell) for kind, cell in zip(kinds, row, strict=True)])
    return text.getvalue()


def _for_programs(kind: Kind, cell: Cell) -> str:
    if cell is None:
        return ""
    if kind is Kind.AMOUNT:
        return euro_text(int(cell)).replace(".", "").replace(",", ".")
    if kind is Kind.MOMENT:
        return on_roman_clocks(int(cell)).isoformat()
    return str(cell) if kind is Kind.COUNT else harmless(str(cell))


def _for_offices(kind: Kind, cell: Cell) -> str:
    if cell is None or cell == "":
        return ""
    if kind is Kind.AMOUNT:
        return euro_text(int(cell)).replace(".", "")
    if kind is Kind.MOMENT:
        return on_roman_clocks(int(cell)).strftime("%d/%m/%Y %H:%M:%S")
    if kind is Kind.DAY:
        return date.fromisoformat(str(cell)).strftime("%d/%m/%Y")
    if kind is Kind.MONTH:
        return date.fromisoformat(f"{cell}-01").strftime("%m/%Y")
    return str(cell) if kind is Kind.COUNT else harmless(str(cell))


def on_roman_clocks(when: Instant) -> datetime:
    """An instant as a time in Rome, whole to the second."""
    return datetime.fromtimestamp(when // SECOND, UTC).astimezone(ROME)


def workbook(title: str, headings: Sequence[Heading], rows: Rows) -> bytes:
    """Real numbers and dates, a frozen first row, a filter; row by row in memory.

    What is more than a sheet can hold goes on in another.
    """
    made = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(made, options)
    looks = _Looks(
        book.add_format({"bold": True, "bottom": 1}),
        {kind: book.add_format({"num_format": text}) for kind, text in NUMBERS.items()},
    )
    rest = iter(rows)
    for number in count(1):
        first = next(rest, None)
        if first is None and number > 1:
            break
        begun = [] if first is None else [first]
        sheet = book.add_worksheet(_sheet_name(title, number))
        _fill(sheet, looks, headings, chain(begun, islice(rest, MOST_ROWS - 1)))
    book.close()
    return made.getvalue()


class _Looks(NamedTuple):
    """How cells look: the first row's, and each kind's."""

    heading: object
    kinds: Mapping[Kind, object]


def _fill(sheet: Sheet, looks: _Looks, headings: Sequence[Heading], rows: Rows) -> None:
    """One sheet: its headings, then its rows."""
    for at, one in enumerate(headings):
        sheet.set_column(at, at, WIDTHS[one.kind])
        sheet.write_string(0, at, one.title, looks.heading)
    last = 0
    for last, row in enumerate(rows, start=1):
        for at, (one, cell) in enumerate(zip(headings, row, strict=True)):
            _write(sheet, (last, at), one.kind, cell, looks.kinds.get(one.kind))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(last, 1), max(len(headings) - 1, 0))


def _sheet_name(title: str, number: int) -> str:
    name = "".join(one for one in title if one not in "[]:*?/\\'")
    tail = "" if number == 1 else f" {number}"
    return f"{name[: SHEET_NAME_LENGTH - len(tail)]}{tail}" or "1"


def _write(sheet: Sheet, place: tuple[int, int], kind: Kind, cell: Cell, look: object) -> None:
    if cell is None or cell == "":
        return
    if kind is Kind.AMOUNT:
        sheet.write_number(*place, int(cell) / 100, look)  # Exact when shown.
    elif kind is Kind.COUNT:
        sheet.write_number(*place, int(cell))
    elif kind is Kind.MOMENT:
        sheet.write_datetime(*place, on_roman_clocks(int(cell)).replace(tzinfo=None), look)
    elif kind is Kind.DAY:
        sheet.write_datetime(*place, datetime.fromisoformat(str(cell)), look)
    elif kind is Kind.MONTH:
        sheet.write_datetime(*place, datetime.fromisoformat(f"{cell}-01"), look)
    else:
        sheet.write_string(*place, str(cell))
