"""Which no wins: one line a case, in the order of `Code`. Replay comes before every check.

Each line: a kind of entry, its items, the outcome; all asked of the same small book. Where a line
breaks several rules, the first in the order of `Code` must be told.
"""
# long: the table of cases is the test; it is read from top to bottom.

from collections.abc import Mapping
from typing import Any

import pytest

from ledger.core.accounts import Account, Chain, HoldState
from ledger.core.apply import apply
from ledger.core.chart import AccountKind, EntryKind
from ledger.core.codes import PRECEDENCE, Code
from ledger.core.decisions import Decision
from ledger.core.ids import ClaimId, RequestId
from ledger.core.items import (
    Claim,
    CloseAccount,
    ClosePeriod,
    Draw,
    Erase,
    ExpireHold,
    Hold,
    Item,
    OpenAccount,
    PostHold,
    Reverse,
    Seal,
    SetBounds,
    Transfer,
    VoidHold,
)
from ledger.core.quantities import MAX_AMOUNT
from ledger.core.requests import Request
from ledger.core.state import Head, State, Totals
from tests.rich_book import account, commitment, hold, leg, uuid

U, W = "U", "W"
NOW = 1_000
K = EntryKind
A = AccountKind
# Balances of the small book; T is full of 500, F has 300, V 50 and so on.
BOOK = {
    "T": (A.TREASURY, U, 500), "F": (A.FUND, U, 300), "V": (A.VOUCHER, U, 50),
    "V2": (A.VOUCHER, U, 20), "S": (A.SHOP_PAYABLE, U, 60), "S2": (A.SHOP_PAYABLE, U, 0),
    "C": (A.SHOP_CLAIM, U, 0), "D": (A.REFUND_DUE, U, 0), "R": (A.OFFLINE_RISK, U, 30),
    "P": (A.DEVICE_RESERVE, U, 10), "W": (A.VOUCHER, W, 5), "WS": (A.SHOP_PAYABLE, W, 5),
    "WC": (A.SHOP_CLAIM, W, 0), "WD": (A.REFUND_DUE, W, 0),
    "M": (A.CAP, U, 8), "U": (A.CAPS_USED, U, 8),
    "FB": (A.FAMILY_BONUS, U, 9), "CR": (A.CREDIT_RESERVE, U, 9),
    "CI": (A.CREDITS_ISSUED, W, 9), "WA": (A.WALLET, W, 9),
}  # fmt: skip
SALE, SHORTAGE, FROM_PHONE, PAYOUT_BACK, OTHER_UNIT, OLD = range(1, 7)


def small_book() -> State:
    state = State("small", Head(10, 100, NOW - 1, 3))
    for name, (kind, unit, balance) in BOOK.items():
        dare = kind in {A.TREASURY, A.SHOP_CLAIM, A.CAPS_USED, A.CREDITS_ISSUED}
        side = "debits_posted" if dare else "credits_posted"
        ceiling = 60 if name == "V" else None
        fields: dict[str, Any] = {"ceiling": ceiling, side: balance, "owner": uuid(name[:1])}
        state.accounts[account(name)] = Account(account(name), unit, kind)._replace(**fields)
    closed = Account(account("X"), U, A.VOUCHER, closed=True)
    state.accounts[closed.id] = closed
    shut = Account(account("XS"), U, A.SHOP_PAYABLE, closed=True, credits_posted=9)
    state.accounts[shut.id] = shut
    full = Account(account("FULL"), U, A.FUND, credits_posted=MAX_AMOUNT, debits_posted=MAX_AMOUNT)
    state.accounts[full.id] = full
    state.totals = {U: Totals(1000, 0), W: Totals(10, 0)}
    for seq, debit, credit in (
        (SALE, "V", "S"), (SHORTAGE, "R", "S"), (FROM_PHONE, "P", "S"), (PAYOUT_BACK, "T", "S"),
        (OTHER_UNIT, "W", "WS"), (OLD, "V", "S"),
    ):  # fmt: skip
        state.chains[seq] = Chain(seq, account(debit), account(credit), 8)
    state.chains[OLD] = state.chains[OLD].undo(8)
    state.claims[ClaimId(uuid("taken"))] = 1
    state.commitments[commitment("made")] = False
    return state


def t(debit: str, credit: str, amount: int = 1, unit: str = U) -> Transfer:
    return Transfer(account(debit), account(credit), amount, unit)


