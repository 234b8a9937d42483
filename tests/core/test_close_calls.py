"""Cases in which two answers lie side by side, and only one is right: each was once not told apart.

Found by turning the posting code wrong in one place (`tests/faults/mutation.py`) with no test red.
"""

import pytest

from ledger.core.accounts import Chain
from ledger.core.chart import AccountKind, EntryKind
from ledger.core.codes import Code
from ledger.core.items import OpenAccount, Reverse, Seal
from ledger.core.quantities import MAX_AMOUNT
from ledger.core.state import Totals
from tests.core.test_apply import OLD, SALE, U, ask, d, decide, h, small_book, t
from tests.rich_book import account, uuid

REST = 7  # What was left of a slip went back to its fund.


def test_a_unit_with_an_account_and_no_money_yet_can_be_sealed() -> None:
    """A programme is defined on Monday, the checkpoint comes at night, money on Tuesday."""
    state = small_book()
    opened = OpenAccount(account("N"), "NEW", AccountKind.FUND)
    assert decide(state, ask(EntryKind.OPENING, opened, name="open")).accepted
    sealed = decide(state, ask(EntryKind.SEAL, Seal(("NEW",)), name="seal"))
    assert sealed.facts == {"totals": [["NEW", 0, 0]]}


def test_a_shop_owes_nothing_for_what_it_never_received() -> None:
    """The rest of a slip went to the fund: a claim on a shop of the same owner is none of it."""
    state = small_book()
    state.chains[REST] = Chain(REST, account("V"), account("F"), 8)
    state.accounts[account("C")] = state.accounts[account("C")]._replace(owner=uuid("F"))
    refund = ask(EntryKind.REFUND, d(8, ("C", "D", REST)))
    assert decide(state, refund).code is Code.POSTING_RULE


def test_a_refund_is_too_much_only_where_every_part_was_given_back() -> None:
    """Of two parts one was; of the other the shop, paid out meanwhile, has only 5 to give."""
    state = small_book()
    state.accounts[account("S")] = state.accounts[account("S")]._replace(credits_posted=5)
    refund = ask(EntryKind.REFUND, d(8, ("S", "V", OLD), ("S", "V", SALE)), name="both")
    decision = decide(state, refund)
    assert (decision.code, decision.facts) == (Code.INSUFFICIENT_FUNDS, {"available": 5})
    spent = ask(EntryKind.REFUND, d(8, ("S", "V", OLD)), name="spent")
    assert decide(state, spent).code is Code.REFUND_EXCEEDS


def test_who_takes_the_last_cent_is_not_short() -> None:
    """The fund would be empty, which it may be; it is the voucher that is too full."""
    decision = decide(small_book(), ask(EntryKind.ISSUANCE, t("F", "V", 300)))
    assert (decision.code, decision.facts) == (Code.CEILING_REACHED, {"available": 10})


def test_what_is_left_counts_every_voucher_once() -> None:
    """Two vouchers pay one shop: the till says what is left on both; one named twice is one."""
    decision = decide(small_book(), ask(EntryKind.REDEMPTION, d(10, ("V", "S"), ("V2", "S"))))
    assert decision.facts == {"left": 60}
    twice = decide(small_book(), ask(EntryKind.REDEMPTION, d(10, ("V", "S"), ("V", "S"))))
    assert twice.facts == {"left": 40}


def test_an_entry_that_moved_and_held_is_not_reversed_by_half() -> None:
    state = small_book()
    entry = ask(EntryKind.ISSUANCE, t("F", "V2", 5), h("H", "F", "V2", 5), name="entry")
    assert decide(state, entry).accepted
    back = decide(state, ask(EntryKind.REVERSAL, Reverse(entry.id), name="back"))
    assert back.code is Code.NOT_REVERSIBLE


def test_what_is_held_counts_for_how_much_a_unit_can_ever_move() -> None:
    state = small_book()
    state.totals[U] = Totals(1000, 10)
    most = MAX_AMOUNT - 1010
    more = ask(EntryKind.FUNDING, t("T", "F", most + 1), name="more")
    assert decide(state, more).code is Code.COUNTER_FULL
    assert decide(state, ask(EntryKind.FUNDING, t("T", "F", most), name="most")).accepted


@pytest.mark.parametrize(
    ("kind", "debit", "credit"),
    [
        (EntryKind.FUNDING, "T", "F"), (EntryKind.DEFUNDING, "F", "T"),
        (EntryKind.OFFLINE_COVER, "F", "R"), (EntryKind.OFFLINE_COVER_FREED, "R", "F"),
        (EntryKind.ISSUANCE, "F", "V"), (EntryKind.GIFT, "V", "F"),
        (EntryKind.CLAIM_COVER, "S", "C"), (EntryKind.PAYOUT, "S", "T"),
    ],
)  # fmt: skip
def test_every_kind_of_entry_that_may_be_corrected_is(
    kind: EntryKind, debit: str, credit: str
) -> None:
    state = small_book()
    state.accounts[account("C")] = state.accounts[account("C")]._replace(debits_posted=5)
    entry = ask(kind, t(debit, credit, 5), name="entry")
    assert decide(state, entry).accepted
    back = decide(state, ask(EntryKind.REVERSAL, Reverse(entry.id), name="back"))
    [contrary] = back.transfers
    assert (contrary.debit, contrary.credit) == (account(credit), account(debit))
