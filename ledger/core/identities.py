"""What must be equal in every book whatever happened in it: the identities of the chart.

In each unit the debit kinds are as much as the credit kinds; in the circuit's book the euro set
aside are as much as the credits issued. Not here: where the sums come from (the replay, SQL).
Source: design 4.1, 4.2.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ledger.core.accounts import Account
from ledger.core.chart import CHART, CIRCUIT_BOOK, CREDITS, EURO, AccountKind, Side
from ledger.core.quantities import Unit

# The one identity that goes across units: a credit is covered by a euro, always.
COVERED: Final = (EURO, AccountKind.CREDIT_RESERVE), (CREDITS, AccountKind.CREDITS_ISSUED)


@dataclass(frozen=True, slots=True)
class Identity:
    """Two sums, by kind of account, in minor units, that must be the same."""

    name: str
    left: Mapping[AccountKind, int]
    right: Mapping[AccountKind, int]

    @property
    def holds(self) -> bool:
        """Whether they are."""
        return sum(self.left.values()) == sum(self.right.values())

    def text(self) -> str:
        """Both sides with their sums, as a finding tells them."""
        sides = (" + ".join(f"{kind} {cents}" for kind, cents in side.items()) or "0"
                 for side in (self.left, self.right))  # fmt: skip
        return " is not ".join(sides)


def sums_by_kind(accounts: Iterable[Account]) -> dict[tuple[Unit, AccountKind], int]:
    """The balances of all accounts of a kind in a unit, added up."""
    sums: dict[tuple[Unit, AccountKind], int] = {}
    for account in accounts:
        key = account.unit, account.kind
        sums[key] = sums.get(key, 0) + account.balance
    return sums


def identities(book: str, sums: Mapping[tuple[Unit, AccountKind], int]) -> tuple[Identity, ...]:
    """Every identity of a book, by the sums of its kinds of account."""
    found = [
        Identity(unit, _of(sums, unit, Side.DEBIT), _of(sums, unit, Side.CREDIT))
        for unit in sorted({unit for unit, _kind in sums})
    ]
    if book == CIRCUIT_BOOK:
        left, right = ({key[1]: sums.get(key, 0)} for key in COVERED)
        found.append(Identity(f"{EURO} = {CREDITS}", left, right))
    return tuple(found)


def _of(
    sums: Mapping[tuple[Unit, AccountKind], int], unit: Unit, side: Side
) -> dict[AccountKind, int]:
    kinds = (kind for kind in AccountKind if CHART[kind].side is side)
    return {kind: sums[unit, kind] for kind in kinds if (unit, kind) in sums}
