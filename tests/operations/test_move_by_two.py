"""What the circuit pays and gives up, by two persons: costs, shops that converted, dead dues."""

from datetime import date
from uuid import UUID

import pytest

from ledger import Code, Ledger
from ledger.core.chart import EntryKind
from ledger.core.circuit.credits import CreditSale
from ledger.core.circuit.rules import CircuitRules
from ledger.core.proposals import Confirmation
from ledger.operations.change_by_two import withdraw_change
from ledger.operations.convert_credits import convert_credits
from ledger.operations.move_by_two import NewMove, confirm_move, propose_move
from ledger.operations.pay_credits import sell_for_credits
from ledger.operations.release_bonuses import release_bonuses
from ledger.reports.circuit_moves import circuit_moves
from tests.circuit_town import Circuit, make_circuit
from tests.town import NOON, key

PAYOUT, WRITE_OFF = EntryKind.CIRCUIT_PAYOUT, EntryKind.WRITE_OFF


@pytest.fixture
def circuit(ledger: Ledger) -> Circuit:
    return make_circuit(ledger, CircuitRules(credits_convertible=True))


def moved(
    circuit: Circuit, kind: EntryKind, cents: int, number: str, subject: UUID | None = None
) -> Code:
    """Proposed by one, confirmed by another; gives the first no, or how it ended."""
    one = key()
    asked = NewMove(kind, cents, number, date(2026, 11, 2), "Spese di posta", subject=subject)
    done = propose_move(circuit.ledger, asked, officer=circuit.officer, key=one, now=NOON)
    if not done.accepted:
        return done.code
    seen = Confirmation(one, asked.move(one, circuit.officer.person_id).content_hash())
    return confirm_move(circuit.ledger, seen, officer=circuit.approver, key=key(), now=NOON).code


def test_what_conversions_left_pays_costs_and_shops_once(circuit: Circuit) -> None:
    ledger = circuit.ledger
    circuit.buy(1_000_00)
    circuit.pay_in(60_00)  # 10.00 to the fund, 50.00 to the family.
    release_bonuses(ledger, now=NOON)
    sale = CreditSale(circuit.till_id, circuit.credentials[0], 50_00)
    assert sell_for_credits(ledger, sale, key=key(), now=NOON).accepted
    convert_credits(ledger, circuit.shop_id, 50_00, actor="till", key=key(), now=NOON)
    [owed] = circuit_moves(ledger).owed
    assert (owed.shop_id, owed.cents) == (circuit.shop_id, 47_50)
    assert moved(circuit, PAYOUT, 1_01, "1") is Code.INSUFFICIENT_FUNDS
    assert moved(circuit, PAYOUT, 1_00, "1") is Code.ACCEPTED
    assert moved(circuit, PAYOUT, 47_50, "1", circuit.shop_id) is Code.ALREADY_CLAIMED
    assert moved(circuit, PAYOUT, 47_50, "2", circuit.shop_id) is Code.ACCEPTED
    now = circuit.balances()
    assert (now["bank"], now["social_fund"]) == (11_50, 11_50)
    assert not [*circuit.book.check()]


def test_what_a_shop_never_pays_is_given_up_the_oldest_first(circuit: Circuit) -> None:
    circuit.buy(50_00)
    circuit.buy(50_00, 1)
    assert moved(circuit, WRITE_OFF, 6_01, "9/2026", circuit.shop_id) is Code.INSUFFICIENT_FUNDS
    assert moved(circuit, WRITE_OFF, 3_00, "9/2026", circuit.shop_id) is Code.ACCEPTED
    assert circuit.balances() == {
        "contribution_due": 3_00, "fund_accrued": 50, "family_bonus_accrued": 2_50,
    }  # fmt: skip
    assert not [*circuit.book.check()]


def test_a_move_that_was_withdrawn_is_confirmed_by_nobody(circuit: Circuit) -> None:
    ledger, one = circuit.ledger, key()
    circuit.buy(50_00)
    asked = NewMove(
        WRITE_OFF, 3_00, "9/2026", date(2026, 11, 2), "Chiuso", subject=circuit.shop_id
    )  # fmt: skip
    propose_move(ledger, asked, officer=circuit.officer, key=one, now=NOON)
    withdrawn = withdraw_change(
        ledger, circuit.book.name, one, officer=circuit.officer, key=key(), now=NOON
    )
    assert withdrawn.accepted
    seen = Confirmation(one, asked.move(one, circuit.officer.person_id).content_hash())
    done = confirm_move(ledger, seen, officer=circuit.approver, key=key(), now=NOON)
    assert done.code is Code.ALREADY_CLAIMED