def d(
    total: int | None, *legs: tuple[str, str] | tuple[str, str, int], partial: bool = False
) -> Draw:
    return Draw(total, tuple(leg(*one) for one in legs), partial)


def h(name: str, debit: str, credit: str, amount: int = 1, until: int = NOW + 50) -> Hold:
    return Hold(hold(name), account(debit), account(credit), amount, U, until)


def o(name: str, kind: AccountKind = A.VOUCHER, **bounds: int | None) -> OpenAccount:
    return OpenAccount(account(name), U, kind, **bounds)  # type: ignore[arg-type]


CLAIM = Claim(ClaimId(uuid("taken")))
FRESH = Claim(ClaimId(uuid("fresh")))
OK = Code.ACCEPTED

CASES: tuple[tuple[EntryKind, tuple[Item, ...], Code], ...] = (
    # What a kind of entry may hold.
    (K.OPENING, (), OK),
    (K.FUNDING, (Reverse(RequestId(uuid("none"))),), Code.ITEM_NOT_ALLOWED),
    (K.FUNDING, (ExpireHold(hold("none")),), Code.ITEM_NOT_ALLOWED),
    (K.FUNDING, (Seal(("none",)),), Code.ITEM_NOT_ALLOWED),
    (K.REVERSAL, (t("none", "F"),), Code.ITEM_NOT_ALLOWED),
    (K.SEAL, (ClosePeriod(9),), Code.ITEM_NOT_ALLOWED),
    (K.REFUND, (t("S", "V"),), Code.ITEM_NOT_ALLOWED),
    (K.REFUND, (h("H", "S", "V"),), Code.ITEM_NOT_ALLOWED),
    (K.REFUND, (PostHold(hold("none")),), Code.ITEM_NOT_ALLOWED),
    (K.REFUND, (d(1, ("S", "V")),), Code.ITEM_NOT_ALLOWED),
    (K.REDEMPTION, (d(1, ("V", "S", SALE)),), Code.ITEM_NOT_ALLOWED),
    # Accounts.
    (K.OPENING, (o("N"),), OK),
    (K.OPENING, (o("N"), o("N")), Code.ACCOUNT_EXISTS),
    (K.OPENING, (o("V", floor=-1),), Code.ACCOUNT_EXISTS),
    (K.OPENING, (o("N", floor=-1),), Code.OUTSIDE_CHART),
    (K.OPENING, (o("N", floor=None),), Code.OUTSIDE_CHART),
    (K.OPENING, (o("N", floor=1),), Code.INSUFFICIENT_FUNDS),
    (K.OPENING, (o("N", ceiling=-1),), Code.CEILING_REACHED),
    (K.OPENING, (SetBounds(account("V"), 50, 50),), OK),
    (K.OPENING, (SetBounds(account("none"), -1),), Code.UNKNOWN_ACCOUNT),
    (K.OPENING, (SetBounds(account("V"), -1),), Code.OUTSIDE_CHART),
    (K.OPENING, (SetBounds(account("X"), -1),), Code.ACCOUNT_CLOSED),
    (K.OPENING, (SetBounds(account("V"), 51, 49),), Code.INSUFFICIENT_FUNDS),
    (K.OPENING, (SetBounds(account("V"), 0, 49),), Code.CEILING_REACHED),
    (K.OPENING, (CloseAccount(account("S2")),), OK),
    (K.OPENING, (CloseAccount(account("none")),), Code.UNKNOWN_ACCOUNT),
    (K.OPENING, (CloseAccount(account("X")),), Code.ACCOUNT_CLOSED),
    (K.OPENING, (CloseAccount(account("V")),), Code.ACCOUNT_NOT_EMPTY),
    (K.EXPIRY, (d(None, ("V", "F")), CloseAccount(account("V"))), OK),
    # A transfer: what it cannot be comes before what is not there.
    (K.FUNDING, (t("T", "F"),), OK),
    (K.FUNDING, (t("none", "none"),), Code.UNKNOWN_ACCOUNT),
    (K.FUNDING, (t("T", "none"),), Code.UNKNOWN_ACCOUNT),
    (K.FUNDING, (t("T", "T", unit=W),), Code.SAME_ACCOUNT),
    (K.FUNDING, (t("T", "W"),), Code.UNIT_MISMATCH),
    (K.FUNDING, (t("T", "F", unit=W),), Code.UNIT_MISMATCH),
    (K.REDEMPTION, (t("T", "F"),), Code.POSTING_RULE),
    (K.FUNDING, (t("F", "T"),), Code.POSTING_RULE),
    (K.REDEMPTION, (t("T", "X"),), Code.POSTING_RULE),
    (K.REDEMPTION, (t("X", "S", 99),), Code.ACCOUNT_CLOSED),
    (K.ISSUANCE, (t("F", "X", 999),), Code.ACCOUNT_CLOSED),
    (K.REDEMPTION, (t("V", "XS"),), Code.ACCOUNT_CLOSED),
    (K.REDEMPTION, (t("V", "S", 51),), Code.INSUFFICIENT_FUNDS),
    (K.ISSUANCE, (t("F", "V", 301),), Code.INSUFFICIENT_FUNDS),
    (K.ISSUANCE, (t("F", "V", 11),), Code.CEILING_REACHED),
    (K.ISSUANCE, (t("F", "V", 10),), OK),
    (K.FUNDING, (t("T", "FULL"),), Code.COUNTER_FULL),
    (K.FUNDING, (t("T", "F", MAX_AMOUNT),), Code.COUNTER_FULL),
    (K.FUNDING, (t("T", "F", MAX_AMOUNT - 999),), Code.COUNTER_FULL),
    (K.FUNDING, (t("T", "F", MAX_AMOUNT - 1000),), OK),
    # Linked pairs come together, to the cent, or not at all; what else is wrong is told first.
    (K.BONUS_RELEASE, (t("FB", "CR", 5),), Code.UNLINKED),
    (K.BONUS_RELEASE, (t("CI", "WA", 5, W),), Code.UNLINKED),
    (K.BONUS_RELEASE, (t("FB", "CR", 5), t("CI", "WA", 4, W)), Code.UNLINKED),
    (K.BONUS_RELEASE, (t("FB", "CR", 10), t("CI", "WA", 5, W)), Code.INSUFFICIENT_FUNDS),
    (K.BONUS_RELEASE, (t("FB", "CR", 5), t("CI", "WA", 5, W)), OK),
    (K.CONVERSION, (t("WA", "CI", 5, W), t("CR", "S", 4)), Code.UNLINKED),
    (K.CONVERSION, (t("CR", "S", 5),), Code.UNLINKED),
    (K.CONVERSION, (t("WA", "CI", 5, W), t("CR", "S", 5)), OK),
    # What closed may still be settled, and nothing else.
    (K.PAYOUT, (t("XS", "T", 9),), OK),
    (K.OFFLINE_REDEMPTION, (t("P", "XS", 9),), OK),
    (K.OFFLINE_REDEMPTION, (t("X", "S"),), Code.ACCOUNT_CLOSED),
    # A draw takes from its legs in their order.
    (K.REDEMPTION, (d(70, ("V", "S"), ("V2", "S")),), OK),
    (K.REDEMPTION, (d(70, ("V2", "S"), ("V", "S")),), OK),
    (K.REDEMPTION, (d(71, ("V", "S"), ("V2", "S")),), Code.INSUFFICIENT_FUNDS),
    (K.REDEMPTION, (d(71, ("V", "S"), ("V2", "S"), partial=True),), OK),
    (K.REDEMPTION, (d(None, ("V", "S"), ("V2", "S")),), OK),
    (K.REDEMPTION, (d(None),), OK),
    (K.REDEMPTION, (d(1),), Code.INSUFFICIENT_FUNDS),
    (K.REDEMPTION, (d(1, ("X", "S"), ("V", "S")),), OK),
    (K.REDEMPTION, (d(1, ("X", "S")),), Code.ACCOUNT_CLOSED),
    (K.REDEMPTION, (d(1, ("V", "XS")),), Code.ACCOUNT_CLOSED),
    (K.REDEMPTION, (d(1, ("S", "S")),), Code.SAME_ACCOUNT),
    (K.REDEMPTION, (d(1, ("none", "none")),), Code.UNKNOWN_ACCOUNT),
    (K.REDEMPTION, (d(1, ("V", "S"), ("V", "WS")),), Code.UNIT_MISMATCH),
    (K.REDEMPTION, (d(1, ("V", "S"), ("T", "F")),), Code.POSTING_RULE),
    (K.FUNDING, (d(1, ("T", "FULL")),), Code.COUNTER_FULL),
    (K.FUNDING, (d(None, ("T", "F")),), Code.COUNTER_FULL),
    # A draw's claim: free, taken, and taken with a second way.
    (K.OFFLINE_REDEMPTION, (Draw(1, (leg("P", "S"),), claim=FRESH.id),), OK),
    (K.OFFLINE_REDEMPTION, (Draw(1, (leg("none", "S"),), claim=CLAIM.id),), Code.ALREADY_CLAIMED),
    (K.OFFLINE_REDEMPTION,
     (Draw(1, (leg("P", "S"),), claim=CLAIM.id, if_claimed=(leg("R", "S"),)),), OK),
    (K.OPENING, (FRESH,), OK),
    (K.OPENING, (CLAIM,), Code.ALREADY_CLAIMED),
    (K.OPENING, (FRESH, FRESH), Code.ALREADY_CLAIMED),
    # A refund gives back what one sale had moved, to where it came from.
    (K.REFUND, (d(8, ("S", "V", SALE)),), OK),
    (K.REFUND, (d(8, ("S", "F", SALE)),), OK),
    (K.REFUND, (d(8, ("C", "D", SALE)),), Code.POSTING_RULE),  # A claim on another owner.
    (K.REFUND, (d(8, ("S", "V2", SALE)),), Code.POSTING_RULE),
    (K.REFUND, (d(8, ("S2", "V", SALE)),), Code.POSTING_RULE),
    (K.REFUND, (d(8, ("S", "R", SALE)),), Code.POSTING_RULE),
    (K.REFUND, (d(8, ("S", "R", SHORTAGE)),), OK),
    (K.REFUND, (d(8, ("S", "F", SHORTAGE)),), Code.POSTING_RULE),
    (K.REFUND, (d(8, ("S", "V", SHORTAGE)),), Code.POSTING_RULE),
    (K.REFUND, (d(8, ("S", "V", FROM_PHONE)),), OK),
    (K.REFUND, (d(8, ("S", "V", PAYOUT_BACK)),), Code.POSTING_RULE),
    (K.REFUND, (d(8, ("C", "D", OTHER_UNIT)),), Code.POSTING_RULE),
    (K.REFUND, (d(8, ("WC", "WD", OTHER_UNIT)),), OK),
    (K.REFUND, (d(8, ("S", "V", 99)),), Code.UNKNOWN_ENTRY),
    (K.REFUND, (d(9, ("S", "V", SALE)),), Code.REFUND_EXCEEDS),
    (K.REFUND, (d(1, ("S", "V", OLD)),), Code.REFUND_EXCEEDS),
    (K.REFUND, (d(8, ("S", "V", SALE), ("S", "F", SALE)), d(1, ("S", "V", SALE))),
     Code.REFUND_EXCEEDS),
    # Holds.
    (K.REDEMPTION, (h("H", "V", "S", 50),), OK),
    (K.REDEMPTION, (h("H", "none", "S"),), Code.UNKNOWN_ACCOUNT),
    (K.FUNDING, (h("H", "X", "S"),), Code.POSTING_RULE),
    (K.REDEMPTION, (h("H", "X", "S"),), Code.ACCOUNT_CLOSED),
    (K.REDEMPTION, (h("H", "V", "S"), h("H", "V", "S", until=0)), Code.HOLD_EXISTS),
    (K.REDEMPTION, (h("H", "V", "S", 99, until=NOW),), Code.HOLD_EXPIRED),
    (K.REDEMPTION, (h("H", "V", "S", 51),), Code.INSUFFICIENT_FUNDS),
    (K.REDEMPTION, (h("H", "V", "S", 50), t("V", "S")), Code.INSUFFICIENT_FUNDS),
    (K.ISSUANCE, (h("H", "F", "V", 11),), Code.CEILING_REACHED),
    (K.REDEMPTION, (PostHold(hold("none")),), Code.UNKNOWN_HOLD),
    (K.VOID, (VoidHold(hold("none")),), Code.UNKNOWN_HOLD),
    (K.HOLD_EXPIRY, (ExpireHold(hold("none")),), Code.UNKNOWN_HOLD),
    (K.REDEMPTION, (h("H", "V", "S", 5), PostHold(hold("H"))), OK),
    (K.REDEMPTION, (h("H", "V", "S", 5), PostHold(hold("H"), 3), t("V", "S", 47)), OK),
    (K.REDEMPTION, (h("H", "V", "S", 5), PostHold(hold("H"), 6)), Code.EXCEEDS_HOLD),
    (K.REDEMPTION, (h("H", "V", "S", 5), VoidHold(hold("H")), t("V", "S", 50)), OK),
    (K.REDEMPTION, (h("H", "V", "S"), VoidHold(hold("H")), PostHold(hold("H"), 9)),
     Code.HOLD_RESOLVED),
    (K.REDEMPTION, (h("H", "V", "S"), PostHold(hold("H")), VoidHold(hold("H"))),
     Code.HOLD_RESOLVED),
    (K.REDEMPTION, (h("H", "V", "S"), CloseAccount(account("V"))), Code.ACCOUNT_NOT_EMPTY),
    # The book's own pages.
    (K.REVERSAL, (Reverse(RequestId(uuid("none"))),), Code.UNKNOWN_ENTRY),
    (K.PERIOD_CLOSE, (ClosePeriod(3),), OK),
    (K.PERIOD_CLOSE, (ClosePeriod(2),), Code.PERIOD_NOT_OPEN),
    (K.PERIOD_CLOSE, (ClosePeriod(3), ClosePeriod(3)), Code.PERIOD_NOT_OPEN),
    (K.SEAL, (Seal((U, W)),), OK),
    (K.SEAL, (Seal((U, "none")),), Code.UNKNOWN_UNIT),
    (K.ERASURE, (Erase((commitment("made"),)),), OK),
    (K.ERASURE, (Erase((commitment("none"),)),), Code.UNKNOWN_COMMITMENT),
    (K.ERASURE, (Erase((commitment("made"), commitment("made"))),), Code.UNKNOWN_COMMITMENT),
)  # fmt: skip


