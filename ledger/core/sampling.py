"""Which redemptions of a month an auditor looks at: drawn by a seed, the same for everybody.

The algorithm, version 1: each redemption is ordered by SHA-256 over the UTF-8 text
`portavalori/sample/1`, the seed and the redemption's request id (32 hexadecimal digits), joined by
one NUL byte; the first ceil(n * percent / 100) of n are the sample. So nobody chooses a row: who
changes the seed changes them all, and every draw is a decision of the book. Not here: who may.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from hashlib import sha256
from typing import Final

from ledger.core.ids import RequestId
from ledger.core.programmes import starts_at
from ledger.core.quantities import Instant

FEWEST_PERCENT: Final = 15  # Source: domain.md 5.5, after IDPay.
ALL: Final = 100
LONGEST_SEED: Final = 64
FINDINGS: Final = ("regular", "to_clarify", "irregular")


def rank(seed: str, redemption: RequestId) -> bytes:
    """Where a redemption stands in the order of a seed."""
    return sha256(
        b"\0".join((b"portavalori/sample/1", seed.encode(), redemption.hex.encode()))
    ).digest()


def sample_size(population: int, percent: int) -> int:
    """How many of so many are drawn: rounded up. Errors: `ValueError` for too small a share."""
    if not FEWEST_PERCENT <= percent <= ALL:
        raise ValueError("a sample is 15 to 100 percent")
    return -(-population * percent // ALL)


def drawn(redemptions: Iterable[RequestId], seed: str, percent: int) -> list[RequestId]:
    """The sample, in the order in which it is looked at. Errors: `ValueError`."""
    if not (0 < len(seed) <= LONGEST_SEED and seed.isascii() and seed.isprintable()):
        raise ValueError("a seed is 1 to 64 plain characters")
    ordered = sorted(redemptions, key=lambda one: rank(seed, one))
    return ordered[: sample_size(len(ordered), percent)]


def month_span(first: date) -> tuple[Instant, Instant]:
    """From the first instant of a month in Rome to the first after it."""
    following = (first.replace(day=1) + timedelta(days=31)).replace(day=1)
    return starts_at(first.replace(day=1)), starts_at(following)
