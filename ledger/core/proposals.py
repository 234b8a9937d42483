"""What one person proposes and another confirms, as both see it.

Not here: who may (the verbs), and what is kept of it (`ledger.store.registers`).
"""

from typing import NamedTuple
from uuid import UUID


class Signed(NamedTuple):
    """Any proposal as its end keeps it: its id, its content, and who proposed it."""

    proposal_id: UUID
    content_hash: bytes
    proposed_by: UUID


class Confirmation(NamedTuple):
    """What the second person saw: the proposal, and the hash of what it does."""

    proposal_id: UUID
    content_hash: bytes
