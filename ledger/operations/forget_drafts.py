"""Drafts that nobody signed: given up after half a year, what they listed deleted with them.

Random ids of families and amounts alone, but they tell who asked for what. Source: RETENTION.md.
"""

from functools import partial
from typing import Final

from ledger.core.quantities import DAY, Instant
from ledger.store.book import Ledger
from ledger.store.registers.retention import forget_draft_rows, give_up_drafts

WAITING: Final = 180 * DAY
WITHDRAWN: Final = 30 * DAY


def forget_drafts(ledger: Ledger, *, now: Instant) -> int:
    """Give up drafts that waited too long, and delete what withdrawn ones listed; how many rows.

    Safe to repeat. An approved or issued draft is left as it is: it is the book's.
    """
    ledger.write(partial(give_up_drafts, now - WAITING))
    return ledger.write(partial(forget_draft_rows, now - WITHDRAWN))
