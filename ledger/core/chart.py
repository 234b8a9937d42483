"""The chart as data: kinds of account, each with its side and bounds; kinds of entry.

Which entry may touch which account is in `posting_rules`. Source: design 4.1, 4.2. A new kind is
an addition to the format; a changed one is a new version of it (FORMAT.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ledger.core.quantities import Unit

# The one book that is no comune's: the circuit's, run by the association. A comune's book opens no
# account of the circuit, nor the other way round, so their natures cannot meet in an entry.
CIRCUIT_BOOK: Final = "circuito"

# The circuit's three units: its euro (cents), its credits (cents of credit), its hours (minutes).
EURO: Final[Unit] = "EUR"
CREDITS: Final[Unit] = "CREDITS"
HOURS: Final[Unit] = "HOURS"


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

    # The circuit's euro.
    BANK = "bank"  # What the association's bank account holds.
    CONTRIBUTION_DUE = "contribution_due"  # Shop: the discounts that it has yet to pay in.
    FUND_ACCRUED = "fund_accrued"  # Shop: the fund's share of its discounts, not paid in yet.
    FAMILY_BONUS_ACCRUED = "family_bonus_accrued"  # Family: its share of them, not paid in yet.
    SOCIAL_FUND = "social_fund"  # Project: collected, and given; what the Rete may spend.
    FAMILY_BONUS = "family_bonus"  # Family: collected, waiting to be released as credits.
    IN_TRANSIT = "in_transit"  # Out of the fund, not yet in a comune's programme.
    CREDIT_RESERVE = "credit_reserve"  # The euro that cover the credits in circulation.
    RUNNING_COSTS = "running_costs"  # What conversions leave for the circuit's costs.

    # Its credits, and its hours.
    CREDITS_ISSUED = "credits_issued"  # The other side of all wallets.
    WALLET = "wallet"  # Credits of a family, a shop or an association.
    MEMBER = "member"  # Minutes that somebody gave and may receive; the bank's, owed by nobody.


class Where(StrEnum):
    """In which books an account may be."""

    COMUNE = "comune"
    CIRCUIT = "circuit"
    BOTH = "both"

    def has(self, book: str) -> bool:
        """Whether a book of this name is meant."""
        return self is Where.BOTH or (self is Where.CIRCUIT) is (book == CIRCUIT_BOOK)


@dataclass(frozen=True, slots=True)
class Line:
    """A kind's side, and the widest bounds that an account of it may have (None: no bound).

    `unit`: the only one it is counted in. `bounded`: each account has a floor and a ceiling.
    """

    side: Side
    floor: int | None = 0
    ceiling: int | None = None
    where: Where = Where.COMUNE
    unit: Unit | None = None
    bounded: bool = False


def _circuit(side: Side, unit: Unit = EURO) -> Line:
    return Line(side, where=Where.CIRCUIT, unit=unit)


CHART: Final[Mapping[AccountKind, Line]] = {
    AccountKind.TREASURY: Line(Side.DEBIT),
    AccountKind.FUND: Line(Side.CREDIT),
    AccountKind.BATCH: Line(Side.CREDIT),
    AccountKind.VOUCHER: Line(Side.CREDIT),
    AccountKind.DEVICE_RESERVE: Line(Side.CREDIT),
    AccountKind.SHOP_PAYABLE: Line(Side.CREDIT, where=Where.BOTH),
    AccountKind.REFUND_DUE: Line(Side.CREDIT),
    AccountKind.SHOP_CLAIM: Line(Side.DEBIT),
    AccountKind.OFFLINE_RISK: Line(Side.CREDIT),
    AccountKind.CAP: Line(Side.CREDIT),
    AccountKind.CAPS_USED: Line(Side.DEBIT),
    AccountKind.BANK: _circuit(Side.DEBIT),
    AccountKind.CONTRIBUTION_DUE: _circuit(Side.DEBIT),
    AccountKind.FUND_ACCRUED: _circuit(Side.CREDIT),
    AccountKind.FAMILY_BONUS_ACCRUED: _circuit(Side.CREDIT),
    AccountKind.SOCIAL_FUND: _circuit(Side.CREDIT),
    AccountKind.FAMILY_BONUS: _circuit(Side.CREDIT),
    AccountKind.IN_TRANSIT: _circuit(Side.CREDIT),
    AccountKind.CREDIT_RESERVE: _circuit(Side.CREDIT),
    AccountKind.RUNNING_COSTS: _circuit(Side.CREDIT),
    AccountKind.CREDITS_ISSUED: _circuit(Side.DEBIT, CREDITS),
    AccountKind.WALLET: _circuit(Side.CREDIT, CREDITS),
    AccountKind.MEMBER: Line(
        Side.CREDIT, floor=None, where=Where.CIRCUIT, unit=HOURS, bounded=True
    ),
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

    # The circuit: discounts, the fund, credits, hours.
    PURCHASE = "purchase"
    CONTRIBUTION_PAYMENT = "contribution_payment"
    GOODS_RETURN = "goods_return"
    WRITE_OFF = "write_off"
    DONATION = "donation"
    FEED = "feed"
    FEED_ARRIVAL = "feed_arrival"
    BONUS_RELEASE = "bonus_release"
    CREDIT_PAYMENT = "credit_payment"
    CONVERSION = "conversion"
    CIRCUIT_PAYOUT = "circuit_payout"
    HOURS_GIVEN = "hours_given"

    # Corrections, and the book's own housekeeping: no money, or its contrary.
    REVERSAL = "reversal"
    OPENING = "opening"
    REGISTRATION = "registration"
    HOLD_EXPIRY = "hold_expiry"
    PERIOD_CLOSE = "period_close"
    SEAL = "seal"
    ERASURE = "erasure"
