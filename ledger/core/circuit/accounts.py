"""The accounts of the circuit, by names that follow from whom they are for.

Not here: their kinds and bounds (`chart`), and the members of the time bank.
"""

from uuid import UUID

from ledger.core.chart import CREDITS, EURO, AccountKind
from ledger.core.ids import AccountId, derived_id
from ledger.core.items import OpenAccount


def circuit_account(kind: AccountKind, owner: UUID | None = None) -> AccountId:
    """The one account of a kind for an owner (a shop, a family, a project); None: the circuit's."""
    parts = () if owner is None else (owner,)
    return AccountId(derived_id("circuit", str(kind), *parts))


def opening(kind: AccountKind, owner: UUID | None = None) -> OpenAccount:
    """What opens it."""
    credit_kinds = {AccountKind.WALLET, AccountKind.CREDITS_ISSUED}
    unit = CREDITS if kind in credit_kinds else EURO
    return OpenAccount(circuit_account(kind, owner), unit, kind, owner=owner)
