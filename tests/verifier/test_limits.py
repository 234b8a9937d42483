"""At the limits: ceilings, floors, full counters, closed accounts, the contrary of an entry.

The ledger decides; the verifier must come to the same codes and facts by itself. Each refusal here
stands in a book that goes on after it, so that what it took back shows.
"""

import json

import pytest

from ledger.core.chart import AccountKind, EntryKind
from ledger.core.items import (
    CloseAccount,
    Draw,
    ExpireHold,
    Item,
    OpenAccount,
    Reverse,
    SetBounds,
    Transfer,
)
from ledger.core.quantities import MAX_AMOUNT
from ledger.core.requests import Request
from tests.rich_book import account, all_requests, ask, hold, lapse, leg
from tests.verifier.books import decided, ledger_agrees, replayed

UNIT = "LIMITI"
KINDS = {
    "T": AccountKind.TREASURY, "F": AccountKind.FUND, "V": AccountKind.VOUCHER,
    "S": AccountKind.SHOP_PAYABLE, "W": AccountKind.VOUCHER,
}  # fmt: skip


def move(debit: str, credit: str, amount: int, unit: str = UNIT) -> Transfer:
    return Transfer(account(debit), account(credit), amount, unit)


def opened(unit: str = UNIT, prefix: str = "", **ceilings: int) -> Request:
    items = [
        OpenAccount(account(prefix + name), unit, kind, 0, ceilings.get(name))
        for name, kind in KINDS.items()
    ]
    return ask(f"open {prefix}", EntryKind.OPENING, *items)


def asked(name: str, *items: Item, kind: EntryKind = EntryKind.FUNDING) -> Request:
    return ask(name, kind, *items)