def ask(kind: EntryKind, *items: Item, name: str = "ask", **more: object) -> Request:
    return Request(RequestId(uuid(name)), kind, items, **more)  # type: ignore[arg-type]


def decide(state: State, request: Request, now: int = NOW) -> Decision:
    _state, decision = apply(state, state.number(request, now))
    return decision


@pytest.mark.parametrize(
    ("kind", "items", "code"), CASES, ids=[f"{at}-{one[2]}" for at, one in enumerate(CASES)]
)
def test_the_first_reason_in_order_is_told(
    kind: EntryKind, items: tuple[Item, ...], code: Code
) -> None:
    state, before = small_book(), small_book()
    decision = decide(state, ask(kind, *items))
    assert decision.code is code
    assert (decision.log_index, decision.recorded_at, decision.period) == (10, NOW, 3)
    if code is OK:
        assert state.head.next_seq == 100 + len(decision.transfers)
        return
    assert decision.transfers == ()
    for part in ("accounts", "holds", "claims", "chains", "commitments", "totals", "booked"):
        assert getattr(state, part) == getattr(before, part)  # Forgotten whole.
    assert state.head == Head(11, 100, NOW, 3)


def test_every_code_of_the_book_is_in_the_table() -> None:
    told = {code for _kind, _items, code in CASES}
    elsewhere = {
        Code.KEY_REUSED, Code.VOIDED, Code.COMMITMENT_EXISTS, Code.NOT_REVERSIBLE,
        Code.ALREADY_REVERSED, Code.HOLD_NOT_DUE,
    }  # fmt: skip
    of_verbs = PRECEDENCE[
        PRECEDENCE.index(Code.CREDENTIAL_INACTIVE) : PRECEDENCE.index(Code.ITEM_NOT_ALLOWED)
    ]
    assert told | elsewhere | set(of_verbs) == set(Code)


