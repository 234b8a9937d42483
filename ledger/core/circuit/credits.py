"""Plans of credits: paid on from wallet to wallet, and turned back into euro by rule. Pure.

A credit is no voucher and no money: a promise among the circuit's members, covered by a euro. The
taking happens in `apply()`. Source: design 4.2; domain.md 2.4, 2.6.
"""

from dataclasses import dataclass
from uuid import UUID

from ledger.core.chart import CREDITS, EURO, AccountKind
from ledger.core.circuit.accounts import circuit_account
from ledger.core.circuit.rules import ALL, CircuitRules, Role
from ledger.core.items import Item, SetBounds, Transfer
from ledger.core.quantities import DAY, Amount

WINDOW = 90 * DAY  # What somebody used in this time says how much they can use.


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a wallet: a family, a shop, or the circuit's own association."""

    role: Role
    owner: UUID | None


ASSOCIATION = Holder(Role.ASSOCIATION, None)


def pay_items(giver: Holder, receiver: Holder, cents: Amount, *, cap: Amount) -> tuple[Item, ...]:
    """Pay credits on, where the receiver may hold so many: the cap is set as it is just now."""
    to = circuit_account(AccountKind.WALLET, receiver.owner)
    giving = circuit_account(AccountKind.WALLET, giver.owner)
    return SetBounds(to, 0, cap), Transfer(giving, to, cents, CREDITS)


@dataclass(frozen=True, slots=True)
class Conversion:
    """What becomes of converted credits, in cents; the three are the whole."""

    to_shop: Amount
    to_fund: Amount
    to_costs: Amount


def converted(cents: Amount, rules: CircuitRules) -> Conversion:
    """Share converted credits out by the rules; what rounding leaves is the shop's."""
    fund, costs = cents * rules.to_fund // ALL, cents * rules.to_costs // ALL
    return Conversion(cents - fund - costs, fund, costs)


def conversion_items(shop_id: UUID, cents: Amount, rules: CircuitRules) -> tuple[Item, ...]:
    """The credits leave the world as their euro leave the reserve; a share of nothing moves not."""
    shares = converted(cents, rules)
    reserve = circuit_account(AccountKind.CREDIT_RESERVE)
    ways = (
        (circuit_account(AccountKind.SHOP_PAYABLE, shop_id), shares.to_shop),
        (circuit_account(AccountKind.SOCIAL_FUND), shares.to_fund),
        (circuit_account(AccountKind.RUNNING_COSTS), shares.to_costs),
    )
    wallet = circuit_account(AccountKind.WALLET, shop_id)
    gone = Transfer(wallet, circuit_account(AccountKind.CREDITS_ISSUED), cents, CREDITS)
    return (gone, *(Transfer(reserve, to, share, EURO) for to, share in ways if share))


@dataclass(frozen=True, slots=True)
class CreditSale:
    """What a till asks: so many credits (cents) from the family behind this credential."""

    till_id: UUID
    credential_id: UUID
    amount_cents: Amount
    operator: str | None = None

    def words(self) -> dict[str, str | int]:
        """The caller's own words, by which the same key is compared; no PIN, no token."""
        words: dict[str, str | int] = {
            "till": self.till_id.hex,
            "credential": self.credential_id.hex,
            "amount": self.amount_cents,
        }
        return words if self.operator is None else words | {"operator": self.operator}
