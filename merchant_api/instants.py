"""Instants on the wire: RFC 3339, UTC, to the second; and the day in Rome of one."""

from datetime import UTC, date, datetime

from ledger.core.programmes import ROME
from ledger.core.quantities import SECOND, Instant


def instant_text(at: Instant) -> str:
    """An instant (microseconds UTC) as RFC 3339."""
    return datetime.fromtimestamp(at // SECOND, UTC).isoformat().replace("+00:00", "Z")


def read_instant(text: str) -> Instant:
    """Microseconds UTC of an instant as `instant_text` writes it. Errors: `ValueError`."""
    read = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return int(read.timestamp()) * SECOND


def day_of(at: Instant) -> date:
    """The day in Rome of an instant (microseconds UTC)."""
    return datetime.fromtimestamp(at // SECOND, UTC).astimezone(ROME).date()
