"""Files that an officer has uploaded and not yet prepared: in memory, for half an hour, by id.

They hold names and fiscal codes, so they are never written anywhere. Source: design 5.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger import random_id
from ledger.core.quantities import SECOND, Instant
from ledger.operations.import_applications import CoverLetter

KEPT: Final = 30 * 60 * SECOND
MOST: Final = 16


@dataclass(frozen=True, slots=True)
class PendingFile:
    """An uploaded file: of whom, what its cover letter says, and until when it is kept."""

    officer_id: UUID
    name: str
    data: bytes
    said: CoverLetter
    ends_at: Instant


class PendingFiles:
    """The files of this process; the oldest goes when there are too many."""

    def __init__(self) -> None:
        """Nothing was uploaded yet."""
        self._files: dict[UUID, PendingFile] = {}

    def keep(
        self, officer_id: UUID, name: str, data: bytes, said: CoverLetter, *, now: Instant
    ) -> UUID:
        """Keep a file; gives the id by which its officer finds it again."""
        self._sweep(now)
        while len(self._files) >= MOST:
            self._files.pop(next(iter(self._files)), None)
        file_id = random_id()
        self._files[file_id] = PendingFile(officer_id, name, data, said, now + KEPT)
        return file_id

    def find(self, file_id: UUID, officer_id: UUID, *, now: Instant) -> PendingFile | None:
        """An officer's own file, or None once it is gone."""
        self._sweep(now)
        found = self._files.get(file_id)
        return found if found is not None and found.officer_id == officer_id else None

    def forget(self, file_id: UUID) -> None:
        """Let a file go."""
        self._files.pop(file_id, None)

    def _sweep(self, now: Instant) -> None:
        for file_id, file in list(self._files.items()):
            if file.ends_at <= now:
                self._files.pop(file_id, None)
