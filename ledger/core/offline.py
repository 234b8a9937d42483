"""What a till may take without network, and whether the comune stands for what it took.

The same rules twice: a till asks `refusal` before it accepts, the server `judge`s what came. A
sale that kept them is paid in full, whoever else was shown the same code. Pure; units are cents
and UTC seconds. Not here: signatures (`ledger.token`), and the taking (`apply`). Source: qr.md 7.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from ledger.core.canonical import Json
from ledger.core.chart import EntryKind
from ledger.core.ids import AccountId, ClaimId, RequestId, derived_id
from ledger.core.items import Draw, Leg
from ledger.core.quantities import Amount, Instant
from ledger.core.requests import Request

DAY_SECONDS: Final = 86_400
SKEW_SECONDS: Final = 300


class Why(StrEnum):
    """Why a sale is not taken offline, or why the comune does not stand for it."""

    NONE = ""
    CLOSED = "offline_closed"  # The programme has no limits, or its last offline second is past.
    NOT_ADMITTED = "not_admitted"  # The programme does not admit this shop.
    NOT_GRANTED = "not_granted"  # No grant of the server covers it.
    CLOCK = "clock"  # Behind the server's last time, or more than a day ahead of it.
    LISTS_OLD = "lists_old"
    OTHER_SALE = "other_sale"  # A phone showed it for another shop, or for less.
    OVER_SALE = "over_sale"  # More than a phone may pay in one sale without network.
    OVER_FACE = "over_face"  # More than the code lets one till take.
    OVER_SHARE = "over_share"  # More than the till's share of what the shop may take in a day.
    TOO_MANY = "too_many"  # More sales than may wait for the server.
    TOO_LATE = "too_late"  # Uploaded after the days of the guarantee.
    FORKED = "forked"  # The device told two stories of one place in its chain.


@dataclass(frozen=True, slots=True)
class Limits:
    """What a programme allows offline (cents, seconds), as its comune set and signed it.

    `shop_cents`: S, for a shop and 24 hours. `unsynced`: sales that may wait. `guarantee_seconds`:
    from the sync token to the upload. `last_offline`: the last second.
    """

    last_offline: int
    slip_cents: Amount
    shop_cents: Amount
    unsynced: int
    guarantee_seconds: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How a till stands under its last sync token, before the sale that it is asked for.

    `admitted`: whether the programme admits its shop. `taken_cents`, `waiting`: accepted under its
    grant, and sales not yet acknowledged. `of_code`: taken of this code on this till. `checked_at`:
    when the server last told that its lists are the newest.
    """

    admitted: bool
    granted_at: int
    server_time: int
    share_cents: Amount
    taken_cents: Amount
    waiting: int
    of_code: Amount
    checked_at: int
    max_age: int


@dataclass(frozen=True, slots=True)
class Carries:
    """What a code is signed for without network, and the most of it in one sale (cents).

    Of a phone, `slip_cents` of the limits is what its programme lets phones carry along.
    """

    offline_cents: Amount
    sale_cents: Amount


def refusal(
    limits: Limits | None, standing: Standing, code: Carries, amount: Amount, now: int
) -> Why:
    """Why a till may not take so much of a code without network; `NONE`: it may.

    `now`: the device's clock.
    """
    offline_cents = code.offline_cents
    if limits is None or now > limits.last_offline or offline_cents > limits.slip_cents:
        return Why.CLOSED
    if not standing.server_time - SKEW_SECONDS <= now <= standing.server_time + DAY_SECONDS:
        return Why.CLOCK
    if now - standing.checked_at > standing.max_age:
        return Why.LISTS_OLD
    if now >= standing.granted_at + DAY_SECONDS:
        return Why.NOT_GRANTED
    if not standing.admitted:
        return Why.NOT_ADMITTED
    over = amount > code.sale_cents
    return Why.OVER_SALE if over else _counted(limits, standing, offline_cents, amount)


def _counted(limits: Limits, standing: Standing, offline_cents: Amount, amount: Amount) -> Why:
    if standing.of_code + amount > offline_cents:
        return Why.OVER_FACE
    if standing.taken_cents + amount > standing.share_cents:
        return Why.OVER_SHARE
    return Why.TOO_MANY if standing.waiting >= limits.unsynced else Why.NONE


