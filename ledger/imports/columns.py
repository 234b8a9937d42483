"""Columns by their titles: which of ours a file has, and what else it holds, which nobody keeps.

Titles are compared without capitals, accents and marks. Not here: what stands below them.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, TypeAlias

from ledger.imports.faults import MAX_BYTES, CannotRead, Fault, Table
from ledger.imports.text_files import read_text
from ledger.imports.workbooks import is_workbook, read_workbook

Known: TypeAlias = Mapping[str, frozenset[str]]
NameOf: TypeAlias = Callable[[str], str | None]  # Which of our columns a plain title means.

# Who a row is about, in every list. What other programs call our columns, as `plain` leaves it.
PERSON: Final[Known] = {
    "fiscal_code": frozenset({"codice fiscale", "cod fiscale", "codicefiscale", "cf", "c f"}),
    "surname": frozenset({"cognome", "cognome richiedente", "cognome dichiarante"}),
    "name": frozenset({"nome", "nome richiedente", "nome dichiarante"}),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file below its titles. `places`: where each of our columns is; `dropped`: other titles."""

    table: Table
    places: Mapping[str, int]
    dropped: tuple[str, ...]
    file_hash: bytes

    @property
    def header(self) -> tuple[str, ...]:
        """The titles, as they stand in the file."""
        return self.table.rows[0][1]

    @property
    def rows(self) -> tuple[tuple[int, tuple[str, ...]], ...]:
        """What follows the titles."""
        return self.table.rows[1:]

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Ours, and the titles they were read from."""
        return tuple((name, self.header[at]) for name, at in self.places.items())


def read_sheet(data: bytes, name_of: NameOf, required: Sequence[str]) -> Sheet:
    """Read a text file or a workbook, and find our columns. Errors: `CannotRead`."""
    if len(data) > MAX_BYTES:
        raise CannotRead(Fault.TOO_LARGE)
    table = read_workbook(data) if is_workbook(data) else read_text(data)
    if not table.rows:
        raise CannotRead(Fault.EMPTY)
    places, dropped = _places(table.rows[0][1], name_of)
    for name in required:
        if name not in places:
            raise CannotRead(Fault.COLUMN_MISSING, name)
    return Sheet(table, places, dropped, sha256(data).digest())


def plain(title: str) -> str:
    """A title without capitals, accents and marks: `Cod. Fiscale` = `cod fiscale`."""
    letters = unicodedata.normalize("NFKD", title.lower())
    bare = "".join(one for one in letters if not unicodedata.combining(one))
    return re.sub(r"[^a-z0-9]+", " ", bare).strip()


def named(known: Known) -> NameOf:
    """By the titles that stand in a table."""
    names = {title: name for name, titles in known.items() for title in titles}
    return names.get


def _places(header: Sequence[str], name_of: NameOf) -> tuple[dict[str, int], tuple[str, ...]]:
    places: dict[str, int] = {}
    dropped: list[str] = []
    for at, title in enumerate(header):
        ours = name_of(plain(title))
        if ours is None:
            dropped.append(title)
        elif ours in places:
            raise CannotRead(Fault.COLUMN_TWICE, title)
        else:
            places[ours] = at
    return places, tuple(dropped)
