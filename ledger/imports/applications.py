"""Lists of beneficiaries as comuni export them: bytes in, a preview out; nothing is stored.

Text or an Excel sheet, decimal comma, Italian headers; each bad row is named with its line. What
could be read in two ways is a problem; what was found out of the file is in the preview. Not here:
who is known, and what is issued (`ledger.operations.import_applications`). Source: reliability.md
7.2.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from stdnum.exceptions import ValidationError
from stdnum.it import codicefiscale

from ledger.core.quantities import Amount, parse_euro
from ledger.imports.faults import FORMULA, MAX_BYTES, MAX_CELL, CannotRead, Fault
from ledger.imports.text_files import read_text
from ledger.imports.workbooks import is_workbook, read_workbook

# What other programs call our columns, lower case, without marks.
HEADERS: Final[Mapping[str, frozenset[str]]] = {
    "fiscal_code": frozenset({"codice fiscale", "cod fiscale", "codicefiscale", "cf", "c f"}),
    "surname": frozenset({"cognome", "cognome richiedente", "cognome dichiarante"}),
    "name": frozenset({"nome", "nome richiedente", "nome dichiarante"}),
    "amount": frozenset({
        "importo", "importo contributo", "importo buono", "contributo", "contributo spettante",
        "contributo concesso", "importo spettante", "importo euro",
    }),
}  # fmt: skip
REQUIRED: Final = ("fiscal_code", "amount")

_MOJIBAKE = re.compile("Ã[\x80-¿]|â€|Â[\x80-¿]")
_AMBIGUOUS = re.compile(r"\d{1,3}\.\d{3}")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Applicant:
    """One row: who, by fiscal code, and how much, in cents. `line` counts from 1, as shown."""

    line: int
    fiscal_code: str
    surname: str
    name: str
    amount_cents: Amount


@dataclass(frozen=True, slots=True)
class Problem:
    """One row that cannot be taken as it is: where, in which column, why."""

    line: int
    column: str
    fault: Fault
    detail: str = ""


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
    if len(data) > MAX_BYTES:
        raise CannotRead(Fault.TOO_LARGE)
    table = read_workbook(data) if is_workbook(data) else read_text(data)
    if not table.rows:
        raise CannotRead(Fault.EMPTY)
    (_first, header), *rows = table.rows
    columns, dropped = _columns(header)
    applicants: list[Applicant] = []
    problems: list[Problem] = []
    for line, cells in rows:
        read = _applicant(line, cells, columns, len(header))
        if isinstance(read, Applicant):
            applicants.append(read)
        else:
            problems.extend(read)
    kept, twice = _without_twins(applicants)
    return Preview(
        applicants=tuple(kept),
        problems=tuple(sorted([*problems, *twice], key=lambda problem: problem.line)),
        encoding=table.encoding,
        separator=table.separator,
        columns=tuple((name, header[at]) for name, at in columns.items()),
        rows_in_file=len(rows),
        cents_in_file=sum(_cents(cells, columns["amount"]) for _line, cells in rows),
        dropped=dropped,
        file_hash=sha256(data).digest(),
    )


def _cents(cells: Sequence[str], at: int) -> Amount:
    """What a row asks for, if that much can be read."""
    amount = _amount(cells[at]) if at < len(cells) else Fault.RAGGED
    return 0 if isinstance(amount, Fault) else amount


def _columns(header: Sequence[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Where each of our columns is; and those that are not needed, dropped before anything."""
    columns: dict[str, int] = {}
    dropped: list[str] = []
    for at, title in enumerate(header):
        plain = re.sub(r"[^a-z0-9]+", " ", title.lower()).strip()
        ours = next((name for name, known in HEADERS.items() if plain in known), None)
        if ours is None:
            dropped.append(title)
        elif ours in columns:
            raise CannotRead(Fault.COLUMN_TWICE, title)
        else:
            columns[ours] = at
    for name in REQUIRED:
        if name not in columns:
            raise CannotRead(Fault.COLUMN_MISSING, name)
    return columns, tuple(dropped)


def _applicant(
    line: int, cells: Sequence[str], columns: Mapping[str, int], width: int
) -> Applicant | list[Problem]:
    if len(cells) != width:
        return [Problem(line, "", Fault.RAGGED, f"{len(cells)}/{width}")]
    given = {name: cells[at] for name, at in columns.items()}
    problems = list(_letters(line, given))
    if any(problem.fault is Fault.FORMULA for problem in problems):
        return problems
    code = _fiscal_code(given["fiscal_code"])
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


def _letters(line: int, given: Mapping[str, str]) -> Iterator[Problem]:
    for name, cell in given.items():
        if cell == FORMULA:
            yield Problem(line, name, Fault.FORMULA)
        elif len(cell) > MAX_CELL:
            yield Problem(line, name, Fault.CELL_TOO_LONG)
        elif _CONTROLS.search(cell):
            yield Problem(line, name, Fault.CONTROL_CHARACTER)
        elif _MOJIBAKE.search(cell):
            yield Problem(line, name, Fault.MOJIBAKE)


def _fiscal_code(cell: str) -> str | None:
    """A fiscal code of 16 characters (omocodia too) or a provisional one of 11 digits."""
    code = re.sub(r"\s+", "", cell).upper()
    try:
        return str(codicefiscale.validate(code)) if code.isascii() else None
    except ValidationError:
        return None


def _amount(cell: str) -> Amount | Fault:
    plain = cell.replace("€", "").replace("\u00a0", " ").replace("EUR", "").strip()
    if _AMBIGUOUS.fullmatch(plain):
        return Fault.AMOUNT_AMBIGUOUS  # 1.234: a thousand or one and a bit?
    try:
        amount = parse_euro(plain)
    except ValueError:
        return Fault.AMOUNT
    return amount if amount > 0 else Fault.AMOUNT


def _without_twins(applicants: Sequence[Applicant]) -> tuple[list[Applicant], list[Problem]]:
    """The same fiscal code twice is shown, never summed and never passed over in silence."""
    lines: dict[str, list[int]] = {}
    for one in applicants:
        lines.setdefault(one.fiscal_code, []).append(one.line)
    kept = [one for one in applicants if len(lines[one.fiscal_code]) == 1]
    twins = [
        Problem(line, "fiscal_code", Fault.TWICE_IN_FILE, ", ".join(map(str, found)))
        for found in lines.values()
        if len(found) > 1
        for line in found
    ]
    return kept, twins
