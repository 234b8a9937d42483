"""Delete from the vault whom an import that broke off left behind: no book speaks of them."""

from ledger.core.quantities import Instant
from ledger.store.book import Ledger
from ledger.store.orphans import find_orphans, sweep_orphans


def left_behind(ledger: Ledger, *, now: Instant) -> int:
    """How many persons and lone keys a sweep would delete now; nothing is touched."""
    found = find_orphans(ledger, now=now)
    return len(found.people) + len(found.keys)


def sweep_vault(ledger: Ledger, *, now: Instant) -> int:
    """Delete them, papers and key; how many. Safe beside an import, and to run again.

    Source: design 3.3; `ledger.store.orphans` says why nobody who is wanted can be met.
    """
    swept = sweep_orphans(ledger, now=now)
    return len(swept.people) + len(swept.keys)
