"""A book's registers as a file of lines, for whoever makes the book again elsewhere.

Not here: where the rows come from (`ledger.reports.register_lines`), and how they come in
(`ledger.imports.bundles`). Source: PROOF.md 8.
"""

from collections.abc import Iterable
from typing import IO, Final

from ledger.core.canonical import Json, canonical

FORMAT: Final = "portavalori-registers"
VERSION: Final = 1


def write_registers(
    book: str, size: int, lines: Iterable[tuple[int, list[Json]]], target: IO[bytes]
) -> None:
    """Write the rows of the decisions below `size`: a line that says whose, then one a decision."""
    about: Json = {"format": FORMAT, "v": VERSION, "book": book, "size": size}
    target.write(canonical(about) + b"\n")
    for index, rows in lines:
        target.write(canonical([index, rows]) + b"\n")
