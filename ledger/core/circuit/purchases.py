"""Plans of a purchase with discount, of its return, and of what a shop pays in: pure.

A purchase is paid with ordinary money, which this book never sees; here stand what the shop owes
for it, and whose it will be. The taking happens in `apply()`. Source: design 4.2.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from ledger.core.canonical import Json
from ledger.core.chart import EURO, AccountKind
from ledger.core.circuit.accounts import circuit_account
from ledger.core.circuit.split import Split
from ledger.core.ids import ClaimId, RequestId, derived_id
from ledger.core.items import Claim, Draw, Item, Leg, Transfer
from ledger.core.quantities import SECOND, Amount, Instant

DUE, BANK = AccountKind.CONTRIBUTION_DUE, AccountKind.BANK
FUND_ACCRUED, SOCIAL_FUND = AccountKind.FUND_ACCRUED, AccountKind.SOCIAL_FUND
BONUS_ACCRUED, BONUS = AccountKind.FAMILY_BONUS_ACCRUED, AccountKind.FAMILY_BONUS

SPARE = 40  # Shares named beyond a payment.
LATE = 7 * 86_400 * SECOND  # How long a till without network may keep a purchase to itself.


def is_late(bought_at: Instant, now: Instant) -> bool:
    """Whether a purchase is told later than a till may (both microseconds UTC)."""
    return now - bought_at > LATE


@dataclass(frozen=True, slots=True)
class Purchase:
    """What a till tells: a family showed its code and paid so much (cents) with ordinary money."""

    till_id: UUID
    credential_id: UUID
    receipt_cents: Amount
    operator: str | None = None
    list_cents: Amount | None = None  # Of a buying group's order: before its price cut.
    bought_at: Instant | None = None  # As its till says, where it could not tell it at once.

    def words(self) -> dict[str, Json]:
        """The caller's own words, by which the same key is compared."""
        words: dict[str, Json] = {
            "till": self.till_id.hex,
            "credential": self.credential_id.hex,
            "receipt": self.receipt_cents,
        }
        if self.list_cents is not None:
            words["list"] = self.list_cents
        if self.bought_at is not None:
            words["bought_at"] = self.bought_at
        return words if self.operator is None else words | {"operator": self.operator}


def purchase_items(shop_id: UUID, family_id: UUID, shares: Split) -> tuple[Item, ...]:
    """What the shop owes, to the fund and to the family; a share of nothing moves nothing."""
    due = circuit_account(DUE, shop_id)
    ways = (
        (circuit_account(FUND_ACCRUED, shop_id), shares.fund_cents),
        (circuit_account(BONUS_ACCRUED, family_id), shares.family_cents),
    )
    return tuple(Transfer(due, credit, cents, EURO) for credit, cents in ways if cents)


@dataclass(frozen=True, slots=True)
class Share:
    """One share of a purchase that is still owed (cents): the fund's, or a family's (`owner`)."""

    seq: int
    kind: AccountKind
    owner: UUID
    rest_cents: Amount

    def collected(self) -> Leg:
        """The way that it goes once the shop has paid."""
        if self.kind is FUND_ACCRUED:
            to = circuit_account(SOCIAL_FUND)
        else:
            to = circuit_account(BONUS, self.owner)
        return Leg(circuit_account(self.kind, self.owner), to, self.seq)

    def given_back(self, shop_id: UUID) -> Leg:
        """The way that it goes when the goods come back, or when it will never be paid."""
        due = circuit_account(DUE, shop_id)
        return Leg(circuit_account(self.kind, self.owner), due, self.seq)


def payment_items(
    shop_id: UUID, shares: Iterable[Share], cents: Amount, line: UUID
) -> tuple[Item, ...]:
    """Take a payment (cents) in, and collect as much, oldest share first; one bank line, once.

    `shares` in the order of their purchases, the fund's before the family's. A few more than are
    needed are named, so that another payment at this moment leaves this one enough.
    """
    legs: list[Leg] = []
    left, more = cents, SPARE
    for share in shares:
        if left <= 0 and (more := more - 1) < 0:
            break
        legs.append(share.collected())
        left -= share.rest_cents
    paid = Transfer(circuit_account(BANK), circuit_account(DUE, shop_id), cents, EURO)
    return (Claim(ClaimId(line)), paid, Draw(cents, tuple(legs)))


def return_items(
    shop_id: UUID, shares: Iterable[Share], cents: Amount | None = None
) -> tuple[Item, ...]:
    """Take back what is owed of a purchase, the family's share first; None: all that is left."""
    legs = tuple(share.given_back(shop_id) for share in reversed(tuple(shares)))
    return (Draw(cents, legs),)


def release_key(family_id: UUID, version: int) -> RequestId:
    """The request that releases a family's bonus: once for each state of that account."""
    bonus = circuit_account(BONUS, family_id)
    return RequestId(derived_id("bonus_release", bonus, version))
