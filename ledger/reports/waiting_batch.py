"""What a second officer is shown of a batch: the hash and total that an approval is bound to."""

from uuid import UUID

from ledger.store.book import Ledger
from ledger.store.registers.batches import Draft, read_draft


def waiting_batch(ledger: Ledger, batch_id: UUID) -> Draft | None:
    """A batch that waits for its approval, or None."""
    with ledger.reading() as db:
        draft = read_draft(db, batch_id)
    return draft if draft is not None and draft.status == "prepared" else None
