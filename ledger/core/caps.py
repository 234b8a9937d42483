"""A family's maximum a day and a week in a programme: accounts that count what is taken of it.

A cap is opened with its limit as ceiling on the first sale of its day or week, takes as much as
the sale does in the same entry, and gets back what is refunded; so it is exact under races. What it
counts is no money: its unit is the programme's with `.cap`. Source: design 3.2, domain.md 5.3.
"""

from typing import Final, NamedTuple
from uuid import UUID

from ledger.core.chart import AccountKind
from ledger.core.codes import Code
from ledger.core.ids import AccountId, derived_id
from ledger.core.items import OpenAccount, Transfer
from ledger.core.programmes import day_of
from ledger.core.quantities import Amount, Instant, Unit
from ledger.core.till_rules import TillRules

_MARK: Final = ".cap"


class Cap(NamedTuple):
    """One family's maximum (cents) in one day or week of Rome; `code` says which was reached."""

    account: AccountId
    other: AccountId
    unit: Unit
    programme_id: UUID
    family_id: UUID
    limit: Amount
    code: Code

    def openings(self) -> tuple[OpenAccount, OpenAccount]:
        """It and its other side, as they are opened."""
        return (
            OpenAccount(self.other, self.unit, AccountKind.CAPS_USED, owner=self.programme_id),
            OpenAccount(
                self.account, self.unit, AccountKind.CAP, ceiling=self.limit, owner=self.family_id
            ),
        )

    def counts(self, cents: Amount) -> Transfer:
        """That so much was taken."""
        return Transfer(self.other, self.account, cents, self.unit)


class Whose(NamedTuple):
    """Whose caps: a family in a programme, and the programme's unit."""

    programme_id: UUID
    family_id: UUID
    unit: Unit


def caps_of(rules: TillRules, whose: Whose, now: Instant) -> tuple[Cap, ...]:
    """The caps that a sale at this moment falls under: the day's, then the week's (from Monday).

    Vouchers of two versions share a cap where both say the same limit, else each has its own.
    """
    day = day_of(now)
    year, week, _weekday = day.isocalendar()
    limits = (
        (day.isoformat(), rules.max_per_day, Code.OVER_DAY),
        (f"{year}-W{week:02d}", rules.max_per_week, Code.OVER_WEEK),
    )
    other = AccountId(derived_id("caps_used", whose.programme_id))
    return tuple(
        Cap(
            AccountId(derived_id("cap", whose.programme_id, whose.family_id, span, limit)),
            other, f"{whose.unit}{_MARK}", whose.programme_id, whose.family_id, limit, code,
        )
        for span, limit, code in limits
        if limit is not None
    )  # fmt: skip


def is_count(unit: Unit) -> bool:
    """Whether a transfer of this unit counts for a cap, and moves no money."""
    return unit.endswith(_MARK)
