"""What must happen without anybody asking: expiries, covers, dead sessions, drafts given up.

`portavalori tick` does it once, for a timer; `serve` does it every few minutes by itself. Running
it twice, or on two machines at once, does no harm.
"""

import logging
import threading
from dataclasses import dataclass

from ledger import Ledger, QueueFull, ReadOnly, WriterStopped
from ledger.core.quantities import Amount
from ledger.operations.cover_claims import cover_claims
from ledger.operations.expire_vouchers import expire_vouchers
from ledger.operations.feed_programme import deliver_feeds
from ledger.operations.forget_drafts import forget_drafts
from ledger.operations.prepare_phone import release_reserves
from ledger.operations.release_bonuses import release_bonuses
from ledger.operations.sign_in import forget_dead_sessions
from ledger.operations.sweep_vault import sweep_vault

logger = logging.getLogger(__name__)
EVERY_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Kept:
    """What one round did: vouchers ended, cents gone back or covered, persons left behind."""

    expired: int
    returned_cents: Amount
    covered_cents: Amount
    swept: int


def keep_house(ledger: Ledger) -> Kept:
    """One round over all books."""
    expired, returned, covered = 0, 0, 0
    for book in ledger.books():
        now = ledger.clock()
        count, cents = expire_vouchers(ledger, book.name, now=now)
        expired, returned = expired + count, returned + cents
        covered += cover_claims(ledger, book.name, now=now)
        release_reserves(ledger, book.name, now=now)
    release_bonuses(ledger, now=ledger.clock())
    deliver_feeds(ledger, now=ledger.clock())
    forget_dead_sessions(ledger, now=ledger.clock())
    forget_drafts(ledger, now=ledger.clock())
    swept = sweep_vault(ledger, now=ledger.clock())
    return Kept(expired, returned, covered, swept)


class Housekeeper:
    """A thread that keeps house until it is told to stop."""

    def __init__(self, ledger: Ledger, *, every_seconds: float = EVERY_SECONDS) -> None:
        """Begin at once, then every few minutes."""
        self._ledger = ledger
        self._every = every_seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the round that is on its way."""
        self._stop.set()
        self._thread.join()

    def is_alive(self) -> bool:
        """Whether it still keeps house."""
        return self._thread.is_alive()

    def _run(self) -> None:
        while True:
            try:
                keep_house(self._ledger)
            except (QueueFull, WriterStopped, ReadOnly):
                pass  # Too busy, or closing: the next round finds the same things to do.
            except Exception:  # A database that is away for a while must not end the keeping.
                logger.exception("house was not kept this time")
            if self._stop.wait(self._every):
                return
