"""A sale over several vouchers, each under its own programme's rules: who gives how much.

Pure, on balances read just before; the taking happens in `apply()`. Not here: what a rule says of
one voucher (`till_rules`), and the request (`redemption`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from ledger.core.caps import Cap
from ledger.core.codes import Code
from ledger.core.ids import AccountId
from ledger.core.items import Draw, Item
from ledger.core.quantities import Amount
from ledger.core.till_rules import Bound, Sale, bound
from ledger.core.vouchers import Voucher, by_end, legs_by_end


@dataclass(frozen=True, slots=True)
class Share:
    """What one voucher gives to a sale, and the most (cents) that its rules let a sale take."""

    voucher: Voucher
    bound: Bound
    cents: Amount
    caps: tuple[Cap, ...] = ()

    def is_own(self, wanted: Amount) -> bool:
        """Whether a rule keeps something of it back, or counts what is taken."""
        return bool(self.caps) or self.bound.cents < wanted


@dataclass(frozen=True, slots=True)
class Allotment:
    """A sale over the vouchers that its rules let it take, and why each other is left out."""

    shares: tuple[Share, ...]
    barred: Mapping[AccountId, Code]

    @property
    def cents(self) -> Amount:
        """What can be taken in all."""
        return sum(share.cents for share in self.shares)

    def bound_by(self) -> Code | None:
        """The rule that keeps something back; None: there is no more than what is taken."""
        kept = [share.bound for share in self.shares if share.cents < share.voucher.available]
        return min(kept, key=lambda one: one.cents).code if kept else None


def allot(
    vouchers: Iterable[Voucher], sale: Sale, wanted: Amount, used: Mapping[AccountId, Amount]
) -> Allotment:
    """Share what a sale wants (cents) out, earliest end first, as far as every rule allows.

    `vouchers`: those of its kind of shop and of today. `used`: what caps have counted already. The
    most per sale is that of a programme, a cap that of a family in it: vouchers share them.
    """
    shares: list[Share] = []
    barred: dict[AccountId, Code] = {}
    taken: Counter[UUID] = Counter()
    for voucher in by_end(vouchers):
        code = voucher.bar(sale)
        if code is not None:
            barred[voucher.id] = code
            continue
        caps = voucher.caps(sale.now)
        bounds = {voucher.programme_id: bound(voucher.rules, sale)} | {
            cap.account: Bound(max(0, cap.limit - used.get(cap.account, 0)), cap.code)
            for cap in caps
        }
        room = min(one.cents - taken[at] for at, one in bounds.items())
        rest = wanted - sum(share.cents for share in shares)
        cents = max(0, min(voucher.available, room, rest))
        taken.update(dict.fromkeys(bounds, cents))
        shares.append(Share(voucher, min(bounds.values(), key=lambda one: one.cents), cents, caps))
    return Allotment(tuple(shares), barred)


def draws(found: Allotment, wanted: Amount, *, shop_id: UUID) -> list[Item]:
    """One draw over all, decided on the balances of its moment; a rule's share is one of its own.

    So a sale never takes more than a rule allows, whatever else is taken meanwhile; if a balance
    has changed since it was read, the book refuses, and the till asks again. What caps count
    follows the draw that they count: `refunding` relies on it.
    """
    own = [share for share in found.shares if share.is_own(wanted)]
    free = [share.voucher for share in found.shares if not share.is_own(wanted)]
    if not own or found.cents < wanted:
        every = [share.voucher for share in found.shares]
        return [Draw(wanted, legs_by_end(every, shop_id=shop_id))]
    of_rules: list[Item] = []
    for share in own:
        if share.cents:
            of_rules.append(Draw(share.cents, legs_by_end([share.voucher], shop_id=shop_id)))
            of_rules += [cap.counts(share.cents) for cap in share.caps]
    rest = wanted - sum(share.cents for share in own)
    return [*of_rules, Draw(rest, legs_by_end(free, shop_id=shop_id))] if rest else of_rules
