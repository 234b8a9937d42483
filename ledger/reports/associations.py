"""The associations of the circuit, and whom somebody who is signed in acts for.

Not here: their actions (`hours`), and their credits (`circuit_credits`).
"""

from typing import TypeAlias
from uuid import UUID

from ledger.store.book import Ledger
from ledger.store.network.associations import Association as _Association
from ledger.store.network.associations import association_of, read_associations

Association: TypeAlias = _Association


def associations(ledger: Ledger) -> tuple[Association, ...]:
    """All of them, by name."""
    with ledger.reading() as db:
        return read_associations(db)


def acts_for(ledger: Ledger, officer_id: UUID) -> Association | None:
    """The association that an officer of the circuit's book acts for; None: the circuit itself."""
    with ledger.reading() as db:
        return association_of(db, officer_id)
