"""A family's phone: what it may carry along, under which numbers it pays, how long a right lasts.

Its allowance leaves the vouchers for an account of its own, so that a sale without network is paid
even if they are spent meanwhile. Pure; cents, microseconds UTC. Not here: keys and what is signed
(`ledger.token.phones`), and what a till may take (`offline`). Source: qr.md 7, design 4.1.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger.core.chart import AccountKind, EntryKind
from ledger.core.ids import AccountId, ClaimId, RequestId, derived_id
from ledger.core.items import Draw, Leg, OpenAccount
from ledger.core.quantities import DAY, Amount, Instant
from ledger.core.requests import Request
from ledger.core.vouchers import Voucher, by_end

CREDENTIAL_LIFE: Final = 7 * DAY
MOST_PHONES: Final = 4  # Two parents and two delegates.
PIN_OVER: Final[Amount] = 20_00  # Where a programme says nothing.


class TooManyPhones(ValueError):
    """A family has as many phones as it may have: one must be taken away first."""


@dataclass(frozen=True, slots=True)
class PhoneTerms:
    """What a programme allows phones (cents), as its comune signed it.

    `sale_cents`: the most in one sale without network; `reserve_cents`: what a phone may carry
    along; `pin_over_cents`: above it a sale wants the PIN.
    """

    sale_cents: Amount
    reserve_cents: Amount
    pin_over_cents: Amount


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone as it is registered. `status`: active, or revoked; `number`: of its family's."""

    phone_id: UUID
    book_no: int
    family_id: UUID
    number: int
    public: bytes
    status: str
    made_at: Instant


def counter_claim(phone_id: UUID, counter: int) -> ClaimId:
    """The number that a phone signs is used once, online or not, whatever credential it is with."""
    return ClaimId(derived_id("phone_counter", phone_id, counter))


def reserve_account(phone_id: UUID, voucher: AccountId) -> AccountId:
    """The account of what a phone carries along of one voucher."""
    return AccountId(derived_id("device_reserve", phone_id, voucher))


def opening_of(phone: Phone, voucher: Voucher) -> OpenAccount:
    """How that account is opened: it is the family's money still."""
    reserve = reserve_account(phone.phone_id, voucher.id)
    return OpenAccount(reserve, voucher.unit, AccountKind.DEVICE_RESERVE, owner=phone.family_id)


def choose_voucher(
    vouchers: tuple[Voucher, ...], carried: dict[AccountId, Amount], now: Instant
) -> Voucher | None:
    """The voucher that a phone carries along: what it has of one already, else the earliest end.

    `vouchers`: those whose programme lets phones carry something; `carried`: by voucher.
    """
    running = [
        one
        for one in vouchers
        if one.has_begun(now) and not one.has_ended(now) and not one.closed
    ]  # fmt: skip
    begun = [one for one in by_end(running) if carried.get(one.id)]
    filled = [one for one in by_end(running) if one.available > 0]
    return next(iter(begun + filled), None)


def plan_reserve(
    phone: Phone, voucher: Voucher, wanted: Amount, *, key: UUID, now: Instant
) -> Request:
    """Take so much of a voucher along, or what is left of it; `key`: of this contact."""
    reserve = reserve_account(phone.phone_id, voucher.id)
    return Request(
        id=RequestId(derived_id("reserve", key)),
        kind=EntryKind.RESERVE,
        items=(Draw(wanted, (Leg(voucher.id, reserve),), partial=True),),
        actor="system",
        occurred_at=now,
        asked={"phone": phone.phone_id.hex, "voucher": voucher.id.hex},
    )


@dataclass(frozen=True, slots=True)
class Carried:
    """What a phone carries along of one voucher until its last right to it ends."""

    phone_id: UUID
    voucher: AccountId
    fund: AccountId
    ends_at: Instant

    @property
    def reserve(self) -> AccountId:
        """The account that it lies on."""
        return reserve_account(self.phone_id, self.voucher)


def plan_release(one: Carried, *, now: Instant) -> Request:
    """Give a phone's allowance back: to its voucher, or to the fund where that has ended."""
    legs = (Leg(one.reserve, one.voucher), Leg(one.reserve, one.fund))
    return Request(
        id=RequestId(derived_id("reserve_release", one.reserve, one.ends_at)),
        kind=EntryKind.RESERVE_RELEASE,
        items=(Draw(None, legs),),
        actor="system",
        occurred_at=now,
        asked={"phone": one.phone_id.hex, "voucher": one.voucher.hex},
    )
