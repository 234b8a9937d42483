"""What a practice ground gives to a till that enters. Not here: the ground itself (`scripts`)."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from ledger.core.quantities import Instant


@dataclass(frozen=True, slots=True)
class Entered:
    """A session at the practice ground just opened, with codes to show there."""

    session_token: str
    expires_at: Instant
    shop: str
    code: str
    pin: str
    token: str
    slip: str


class Practice(Protocol):
    """A ground that tills may enter."""

    def enter(self, shop_id: UUID, shop: str, category: str, *, now: Instant) -> Entered:
        """Let a shop's till in, under its own name, marked as practice."""
