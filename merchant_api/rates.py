"""How often a till may ask, and who may be wrong: counted by the minute, in this process.

Our own few lines, since the memory store of `limits` starts a timer's thread at nearly every
request, which took a third of a redemption. Here a count is forgotten with its minute. Not here:
PIN tries, which are counted in the register (`ledger.operations.sign_in`).
"""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class Rates:
    """The most of each in a minute: calls of a till (a chain's gateway too), wrong guesses."""

    per_till: int = 6_000
    guesses_per_till: int = 10
    guesses_per_address: int = 30


@dataclass(frozen=True, slots=True)
class Standing:
    """How often somebody did something this minute, of how much, and the seconds to the next."""

    used: int
    most: int
    seconds_left: int

    @property
    def is_over(self) -> bool:
        """Whether this was once too often."""
        return self.used > self.most

    @property
    def is_used_up(self) -> bool:
        """Whether the next one would be too often."""
        return self.used >= self.most

    def headers(self) -> dict[str, str]:
        """The ModI headers that tell it (RAC_ROBUSTEZZA_001)."""
        return {
            "X-RateLimit-Limit": str(self.most),
            "X-RateLimit-Remaining": str(max(0, self.most - self.used)),
            "X-RateLimit-Reset": str(self.seconds_left),
        }


class Minutes:
    """Counts who did what in the clock's present minute; safe from many threads."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        """Nobody did anything yet."""
        self._seconds = seconds
        self._minute = 0
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def count(self, who: str, most: int) -> Standing:
        """Count once more."""
        return self._standing(who, most, 1)

    def look(self, who: str, most: int) -> Standing:
        """See without counting."""
        return self._standing(who, most, 0)

    def _standing(self, who: str, most: int, more: int) -> Standing:
        minute, second = divmod(int(self._seconds()), MINUTE)
        with self._lock:
            if minute != self._minute:  # A clock set back starts a new count, too.
                self._minute = minute
                self._counts.clear()
            used = self._counts[who] + more
            if more:
                self._counts[who] = used
        return Standing(used, most, MINUTE - second)
