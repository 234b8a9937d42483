"""Files of households as comuni write them, made of cells by our column names; people invented."""

import csv
import io
from collections.abc import Mapping
from datetime import date

import openpyxl
from stdnum.it import codicefiscale

from ledger.imports.household_columns import TITLES, title_of
from ledger.imports.household_lists import HouseholdPreview, read_household_list
from ledger.imports.household_row import HouseholdRow

ON = date(2026, 11, 23)


def code_of(letters: str, born: date, place: str = "F205", *, woman: bool = False) -> str:
    """A fiscal code of nobody, right in form."""
    day = born.day + (40 if woman else 0)
    stem = f"{letters}{born.year % 100:02}{'ABCDEHLMPRST'[born.month - 1]}{day:02}{place}"
    return str(stem + codicefiscale.calc_check_digit(stem))


CODE = code_of("RSSMRA", date(1980, 1, 1), woman=True)
OTHER = code_of("BNCGLI", date(1985, 2, 1), woman=True)
ROW: Mapping[str, object] = {
    "fiscal_code": CODE, "surname": "Rossi", "name": "Mara", "isee": "9.000,00",
    "signed_on": "02/02/2026", "child_birth_1": "01/05/2019",
}  # fmt: skip


def titled(name: str) -> str:
    """A column as our template calls it, or as the test does."""
    return title_of(name) if name in TITLES or "_birth_" in name else name


def text_of(*rows: Mapping[str, object], separator: str = ";") -> str:
    """Rows as text, with the titles that our template uses."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=separator)
    writer.writerow([titled(name) for name in names])
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return written.getvalue()


def workbook_of(*rows: Mapping[str, object], epoch: date | None = None) -> bytes:
    """The same as a workbook of Excel's, which may count its days from elsewhere."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    book = openpyxl.Workbook()
    if epoch is not None:
        book.epoch = epoch
    book.active.append([titled(name) for name in names])
    for row in rows:
        book.active.append([row.get(name) for name in names])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def read(data: str | bytes) -> HouseholdPreview:
    """What is read on `ON`."""
    return read_household_list(data if isinstance(data, bytes) else data.encode(), on=ON)


def one(**cells: object) -> HouseholdRow:
    """The one row that has these cells besides `ROW`."""
    found = read(text_of({**ROW, **cells}))
    assert found.problems == ()
    [row] = found.rows
    return row


def faults(**cells: object) -> set[tuple[str, str]]:
    """What is wrong with such a row, by column."""
    found = read(text_of({**ROW, **cells}))
    assert not (found.rows and found.problems)
    return {(problem.column, str(problem.fault)) for problem in found.problems}
