"""Text files of rows, as other programs write them: `;`, `,` or tab, UTF-8, UTF-16, Windows-1252.

The separator and the letters are found out; the preview shows them. Not here: what a row means.
"""

import csv
import io
import re
from collections.abc import Iterator
from typing import Final

from ledger.imports.faults import MAX_ROWS, CannotRead, Fault, Table

# How files begin that are no text, and what that means.
FOREIGN: Final = (
    (b"\xd0\xcf\x11\xe0", Fault.OLD_WORKBOOK),
    (b"%PDF", Fault.DOCUMENT),
    (b"\x89PNG", Fault.DOCUMENT),
    (b"\xff\xd8\xff", Fault.DOCUMENT),
)
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|table|\?xml)", re.IGNORECASE)


def read_text(data: bytes) -> Table:
    """Read a text file. Errors: `CannotRead`."""
    text, encoding = _decode(data)
    separator, body, skipped = _separator(text)
    return Table(tuple(_rows(body, separator, skipped)), encoding, separator)


def _decode(data: bytes) -> tuple[str, str]:
    for start, fault in FOREIGN:
        if data.startswith(start):
            raise CannotRead(fault)
    if _MARKUP.match(data.lstrip(b"\xef\xbb\xbf")):
        raise CannotRead(Fault.WEB_PAGE)
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


def _rows(text: str, separator: str, skipped: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Rows with the line they begin on; empty ones are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line, count = 1, 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                count += 1
                if count > MAX_ROWS + 1:
                    raise CannotRead(Fault.TOO_MANY_ROWS)
                yield line + skipped, tuple(cell.strip() for cell in cells)
            line = reader.line_num + 1
    except csv.Error as error:
        raise CannotRead(Fault.RAGGED, str(line + skipped)) from error
