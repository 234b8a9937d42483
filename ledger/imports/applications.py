"""Lists of beneficiaries as comuni export them: bytes in, a preview out; nothing is stored.

Text or an Excel sheet, decimal comma, Italian headers; each bad row is named with its line. What
could be read in two ways is a problem; what was found out of the file is in the preview. Not here:
who is known, and what is issued (`ledger.operations.import_applications`). Source: reliability.md
7.2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.core.quantities import Amount
from ledger.imports import cells
from ledger.imports.columns import PERSON, Known, named, read_sheet
from ledger.imports.faults import Fault, Problem

HEADERS: Final[Known] = {
    **PERSON,
    "amount": frozenset({
        "importo", "importo contributo", "importo buono", "contributo", "contributo spettante",
        "contributo concesso", "importo spettante", "importo euro",
    }),
}  # fmt: skip
NAME_OF: Final = named(HEADERS)
REQUIRED: Final = ("fiscal_code", "amount")


@dataclass(frozen=True, slots=True)
class Applicant:
    """One row: who, by fiscal code, and how much, in cents. `line` counts from 1, as shown."""

    line: int
    fiscal_code: str
    surname: str
    name: str
    amount_cents: Amount


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file says, before anything is stored; amounts in cents.

    `columns`: ours, and the titles they were read from. `rows_in_file`, `cents_in_file`: every
    row, taken or not, and every amount that could be read: for comparison with a cover letter.
    """

    applicants: tuple[Applicant, ...]
    problems: tuple[Problem, ...]
    encoding: str
    separator: str
    columns: tuple[tuple[str, str], ...]
    rows_in_file: int
    cents_in_file: Amount
    dropped: tuple[str, ...]
    file_hash: bytes

    @property
    def total_cents(self) -> Amount:
        """The sum of the rows that can be taken."""
        return sum(applicant.amount_cents for applicant in self.applicants)


def read_applications(data: bytes) -> Preview:
    """Read a list of beneficiaries. Errors: `CannotRead`; bad rows are in the preview."""
    sheet = read_sheet(data, NAME_OF, REQUIRED)
    applicants: list[Applicant] = []
    problems: list[Problem] = []
    for line, row in sheet.rows:
        read = _applicant(line, row, sheet.places, len(sheet.header))
        if isinstance(read, Applicant):
            applicants.append(read)
        else:
            problems.extend(read)
    twice = cells.twice_in_file((one.line, one.fiscal_code) for one in applicants)
    again = {problem.line for problem in twice}
    return Preview(
        applicants=tuple(one for one in applicants if one.line not in again),
        problems=tuple(sorted([*problems, *twice], key=lambda problem: problem.line)),
        encoding=sheet.table.encoding,
        separator=sheet.table.separator,
        columns=sheet.columns,
        rows_in_file=len(sheet.rows),
        cents_in_file=sum(_cents(row, sheet.places["amount"]) for _line, row in sheet.rows),
        dropped=sheet.dropped,
        file_hash=sheet.file_hash,
    )


def _cents(row: Sequence[str], at: int) -> Amount:
    """What a row asks for, if that much can be read."""
    amount = _amount(row[at]) if at < len(row) else Fault.RAGGED
    return 0 if isinstance(amount, Fault) else amount


def _applicant(
    line: int, row: Sequence[str], places: Mapping[str, int], width: int
) -> Applicant | list[Problem]:
    if len(row) != width:
        return [Problem(line, "", Fault.RAGGED, f"{len(row)}/{width}")]
    given = {name: row[at] for name, at in places.items()}
    problems = list(cells.spoilt_letters(line, given))
    if any(problem.fault is Fault.FORMULA for problem in problems):
        return problems
    code = cells.fiscal_code(given["fiscal_code"])
    if code is None:
        problems.append(Problem(line, "fiscal_code", Fault.FISCAL_CODE))
    amount = _amount(given["amount"])
    if isinstance(amount, Fault):
        problems.append(Problem(line, "amount", amount))
    if not (given.get("surname") or given.get("name")):
        problems.append(Problem(line, "surname", Fault.NAME_MISSING))
    if problems or code is None or isinstance(amount, Fault):
        return problems
    return Applicant(line, code, given.get("surname", ""), given.get("name", ""), amount)


def _amount(cell: str) -> Amount | Fault:
    """As any, but nothing is no amount to issue."""
    return cells.amount(cell) or Fault.AMOUNT
