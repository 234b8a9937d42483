"""The bundle as a file: a ZIP with exactly the entries of PROOF.md section 5, and no tricks.

One entry at a time is in memory. Not here: what stands in the entries.
"""

import re
import zlib
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from scripts.verifier.findings import UnreadableError, WrongError

ORDER: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"bundle\.json",
        r"checkpoint",
        r"checkpoints/\d{12}",
        r"leaves/\d{12}\.jsonl",
        r"trial_balance\.csv",
        r"commitments\.csv",
        r"LEGGIMI\.txt",
        r"SHA256SUMS",
    )
)
MANY: Final = {2, 3}  # Of these there may be none or several.
SMALL: Final = 1 << 16
LARGEST: Final = dict(enumerate((SMALL, SMALL, SMALL, 1 << 28, 1 << 30, 1 << 30, SMALL, 1 << 26)))
MOST_ENTRIES: Final = 200_000
MOST_BYTES: Final = 1 << 40
EXPANDS: Final = 150  # Times, at most: leaves shrink to a fifth; zeros to a thousandth.
ENCRYPTED: Final = 1


class Archive:
    """An opened bundle. Errors: `UnreadableError` for what is none, or tries something."""

    def __init__(self, path: Path) -> None:
        """Open it and look at its directory; nothing is unpacked."""
        try:
            self._zip = ZipFile(path)
        except (OSError, BadZipFile, ValueError, NotImplementedError) as error:
            raise UnreadableError("not_a_zip", why=type(error).__name__) from error
        self.sums: list[str] = []
        try:
            self._infos = {info.filename: info for info in self._checked()}
        except UnreadableError:
            self._zip.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._zip.close()

    def named(self, folder: str) -> list[str]:
        """The entries of a folder, in order."""
        return [name for name in self._infos if name.startswith(f"{folder}/")]

    def read(self, name: str) -> bytes:
        """One entry, whole; its hash is noted. Errors: `UnreadableError`."""
        info = self._infos[name]
        try:
            with self._zip.open(info) as file:
                data = file.read(info.file_size + 1)
        except (OSError, BadZipFile, zlib.error, EOFError, ValueError) as error:
            raise UnreadableError("damaged", entry=name) from error
        if len(data) != info.file_size:
            raise UnreadableError("damaged", entry=name)
        self.sums.append(f"{sha256(data).hexdigest()}  {name}")
        return data

    def text(self, name: str) -> str:
        """One entry of text. Errors: `UnreadableError`."""
        try:
            return self.read(name).decode()
        except UnicodeDecodeError as error:
            raise UnreadableError("not_text", entry=name) from error

    def check_sums(self) -> None:
        """Compare what was read with `SHA256SUMS`. Errors: `WrongError` naming the entry."""
        order = {name: place for place, name in enumerate(self._infos)}
        read = sorted(self.sums, key=lambda line: order[line[66:]])
        told = self.text("SHA256SUMS").split("\n")
        for line in read:
            if line not in told:
                raise WrongError("sums", entry=line[66:])
        if told != [*read, ""]:
            raise WrongError("sums", entry="SHA256SUMS")

    def _checked(self) -> list[ZipInfo]:
        infos = self._zip.infolist()
        if len(infos) > MOST_ENTRIES or sum(one.file_size for one in infos) > MOST_BYTES:
            raise UnreadableError("too_large", entry="ZIP")
        places = [self._place(info) for info in infos]
        names = [info.filename for info in infos]
        if len(set(names)) != len(names):
            double = next(name for name in names if names.count(name) > 1)
            raise UnreadableError("doubled", entry=double)
        for place, pattern in enumerate(ORDER):
            if place not in MANY and place not in places:
                raise UnreadableError("absent", entry=pattern.pattern.replace("\\", ""))
        keys = list(zip(places, names, strict=True))
        if keys != sorted(keys) or self._zip.comment or infos[0].header_offset:
            raise UnreadableError("order")
        return infos

    def _place(self, info: ZipInfo) -> int:
        """Where an entry belongs, if it may be there at all."""
        name = info.filename
        found = (at for at, pattern in enumerate(ORDER) if pattern.fullmatch(name))
        place = next(found, None)
        if place is None or info.orig_filename != name:
            raise UnreadableError("unknown_entry", entry=ascii(name)[:80])
        plain = info.compress_type in {ZIP_STORED, ZIP_DEFLATED} and not info.flag_bits & ENCRYPTED
        if not plain:
            raise UnreadableError("packed", entry=name)
        bomb = info.file_size > SMALL and info.file_size > EXPANDS * info.compress_size
        if bomb or info.file_size > LARGEST[place]:
            raise UnreadableError("too_large", entry=name)
        return place