def test_the_legs_are_taken_in_their_order() -> None:
    both = d(60, ("V2", "S"), ("V", "S"))
    decision = decide(small_book(), ask(K.REDEMPTION, both))
    assert [move.amount for move in decision.transfers] == [20, 40]
    assert decision.facts == {"left": 10}


def test_a_refusal_says_what_could_be_taken() -> None:
    for item in (d(71, ("V2", "S"), ("V", "S")), d(51, ("V", "S")), t("V", "S", 51)):
        decision = decide(small_book(), ask(K.REDEMPTION, item))
        assert decision.facts == {"available": 70 if item == d(71, ("V2", "S"), ("V", "S")) else 50}


# The look-up of the id comes before every check.

WORDS: Mapping[str, int] = {"amount": 5}
FIRST = ask(K.REDEMPTION, d(50, ("V", "S")), asked=WORDS)


@pytest.mark.parametrize(
    ("again", "code", "field"),
    [
        (FIRST, OK, None),
        (ask(K.REDEMPTION, t("none", "none"), asked=WORDS), OK, None),  # Our plan is no word.
        (ask(K.REDEMPTION, asked=WORDS, refuse=Code.EXPIRED), OK, None),
        (ask(K.REDEMPTION, asked=WORDS, actor="b", occurred_at=9), OK, None),
        (ask(K.REDEMPTION, asked={"amount": 6}), Code.KEY_REUSED, "amount"),
        (ask(K.REDEMPTION, asked={"amount": True}), Code.KEY_REUSED, "amount"),
        (ask(K.REDEMPTION, asked={"amount": 5, "b": 1, "a": 1}), Code.KEY_REUSED, "a"),
        (ask(K.EXPIRY, asked={"amount": 6}), Code.KEY_REUSED, "amount"),
        (ask(K.EXPIRY, asked=WORDS), Code.KEY_REUSED, "kind"),
        (ask(K.REDEMPTION, d(50, ("V", "S"))), Code.KEY_REUSED, "actor"),
    ],
)
def test_the_same_id_is_compared_by_its_words(again: Request, code: Code, field: str) -> None:
    state = small_book()
    first = decide(state, FIRST)
    second = decide(state, again)
    assert second.code is code
    assert second.replayed is (code is OK)
    assert second.facts == ({"field": field} if field else first.facts)
    assert state.head == Head(11, 101, NOW, 3)  # Nothing is stored twice.


