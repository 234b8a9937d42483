"""Instants on the wire: RFC 3339, UTC, to the second."""

from datetime import UTC, datetime

from ledger.core.quantities import SECOND, Instant


def instant_text(at: Instant) -> str:
    """An instant (microseconds UTC) as RFC 3339."""
    return datetime.fromtimestamp(at // SECOND, UTC).isoformat().replace("+00:00", "Z")
