"""Plans of a refund: the way back of each part of a redemption, and of what caps counted of it.

Pure; the taking happens in `apply()`. Not here: where the facts come from (the verbs).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from ledger.core.canonical import Json
from ledger.core.caps import is_count
from ledger.core.chart import EntryKind
from ledger.core.decisions import Decision, Posting
from ledger.core.ids import AccountId, RequestId
from ledger.core.items import Draw, Item, Leg
from ledger.core.quantities import Amount, Instant
from ledger.core.requests import Request
from ledger.core.vouchers import claim_account, refund_due_account


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the money of one part of a redemption goes back to, or else to whom it is owed.

    `back_to`: its voucher, also of what a phone carried along, or the cover that bore a shortage,
    which has neither fund nor anybody to owe it to.
    """

    back_to: AccountId
    fund: AccountId | None
    programme_id: UUID

    @property
    def due(self) -> AccountId | None:
        """What waits for it where the shop has nothing to give back now."""
        return None if self.fund is None else refund_due_account(self.back_to)


@dataclass(frozen=True, slots=True)
class Refund:
    """What is asked back of a redemption: an amount in cents, and a reason code.

    `operator`: who stood at the till, `second`: who agreed, by random ids; absent where nobody is
    named, so that old words stay comparable.
    """

    redemption: RequestId
    amount_cents: Amount
    reason: str
    asked_by: str
    operator: str | None = None
    second: str | None = None

    def words(self) -> dict[str, Json]:
        """The caller's own words."""
        words: dict[str, Json] = {
            "redemption": self.redemption.hex,
            "amount": self.amount_cents,
            "reason": self.reason,
            "by": self.asked_by,
        }
        named = {"operator": self.operator, "second": self.second}
        return words | {name: who for name, who in named.items() if who is not None}


@dataclass(frozen=True, slots=True)
class Given:
    """What is known of a redemption that is to be given back.

    `origins`: by voucher. `undone`: cents given back already, by the seq of each transfer.
    """

    decision: Decision
    origins: Mapping[AccountId, Origin]
    undone: Mapping[int, Amount]
    shop_id: UUID

    def parts(self) -> list[tuple[Posting, list[Posting]]]:
        """Each part that a shop got, last first, with what caps counted of it."""
        parts: list[tuple[Posting, list[Posting]]] = []
        for move in self.decision.transfers:
            origin = self.origins.get(move.debit)
            if is_count(move.unit):
                parts[-1][1].append(move)
            elif origin is not None and move.credit != origin.fund:
                parts.append((move, []))  # The rest of a slip went to its fund already.
        return parts[::-1]

    def rest(self, part: Posting) -> Amount:
        """What is left of a part to be given back."""
        return part.amount - self.undone.get(part.seq, 0)

    @property
    def rest_cents(self) -> Amount:
        """What is left of all of it to be given back."""
        return sum(self.rest(part) for part, _counted in self.parts())

    def legs(self, part: Posting) -> tuple[Leg, ...]:
        """The way back of one part: where it came from, else its fund, else as a claim.

        Each leg names the part, so that all its refunds share one chain.
        """
        origin = self.origins[part.debit]
        claim = claim_account(origin.programme_id, self.shop_id)
        legs = (Leg(part.credit, origin.back_to, part.seq),)
        if origin.fund is None or origin.due is None:
            return legs
        return (
            *legs,
            Leg(part.credit, origin.fund, part.seq),
            Leg(claim, origin.due, part.seq),
        )


def refund_items(given: Given, wanted: Amount) -> tuple[Item, ...]:
    """Give so much (cents) back in the reverse order of the draw, decided at its moment.

    Where caps counted, each part is a draw of its own, and its caps get the same back: shares of
    parts as they are now. If another refund comes between, the book refuses.
    """
    parts = given.parts()
    if wanted > given.rest_cents or not any(counted for _part, counted in parts):
        return (Draw(wanted, tuple(leg for part, _counted in parts for leg in given.legs(part))),)
    items: list[Item] = []
    for part, counted in parts:
        cents = min(wanted, given.rest(part))
        if cents:
            items.append(Draw(cents, given.legs(part)))
            items += [Draw(cents, (Leg(one.credit, one.debit, one.seq),)) for one in counted]
        wanted -= cents
    return tuple(items)


def plan_refund(
    asked: Refund, given: Given, *, key: RequestId, now: Instant, scope: UUID | None
) -> Request:
    """Give an amount back through the parts of a redemption, last part first."""
    return Request(
        id=key,
        kind=EntryKind.REFUND,
        items=refund_items(given, asked.amount_cents),
        actor=asked.asked_by,
        occurred_at=now,
        asked=asked.words(),
        scope=scope,
    )
