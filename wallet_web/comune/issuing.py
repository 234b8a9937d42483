"""Batches being issued by this process, one thread each, so that the page can show how far it is.

Stopping harms nothing: begun again, an issue goes on where it was (`ledger.operations`).
"""

import threading
from uuid import UUID

import structlog

from ledger import Ledger
from ledger.core.quantities import Instant
from ledger.operations.issue_credential import issue_family_codes
from ledger.operations.issue_vouchers import issue_batch
from ledger.reports.letters_to_print import families_of_batch

log = structlog.get_logger()


class Issuing:
    """Which batches are on their way."""

    def __init__(self) -> None:
        """None is."""
        self._running: set[UUID] = set()
        self._lock = threading.Lock()

    def is_running(self, batch_id: UUID) -> bool:
        """Whether this batch is being issued just now, here."""
        return batch_id in self._running

    def start(self, ledger: Ledger, comune: str, batch_id: UUID, *, now: Instant) -> None:
        """Issue an approved batch and give its families their codes; once at a time."""
        with self._lock:
            if batch_id in self._running:
                return
            self._running.add(batch_id)
        names = (ledger, comune, batch_id, now)
        threading.Thread(target=self._issue, args=names, name=f"issue-{batch_id.hex[:8]}").start()

    def _issue(self, ledger: Ledger, comune: str, batch_id: UUID, now: Instant) -> None:
        try:
            issued = issue_batch(ledger, comune, batch_id, now=now)
            families = families_of_batch(ledger, ledger.book(comune).book_no, batch_id)
            issue_family_codes(ledger, comune, families, now=now)
            log.info("batch_issued", batch=batch_id.hex, vouchers=issued.vouchers)
        finally:
            self._running.discard(batch_id)
