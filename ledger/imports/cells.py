"""Cells of any list: letters that were spoilt, fiscal codes, amounts, and the same person twice.

What could be read in two ways is a fault. Not here: which columns there are, dates and households.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from stdnum.exceptions import ValidationError
from stdnum.it import codicefiscale

from ledger.core.quantities import Amount, parse_euro
from ledger.imports.faults import FORMULA, MAX_CELL, Fault, Problem

CARD_LENGTH: Final = 16
_MOJIBAKE: Final = re.compile("Ã[\x80-¿]|â€|Â[\x80-¿]")
_AMBIGUOUS: Final = re.compile(r"\d{1,3}\.\d{3}")
_CONTROLS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def spoilt_letters(line: int, given: Mapping[str, str]) -> Iterator[Problem]:
    """Cells of a row that no person meant so."""
    for name, cell in given.items():
        if cell == FORMULA:
            yield Problem(line, name, Fault.FORMULA)
        elif len(cell) > MAX_CELL:
            yield Problem(line, name, Fault.CELL_TOO_LONG)
        elif _CONTROLS.search(cell):
            yield Problem(line, name, Fault.CONTROL_CHARACTER)
        elif _MOJIBAKE.search(cell):
            yield Problem(line, name, Fault.MOJIBAKE)


def fiscal_code(cell: str) -> str | None:
    """A fiscal code of 16 characters (omocodia too) or a provisional one of 11 digits."""
    code = re.sub(r"\s+", "", cell).upper()
    try:
        return str(codicefiscale.validate(code)) if code.isascii() else None
    except ValidationError:
        return None


def card_number(cell: str) -> str | None:
    """What a tessera sanitaria's bar code says: 16 characters, the last one right; else None."""
    code = fiscal_code(cell)
    return code if code is not None and len(code) == CARD_LENGTH else None


def amount(cell: str) -> Amount | Fault:
    """Cents, from nothing on; or why they cannot be read."""
    plain = cell.replace("€", "").replace("\u00a0", " ").replace("EUR", "").strip()
    if _AMBIGUOUS.fullmatch(plain):
        return Fault.AMOUNT_AMBIGUOUS  # 1.234: a thousand or one and a bit?
    try:
        return parse_euro(plain)
    except ValueError:
        return Fault.AMOUNT


def twice_in_file(codes: Iterable[tuple[int, str]]) -> tuple[Problem, ...]:
    """The same fiscal code on two lines is shown, never summed and never passed over in silence."""
    lines: dict[str, list[int]] = {}
    for line, code in codes:
        lines.setdefault(code, []).append(line)
    return tuple(
        Problem(line, "fiscal_code", Fault.TWICE_IN_FILE, ", ".join(map(str, found)))
        for found in lines.values()
        if len(found) > 1
        for line in found
    )
