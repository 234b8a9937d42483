"""Lists of beneficiaries as comuni export them: bytes in, a preview out; nothing is stored.

`;`, `,` or tab, decimal comma, BOM, Windows-1252, Italian headers; each bad row is named with its
line. Nothing is guessed: what could be read in two ways is a problem. Not here: who is already
known, and what is issued (`ledger.operations.import_applications`). Source: reliability.md 7.2.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final

from stdnum.exceptions import ValidationError
from stdnum.it import codicefiscale

from ledger.core.quantities import Amount, parse_euro

MAX_BYTES: Final = 20 * 1024 * 1024
MAX_ROWS: Final = 100_000
MAX_CELL: Final = 2_000

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

# How files begin that are no text, and what to do instead.
FOREIGN: Final = (
    (b"PK\x03\x04", "xlsx"),
    (b"\xd0\xcf\x11\xe0", "xls"),
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
)
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|table|\?xml)", re.IGNORECASE)
_MOJIBAKE = re.compile("Ã[\x80-¿]|â€|Â[\x80-¿]")
_AMBIGUOUS = re.compile(r"\d{1,3}\.\d{3}")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


class Fault(StrEnum):
    """What can be wrong with a file or a row; the words are the pages'."""

    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    NOT_TEXT = "not_text"
    EMPTY = "empty"
    NO_SEPARATOR = "no_separator"
    COLUMN_MISSING = "column_missing"
    COLUMN_TWICE = "column_twice"
    RAGGED = "ragged"
    MOJIBAKE = "mojibake"
    CONTROL_CHARACTER = "control_character"
    CELL_TOO_LONG = "cell_too_long"
    FISCAL_CODE = "fiscal_code"
    AMOUNT = "amount"
    AMOUNT_AMBIGUOUS = "amount_ambiguous"
    NAME_MISSING = "name_missing"
    TWICE_IN_FILE = "twice_in_file"


class CannotRead(ValueError):
    """A file that no list can be read from; `fault` says why, `detail` what was found."""

    def __init__(self, fault: Fault, detail: str = "") -> None:
        """Say why."""
        super().__init__(fault)
        self.fault = fault
        self.detail = detail


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
    """What a file says, before anything is stored; amounts in cents."""

    applicants: tuple[Applicant, ...]
    problems: tuple[Problem, ...]
    encoding: str
    separator: str
    dropped: tuple[str, ...]
    file_hash: bytes

    @property
    def total_cents(self) -> Amount:
        """The sum of the rows that can be taken."""
        return sum(applicant.amount_cents for applicant in self.applicants)


def read_applications(data: bytes) -> Preview:
    """Read a list of beneficiaries. Errors: `CannotRead`; bad rows are in the preview."""
    text, encoding = _decode(data)
    separator, body, skipped = _separator(text)
    rows = list(_rows(body, separator, skipped))
    if not rows:
        raise CannotRead(Fault.EMPTY)
    columns, dropped = _columns(rows[0][1])
    applicants: list[Applicant] = []
    problems: list[Problem] = []
    for line, cells in rows[1:]:
        read = _applicant(line, cells, columns, len(rows[0][1]))
        if isinstance(read, Applicant):
            applicants.append(read)
        else:
            problems.extend(read)
    kept, twice = _without_twins(applicants)
    found = sorted([*problems, *twice], key=lambda problem: problem.line)
    digest = sha256(data).digest()
    return Preview(tuple(kept), tuple(found), encoding, separator, dropped, digest)


def _decode(data: bytes) -> tuple[str, str]:
    if len(data) > MAX_BYTES:
        raise CannotRead(Fault.TOO_LARGE)
    for start, kind in FOREIGN:
        if data.startswith(start):
            raise CannotRead(Fault.NOT_TEXT, kind)
    if _MARKUP.match(data.lstrip(b"\xef\xbb\xbf")):
        raise CannotRead(Fault.NOT_TEXT, "html")
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return _decoded(data, "utf-16"), "utf-16"
    if b"\x00" in data:
        raise CannotRead(Fault.NOT_TEXT, "binary")
    try:
        return data.decode("utf-8").lstrip("\ufeff"), "utf-8"
    except UnicodeDecodeError:
        return _decoded(data, "windows-1252"), "windows-1252"


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding).lstrip("\ufeff")
    except UnicodeDecodeError as error:
        raise CannotRead(Fault.NOT_TEXT, "binary") from error


def _separator(text: str) -> tuple[str, str, int]:
    """The separator, the text after a `sep=` line, and how many lines that was."""
    first, _, rest = text.partition("\n")
    said = re.fullmatch(r"sep=([;,\t|])\r?", first.strip('"'))
    if said:
        return said[1], rest, 1
    counts = {mark: first.count(mark) for mark in (";", "\t", ",")}
    best = max(counts, key=lambda mark: counts[mark])
    if not text.strip():
        raise CannotRead(Fault.EMPTY)
    if counts[best] == 0:
        raise CannotRead(Fault.NO_SEPARATOR)
    return best, text, 0


def _rows(text: str, separator: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line they begin on; empty ones are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line, count = 1, 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                count += 1
                if count > MAX_ROWS + 1:
                    raise CannotRead(Fault.TOO_MANY_ROWS)
                yield line + skipped, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        raise CannotRead(Fault.RAGGED, str(line + skipped)) from error


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
        if len(cell) > MAX_CELL:
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
