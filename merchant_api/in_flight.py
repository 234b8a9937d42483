"""Keys whose decision is on its way: who asks again meanwhile waits for it, and is answered alike.

Without this a retry that overtakes its original would count a PIN try of its own. Only within one
process: between processes the book's one decision per id still holds. Source: design 6.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID


class InFlight:
    """One lock a key, for as long as somebody needs it; used on one event loop."""

    def __init__(self) -> None:
        """Nobody is on the way."""
        self._locks: dict[tuple[UUID, UUID], tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def alone(self, till: UUID, key: UUID) -> AsyncIterator[None]:
        """Be the only one with this till's key."""
        place = (till, key)
        lock, waiting = self._locks.get(place, (asyncio.Lock(), 0))
        self._locks[place] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._locks[place]
            if waiting == 1:
                del self._locks[place]
            else:
                self._locks[place] = (lock, waiting - 1)
