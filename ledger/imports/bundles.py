"""A book as it comes in: the auditor's bundle with its leaves, and the registers beside it.

Not here: whether the bundle is true (`portavalori verify`), and whether its leaves come out again
(`ledger.store.rebuilding`). Source: PROOF.md 5 and 8.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, TypeAlias
from zipfile import BadZipFile, ZipFile

LEAVES: Final = re.compile(r"leaves/\d{12}\.jsonl")
MOST_BYTES: Final = 1 << 28  # Of one entry.
MOST_OF_A_LINE: Final = 1 << 26  # A whole list of beneficiaries stands in one.
NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,40}")

RegisterLine: TypeAlias = tuple[int, list[Any]]  # A decision's index, and its rows in their order.


class NotABundle(ValueError):
    """A file that is no bundle of a book, or no registers of one, or is damaged."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a bundle says of itself: the book's name, how many leaves, their root."""

    path: Path
    name: str
    size: int
    root: bytes

    def leaves(self) -> Iterator[bytes]:
        """All of them, in order; one entry of the file at a time is in memory.

        Errors: `NotABundle`.
        """
        with _opened(self.path) as archive:
            for info in archive.infolist():
                if LEAVES.fullmatch(info.filename):
                    yield from _entry(archive, info.filename).removesuffix(b"\n").split(b"\n")


def read_bundle(path: Path) -> Bundle:
    """What it says of itself. Errors: `NotABundle`; `OSError`."""
    with _opened(path) as archive:
        try:
            told: Any = json.loads(_entry(archive, "bundle.json"))
            name, size, root = told["book"], told["size"], bytes.fromhex(told["root"])
        except (ValueError, KeyError, TypeError) as error:
            raise NotABundle("it does not say which book it is") from error
    is_of_a_book = isinstance(name, str) and NAME.fullmatch(name) and type(size) is int
    if not is_of_a_book or told.get("format") != "portavalori-bundle" or told.get("v") != 1:
        raise NotABundle("it is no bundle of this format")
    return Bundle(path, name, size, root)


@dataclass(frozen=True, slots=True)
class Registers:
    """What a registers file says of itself: whose it is, and up to which size it tells."""

    path: Path
    book: str
    size: int

    def lines(self, until: int) -> Iterator[RegisterLine]:
        """The rows of each decision below `until` that has any; unchecked but for their place.

        Errors: `NotABundle`.
        """
        with self.path.open("rb") as file:
            _line(file)
            before = -1
            while (line := _line(file)) is not None:
                if not isinstance(line, list) or len(line) != len(("index", "rows")):
                    raise NotABundle(f"after decision {before} stands no line of registers")
                index, rows = line
                if type(index) is not int or index <= before or not isinstance(rows, list):
                    raise NotABundle(f"after decision {before} stands no line of registers")
                if index >= until:
                    return
                yield index, rows
                before = index


def read_registers(path: Path) -> Registers:
    """What it says of itself. Errors: `NotABundle`; `OSError`."""
    with path.open("rb") as file:
        told = _line(file)
    if not isinstance(told, dict) or told.get("format") != "portavalori-registers":
        raise NotABundle("it is no file of registers")
    book, size = told.get("book"), told.get("size")
    if not isinstance(book, str) or type(size) is not int or told.get("v") != 1:
        raise NotABundle("it is no file of registers of this format")
    return Registers(path, book, size)


def _line(file: IO[bytes]) -> Any:  # noqa: ANN401 -- whatever JSON stands there; None at the end.
    line = file.readline(MOST_OF_A_LINE)
    if not line:
        return None
    try:
        return json.loads(line)
    except ValueError as error:
        raise NotABundle("a line of the registers is no JSON, or far too long") from error


def _opened(path: Path) -> ZipFile:
    try:
        return ZipFile(path)
    except BadZipFile as error:
        raise NotABundle("it is no ZIP file") from error


def _entry(archive: ZipFile, name: str) -> bytes:
    try:
        if archive.getinfo(name).file_size > MOST_BYTES:
            raise NotABundle(f"{name} is too large")
        return archive.read(name)
    except (KeyError, BadZipFile, EOFError, OSError) as error:
        raise NotABundle(f"{name} is missing or damaged") from error
