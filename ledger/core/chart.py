"""The chart as data: kinds of account, each with its side and bounds; kinds of entry.

Which entry may touch which account is in `posting_rules`. Source: design 4.1. A new kind is an
addition to the format; a changed one is a new version of it (FORMAT.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Side(StrEnum):
    """The two sides of an account: dare and avere."""

    DEBIT = "debit"
    CREDIT = "credit"


class AccountKind(StrEnum):
    """What one line of the chart is for."""

    __hash__ = str.__hash__  # Looked up on every transfer: an enum's own hash is slow.

    TREASURY = "treasury"  # Money committed by an act and still held for the programme.
    FUND = "fund"  # Programme x source: not yet promised to anybody.
    BATCH = "batch"  # Approved for a list of families, being issued.
    VOUCHER = "voucher"  # One family, one programme, one source; or a slip.
    DEVICE_RESERVE = "device_reserve"  # A phone's offline allowance.
    SHOP_PAYABLE = "shop_payable"  # Owed to a shop.
    REFUND_DUE = "refund_due"  # A late refund that the shop does not cover yet.
    SHOP_CLAIM = "shop_claim"  # What a shop owes back for late refunds.
    OFFLINE_RISK = "offline_risk"  # Set aside by act; bears the losses of offline.
    CAP = "cap"  # What a family took of a day's or week's maximum, its ceiling; not money.
    CAPS_USED = "caps_used"  # The other side of a programme's caps.


@dataclass(frozen=True, slots=True)
class Line:
    """A kind's side, and the widest bounds that an account of it may have (None: no bound)."""

    side: Side
    floor: int | None = 0
    ceiling: int | None = None


CHART: Final[Mapping[AccountKind, Line]] = {
    AccountKind.TREASURY: Line(Side.DEBIT),
    AccountKind.FUND: Line(Side.CREDIT),
    AccountKind.BATCH: Line(Side.CREDIT),
    AccountKind.VOUCHER: Line(Side.CREDIT),
    AccountKind.DEVICE_RESERVE: Line(Side.CREDIT),
    AccountKind.SHOP_PAYABLE: Line(Side.CREDIT),
    AccountKind.REFUND_DUE: Line(Side.CREDIT),
    AccountKind.SHOP_CLAIM: Line(Side.DEBIT),
    AccountKind.OFFLINE_RISK: Line(Side.CREDIT),
    AccountKind.CAP: Line(Side.CREDIT),
    AccountKind.CAPS_USED: Line(Side.DEBIT),
}


class EntryKind(StrEnum):
    """What kind of business event an entry is."""

    __hash__ = str.__hash__  # As above.

    # Money in and out of a programme.
    FUNDING = "funding"
    DEFUNDING = "defunding"
    OFFLINE_COVER = "offline_cover"
    OFFLINE_COVER_FREED = "offline_cover_freed"

    # To the families.
    APPROVAL = "approval"
    ISSUANCE = "issuance"
    COMPLETION = "completion"
    RESERVE = "reserve"
    RESERVE_RELEASE = "reserve_release"
    EXPIRY = "expiry"
    RECALL = "recall"
    GIFT = "gift"

    # At the shops.
    REDEMPTION = "redemption"
    OFFLINE_REDEMPTION = "offline_redemption"
    REFUND = "refund"
    CLAIM_COVER = "claim_cover"
    VOID = "void"
    PAYOUT = "payout"

    # Corrections, and the book's own housekeeping: no money, or its contrary.
    REVERSAL = "reversal"
    OPENING = "opening"
    REGISTRATION = "registration"
    HOLD_EXPIRY = "hold_expiry"
    PERIOD_CLOSE = "period_close"
    SEAL = "seal"
    ERASURE = "erasure"
