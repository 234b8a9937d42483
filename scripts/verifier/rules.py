"""The tables of the book's rules, copied by hand from README.md and FORMAT.md of the ledger.

Not here: who applies them (`effects`, `moving`).
"""

from typing import Final

MAX: Final = 2**53 - 1
VERSION: Final = 1

# Kinds of account whose balance is debits less credits. Every kind has floor 0 and no ceiling, but
# a member of the time bank, whose every account has a floor and a ceiling of its own.
DEBIT_SIDED: Final = frozenset({
    "treasury", "shop_claim", "caps_used", "bank", "contribution_due", "credits_issued",
})  # fmt: skip
OF_A_COMUNE: Final = frozenset({
    "treasury", "fund", "batch", "voucher", "device_reserve", "shop_payable", "refund_due",
    "shop_claim", "offline_risk", "cap", "caps_used",
})  # fmt: skip
CIRCUIT: Final = "circuito"  # The name of the circuit's book, and no other's.
UNIT_IN_CIRCUIT: Final = dict.fromkeys(
    (
        "bank", "contribution_due", "fund_accrued", "family_bonus_accrued", "social_fund",
        "family_bonus", "in_transit", "credit_reserve", "running_costs",
    ),
    "EUR",
) | {"credits_issued": "CREDITS", "wallet": "CREDITS", "member": "HOURS"}  # fmt: skip
ACCOUNT_KINDS: Final = OF_A_COMUNE | frozenset(UNIT_IN_CIRCUIT)
BACKING: Final = frozenset({"credit_reserve", "credits_issued"})  # As much, the one as the other.

# Entry, then each pair that it may move: debit > credit.
_POSTINGS: Final = """
funding:             treasury > fund
defunding:           fund > treasury
offline_cover:       fund > offline_risk
offline_cover_freed: offline_risk > fund
approval:            fund > batch
issuance:            fund > voucher, batch > voucher
completion:          batch > fund
reserve:             voucher > device_reserve
reserve_release:     device_reserve > voucher, device_reserve > fund
expiry:              voucher > fund
recall:              voucher > fund
gift:                voucher > fund
redemption:          voucher > shop_payable, voucher > fund, caps_used > cap
offline_redemption:  device_reserve > shop_payable, voucher > shop_payable, voucher > fund, \
offline_risk > shop_payable
refund:              shop_payable > voucher, shop_payable > fund, shop_payable > offline_risk, \
shop_claim > refund_due, cap > caps_used
claim_cover:         shop_payable > shop_claim, treasury > shop_claim, refund_due > voucher, \
refund_due > fund
payout:              shop_payable > treasury
purchase:            contribution_due > fund_accrued, contribution_due > family_bonus_accrued
contribution_payment: bank > contribution_due, fund_accrued > social_fund, \
family_bonus_accrued > family_bonus
goods_return:        fund_accrued > contribution_due, family_bonus_accrued > contribution_due
write_off:           fund_accrued > contribution_due, family_bonus_accrued > contribution_due
donation:            bank > social_fund
feed:                social_fund > in_transit
feed_arrival:        in_transit > bank
bonus_release:       family_bonus > credit_reserve, credits_issued > wallet
credit_payment:      wallet > wallet
conversion:          wallet > credits_issued, credit_reserve > shop_payable, \
credit_reserve > social_fund, credit_reserve > running_costs
circuit_payout:      shop_payable > bank, running_costs > bank
hours_given:         member > member
"""
MOVES_NOTHING: Final = frozenset({
    "void", "reversal", "opening", "registration", "hold_expiry", "period_close", "seal", "erasure",
})  # fmt: skip


def _postings() -> frozenset[tuple[str, str, str]]:
    triples = set()
    for line in _POSTINGS.strip().splitlines():
        entry, pairs = line.split(":")
        for pair in pairs.split(","):
            debit, credit = (side.strip() for side in pair.split(">"))
            triples.add((entry, debit, credit))
    return frozenset(triples)


POSTINGS: Final = _postings()  # (entry, debit, credit)
ENTRY_KINDS: Final = frozenset(entry for entry, _debit, _credit in POSTINGS) | MOVES_NOTHING

REVERSIBLE: Final = frozenset({
    "funding", "defunding", "offline_cover", "offline_cover_freed", "issuance", "gift",
    "claim_cover", "payout", "donation", "circuit_payout",
})  # fmt: skip
MAY_TOUCH_CLOSED_PAYABLE: Final = frozenset({"offline_redemption", "payout"})
# In these entries what moves by this pair is as much as what moves by all the others.
LINKED: Final = {
    "contribution_payment": ("bank", "contribution_due"),
    "bonus_release": ("family_bonus", "credit_reserve"),
    "conversion": ("wallet", "credits_issued"),
}
# Their draws name the transfers that they use up; all but the last do nothing else.
NAMES_PARTS: Final = frozenset({"refund", "goods_return", "write_off", "contribution_payment"})
ONLY_PARTS: Final = NAMES_PARTS - {"contribution_payment"}
SHARES: Final = frozenset({"fund_accrued", "family_bonus_accrued"})
SHOPS_ARE_PAID_FROM: Final = frozenset({"voucher", "device_reserve", "offline_risk"})

# Items that stand in one kind of entry only, which then holds nothing else.
ONLY_IN: Final = {
    "reverse": "reversal",
    "expire": "hold_expiry",
    "close_period": "period_close",
    "seal": "seal",
    "erase": "erasure",
}
HOLDS_ONLY: Final = {entry: item for item, entry in ONLY_IN.items()}

CODES: Final = frozenset({
    "accepted", "key_reused", "voided", "credential_inactive", "shop_suspended", "not_admitted",
    "not_yet_valid", "expired", "not_in_group", "other_denomination", "earned_here",
    "begun_elsewhere", "first_use_missed", "declaration_needed", "bill_needed", "over_share",
    "over_limit", "over_day", "over_week", "gift_not_allowed", "still_offline", "too_late",
    "not_approved",
    "item_not_allowed", "unknown_account", "account_exists", "outside_chart", "same_account",
    "unit_mismatch",
    "posting_rule", "account_closed", "unknown_unit", "period_not_open", "already_claimed",
    "commitment_exists", "unknown_commitment", "hold_exists", "unknown_hold", "hold_resolved",
    "hold_expired", "hold_not_due", "exceeds_hold", "unknown_entry", "not_reversible",
    "already_reversed", "refund_exceeds", "account_not_empty", "insufficient_funds",
    "ceiling_reached", "counter_full", "unlinked", "no_discount", "switched_off",
})  # fmt: skip
