"""Lists of applications with their households: bytes in, a preview out; nothing is stored.

As comuni and CAF write them, text or an Excel sheet. Every row can be evaluated at once, or is a
problem with its line; what a person should look at is listed, and what the columns do not name is
dropped. Not here: who is known already, and what anybody gets. Source: reliability.md 7.2.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from ledger.core.quantities import Amount
from ledger.imports.cells import amount, spoilt_letters, twice_in_file
from ledger.imports.columns import Sheet, read_sheet
from ledger.imports.faults import Fault, Problem
from ledger.imports.household_alike import LookAlikes, look_alikes
from ledger.imports.household_cells import Cells, Notice
from ledger.imports.household_columns import REQUIRED, name_of, title_of
from ledger.imports.household_row import EXAMPLE_CODE, HouseholdRow, read_row

EXAMPLE: Final = {
    "fiscal_code": EXAMPLE_CODE, "surname": "Esempi", "name": "Ada", "isee": "12.345,67",
    "isee_kind": "ordinario", "dsu": "INPS-ISEE-2026-12345678A-00", "signed_on": "02/02/2026",
    "valid_until": "31/12/2026", "members": "5", "adult_birth_2": "29/02/1988",
    "child_birth_1": "01/05/2011", "child_birth_2": "01/05/2019", "child_birth_3": "",
    "child_birth_4": "", "dependants": "0", "relative_births": "01/09/1949", "medium": "0",
    "severe": "1", "non_self_sufficient": "0", "works": "sì", "lone_parent": "no",
    "widowed": "no", "multiple_births": "0", "pregnancy": "no", "job_loss": "no",
    "mortgage": "sì", "language": "it", "received": "01/09/2026 09:30",
    "filing_number": "2026/001", "protected": "no",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class HouseholdPreview:
    """What a list says, before anything is stored; amounts in cents.

    `columns`: ours, and the titles they were read from; `dropped`: the other titles.
    `rows_in_file`, `isee_in_file`: every row, taken or not, and every ISEE that could be read.
    """

    rows: tuple[HouseholdRow, ...]
    problems: tuple[Problem, ...]
    look_alikes: tuple[LookAlikes, ...]
    encoding: str
    separator: str
    columns: tuple[tuple[str, str], ...]
    dropped: tuple[str, ...]
    rows_in_file: int
    isee_in_file: Amount
    file_hash: bytes

    @property
    def notices(self) -> tuple[tuple[int, Notice], ...]:
        """What a person should look at, by line."""
        return tuple((row.line, notice) for row in self.rows for notice in row.notices)


@dataclass(frozen=True, slots=True)
class ControlTotals:
    """What a cover letter says of a list; None for what it does not say. ISEE's sum in cents."""

    rows: int | None = None
    isee_cents: Amount | None = None

    def differences(self, preview: HouseholdPreview) -> tuple[tuple[str, int, int], ...]:
        """What is told otherwise than it stands in the file: which, as told, as found."""
        told = (("rows", self.rows, preview.rows_in_file),
                ("isee", self.isee_cents, preview.isee_in_file))  # fmt: skip
        return tuple(
            (name, said, found) for name, said, found in told if said is not None and said != found
        )


def read_household_list(data: bytes, *, on: date) -> HouseholdPreview:
    """Read a list on day `on`, to which its households belong. Errors: `CannotRead`."""
    sheet = read_sheet(data, name_of, REQUIRED)
    rows: list[HouseholdRow] = []
    problems: list[Problem] = []
    for line, row in sheet.rows:
        read = _read(sheet, line, row, on)
        if isinstance(read, HouseholdRow):
            rows.append(read)
        else:
            problems.extend(read)
    twice = twice_in_file((row.line, row.fiscal_code) for row in rows)
    again = {problem.line for problem in twice}
    kept = tuple(row for row in rows if row.line not in again)
    return HouseholdPreview(
        rows=kept,
        problems=tuple(sorted([*problems, *twice], key=lambda problem: problem.line)),
        look_alikes=look_alikes(kept),
        encoding=sheet.table.encoding,
        separator=sheet.table.separator,
        columns=sheet.columns,
        dropped=sheet.dropped,
        rows_in_file=len(sheet.rows),
        isee_in_file=sum(_isee(row, sheet.places["isee"]) for _line, row in sheet.rows),
        file_hash=sheet.file_hash,
    )


def _read(
    sheet: Sheet, line: int, row: Sequence[str], on: date
) -> HouseholdRow | Sequence[Problem]:
    width = len(sheet.header)
    if len(row) != width:
        return [Problem(line, "", Fault.RAGGED, f"{len(row)}/{width}")]
    given = {name: row[at] for name, at in sheet.places.items()}
    spoilt = list(spoilt_letters(line, given))
    if spoilt:
        return spoilt
    cells = Cells(line, given, on, sheet.table.day_zero)
    return read_row(cells) or cells.problems


def _isee(row: Sequence[str], at: int) -> Amount:
    """A row's ISEE, if that much can be read."""
    read = amount(row[at]) if at < len(row) else Fault.RAGGED
    return 0 if isinstance(read, Fault) else read


def household_template() -> bytes:
    """A list to fill in: our titles in Italian and one invented row, for any spreadsheet."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(map(title_of, EXAMPLE))
    writer.writerow(EXAMPLE.values())
    return written.getvalue().encode("utf-8-sig")
