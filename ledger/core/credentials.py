"""A credential points at a family or at a slip and holds no value; what it may do.

Not here: tokens and typed codes (`ledger.token`), PINs and their tries (the network register).
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger.core.quantities import Amount, Instant

PIN_TRIES: Final = 5
PIN_DIGITS: Final = 5


@dataclass(frozen=True, slots=True)
class Credential:
    """One family code or slip as the register knows it; `max_cents`: the most in one sale."""

    id: UUID
    kind: str
    book_no: int
    target_id: UUID
    status: str
    max_cents: Amount
    issued_at: Instant
    expires_at: Instant
    tries: int

    @property
    def is_active(self) -> bool:
        """Whether it may be used at all."""
        return self.status == "active"

    @property
    def wants_pin(self) -> bool:
        """A family's code always; a slip is paper of its own, and has none."""
        return self.kind == "family"

    @property
    def is_locked(self) -> bool:
        """Whether too many wrong PINs were typed; an officer, or a new sheet, unlocks it."""
        return self.tries >= PIN_TRIES
