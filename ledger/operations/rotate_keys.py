"""Replace the master key, under which all other keys lie, while everything goes on."""

from collections.abc import Callable

from ledger.core.quantities import Instant
from ledger.store.book import Ledger
from ledger.store.masters import Rotated, rotate_master
from ledger.store.scrubbing import scrub_masters


def rotate_keys(ledger: Ledger, *, now: Instant, tell: Callable[[int, int], None]) -> Rotated:
    """A new master, every key wrapped under it; the old one is nowhere in the files any more.

    Stopped anywhere and run again, it ends what was begun. Source: `ledger/store/VAULT.md` 3.
    """
    done = rotate_master(ledger, now=now, tell=tell)
    scrub_masters(ledger)
    return done
