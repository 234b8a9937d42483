"""The ledger's only clock and its only chance. Everything else takes `now` and ids as arguments."""

import secrets
import time
from uuid import UUID

from uuid_utils.compat import uuid7

from ledger.core.quantities import Instant


def now() -> Instant:
    """The wall clock, in microseconds UTC."""
    return time.time_ns() // 1000


# One that goes on while the machine sleeps: a laptop that wakes up has not jumped.
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def steady() -> float:
    """Seconds on a clock that never jumps: for ages and drifts, never for the book."""
    return time.clock_gettime(_STEADY)


def new_id() -> UUID:
    """A time-ordered id (UUIDv7) for a request or a row: unique, but no secret."""
    return uuid7()


def random_id() -> UUID:
    """A random id that tells nothing of when it was made: for accounts, families, credentials."""
    return UUID(bytes=secrets.token_bytes(16), version=4)


def jitter(most: float) -> float:
    """A random wait of at most as many seconds, so that two that met do not meet again."""
    return most * secrets.randbelow(1_000) / 1_000


def random_bytes(size: int) -> bytes:
    """`size` bytes that nobody can guess: keys, salts, session tokens."""
    return secrets.token_bytes(size)
