"""Counts wrong sign-ins by address, so that nobody tries a list of passwords or codes here.

PINs are counted besides, in the register (`ledger.operations.sign_in`). Source: design 5.
"""

from typing import Final

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request

PER_MINUTE: Final = RateLimitItemPerMinute(20)


class Guesses:
    """Wrong sign-ins of the last minute, by address; in this process only."""

    def __init__(self) -> None:
        """Nobody has guessed yet."""
        self._counted = MovingWindowRateLimiter(MemoryStorage())

    def are_too_many(self, request: Request) -> bool:
        """Whether this address has to wait."""
        return not self._counted.test(PER_MINUTE, _address(request))

    def count(self, request: Request) -> None:
        """Count one wrong sign-in."""
        self._counted.hit(PER_MINUTE, _address(request))


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
