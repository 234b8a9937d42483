"""Hours and days of Rome inside a statement, where neither engine knows of the other's zones.

A statement adds the offset that held at each instant; the changes of a span are its parameters.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from ledger.core.programmes import ROME
from ledger.core.quantities import DAY, MAX_AMOUNT, SECOND, Instant

LONGEST: Final = 366 * DAY  # A span, in which clocks change three times at most.
HOUR: Final = 3_600 * SECOND
PIECES: Final = 4

# What is added to an instant `d.recorded_at`, so that days and hours can be cut off by division.
ROMAN: Final = """(d.recorded_at + CASE WHEN d.recorded_at < :change_1 THEN :offset_1
                  WHEN d.recorded_at < :change_2 THEN :offset_2
                  WHEN d.recorded_at < :change_3 THEN :offset_3 ELSE :offset_4 END)"""


def roman_clocks(since: Instant, until: Instant) -> Mapping[str, int]:
    """The parameters of `ROMAN` for a span of up to `LONGEST`, in microseconds."""
    pieces = [(since, _offset(since))]
    for at in range(since - since % HOUR, until, DAY):
        if _offset(at + DAY) != pieces[-1][1]:
            hours = range(at, at + DAY + HOUR, HOUR)
            change = next(hour for hour in hours if _offset(hour) != pieces[-1][1])
            pieces.append((change, _offset(change)))
    pieces += [(MAX_AMOUNT, pieces[-1][1])] * (PIECES - len(pieces))
    changes = {f"change_{at}": pieces[at][0] for at in range(1, PIECES)}
    return changes | {f"offset_{at}": pieces[at - 1][1] for at in range(1, PIECES + 1)}


def _offset(at: Instant) -> int:
    """How far Rome's clocks are ahead of UTC."""
    ahead = datetime.fromtimestamp(at // SECOND, UTC).astimezone(ROME).utcoffset()
    return (ahead or timedelta()) // timedelta(microseconds=1)
