"""What must be equal in a book, also across units; what is not is told with its sums."""

import pytest

from ledger.core.apply import apply
from ledger.core.chart import CHART, CIRCUIT_BOOK, CREDITS, EURO, AccountKind, Where
from ledger.core.codes import Code
from ledger.core.identities import identities, sums_by_kind
from ledger.core.items import OpenAccount
from ledger.core.state import State
from tests.rich_book import NOW, account, ask, decide
from tests.rich_circuit import K, circuit_requests


def rich_state() -> State:
    state = State(CIRCUIT_BOOK)
    for request in circuit_requests():
        state, _decision = apply(state, state.number(request, NOW))
    return state


def test_every_identity_of_a_circuit_holds() -> None:
    found = identities(CIRCUIT_BOOK, sums_by_kind(rich_state().accounts.values()))
    assert [one.name for one in found] == ["CREDITS", "EUR", "HOURS", "EUR = CREDITS"]
    assert all(one.holds for one in found)
    euro, covered = found[1], found[3]
    assert set(euro.left) == {AccountKind.BANK, AccountKind.CONTRIBUTION_DUE}
    assert covered.left == {AccountKind.CREDIT_RESERVE: 2_00}
    assert covered.right == {AccountKind.CREDITS_ISSUED: 2_00}


def test_credits_without_their_euro_are_told() -> None:
    sums = sums_by_kind(rich_state().accounts.values())
    sums[CREDITS, AccountKind.CREDITS_ISSUED] += 1
    sums[CREDITS, AccountKind.WALLET] += 1  # The unit by itself is in order.
    [broken] = [one for one in identities(CIRCUIT_BOOK, sums) if not one.holds]
    assert broken.name == "EUR = CREDITS"
    assert broken.text() == "credit_reserve 200 is not credits_issued 201"
    sums[EURO, AccountKind.BANK] += 7
    names = [one.name for one in identities(CIRCUIT_BOOK, sums) if not one.holds]
    assert names == ["EUR", "EUR = CREDITS"]


@pytest.mark.parametrize("kind", list(AccountKind))
def test_a_kind_opens_where_it_belongs_and_nowhere_else(kind: AccountKind) -> None:
    line = CHART[kind]
    for book, where in ((CIRCUIT_BOOK, Where.CIRCUIT), ("giussano", Where.COMUNE)):
        unit = line.unit or "U"
        opening = OpenAccount(account("x"), unit, kind, -1 if line.bounded else 0, 1)
        state = State(book)
        _state, decision = apply(state, state.number(ask("x", K.OPENING, opening), NOW))
        wanted = Code.ACCEPTED if line.where in {where, Where.BOTH} else Code.OUTSIDE_CHART
        assert decision.code is wanted


def test_a_comune_decides_no_entry_of_the_circuit() -> None:
    decisions = decide(circuit_requests())
    moved = [one.request.kind for one in decisions if one.transfers]
    assert moved == []
