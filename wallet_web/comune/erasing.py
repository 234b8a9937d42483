"""Lists of who is erased that this process is working on, a thread each, so that a page can tell.

Stopping harms nothing: begun again, a list goes on where it was (`ledger.operations.erase_due`).
"""

import threading
import time
from typing import Final
from uuid import UUID

import structlog

from ledger import Ledger, StoreError
from ledger.core.quantities import Instant
from ledger.operations.erase_due import run_list
from ledger.reports.who_asks import OfficerRow

log = structlog.get_logger()
TRIES: Final = 20
WAIT_SECONDS: Final = 3.0


class Erasing:
    """Which lists are on their way."""

    def __init__(self) -> None:
        """None is."""
        self._running: set[UUID] = set()
        self._lock = threading.Lock()

    def is_running(self, list_id: UUID) -> bool:
        """Whether this list is being worked on just now, here."""
        return list_id in self._running

    def start(
        self, ledger: Ledger, comune: str, list_id: UUID, *, officer: OfficerRow, now: Instant
    ) -> None:
        """Erase who is on a confirmed list; once at a time."""
        with self._lock:
            if list_id in self._running:
                return
            self._running.add(list_id)
        names = (ledger, comune, list_id, officer, now)
        threading.Thread(target=self._run, args=names, name=f"erase-{list_id.hex[:8]}").start()

    def _run(
        self, ledger: Ledger, comune: str, list_id: UUID, officer: OfficerRow, now: Instant
    ) -> None:
        try:
            for _try in range(TRIES):
                if self._done(ledger, comune, list_id, officer, now):
                    break
                time.sleep(WAIT_SECONDS)
        finally:
            self._running.discard(list_id)

    def _done(
        self, ledger: Ledger, comune: str, list_id: UUID, officer: OfficerRow, now: Instant
    ) -> bool:
        """Whether it was worked off, and nothing of it is left in the files."""
        try:
            done = run_list(
                ledger, comune, list_id, officer=officer, now=now, tell=lambda _done, _all: None
            )
        except StoreError as why:  # Somebody was in the way of the last step: it is repeated.
            log.warning("people_not_erased_yet", list=list_id.hex, why=str(why))
            return False
        log.info("people_erased", list=list_id.hex, people=done.people, stayed=done.stayed)
        return True
