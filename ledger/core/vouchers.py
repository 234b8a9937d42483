"""Vouchers as a redemption sees them, and the order in which they are spent.

Not here: their accounts' counters (`accounts`), and the taking itself (`apply`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from ledger.core.caps import Cap, Whose, caps_of
from ledger.core.codes import Code
from ledger.core.ids import AccountId, derived_id
from ledger.core.items import Leg
from ledger.core.programmes import admits, day_of
from ledger.core.programmes import ends_at as end_of
from ledger.core.quantities import Amount, Instant, Unit
from ledger.core.till_rules import NO_RULES, Past, Sale, TillRules, bar


@dataclass(frozen=True, slots=True)
class Voucher:
    """One family's money in one programme from one source; `available` in cents, holds excluded.

    `categories`: the kinds of shop that its programme, or it alone, admits. `rules`: those of the
    version under which it was issued. `begun_at`: shops, read only where a rule asks for them.
    """

    id: AccountId
    kind: str
    family_id: UUID
    programme_id: UUID
    unit: Unit
    fund: AccountId
    title: str
    face_cents: Amount
    available: Amount
    starts_at: Instant
    ends_at: Instant
    categories: str
    own_categories: str
    closed: bool
    rules: TillRules = NO_RULES
    issued_at: Instant = 0
    used: bool = False
    earned_at: UUID | None = None
    begun_at: frozenset[UUID] = frozenset()

    @property
    def past(self) -> Past:
        """It as the rules see it: the days for its first use are whole days in Rome."""
        first = day_of(max(self.issued_at, self.starts_at))
        last = first + timedelta(days=self.rules.first_use_days or 0)
        return Past(self.face_cents, end_of(last), self.used, self.begun_at, self.earned_at)

    def caps(self, now: Instant) -> tuple[Cap, ...]:
        """The family's maxima of this day and week that count what is taken from it."""
        if self.rules.max_per_day is None and self.rules.max_per_week is None:
            return ()
        return caps_of(self.rules, Whose(self.programme_id, self.family_id, self.unit), now)

    def bar(self, sale: Sale) -> Code | None:
        """Why its rules let this sale take nothing from it; None: they let it take something."""
        return None if self.rules == NO_RULES else bar(self.rules, self.past, sale)

    def admits(self, category: str) -> bool:
        """Whether a shop of this kind may take it."""
        return admits(self.categories, category) and admits(self.own_categories, category)

    def has_begun(self, now: Instant) -> bool:
        """Whether its first day has come."""
        return self.starts_at <= now

    def has_ended(self, now: Instant) -> bool:
        """Whether its last day is over."""
        return self.ends_at <= now

    def is_usable(self, category: str, now: Instant) -> bool:
        """Whether this kind of shop may take it now, whatever is left on it."""
        in_time = self.has_begun(now) and not self.has_ended(now)
        return in_time and not self.closed and self.admits(category)


def payable_account(programme_id: UUID, shop_id: UUID) -> AccountId:
    """The account of what a shop is owed in a programme."""
    return AccountId(derived_id("shop_payable", programme_id, shop_id))


def claim_account(programme_id: UUID, shop_id: UUID) -> AccountId:
    """The account of what a shop owes back in a programme."""
    return AccountId(derived_id("shop_claim", programme_id, shop_id))


def refund_due_account(voucher: AccountId) -> AccountId:
    """The account of a voucher's late refunds that the shop does not cover yet."""
    return AccountId(derived_id("refund_due", voucher))


def by_end(vouchers: Iterable[Voucher]) -> list[Voucher]:
    """In the order in which they are spent: earliest end first, so that nothing expires beside."""
    return sorted(vouchers, key=lambda voucher: (voucher.ends_at, voucher.id.bytes))


def legs_by_end(vouchers: Iterable[Voucher], *, shop_id: UUID) -> tuple[Leg, ...]:
    """The vouchers as legs, earliest end first."""
    return tuple(
        Leg(voucher.id, payable_account(voucher.programme_id, shop_id))
        for voucher in by_end(vouchers)
    )
