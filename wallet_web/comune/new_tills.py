"""Tills added a moment ago, so that a form sent twice adds one till and shows one secret.

The store keeps only the hash of a secret, and a browser shows the last answer of a double tap: so
the secret stays here for a few minutes, in memory. Later, or in another process, one is told that
the till is there already. Not here: what a secret is (`ledger.operations.enrol_shop`).
"""

import threading
from collections import OrderedDict
from typing import Final
from uuid import UUID

from ledger import Ledger
from ledger.core.quantities import SECOND, Instant
from ledger.operations.enrol_shop import enrol_till_once

REMEMBERED: Final = 10 * 60 * SECOND


class NewTills:
    """The secrets of the tills of the last minutes, by the id that the form brought."""

    def __init__(self) -> None:
        """None was added yet."""
        self._told: OrderedDict[UUID, tuple[Instant, UUID, str]] = OrderedDict()
        self._lock = threading.Lock()

    def add(
        self, ledger: Ledger, shop_id: UUID, label: str, *, till_id: UUID, now: Instant
    ) -> str | None:
        """The secret of a till, added once; None where it can no longer be told."""
        with self._lock:  # The second tap waits for the first.
            while self._told and next(iter(self._told.values()))[0] + REMEMBERED < now:
                self._told.popitem(last=False)
            if till_id in self._told:
                _, shop, secret = self._told[till_id]
                return secret if shop == shop_id else None
            made = enrol_till_once(ledger, shop_id, label, till_id=till_id)
            if made is not None:
                self._told[till_id] = (now, shop_id, made)
            return made
