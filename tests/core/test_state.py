"""`Needs` names all that a request touches: with nothing else in the state it is decided alike."""

import pytest

from ledger.core import apply as rules
from ledger.core.accounts import Account
from ledger.core.apply import apply
from ledger.core.chart import CHART, AccountKind, EntryKind, Line, Side
from ledger.core.codes import Code
from ledger.core.items import OpenAccount
from ledger.core.quantities import MAX_AMOUNT
from ledger.core.requests import Request
from ledger.core.state import Needs, State
from tests.rich_book import NOW, UNIT, account, all_requests, ask, decide, lapse

LATER = NOW + 2 * 86_400_000_000


def only_what_it_needs(full: State, request: Request) -> State:
    """What the store would load for one request, and no more."""
    needs = Needs()
    needs.add(request)
    holds = {one: full.holds[one] for one in needs.holds if one in full.holds}
    decided = {one: full.decided[one] for one in needs.entries if one in full.decided}
    needs.add_resolved(holds.values(), decided.values())
    chains = {seq: chain for seq in needs.chains if (chain := full.chain(seq)) is not None}
    for chain in chains.values():
        needs.accounts.update((chain.debit, chain.credit))
    return State(
        full.book,
        full.head,
        {one: full.accounts[one] for one in needs.accounts if one in full.accounts},
        holds,
        {one: full.claims[one] for one in needs.claims if one in full.claims},
        chains,
        {one: full.commitments[one] for one in needs.commitments if one in full.commitments},
        dict(full.totals),
        decided,
    )


def test_needs_name_all_that_a_request_touches() -> None:
    full = State("giussano")
    for request in [*all_requests(), lapse()]:
        alone = only_what_it_needs(full, request)
        _alone, there = apply(alone, alone.number(request, LATER))
        full, here = apply(full, full.number(request, LATER))
        assert there == here


def test_the_rich_book_says_yes_and_no() -> None:
    codes = {decision.code for decision in decide(all_requests())}
    assert codes == {Code.ACCEPTED, Code.INSUFFICIENT_FUNDS, Code.VOIDED}
    assert [one.accepted for one in decide(all_requests())].count(False) == 2


def test_a_kind_may_have_a_ceiling_that_no_account_exceeds(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = {**CHART, AccountKind.VOUCHER: Line(Side.CREDIT, 0, 100)}
    monkeypatch.setattr(rules, "CHART", narrow)
    for ceiling, code in ((None, Code.OUTSIDE_CHART), (101, Code.OUTSIDE_CHART), (100, "accepted")):
        opened = OpenAccount(account("N"), UNIT, AccountKind.VOUCHER, 0, ceiling)
        assert decide([ask("open", EntryKind.OPENING, opened)])[0].code == code


def test_an_account_without_bounds_has_all_the_room_there_is() -> None:
    free = Account(account("N"), UNIT, AccountKind.VOUCHER, None, None)
    assert free.side is Side.CREDIT
    assert free.in_bounds()
    assert free.room(Side.DEBIT) == free.room(Side.CREDIT) == MAX_AMOUNT
    treasury = Account(account("T"), UNIT, AccountKind.TREASURY, 0, 10, debits_posted=7)
    assert (treasury.balance, treasury.extremes()) == (7, (7, 7))
    assert (treasury.room(Side.DEBIT), treasury.room(Side.CREDIT)) == (3, 7)
