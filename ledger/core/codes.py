"""Every outcome a decision can have, in the order in which reasons win. Not here: words on screen.

A refusal is a value, kept for ever like an acceptance. What is no decision (a bad token, a wrong
PIN, a full queue) has no code here.
"""

from enum import StrEnum


class Code(StrEnum):
    """The outcome of one request; of several reasons the first in this order is told."""

    ACCEPTED = "accepted"

    # The id was seen before.
    KEY_REUSED = "key_reused"  # Same id, other words; nothing is stored, the first decision stays.
    VOIDED = "voided"  # The id was burnt by a void before its request came.

    # Judged before the book, by a verb, on the registers; remembered like any other no.
    CREDENTIAL_INACTIVE = "credential_inactive"
    SHOP_SUSPENDED = "shop_suspended"
    NOT_ADMITTED = "not_admitted"  # No programme behind the code admits this shop or its category.
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    NOT_IN_GROUP = "not_in_group"  # Bound to a buying group that this shop is not of.
    OTHER_DENOMINATION = "other_denomination"  # Of this face only other kinds of shop take it.
    EARNED_HERE = "earned_here"  # To be spent in another shop than where it was earned.
    BEGUN_ELSEWHERE = "begun_elsewhere"  # Its rest may be spent only where it was begun.
    FIRST_USE_MISSED = "first_use_missed"  # Not begun within its first days.
    DECLARATION_NEEDED = "declaration_needed"  # That the sale has none of the excluded goods.
    BILL_NEEDED = "bill_needed"  # Only a share of the bill may be paid: its total was not told.
    OVER_SHARE = "over_share"  # More than that share of the bill.
    OVER_LIMIT = "over_limit"  # More than the credential, or the programme, allows in one sale.
    OVER_DAY = "over_day"  # More than a family may spend of a programme in a day.
    OVER_WEEK = "over_week"
    GIFT_NOT_ALLOWED = "gift_not_allowed"  # The source of the money does not let it be given on.
    STILL_OFFLINE = "still_offline"  # A till without network may have taken it: its money waits.
    NO_DISCOUNT = "no_discount"  # The shop has no agreement with the circuit today.
    SWITCHED_OFF = "switched_off"  # The circuit's rules do not allow it: a lawyer has to answer.
    TOO_LATE = "too_late"  # An undo after its window.
    NOT_APPROVED = "not_approved"  # Four eyes: the same person, or another content or total.

    # What the items ask cannot be, whatever the balances.
    ITEM_NOT_ALLOWED = "item_not_allowed"
    UNKNOWN_ACCOUNT = "unknown_account"
    ACCOUNT_EXISTS = "account_exists"
    OUTSIDE_CHART = "outside_chart"  # Bounds wider than the account's kind allows.
    SAME_ACCOUNT = "same_account"
    UNIT_MISMATCH = "unit_mismatch"
    POSTING_RULE = "posting_rule"  # This kind of entry may not touch these kinds of account.
    ACCOUNT_CLOSED = "account_closed"
    UNKNOWN_UNIT = "unknown_unit"
    PERIOD_NOT_OPEN = "period_not_open"

    # Once only.
    ALREADY_CLAIMED = "already_claimed"
    COMMITMENT_EXISTS = "commitment_exists"
    UNKNOWN_COMMITMENT = "unknown_commitment"
    HOLD_EXISTS = "hold_exists"
    UNKNOWN_HOLD = "unknown_hold"
    HOLD_RESOLVED = "hold_resolved"
    HOLD_EXPIRED = "hold_expired"
    HOLD_NOT_DUE = "hold_not_due"
    EXCEEDS_HOLD = "exceeds_hold"
    UNKNOWN_ENTRY = "unknown_entry"
    NOT_REVERSIBLE = "not_reversible"
    ALREADY_REVERSED = "already_reversed"
    REFUND_EXCEEDS = "refund_exceeds"  # More than what is left of the redemption's parts.

    # The balances of that moment.
    ACCOUNT_NOT_EMPTY = "account_not_empty"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    CEILING_REACHED = "ceiling_reached"
    COUNTER_FULL = "counter_full"

    # The entry as a whole.
    UNLINKED = "unlinked"  # One leg of a linked pair is absent, or is not as much as the other.


PRECEDENCE: tuple[Code, ...] = tuple(Code)