def test_true_is_not_one() -> None:
    state = small_book()
    decide(state, ask(K.OPENING, asked={"amount": 1}))
    assert decide(state, ask(K.OPENING, asked={"amount": True})).code is Code.KEY_REUSED


def test_a_refusal_sticks_to_its_id() -> None:
    state = small_book()
    request = ask(K.REDEMPTION, d(51, ("V", "S")))
    assert decide(state, request).code is Code.INSUFFICIENT_FUNDS
    decide(state, ask(K.ISSUANCE, t("F", "V", 10), name="more"))
    again = decide(state, request)
    assert (again.code, again.replayed, again.facts) == (
        Code.INSUFFICIENT_FUNDS, True, {"available": 50},
    )  # fmt: skip


def test_a_burnt_id_answers_so_to_any_words() -> None:
    state = small_book()
    assert decide(state, ask(K.VOID, refuse=Code.VOIDED)).code is Code.VOIDED
    late = decide(state, FIRST)
    assert (late.code, late.replayed) == (Code.VOIDED, True)
    assert not late.first().replayed


def test_what_a_verb_refuses_is_kept_before_any_item_is_looked_at() -> None:
    state = small_book()
    decision = decide(state, ask(K.FUNDING, t("none", "none"), refuse=Code.SHOP_SUSPENDED))
    assert (decision.code, decision.log_index) == (Code.SHOP_SUSPENDED, 10)


