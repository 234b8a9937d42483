"""A table: columns, what each says of a row, and the number it leads to; a page and a file alike.

One table is a page, a CSV and a workbook, so that they never differ. Not here: the tables
themselves, each beside its pages.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from ledger.exports.tables import (
    Cell,
    Heading,
    Kind,
    csv_for_offices,
    csv_for_programs,
    workbook,
)
from wallet_web.languages import language_of, translations
from wallet_web.words import WORDS

PAGE: Final = 50
EVERYTHING: Final = 200_000
TEXT: Final = "text/csv; charset=utf-8"
SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: Final = ("csv", "csv-it", "xlsx")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title, what it holds, how a row says it, and where it leads.

    `words`: the table of words by which a kind is told. `link`: an address below the console.
    """

    title: str
    kind: Kind
    value: Callable[[Any], Cell]
    link: Callable[[Any], str] | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table by its name in files, its title, and its columns."""

    name: str
    title: str
    columns: tuple[Column, ...]
    empty: str


def as_file(request: Request, table: Table, rows: Iterable[Any], wanted: str) -> Response:
    """The rows as a file to keep, in the reader's language."""
    say = translations(language_of(request)).gettext
    headings = [Heading(say(one.title), one.kind) for one in table.columns]
    cells = ([told(column, row, say) for column in table.columns] for row in rows)
    name = f"{table.name}.{'xlsx' if wanted == 'xlsx' else 'csv'}"
    body, media = _file(wanted, say(table.title), headings, cells)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=media, headers=headers)


def _file(
    wanted: str, title: str, headings: Sequence[Heading], rows: Iterable[Sequence[Cell]]
) -> tuple[bytes, str]:
    if wanted == "xlsx":
        return workbook(title, headings, rows), SHEET
    if wanted == "csv-it":
        return csv_for_offices(headings, rows), TEXT
    return csv_for_programs(headings, rows), TEXT


def told(column: Column, row: object, say: Callable[[str], str]) -> Cell:
    """What a column says of a row, kinds in words."""
    value = column.value(row)
    return say(WORDS[column.words][str(value)]) if column.words and value else value
