"""Plans of redemption, void and refund: pure. The taking happens in `apply()`.

Not here: where the facts come from (the verbs), and who may ask (the web packages).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from ledger.core.canonical import Json
from ledger.core.chart import EntryKind
from ledger.core.codes import Code
from ledger.core.credentials import Credential
from ledger.core.decisions import Decision
from ledger.core.ids import AccountId, RequestId
from ledger.core.items import CloseAccount, Draw, Item, Leg
from ledger.core.quantities import SECOND, Amount, Instant
from ledger.core.requests import Request
from ledger.core.vouchers import (
    Voucher,
    claim_account,
    legs_by_end,
    refund_due_account,
)

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

    `bill_cents`, `operator`, `declared` (goods) are optional; absent is the default, so that old
    words stay comparable.
    """

    till_id: UUID
    credential_id: UUID
    amount_cents: Amount
    bill_cents: Amount | None = None
    operator: str | None = None
    declared: tuple[str, ...] = ()

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
        return words


@dataclass(frozen=True, slots=True)
class Facts:
    """What was read before a redemption is planned; stale by milliseconds, harmlessly."""

    credential: Credential
    shop: Shop
    vouchers: tuple[Voucher, ...]

    def usable(self, now: Instant) -> tuple[Voucher, ...]:
        """The vouchers that this shop may take now."""
        return tuple(one for one in self.vouchers if one.is_usable(self.shop.category, now))


def first_refusal(facts: Facts, amount: Amount, *, now: Instant) -> Code | None:
    """The no that the registers give, whatever the balances; None: let the book decide."""
    if not facts.credential.is_active:
        return Code.CREDENTIAL_INACTIVE
    if facts.shop.status != "active":
        return Code.SHOP_SUSPENDED
    if amount > facts.credential.max_cents:
        return Code.OVER_LIMIT
    filled = [voucher for voucher in facts.vouchers if voucher.available > 0]
    if not filled or facts.usable(now):
        return None  # With nothing left at all, the book says how much could be taken: nothing.
    admitted = [voucher for voucher in filled if voucher.admits(facts.shop.category)]
    if not admitted:
        return Code.NOT_ADMITTED
    begun = any(voucher.has_begun(now) for voucher in admitted)
    return Code.EXPIRED if begun else Code.NOT_YET_VALID


def plan_redemption(facts: Facts, asked: Redemption, *, key: RequestId, now: Instant) -> Request:
    """List the vouchers as legs, earliest end first; what is left of a slip goes to its fund."""
    usable = facts.usable(now)
    items: list[Item] = [Draw(asked.amount_cents, legs_by_end(usable, shop_id=facts.shop.id))]
    for slip in usable:
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
        refuse=first_refusal(facts, asked.amount_cents, now=now),
    )


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the money of one part of a redemption goes back to."""

    fund: AccountId
    programme_id: UUID


@dataclass(frozen=True, slots=True)
class Refund:
    """What is asked back of a redemption: an amount in cents, and a reason code."""

    redemption: RequestId
    amount_cents: Amount
    reason: str
    asked_by: str

    def words(self) -> dict[str, Json]:
        """The caller's own words."""
        return {
            "redemption": self.redemption.hex,
            "amount": self.amount_cents,
            "reason": self.reason,
            "by": self.asked_by,
        }


def refund_legs(
    decision: Decision, origins: Mapping[AccountId, Origin], *, shop_id: UUID
) -> tuple[Leg, ...]:
    """The way back, in the reverse order of the draw: voucher, else its fund, else as a claim.

    Each leg names the part it gives back, so that all refunds of a part share one chain.
    """
    legs: list[Leg] = []
    for part in reversed(decision.transfers):
        origin = origins.get(part.debit)
        if origin is None or part.credit == origin.fund:
            continue  # The rest of a slip went to its fund already.
        legs += [
            Leg(part.credit, part.debit, part.seq),
            Leg(part.credit, origin.fund, part.seq),
            Leg(
                claim_account(origin.programme_id, shop_id),
                refund_due_account(part.debit),
                part.seq,
            ),
        ]
    return tuple(legs)


def plan_refund(
    asked: Refund, legs: tuple[Leg, ...], *, key: RequestId, now: Instant, scope: UUID | None
) -> Request:
    """Give an amount back through the parts of a redemption, last part first."""
    return Request(
        id=key,
        kind=EntryKind.REFUND,
        items=(Draw(asked.amount_cents, legs),),
        actor=asked.asked_by,
        occurred_at=now,
        asked=asked.words(),
        scope=scope,
    )


def plan_void(*, key: RequestId, till_id: UUID, now: Instant) -> Request:
    """Burn a key that was never decided, so that a late original is refused."""
    return Request(
        id=key,
        kind=EntryKind.VOID,
        actor=f"till:{till_id.hex}",
        occurred_at=now,
        asked={"till": till_id.hex},
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
    """The same answer again, from the facts that the decision keeps."""
    request = decision.request
    draw = request.items[0]
    assert isinstance(draw, Draw)
    vouchers = {leg.debit for leg in draw.legs}
    payables = {leg.credit for leg in draw.legs}
    parts = tuple(
        Part(move.debit, move.amount, move.seq)
        for move in decision.transfers
        if move.debit in vouchers and move.credit in payables
    )
    left = decision.facts.get("left", 0)
    assert isinstance(left, int)
    slip = len(request.items) > 1
    return Paid(sum(part.amount_cents for part in parts), parts, 0 if slip else left)