def test_a_commitment_is_made_once_and_looked_at_first() -> None:
    state, made = small_book(), commitment("made")
    decision = decide(state, ask(K.FUNDING, t("none", "none"), commitments=(made,)))
    assert decision.code is Code.COMMITMENT_EXISTS
    twice = (commitment("new"), commitment("new"))
    assert decide(state, ask(K.OPENING, name="b", commitments=twice)).code is Code.COMMITMENT_EXISTS
    assert decide(state, ask(K.OPENING, name="c", commitments=twice[:1])).accepted
    assert state.commitments == {made: False, commitment("new"): False}


# Reversals, and what only time brings.


def test_an_entry_is_reversed_once_whole_and_last_first() -> None:
    state = small_book()
    entry = ask(K.ISSUANCE, t("F", "V2", 7), t("F", "V", 3), name="entry")
    decide(state, entry)
    back = decide(state, ask(K.REVERSAL, Reverse(entry.id), name="back"))
    assert [(move.amount, move.undoes) for move in back.transfers] == [(3, 101), (7, 100)]
    again = decide(state, ask(K.REVERSAL, Reverse(entry.id), name="again"))
    assert again.code is Code.ALREADY_REVERSED
    of_reversal = decide(state, ask(K.REVERSAL, Reverse(back.request.id), name="of"))
    assert of_reversal.code is Code.NOT_REVERSIBLE


