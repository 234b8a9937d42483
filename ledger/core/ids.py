"""Ids of the book: 128 bits each, a type per use; and how one id follows from another.

Ids are made by whoever asks, before asking. Not here: chance (`ledger.store.edges`).
"""

from hashlib import sha256
from typing import NewType
from uuid import UUID

RequestId = NewType("RequestId", UUID)
AccountId = NewType("AccountId", UUID)
HoldId = NewType("HoldId", UUID)
ClaimId = NewType("ClaimId", UUID)
Commitment = NewType("Commitment", bytes)  # 32 bytes: SHA-256 over a salt and a personal value.

_SCOPE = "portavalori/1"


def derived_id(scope: str, *parts: UUID | str | int) -> UUID:
    """Name one thing by another, always the same: H(scope, parts) as a UUID of version 8.

    So a batch's row, a hold's expiry or an upload has its id without anybody storing it.
    Source: FORMAT.md, "Derived ids".
    """
    texts = [_SCOPE, scope, *(part.hex if isinstance(part, UUID) else str(part) for part in parts)]
    digest = bytearray(sha256("\x00".join(texts).encode()).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    return UUID(bytes=bytes(digest))