REDEEMED = EntryKind.REDEMPTION
BOOKS: dict[str, tuple[list[Request], list[str]]] = {
    "a ceiling of who receives": (
        [opened(F=10), asked("1", move("T", "F", 11)), asked("2", move("T", "F", 10))],
        ["ceiling_reached", "accepted"],
    ),
    "a ceiling of the treasury": (
        [opened(T=10), asked("1", move("T", "F", 11)), asked("2", move("T", "F", 10))],
        ["ceiling_reached", "accepted"],
    ),
    "a floor on either side": (
        [
            opened(),
            asked("1", move("T", "F", 10)),
            asked("2", move("F", "T", 11), kind=EntryKind.DEFUNDING),
            asked("3", move("F", "T", 10), kind=EntryKind.DEFUNDING),
        ],
        ["accepted", "insufficient_funds", "accepted"],
    ),
    "a full unit": (
        [
            opened(),
            asked("1", move("T", "F", MAX_AMOUNT - 1)),
            asked("2", move("T", "F", 2)),
            asked("3", move("T", "F", 1)),
            asked("4", move("F", "V", 1), kind=EntryKind.ISSUANCE),
        ],
        ["accepted", "counter_full", "accepted", "counter_full"],
    ),
    "bounds that cannot be": (
        [
            opened(),
            asked("0", move("T", "F", 10)),
            asked("1", SetBounds(account("F"), 11)),
            asked("2", SetBounds(account("F"), 0, 9)),
            asked("3", SetBounds(account("F"), None)),
            asked("4", SetBounds(account("nobody"))),
            asked("5", OpenAccount(account("X"), UNIT, AccountKind.FUND, 0, -1)),
            asked("6", OpenAccount(account("X"), UNIT, AccountKind.FUND, 1)),
            asked("7", OpenAccount(account("X"), UNIT, AccountKind.FUND, None)),
            asked("8", OpenAccount(account("F"), UNIT, AccountKind.FUND)),
            asked("9", SetBounds(account("F"), 10, 10)),
        ],
        ["accepted", "insufficient_funds", "ceiling_reached", "outside_chart", "unknown_account",
         "ceiling_reached", "insufficient_funds", "outside_chart", "account_exists", "accepted"],
    ),
    "a closed account": (
        [
            opened(),
            asked("0", move("T", "F", 10), move("T", "F", 5)),
            asked("1", CloseAccount(account("F"))),
            asked("2", CloseAccount(account("S"))),
            asked("3", CloseAccount(account("S"))),
            asked("4", move("F", "V", 8), kind=EntryKind.ISSUANCE),
            asked("5", Draw(3, (leg("V", "S"),)), kind=REDEEMED),
            asked("6", Draw(3, (leg("V", "S"),)), kind=EntryKind.OFFLINE_REDEMPTION),
            asked("7", move("S", "T", 3), kind=EntryKind.PAYOUT),
            asked("8", move("V", "S", 1), kind=REDEEMED),
            asked("9", SetBounds(account("S"))),
            asked("10", Draw(1, (leg("V", "S"), leg("W", "S"))), kind=REDEEMED),
        ],
        ["accepted", "account_not_empty", "accepted", "account_closed", "accepted",
         "account_closed", "accepted", "accepted", "account_closed", "account_closed",
         "account_closed"],
    ),
    "the contrary, once and while it can be": (
        [
            opened(),
            asked("0", move("T", "F", 10), move("T", "F", 5)),
            asked("1", Reverse(ask("0", REDEEMED).id), kind=EntryKind.REVERSAL),
            asked("2", Reverse(ask("0", REDEEMED).id), kind=EntryKind.REVERSAL),
            asked("3", Reverse(ask("1", REDEEMED).id), kind=EntryKind.REVERSAL),
            asked("4", Reverse(ask("9", REDEEMED).id), kind=EntryKind.REVERSAL),
            asked("5", move("T", "F", 7)),
            asked("6", move("F", "V", 7), kind=EntryKind.ISSUANCE),
            asked("7", Reverse(ask("5", REDEEMED).id), kind=EntryKind.REVERSAL),
            asked("8", move("F", "V", 1), Reverse(ask("6", REDEEMED).id)),
        ],
        ["accepted", "accepted", "already_reversed", "not_reversible", "unknown_entry", "accepted",
         "accepted", "insufficient_funds", "posting_rule"],
    ),
    "two units": (
        [
            opened(),
            opened("ALTRA", "b"),
            asked("1", move("T", "bF", 5)),
            asked("2", move("T", "F", 5, "ALTRA")),
            asked("3", move("T", "T", 5)),
            asked("4", move("bT", "bF", 5, "ALTRA"), move("T", "F", 9)),
        ],
        ["accepted", "unit_mismatch", "unit_mismatch", "same_account", "accepted"],
    ),
    "what an earlier item of a refused entry did": (
        [
            opened(),
            asked("1", move("T", "F", 5), move("T", "V", 5)),
            asked("2", move("T", "F", 5), Draw(9, (leg("T", "F"),)), CloseAccount(account("F"))),
            asked("3", move("T", "F", 5), Draw(9, (leg("T", "F"),), partial=True)),
            asked("4", Draw(20, (leg("F", "V"), leg("F", "W"))), kind=EntryKind.ISSUANCE),
            asked("5", Draw(20, (leg("F", "V"),), partial=True), kind=EntryKind.ISSUANCE),
            asked("6", Draw(None, (leg("F", "V"),)), kind=EntryKind.ISSUANCE),
        ],
        ["posting_rule", "account_not_empty", "accepted", "insufficient_funds", "accepted",
         "accepted"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BOOKS)
def test_both_come_to_the_same_limits(name: str) -> None:
    requests, codes = BOOKS[name]
    leaves = decided(requests)
    assert [json.loads(leaf)["code"] for leaf in leaves[1:]] == codes
    assert replayed(leaves) is None
    assert ledger_agrees(leaves)


def test_a_hold_lapses_when_its_time_has_come_and_once() -> None:
    early = decided([*all_requests(), lapse()])
    assert json.loads(early[-1])["code"] == "hold_not_due"
    assert replayed(early) is None
    again = ask("once more", EntryKind.HOLD_EXPIRY, ExpireHold(hold("H3")))
    twice = decided([*all_requests(), lapse(), again], late=2)
    assert [json.loads(leaf)["code"] for leaf in twice[-2:]] == ["accepted", "hold_resolved"]
    assert replayed(twice) is None