def test_what_may_not_or_cannot_be_reversed() -> None:
    state = small_book()
    sale = ask(K.REDEMPTION, t("V", "S"), name="sale")
    no = ask(K.ISSUANCE, t("F", "V", 999), name="no")
    held = ask(K.ISSUANCE, h("H", "F", "V2", 5), name="held")
    given = ask(K.GIFT, t("V", "F", 49), name="given")
    for request in (sale, no, held, given):
        decide(state, request)
    for request in (sale, no, held):
        decision = decide(state, ask(K.REVERSAL, Reverse(request.id), name=f"of {request.id}"))
        assert decision.code is Code.NOT_REVERSIBLE
    decide(state, ask(K.OPENING, CloseAccount(account("V")), name="close"))
    closed = decide(state, ask(K.REVERSAL, Reverse(given.id), name="closed"))
    assert closed.code is Code.ACCOUNT_CLOSED


def test_a_reversal_of_what_was_spent_finds_nothing() -> None:
    state = small_book()
    issued = ask(K.ISSUANCE, t("F", "V", 10), name="issued")
    decide(state, issued)
    decide(state, ask(K.REDEMPTION, t("V", "S", 55), name="spent"))
    decision = decide(state, ask(K.REVERSAL, Reverse(issued.id), name="back"))
    assert decision.code is Code.INSUFFICIENT_FUNDS


def test_a_hold_lapses_when_its_time_has_come_and_not_before() -> None:
    state = small_book()
    decide(state, ask(K.REDEMPTION, h("H", "V", "S", 50), name="held"))
    lapse = ask(K.HOLD_EXPIRY, ExpireHold(hold("H")))
    assert decide(state, lapse, NOW + 49).code is Code.HOLD_NOT_DUE
    use = ask(K.REDEMPTION, PostHold(hold("H")), name="use")
    assert decide(state, use, NOW + 50).code is Code.HOLD_EXPIRED  # Due, though not yet lapsed.
    lapse = ask(K.HOLD_EXPIRY, ExpireHold(hold("H")), name="lapse")
    assert decide(state, lapse, NOW + 50).accepted
    assert state.holds[hold("H")].state is HoldState.EXPIRED
    late = ask(K.REDEMPTION, PostHold(hold("H")), name="late")
    assert decide(state, late).code is Code.HOLD_EXPIRED
    twice = ask(K.HOLD_EXPIRY, ExpireHold(hold("H")), name="twice")
    assert decide(state, twice).code is Code.HOLD_RESOLVED
    assert state.accounts[account("V")].extremes() == (50, 50)


def test_a_hold_is_posted_only_by_an_entry_that_may_move_so() -> None:
    state = small_book()
    decide(state, ask(K.REDEMPTION, h("H", "V", "S", 5), name="held"))
    assert decide(state, ask(K.EXPIRY, PostHold(hold("H")))).code is Code.POSTING_RULE


def test_time_is_strictly_increasing_whatever_the_clock_says() -> None:
    state = small_book()
    times = [
        decide(state, ask(K.OPENING, name=str(now)), now).recorded_at for now in (2000, 1000, 2001)
    ]
    assert times == [2000, 2001, 2002]


def test_what_was_booked_since_can_be_given_back_and_what_was_not_cannot() -> None:
    state = small_book()
    guess = ask(K.REFUND, d(5, ("S", "V", 100)), name="guess")
    assert decide(state, guess).code is Code.UNKNOWN_ENTRY
    decide(state, ask(K.REDEMPTION, t("V", "S", 5), name="sale"))
    back = ask(K.REFUND, d(5, ("S", "V", 100)), name="back")
    assert decide(state, back).accepted
    decide(state, ask(K.REDEMPTION, h("H", "V", "S", 5), name="held"))
    held = ask(K.REFUND, d(5, ("S", "V", 102)), name="of held")
    assert decide(state, held).code is Code.UNKNOWN_ENTRY


def test_a_claim_is_asked_of_the_shop_that_was_paid() -> None:
    state = small_book()
    same = uuid("S")
    state.accounts[account("C")] = state.accounts[account("C")]._replace(owner=same)
    assert decide(state, ask(K.REFUND, d(8, ("C", "D", SALE)))).accepted
    assert decide(state, ask(K.REFUND, d(8, ("C", "D", SHORTAGE)), name="of cover")).accepted
