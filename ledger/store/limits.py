"""How much may wait for the writer and how long; and what it says when it does not write."""

from dataclasses import dataclass
from typing import Final


class QueueFull(Exception):
    """Too busy: nothing was decided and nothing was written. Try again after `retry_after` s."""

    retry_after: Final = 1


class WriterStopped(Exception):
    """The writer has stopped: an I/O error, a clock that jumped, or the end of the process.

    What was sent and not answered is unknown: ask again by its id once the cause is gone.
    """


class ReadOnly(Exception):
    """Only reading is allowed: nothing was decided and nothing was written. The text says why."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the writer: of its queue and batches (requests), ages and jumps (seconds)."""

    queue: int = 4096
    batch: int = 1024
    age_seconds: float = 10.0
    forward_jump_seconds: float = 600.0
    idle_seconds: float = 1.0
    tries: int = 8