@dataclass(frozen=True, slots=True)
class Uploaded:
    """One acceptance as the server sees it: its own words, and what it knew before it came.

    `server_time`: of the sync token it embeds. `granted`: that this token is of a grant of this
    device, made in the 24 hours before it. `taken_cents`: guaranteed under that grant before.
    `under_token`: acceptances under the same token before. `of_code`: of this code by this device.
    `is_for_it`: what a phone showed is for this shop and amount; `sale_cents`: the most in a sale.
    """

    device_time: int
    server_time: int
    received_at: int
    granted: bool
    admitted: bool
    forked: bool
    share_cents: Amount
    taken_cents: Amount
    under_token: int
    of_code: Amount
    offline_cents: Amount
    amount: Amount
    is_for_it: bool = True
    sale_cents: Amount | None = None


def judge(limits: Limits | None, one: Uploaded) -> Why:
    """Why the comune does not stand for an acceptance; `NONE`: it does, and the shop is paid.

    Counted from the server's own tokens: the device's clock only shows that it lied.
    """
    broken = {
        Why.FORKED: one.forked,
        Why.NOT_GRANTED: not one.granted,
        Why.NOT_ADMITTED: not one.admitted,
        Why.CLOSED: limits is None or _is_closed(limits, one),
        Why.CLOCK: not _is_of_its_day(one),
        Why.OTHER_SALE: not one.is_for_it,
        Why.OVER_SALE: one.sale_cents is not None and one.amount > one.sale_cents,
    }
    for why, holds in broken.items():
        if holds:
            return why
    assert limits is not None
    if one.received_at - one.server_time > limits.guarantee_seconds:
        return Why.TOO_LATE
    standing = Standing(
        one.admitted, 0, one.server_time, one.share_cents, one.taken_cents, one.under_token,
        one.of_code, 0, 0,
    )  # fmt: skip
    return _counted(limits, standing, one.offline_cents, one.amount)


def _is_closed(limits: Limits, one: Uploaded) -> bool:
    latest = max(one.device_time, one.server_time)
    return latest > limits.last_offline or one.offline_cents > limits.slip_cents


def _is_of_its_day(one: Uploaded) -> bool:
    earliest, latest = one.server_time - SKEW_SECONDS, one.server_time + DAY_SECONDS
    return earliest <= one.device_time <= latest


@dataclass(frozen=True, slots=True)
class Sale:
    """An acceptance that is to be booked: whose till, which shop, from what, how much (cents).

    `origins`: what pays it, in their order; none where nobody ever issued the code. `claim`: that
    it is shown once. `risk`: what bears a loss; None where the comune does not stand for the sale,
    which is then paid only as far as there is something. `operator`: who stood there, if anybody.
    """

    rid: UUID
    till_id: UUID
    device_no: int
    seq: int
    code: bytes
    amount: Amount
    payable: AccountId
    origins: tuple[AccountId, ...]
    claim: ClaimId | None
    risk: AccountId | None
    operator: str | None = None

    def words(self) -> dict[str, Json]:
        """The till's own words; without `operator` where its shop names nobody."""
        words: dict[str, Json] = {
            "rid": self.rid.hex,
            "device": self.device_no,
            "seq": self.seq,
            "code": self.code.hex(),
            "amount": self.amount,
        }
        return words if self.operator is None else words | {"operator": self.operator}


def slip_claim(slip: AccountId) -> ClaimId:
    """That a slip was shown offline."""
    return ClaimId(derived_id("slip_use", slip))


def plan_offline(sale: Sale, *, now: Instant) -> Request | None:
    """The booking of an acceptance under an id of its own; None: there is nothing to take it from.

    What was shown twice is noted by its claim, and is paid from what is left of it all the same, so
    that the loss does not depend on who uploads first.
    """
    origins = [*sale.origins, *([sale.risk] if sale.risk is not None else [])]
    if not origins:
        return None
    legs = tuple(Leg(one, sale.payable) for one in origins)
    claim = sale.claim
    draw = Draw(sale.amount, legs, claim=claim, if_claimed=legs if claim else ())
    return Request(
        id=RequestId(derived_id("offline", sale.rid)),
        kind=EntryKind.OFFLINE_REDEMPTION,
        items=(draw,),
        actor=f"till:{sale.till_id.hex}",
        occurred_at=now,
        asked=sale.words(),
        scope=sale.till_id,
    )
