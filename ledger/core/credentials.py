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
class OnPhone:
    """A family's credential that lives on a phone: which, and when a sale wants the PIN (cents).

    `code_id`: the family's code, whose PIN and tries are meant; None: it has none now.
    """

    phone_id: UUID
    code_id: UUID | None
    pin_over: Amount


@dataclass(frozen=True, slots=True)
class Credential:
    """One family code, slip or phone's right as the register knows it.

    `max_cents`: the most in one sale.
    """

    id: UUID
    kind: str
    book_no: int
    target_id: UUID
    status: str
    max_cents: Amount
    issued_at: Instant
    expires_at: Instant
    tries: int
    phone: OnPhone | None = None

    @property
    def is_active(self) -> bool:
        """Whether it may be used at all."""
        return self.status == "active"

    @property
    def wants_pin(self) -> bool:
        """A family's code always; a slip is paper of its own, and has none; a phone signs."""
        return self.kind == "family"

    def wants_pin_for(self, amount: Amount) -> bool:
        """Whether a sale of so much (cents) wants it: of a phone above what is allowed without."""
        return self.wants_pin if self.phone is None else amount > self.phone.pin_over

    @property
    def pin_id(self) -> UUID | None:
        """Whose PIN is meant, and whose tries are counted; None: there is none to be right."""
        return self.id if self.phone is None else self.phone.code_id

    @property
    def is_locked(self) -> bool:
        """Whether too many wrong PINs were typed; an officer, or a new sheet, unlocks it."""
        return self.tries >= PIN_TRIES
