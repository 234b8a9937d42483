"""Letters for a whole ranking, printed portion by portion by a thread, so that a page can tell.

What is printed holds names: it stays in memory, for half an hour, for the officer who asked, and is
written nowhere. Not here: what a letter says, and the print itself.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final
from uuid import UUID
from zipfile import ZIP_STORED, ZipFile

import structlog

from ledger import random_id
from ledger.core.quantities import SECOND, Instant

log = structlog.get_logger()
KEPT: Final = 30 * 60 * SECOND
MOST: Final = 4
Print = Callable[[int], bytes]  # The portion that begins at this place, as a PDF.


@dataclass(slots=True)
class Run:
    """One print: of whom, how far it is, and its file once it is whole."""

    officer_id: UUID
    count: int
    ends_at: Instant
    done: int = 0
    failed: bool = False
    file: BytesIO = field(default_factory=BytesIO)
    stopped: bool = False

    @property
    def is_running(self) -> bool:
        """Whether letters are still being printed."""
        return not self.failed and self.done < self.count


class LetterRuns:
    """The prints of this process; the oldest is given up when there are too many."""

    def __init__(self) -> None:
        """Nothing is printed."""
        self._runs: dict[UUID, Run] = {}
        self._lock = threading.Lock()

    def start(
        self, officer_id: UUID, portions: Sequence[range], prints: Print, *, now: Instant
    ) -> UUID:
        """Begin to print; gives the id by which the officer finds it again."""
        run = Run(officer_id, sum(map(len, portions)), now + KEPT)
        with self._lock:
            self._sweep(now)
            run_id = random_id()
            self._runs[run_id] = run
        name = f"letters-{run_id.hex[:8]}"
        threading.Thread(target=_print, args=(run, portions, prints), name=name).start()
        return run_id

    def find(self, run_id: UUID, officer_id: UUID, *, now: Instant) -> Run | None:
        """An officer's own print, or None once it is gone."""
        with self._lock:
            self._sweep(now)
            found = self._runs.get(run_id)
        return found if found is not None and found.officer_id == officer_id else None

    def _sweep(self, now: Instant) -> None:
        ended = [one for one, run in self._runs.items() if run.ends_at <= now]
        for run_id in [*ended, *list(self._runs)[: max(0, len(self._runs) - MOST)]]:
            gone = self._runs.pop(run_id, None)
            if gone is not None:
                gone.stopped = True


def _print(run: Run, portions: Sequence[range], prints: Print) -> None:
    try:
        with ZipFile(run.file, "w", ZIP_STORED) as archive:
            for portion in portions:
                if run.stopped:
                    return
                name = f"lettere-{portion.start + 1:05d}-{portion.stop:05d}.pdf"
                archive.writestr(name, prints(portion.start))
                run.done += len(portion) if portion is not portions[-1] else 0
        run.done = run.count  # Only now is the archive whole.
    except Exception as trouble:  # noqa: BLE001 -- told on the page; its words may quote a name.
        run.failed = True
        log.warning("letters_failed", kind=type(trouble).__name__)
