"""Plans of redemption and void: pure. The taking happens in `apply()`.

Not here: the way back (`refunding`), where the facts come from (the verbs), and who may ask.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from ledger.core.allotment import Allotment, allot, draws
from ledger.core.canonical import Json
from ledger.core.chart import EntryKind
from ledger.core.codes import PRECEDENCE, Code
from ledger.core.credentials import Credential
from ledger.core.decisions import Decision
from ledger.core.ids import AccountId, ClaimId, RequestId
from ledger.core.items import Claim, CloseAccount, Draw, Item, Leg
from ledger.core.quantities import SECOND, Amount, Instant
from ledger.core.requests import Request
from ledger.core.till_rules import Sale
from ledger.core.vouchers import Voucher

SALES: Final = frozenset({EntryKind.REDEMPTION, EntryKind.OFFLINE_REDEMPTION})
UNDO_WINDOW: Final = 15 * 60 * SECOND  # Annulla; later it is a Storna.


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop as a redemption sees it."""

    id: UUID
    shop_no: int
    name: str
    category: str
    status: str


@dataclass(frozen=True, slots=True)
class Redemption:
    """What a till asks: so much, from what this credential opens. Amounts in cents.

    `bill_cents`, `operator`, `declared` (goods), `presented` (the number that a phone signed, used
    once) and `nonce` (of the request that it answers) are optional; absent is the default, so that
    old words stay comparable.
    """

    till_id: UUID
    credential_id: UUID
    amount_cents: Amount
    bill_cents: Amount | None = None
    operator: str | None = None
    declared: tuple[str, ...] = ()
    presented: ClaimId | None = None
    nonce: bytes | None = None

    def words(self) -> dict[str, Json]:
        """The caller's own words, by which the same key is compared; no PIN, no token."""
        words: dict[str, Json] = {
            "till": self.till_id.hex,
            "credential": self.credential_id.hex,
            "amount": self.amount_cents,
        }
        if self.bill_cents is not None:
            words["bill"] = self.bill_cents
        if self.operator is not None:
            words["operator"] = self.operator
        if self.declared:
            words["declared"] = list(self.declared)
        if self.presented is not None:
            words["presented"] = self.presented.hex
        if self.nonce is not None:
            words["nonce"] = self.nonce.hex()
        return words


@dataclass(frozen=True, slots=True)
class Facts:
    """What was read before a redemption is planned; stale by milliseconds, harmlessly."""

    credential: Credential
    shop: Shop
    vouchers: tuple[Voucher, ...]
    used: Mapping[AccountId, Amount] = field(default_factory=dict)

    def usable(self, now: Instant) -> tuple[Voucher, ...]:
        """The vouchers that this shop may take now."""
        return tuple(one for one in self.vouchers if one.is_usable(self.shop.category, now))

    def sale(self, asked: Redemption, now: Instant) -> Sale:
        """What is asked, as the rules of a programme see it."""
        return Sale(
            self.shop.id, self.shop.shop_no, self.shop.category, now, asked.bill_cents,
            frozenset(asked.declared),
        )  # fmt: skip

    def allot(self, asked: Redemption, now: Instant) -> Allotment:
        """Share what is asked out over the vouchers that this shop may take now."""
        return allot(self.usable(now), self.sale(asked, now), asked.amount_cents, self.used)


# What a cashier can put right at once, so it is told before any other reason.
_ASKED_FOR: Final = frozenset({Code.DECLARATION_NEEDED, Code.BILL_NEEDED})


def first_refusal(facts: Facts, asked: Redemption, *, now: Instant) -> Code | None:
    """The no that the registers and rules give; None: let the book decide on the balances."""
    if not facts.credential.is_active:
        return Code.CREDENTIAL_INACTIVE
    if facts.shop.status != "active":
        return Code.SHOP_SUSPENDED
    over = asked.amount_cents > facts.credential.max_cents
    return Code.OVER_LIMIT if over else _no_voucher_for(facts, asked, now)


