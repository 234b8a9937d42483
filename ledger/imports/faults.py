"""What can be wrong with a file from another program, or with one row of it; and how much is read.

Not here: the words for it (the pages'). Source: reliability.md 7.2.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

MAX_BYTES: Final = 20 * 1024 * 1024
MAX_ROWS: Final = 100_000
MAX_CELL: Final = 2_000

# Stands for a formula, apart from text that only looks like one: no file can hold it as text.
FORMULA: Final = "\x00formula"


class Fault(StrEnum):
    """What can be wrong with a file or a row; the words are the pages'."""

    TOO_LARGE = "too_large"
    SWOLLEN = "swollen"
    TOO_MANY_ROWS = "too_many_rows"
    NOT_TEXT = "not_text"
    OLD_WORKBOOK = "old_workbook"
    WEB_PAGE = "web_page"
    DOCUMENT = "document"
    MACROS = "macros"
    LINKED = "linked"
    BROKEN_WORKBOOK = "broken_workbook"
    MANY_SHEETS = "many_sheets"
    EMPTY = "empty"
    NO_SEPARATOR = "no_separator"
    COLUMN_MISSING = "column_missing"
    COLUMN_TWICE = "column_twice"
    RAGGED = "ragged"
    MOJIBAKE = "mojibake"
    CONTROL_CHARACTER = "control_character"
    CELL_TOO_LONG = "cell_too_long"
    FISCAL_CODE = "fiscal_code"
    FORMULA = "formula"
    AMOUNT = "amount"
    AMOUNT_AMBIGUOUS = "amount_ambiguous"
    NAME_MISSING = "name_missing"
    TWICE_IN_FILE = "twice_in_file"
    # Of lists of households only.
    DATE = "date"
    FUTURE = "future"
    TOO_LONG_AGO = "too_long_ago"
    YES_OR_NO = "yes_or_no"
    COUNT = "count"
    COUNT_DIFFERS = "count_differs"
    TOLD_TWICE = "told_twice"
    BIRTH_DIFFERS = "birth_differs"
    BIRTH_MISSING = "birth_missing"
    TOO_MANY_MEMBERS = "too_many_members"
    NOT_ALONE = "not_alone"
    TWINS = "twins"
    DISABILITIES = "disabilities"
    ISEE_KIND = "isee_kind"
    PROTOCOL = "protocol"
    STATEMENT = "statement"
    LANGUAGE = "language"


class CannotRead(ValueError):
    """A file that no list can be read from; `fault` says why, `detail` what was found."""

    def __init__(self, fault: Fault, detail: str = "") -> None:
        """Say why."""
        super().__init__(fault)
        self.fault = fault
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Problem:
    """One row that cannot be taken as it is: where, in which column, why. Never what it holds."""

    line: int
    column: str
    fault: Fault
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A file's rows as text, each with the line that a person finds it on; and how it was read.

    `day_zero`: from which day a workbook counts days; None where a number is never a day.
    """

    rows: tuple[tuple[int, tuple[str, ...]], ...]
    encoding: str
    separator: str = ""
    day_zero: date | None = None
