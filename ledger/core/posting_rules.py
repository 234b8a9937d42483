"""Entry kind -> the sides it may touch: accounting as data, enforced by `apply()`.

Read it as a table: each line is "debit (dare), credit (avere)". Source: design 4.1, 4.2; the
README's tables are compared with these by a test.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from ledger.core.chart import AccountKind, EntryKind

TREASURY, FUND, BATCH = AccountKind.TREASURY, AccountKind.FUND, AccountKind.BATCH
VOUCHER, DEVICE_RESERVE = AccountKind.VOUCHER, AccountKind.DEVICE_RESERVE
SHOP_PAYABLE, SHOP_CLAIM = AccountKind.SHOP_PAYABLE, AccountKind.SHOP_CLAIM
REFUND_DUE, OFFLINE_RISK = AccountKind.REFUND_DUE, AccountKind.OFFLINE_RISK
CAP, CAPS_USED = AccountKind.CAP, AccountKind.CAPS_USED

BANK, CONTRIBUTION_DUE = AccountKind.BANK, AccountKind.CONTRIBUTION_DUE
FUND_ACCRUED, SOCIAL_FUND = AccountKind.FUND_ACCRUED, AccountKind.SOCIAL_FUND
BONUS_ACCRUED, FAMILY_BONUS = AccountKind.FAMILY_BONUS_ACCRUED, AccountKind.FAMILY_BONUS
IN_TRANSIT, RUNNING_COSTS = AccountKind.IN_TRANSIT, AccountKind.RUNNING_COSTS
CREDIT_RESERVE, CREDITS_ISSUED = AccountKind.CREDIT_RESERVE, AccountKind.CREDITS_ISSUED
WALLET, MEMBER = AccountKind.WALLET, AccountKind.MEMBER


class Sides(NamedTuple):
    """The two kinds of account that one transfer touches."""

    debit: AccountKind
    credit: AccountKind


POSTING_RULES: Final[Mapping[EntryKind, tuple[Sides, ...]]] = {
    # event                            debit (dare)    credit (avere)
    EntryKind.FUNDING:             (Sides(TREASURY,       FUND),),
    EntryKind.DEFUNDING:           (Sides(FUND,           TREASURY),),
    EntryKind.OFFLINE_COVER:       (Sides(FUND,           OFFLINE_RISK),),
    EntryKind.OFFLINE_COVER_FREED: (Sides(OFFLINE_RISK,   FUND),),
    EntryKind.APPROVAL:            (Sides(FUND,           BATCH),),
    EntryKind.ISSUANCE:            (Sides(FUND,           VOUCHER),
                                    Sides(BATCH,          VOUCHER)),
    EntryKind.COMPLETION:          (Sides(BATCH,          FUND),),
    EntryKind.RESERVE:             (Sides(VOUCHER,        DEVICE_RESERVE),),
    EntryKind.RESERVE_RELEASE:     (Sides(DEVICE_RESERVE, VOUCHER),
                                    Sides(DEVICE_RESERVE, FUND)),  # The voucher has ended.
    EntryKind.EXPIRY:              (Sides(VOUCHER,        FUND),),
    EntryKind.RECALL:              (Sides(VOUCHER,        FUND),),
    EntryKind.GIFT:                (Sides(VOUCHER,        FUND),),
    EntryKind.REDEMPTION:          (Sides(VOUCHER,        SHOP_PAYABLE),
                                    Sides(VOUCHER,        FUND),  # What is left of a slip.
                                    Sides(CAPS_USED,      CAP)),
    EntryKind.OFFLINE_REDEMPTION:  (Sides(DEVICE_RESERVE, SHOP_PAYABLE),
                                    Sides(VOUCHER,        SHOP_PAYABLE),
                                    Sides(VOUCHER,        FUND),
                                    Sides(OFFLINE_RISK,   SHOP_PAYABLE)),  # The shortage.
    EntryKind.REFUND:              (Sides(SHOP_PAYABLE,   VOUCHER),
                                    Sides(SHOP_PAYABLE,   FUND),  # The voucher has ended.
                                    Sides(SHOP_PAYABLE,   OFFLINE_RISK),
                                    Sides(SHOP_CLAIM,     REFUND_DUE),  # Late: a claim.
                                    Sides(CAP,            CAPS_USED)),
    EntryKind.CLAIM_COVER:         (Sides(SHOP_PAYABLE,   SHOP_CLAIM),
                                    Sides(TREASURY,       SHOP_CLAIM),  # Repaid in money.
                                    Sides(REFUND_DUE,     VOUCHER),
                                    Sides(REFUND_DUE,     FUND)),
    EntryKind.PAYOUT:              (Sides(SHOP_PAYABLE,   TREASURY),),
    # The circuit's book.
    EntryKind.PURCHASE:            (Sides(CONTRIBUTION_DUE, FUND_ACCRUED),
                                    Sides(CONTRIBUTION_DUE, BONUS_ACCRUED)),
    EntryKind.CONTRIBUTION_PAYMENT: (Sides(BANK,          CONTRIBUTION_DUE),
                                    Sides(FUND_ACCRUED,   SOCIAL_FUND),
                                    Sides(BONUS_ACCRUED,  FAMILY_BONUS)),
    EntryKind.GOODS_RETURN:        (Sides(FUND_ACCRUED,   CONTRIBUTION_DUE),
                                    Sides(BONUS_ACCRUED,  CONTRIBUTION_DUE)),
    EntryKind.WRITE_OFF:           (Sides(FUND_ACCRUED,   CONTRIBUTION_DUE),
                                    Sides(BONUS_ACCRUED,  CONTRIBUTION_DUE)),
    EntryKind.DONATION:            (Sides(BANK,           SOCIAL_FUND),),  # Membership, grant too.
    EntryKind.FEED:                (Sides(SOCIAL_FUND,    IN_TRANSIT),),
    EntryKind.FEED_ARRIVAL:        (Sides(IN_TRANSIT,     BANK),),
    EntryKind.BONUS_RELEASE:       (Sides(FAMILY_BONUS,   CREDIT_RESERVE),
                                    Sides(CREDITS_ISSUED, WALLET)),
    EntryKind.CREDIT_PAYMENT:      (Sides(WALLET,         WALLET),),
    EntryKind.CONVERSION:          (Sides(WALLET,         CREDITS_ISSUED),
                                    Sides(CREDIT_RESERVE, SHOP_PAYABLE),
                                    Sides(CREDIT_RESERVE, SOCIAL_FUND),
                                    Sides(CREDIT_RESERVE, RUNNING_COSTS)),
    EntryKind.CIRCUIT_PAYOUT:      (Sides(SHOP_PAYABLE,   BANK),
                                    Sides(RUNNING_COSTS,  BANK)),
    EntryKind.HOURS_GIVEN:         (Sides(MEMBER,         MEMBER),),  # Receiver, giver.
    EntryKind.VOID:                (),
    EntryKind.REVERSAL:            (),  # The contrary of what it reverses: `REVERSIBLE`.
    EntryKind.OPENING:             (),
    EntryKind.REGISTRATION:        (),
    EntryKind.HOLD_EXPIRY:         (),
    EntryKind.PERIOD_CLOSE:        (),
    EntryKind.SEAL:                (),
    EntryKind.ERASURE:             (),
}  # fmt: skip

# Entries that a contrary entry may correct, once. Redemptions and refunds are not here: they go
# back through the chain of their parts, also in pieces.
REVERSIBLE: Final[frozenset[EntryKind]] = frozenset({
    EntryKind.FUNDING,
    EntryKind.DEFUNDING,
    EntryKind.OFFLINE_COVER,
    EntryKind.OFFLINE_COVER_FREED,
    EntryKind.ISSUANCE,
    EntryKind.GIFT,
    EntryKind.CLAIM_COVER,
    EntryKind.PAYOUT,
    EntryKind.DONATION,
    EntryKind.CIRCUIT_PAYOUT,
})  # fmt: skip

# Pairs that come together to the cent or not at all, also across units (invariant 11): in an entry
# of this kind, what moves by the one group of sides is as much as what moves by the other.
LINKED: Final[Mapping[EntryKind, tuple[frozenset[Sides], frozenset[Sides]]]] = {
    EntryKind.CONTRIBUTION_PAYMENT: (
        frozenset({Sides(BANK, CONTRIBUTION_DUE)}),
        frozenset({Sides(FUND_ACCRUED, SOCIAL_FUND), Sides(BONUS_ACCRUED, FAMILY_BONUS)}),
    ),
    EntryKind.BONUS_RELEASE: (
        frozenset({Sides(FAMILY_BONUS, CREDIT_RESERVE)}),
        frozenset({Sides(CREDITS_ISSUED, WALLET)}),
    ),
    EntryKind.CONVERSION: (
        frozenset({Sides(WALLET, CREDITS_ISSUED)}),
        frozenset({
            Sides(CREDIT_RESERVE, SHOP_PAYABLE),
            Sides(CREDIT_RESERVE, SOCIAL_FUND),
            Sides(CREDIT_RESERVE, RUNNING_COSTS),
        }),
    ),
}  # fmt: skip

# Entries whose draws name the transfers they use up: a redemption's parts, a purchase's shares. Of
# each, what was given back and what was collected share one chain, so it is never done twice.
NAMES_PARTS: Final[frozenset[EntryKind]] = frozenset({
    EntryKind.REFUND,
    EntryKind.GOODS_RETURN,
    EntryKind.WRITE_OFF,
    EntryKind.CONTRIBUTION_PAYMENT,
})  # fmt: skip
SHARES: Final = frozenset({FUND_ACCRUED, BONUS_ACCRUED})

# What settles acceptances made before an account closed may still touch it (invariant 12).
SETTLES_AFTER_CLOSING: Final[frozenset[EntryKind]] = frozenset(
    {EntryKind.OFFLINE_REDEMPTION, EntryKind.PAYOUT}
)


def allows(kind: EntryKind, sides: Sides) -> bool:
    """Whether an entry of this kind may move money so; `apply()` refuses anything else."""
    return sides in POSTING_RULES[kind]