def _no_voucher_for(facts: Facts, asked: Redemption, now: Instant) -> Code | None:
    filled = [voucher for voucher in facts.vouchers if voucher.available > 0]
    if not filled:
        return None  # With nothing left at all, the book says how much could be taken: nothing.
    if any(voucher.available > 0 for voucher in facts.usable(now)):
        return _broken_rule(facts, asked, now)
    admitted = [voucher for voucher in filled if voucher.admits(facts.shop.category)]
    if not admitted:
        return Code.NOT_ADMITTED
    begun = any(voucher.has_begun(now) for voucher in admitted)
    return Code.EXPIRED if begun else Code.NOT_YET_VALID


def _broken_rule(facts: Facts, asked: Redemption, now: Instant) -> Code | None:
    """The rule that stands in the way of so much; None: none does, or there is not so much."""
    found = facts.allot(asked, now)
    if found.cents >= asked.amount_cents:
        return None
    filled = {one.id for one in facts.vouchers if one.available > 0}
    reasons = {code for voucher, code in found.barred.items() if voucher in filled}
    if not reasons & _ASKED_FOR and any(one.voucher.id in filled for one in found.shares):
        bounded = any(one.is_own(asked.amount_cents) for one in found.shares)
        # A draw over all could take more than a rule allows, if a refund came just now.
        return found.bound_by() or (Code.INSUFFICIENT_FUNDS if bounded else None)
    told = reasons & _ASKED_FOR or reasons
    return next((code for code in PRECEDENCE if code in told), None)


def plan_redemption(facts: Facts, asked: Redemption, *, key: RequestId, now: Instant) -> Request:
    """List the vouchers as legs, earliest end first; what is left of a slip goes to its fund."""
    found = facts.allot(asked, now)
    items: list[Item] = [] if asked.presented is None else [Claim(asked.presented)]
    items += draws(found, asked.amount_cents, shop_id=facts.shop.id)
    for share in found.shares:
        slip = share.voucher
        if slip.kind == "slip":
            items += [Draw(None, (Leg(slip.id, slip.fund),)), CloseAccount(slip.id)]
    return Request(
        id=key,
        kind=EntryKind.REDEMPTION,
        items=tuple(items),
        actor=f"till:{asked.till_id.hex}",
        occurred_at=now,
        asked=asked.words(),
        scope=asked.till_id,
        refuse=first_refusal(facts, asked, now=now),
    )


def plan_void(
    *, key: RequestId, till_id: UUID, now: Instant, operator: str | None = None
) -> Request:
    """Burn a key that was never decided, so that a late original is refused."""
    words: dict[str, Json] = {"till": till_id.hex}
    return Request(
        id=key,
        kind=EntryKind.VOID,
        actor=f"till:{till_id.hex}",
        occurred_at=now,
        asked=words if operator is None else words | {"operator": operator},
        scope=till_id,
        refuse=Code.VOIDED,
    )


@dataclass(frozen=True, slots=True)
class Part:
    """One voucher's share of a redemption, in cents."""

    voucher: AccountId
    amount_cents: Amount
    seq: int


@dataclass(frozen=True, slots=True)
class Paid:
    """A redemption as its till reads it again: what was paid, from what, and what was left."""

    amount_cents: Amount
    parts: tuple[Part, ...] = field(default=())
    left_cents: Amount = 0


def read_paid(decision: Decision) -> Paid:
    """The same answer again, from the facts that the decision keeps.

    Where rules made several draws of it, what is left is what the last of them could still give,
    and the rest of what the others took from.
    """
    draws = sales_of(decision)
    legs = {(leg.debit, leg.credit) for draw in draws for leg in draw.legs}
    moves = [move for move in decision.transfers if (move.debit, move.credit) in legs]
    parts = tuple(Part(move.debit, move.amount, move.seq) for move in moves)
    slip = any(isinstance(item, CloseAccount) for item in decision.request.items)
    left = decision.facts.get("left", 0)
    assert isinstance(left, int)
    told = {leg.debit for leg in draws[-1].legs}
    left += sum(move.debit_balance - move.debit_pending for move in moves if move.debit not in told)
    return Paid(sum(part.amount_cents for part in parts), parts, 0 if slip else left)


def sales_of(decision: Decision) -> tuple[Draw, ...]:
    """The draws between vouchers and shop: each has its total, that of a slip's rest has none."""
    items = decision.request.items
    return tuple(item for item in items if isinstance(item, Draw) and item.total is not None)
