"""A bank statement as CSV: which lines are contributions, and of which shop, by their reference.

Columns, in any order: `Data` (31/12/2026 or 2026-12-31), `Importo` (1.234,56; what went out is
below zero and passed over) and `Causale`. A shop pays with the reference that its
reminder tells: an ISO 11649 one, whose check digits no slip of the pen survives. What a line says
besides is not kept. Not here: what is booked (`collect_contributions`). Source: docs/CIRCUIT.md.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final
from uuid import UUID

from stdnum import iso11649
from stdnum.iso7064 import mod_97_10

from ledger.core.ids import derived_id
from ledger.core.quantities import Amount, parse_euro
from ledger.imports.faults import CannotRead, Fault, Problem
from ledger.imports.text_files import read_text

COLUMNS: Final = ("data", "importo", "causale")
_REFERENCE: Final = re.compile(r"RF\d{2}PV\d{6}(?!\d)")
_DAY: Final = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})|(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_BLANK: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class StatementLine:
    """Money that came in: when, how much (cents), and of which shop by number (None: not told).

    `line_id` follows from what the line says, so that the same line in another file is the same.
    """

    number: int
    line_id: UUID
    booked_on: date
    amount_cents: Amount
    shop_no: int | None


@dataclass(frozen=True, slots=True)
class ReadStatement:
    """What a file said; `problems` name lines and columns, never what they hold."""

    lines: tuple[StatementLine, ...]
    problems: tuple[Problem, ...]
    outgoing: int


def reference_of(shop_no: int) -> str:
    """The reference that a shop pays its contributions with: `RF39PV000012`."""
    body = f"PV{shop_no:06d}"
    return f"RF{mod_97_10.calc_check_digits(body + 'RF')}{body}"


def read_statement_file(data: bytes) -> ReadStatement:
    """Read a bank statement. Errors: `CannotRead`."""
    table = read_text(data)
    rows = iter(table.rows)
    try:
        _line, head = next(rows)
    except StopIteration as error:
        raise CannotRead(Fault.EMPTY) from error
    places = _places(head)
    lines: list[StatementLine] = []
    problems: list[Problem] = []
    outgoing, seen = 0, Counter[bytes]()
    for number, cells in rows:
        given = {name: cells[at] if at < len(cells) else "" for name, at in places.items()}
        found = list(_problems(number, given))
        problems += found
        if found:
            continue
        if given["importo"].startswith(("-", "−")):
            outgoing += 1
            continue
        lines.append(_line_of(number, given, seen))
    return ReadStatement(tuple(lines), tuple(problems), outgoing)


def _places(head: tuple[str, ...]) -> dict[str, int]:
    names = [cell.strip().lower() for cell in head]
    for name in COLUMNS:
        if names.count(name) != 1:
            raise CannotRead(Fault.COLUMN_TWICE if name in names else Fault.COLUMN_MISSING, name)
    return {name: names.index(name) for name in COLUMNS}


def _problems(number: int, given: Mapping[str, str]) -> Iterator[Problem]:
    if _day(given["data"]) is None:
        yield Problem(number, "data", Fault.DATE)
    cents = _cents(given["importo"])
    if cents is None or cents == 0:
        yield Problem(number, "importo", Fault.AMOUNT)


def _line_of(number: int, given: Mapping[str, str], seen: Counter[bytes]) -> StatementLine:
    day, cents = _day(given["data"]), _cents(given["importo"])
    assert day is not None
    assert cents is not None
    said = _BLANK.sub(" ", given["causale"]).strip().upper()
    digest = sha256(f"{day.isoformat()}\x00{cents}\x00{said}".encode()).digest()
    seen[digest] += 1  # Two lines alike on one day are two payments.
    line_id = derived_id("bank_line", digest.hex(), seen[digest])
    return StatementLine(number, line_id, day, cents, _shop_no(said))


def _shop_no(said: str) -> int | None:
    """The one shop whose reference stands in a line; two, or none: a person has to look."""
    found = {one for one in _REFERENCE.findall(_BLANK.sub("", said)) if iso11649.is_valid(one)}
    return int(found.pop()[-6:]) if len(found) == 1 else None


def _day(text: str) -> date | None:
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    parts = (match[3], match[2], match[1]) if match[3] else (match[4], match[5], match[6])
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


def _cents(text: str) -> Amount | None:
    """The amount without its sign; None: it is none."""
    try:
        return parse_euro(text.removeprefix("+").removeprefix("-").removeprefix("−").strip())
    except ValueError:
        return None
