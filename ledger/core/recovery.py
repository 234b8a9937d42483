"""Sales that a lost disk took with it, booked again under their old ids from signed receipts.

After a restore the book ends earlier than it once did. What tills kept proves what is missing: a
receipt is the server's own signature under id, amount and code. Which vouchers gave, it does not
tell: they are drawn on again as they stand now. While that is done, nothing else may take from
them. Pure. Not here: who brings receipts, and who agrees (`operations.recover`). Source:
reliability.md 5.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final
from uuid import UUID

from ledger.core.canonical import Json, canonical
from ledger.core.chart import EntryKind
from ledger.core.credentials import Credential
from ledger.core.ids import AccountId, RequestId
from ledger.core.items import CloseAccount, Draw, Item, Leg
from ledger.core.quantities import Amount, Instant
from ledger.core.redemption import Redemption, Shop
from ledger.core.requests import Request, Row
from ledger.core.vouchers import Voucher, by_end, payable_account

WAITS: Final = frozenset({
    EntryKind.REDEMPTION, EntryKind.OFFLINE_REDEMPTION, EntryKind.REFUND, EntryKind.VOID,
    EntryKind.RESERVE, EntryKind.RESERVE_RELEASE, EntryKind.GIFT, EntryKind.EXPIRY,
})  # fmt: skip
"""What would take the money of a lost sale before that is booked again."""


class Standing(StrEnum):
    """What can be done of a receipt."""

    KNOWN = "known"  # The book has it: nothing was lost.
    READY = "ready"  # It can be booked again.
    NO_CODE = "no_code"  # Its code was issued after the backup: issue that list again first.
    SHORT = "short"  # The vouchers do not hold as much.
    NO_SALE = "no_sale"  # A refund of a sale that is not there either.
    REFUSED = "refused"  # The book has refused it meanwhile, for good.


@dataclass(frozen=True, slots=True)
class Returned:
    """A receipt that a till brought back: of a sale, or of a refund (`sale`: of which).

    Cents, above zero; `issued_at`: when the server signed it. `reference`: of the code.
    """

    receipt_id: RequestId
    till_id: UUID
    shop: Shop
    amount_cents: Amount
    reference: bytes
    issued_at: Instant
    sale: RequestId | None = None

    def words(self) -> Json:
        """What two people agree on, of this one."""
        sale = "" if self.sale is None else self.sale.hex
        return [self.receipt_id.hex, self.till_id.hex, self.amount_cents, sale]


@dataclass(frozen=True, slots=True)
class Purse:
    """What a code opens, as it stands now."""

    credential: Credential
    vouchers: tuple[Voucher, ...]


@dataclass(slots=True)
class Stand:
    """What the book has already: decided ids, accepted or not, and purses by a code's reference."""

    accepted: Container[RequestId]
    refused: Container[RequestId]
    purses: Mapping[bytes, Purse]


def content_hash(listed: Iterable[Returned]) -> bytes:
    """What a confirmation is bound to: each receipt, whatever their order."""
    words = sorted((one.receipt_id.hex, one.words()) for one in listed)
    return sha256(canonical([told for _id, told in words])).digest()


def in_order(listed: Iterable[Returned]) -> list[Returned]:
    """Sales before refunds, oldest first: as they are judged and booked."""
    return sorted(
        listed, key=lambda one: (one.sale is not None, one.issued_at, one.receipt_id.bytes)
    )


def standings(listed: Sequence[Returned], stand: Stand) -> dict[RequestId, Standing]:
    """Say of each what can be done, one after the other: what one takes the next has no more."""
    left: dict[AccountId, Amount] = {}
    told: dict[RequestId, Standing] = {}
    for one in in_order(listed):
        if one.receipt_id in stand.accepted:
            told[one.receipt_id] = Standing.KNOWN
        elif one.receipt_id in stand.refused:
            told[one.receipt_id] = Standing.REFUSED
        elif one.sale is not None:
            there = one.sale in stand.accepted or told.get(one.sale) is Standing.READY
            told[one.receipt_id] = Standing.READY if there else Standing.NO_SALE
        else:
            told[one.receipt_id] = _take(one, stand.purses.get(one.reference), left)
    return told


def _take(one: Returned, purse: Purse | None, left: dict[AccountId, Amount]) -> Standing:
    if purse is None:
        return Standing.NO_CODE
    usable = drawn_on(one, purse)
    room = {voucher.id: left.get(voucher.id, voucher.available) for voucher in usable}
    if sum(room.values()) < one.amount_cents:
        return Standing.SHORT
    rest = one.amount_cents
    for voucher in usable:
        cents = min(rest, room[voucher.id])
        left[voucher.id] = 0 if voucher.kind == "slip" else room[voucher.id] - cents
        rest -= cents
    return Standing.READY


def drawn_on(one: Returned, purse: Purse) -> list[Voucher]:
    """The vouchers that this kind of shop may take: those that held at the sale come first."""
    admitted = [
        voucher
        for voucher in by_end(purse.vouchers)
        if voucher.admits(one.shop.category) and not voucher.closed
    ]
    return sorted(
        admitted, key=lambda voucher: not voucher.is_usable(one.shop.category, one.issued_at)
    )


def plan_found_sale(one: Returned, purse: Purse, proof: Row) -> Request:
    """The sale under its old id and in its till's words, whatever its rules say by now.

    They were asked when it was paid. `proof` rides it: by whose agreement it was booked again.
    """
    legs = tuple(
        Leg(voucher.id, payable_account(voucher.programme_id, one.shop.id))
        for voucher in drawn_on(one, purse)
    )
    items: list[Item] = [Draw(one.amount_cents, legs)]
    for voucher in purse.vouchers:
        if voucher.kind == "slip":
            items += [Draw(None, (Leg(voucher.id, voucher.fund),)), CloseAccount(voucher.id)]
    asked = Redemption(one.till_id, purse.credential.id, one.amount_cents)
    return Request(
        id=one.receipt_id,
        kind=EntryKind.REDEMPTION,
        items=tuple(items),
        actor=f"till:{one.till_id.hex}",
        occurred_at=one.issued_at,
        asked=asked.words(),
        scope=one.till_id,
        rows=(proof,),
    )
