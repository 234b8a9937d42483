"""Hours: half hours against the bank only, both sides sign, within limits; actions in return."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from ledger import Code, Ledger, random_id
from ledger.core.circuit.hours import FUND, Alfa, Beta, NotHours, member_account
from ledger.core.circuit.rules import CircuitRules, NotRules, read_rules
from ledger.operations.give_hours import (
    HoursGiven,
    NoSuchCheque,
    give_to_hours_fund,
    offer_hours,
    record_paper_hours,
    sign_hours,
    withdraw_hours,
)
from ledger.operations.offer_action import (
    NewAction,
    NotYours,
    Seen,
    choose_action,
    leave_action,
    offer_action,
    record_done,
)
from ledger.reports.five_rs import five_rs
from ledger.reports.hours import family_hours, hours_page
from tests.circuit_town import Circuit, make_circuit
from tests.town import NOON, key

TODAY = date(2026, 11, 2)
EVER = date(2026, 1, 1), date(2199, 12, 31)  # A day of the report is when the book recorded.
ACTION = NewAction("Caritas", "Portare la spesa", "Piazza, ore 9", TODAY, 120, 1)


@pytest.fixture
def circuit(ledger: Ledger) -> Circuit:
    return make_circuit(ledger, CircuitRules(hours_below=120, hours_above=180))


def has(circuit: Circuit, owner: UUID | None) -> int:
    return circuit.book.balance(member_account(owner))


def give(circuit: Circuit, minutes: int, *, giver: int = 0, receiver: int = 1) -> Code:
    """One family says what it gave, the other signs the number it was told."""
    families, ledger = circuit.families, circuit.ledger
    given = HoursGiven(minutes, TODAY, "Ho guardato i bambini")
    assert offer_hours(ledger, families[giver], given, key=key(), now=NOON).accepted
    found = family_hours(ledger, families[giver], now=NOON)
    assert found is not None
    number = found.offers[-1].number
    with pytest.raises(NoSuchCheque):
        sign_hours(ledger, families[giver], number, key=key(), now=NOON)
    return sign_hours(
        ledger, families[receiver], f"{number[:4]}-{number[4:]}".lower(), key=key(), now=NOON
    ).code


def test_a_signature_sent_twice_is_one_and_its_key_signs_nothing_else(circuit: Circuit) -> None:
    ledger, (giver, receiver), attempt = circuit.ledger, circuit.families, key()
    for _ in range(2):
        offer_hours(ledger, giver, HoursGiven(30, TODAY, "Ripetizioni"), key=key(), now=NOON)
    found = family_hours(ledger, giver, now=NOON)
    assert found is not None
    first, second = (one.number for one in found.offers)
    asked = [
        sign_hours(ledger, receiver, number, key=attempt, now=NOON)
        for number in (first, first, second)
    ]
    assert [(one.code, one.replayed) for one in asked] == [
        (Code.ACCEPTED, False), (Code.ACCEPTED, True), (Code.KEY_REUSED, False),
    ]  # fmt: skip
    assert has(circuit, giver) == 30


def test_hours_stand_with_the_bank_once_both_have_signed(circuit: Circuit) -> None:
    giver, receiver = circuit.families
    assert give(circuit, 90) is Code.ACCEPTED
    assert (has(circuit, giver), has(circuit, receiver)) == (90, -90)
    assert give(circuit, 60) is Code.INSUFFICIENT_FUNDS  # The receiver may be 120 below.
    assert give(circuit, 30) is Code.ACCEPTED
    assert give(circuit, 120, giver=1, receiver=0) is Code.ACCEPTED
    assert (has(circuit, giver), has(circuit, receiver)) == (0, 0)
    assert "bambini" not in str([*circuit.book.check()])
    assert not [*circuit.book.check()]
    told = five_rs(circuit.ledger, *EVER).told()
    assert told["rendere"]["hours"] == {"minutes": 240, "entries": 3}  # type: ignore[index]
    assert told["responsabilizzare"]["giving_back"] == 2  # type: ignore[index]


def test_what_is_no_half_hour_or_not_signed_moves_nothing(circuit: Circuit) -> None:
    ledger, (giver, receiver) = circuit.ledger, circuit.families
    for minutes, day in ((45, TODAY), (0, TODAY), (24 * 60 + 30, TODAY), (30, date(2026, 11, 3))):
        with pytest.raises(NotHours):
            offer_hours(ledger, giver, HoursGiven(minutes, day), key=key(), now=NOON)
    one, again = key(), key()
    for _ in range(2):  # Sent twice it is one.
        assert offer_hours(ledger, giver, HoursGiven(30, TODAY), key=one, now=NOON).accepted
    with pytest.raises(NoSuchCheque):
        withdraw_hours(ledger, receiver, one, key=key(), now=NOON)
    assert withdraw_hours(ledger, giver, one, key=again, now=NOON).accepted
    found = family_hours(ledger, giver, now=NOON)
    assert found is not None
    assert (found.offers, found.balance) == ((), 0)


def test_a_sheet_of_paper_and_the_fund_of_hours(circuit: Circuit) -> None:
    ledger, (giver, receiver) = circuit.ledger, circuit.families
    given = HoursGiven(60, TODAY, "Un trasloco")

    def paper(who: object) -> Code:
        return record_paper_hours(
            ledger, (giver, receiver), given, officer=who, key=key(), now=NOON  # type: ignore[arg-type]
        ).code  # fmt: skip

    assert paper(circuit.town.officer) is Code.NOT_APPROVED
    assert paper(circuit.officer) is Code.ACCEPTED
    assert give_to_hours_fund(ledger, receiver, 30, key=key(), now=NOON).code is (
        Code.INSUFFICIENT_FUNDS
    )
    attempt = key()
    for _ in range(2):
        assert give_to_hours_fund(ledger, giver, 30, key=attempt, now=NOON).accepted
    assert (has(circuit, giver), has(circuit, receiver), has(circuit, FUND)) == (30, -60, 30)
    told = five_rs(ledger, *EVER).told()
    assert told["rendere"]["hours"] == {"minutes": 60, "entries": 1}  # type: ignore[index]


def test_an_action_is_chosen_freely_and_its_outcome_stands_apart(circuit: Circuit) -> None:
    ledger, (first, second) = circuit.ledger, circuit.families
    action = random_id()
    with pytest.raises(NotYours):
        offer_action(ledger, ACTION, officer=circuit.town.officer, action_id=action)
    offer_action(ledger, ACTION, officer=circuit.officer, action_id=action)
    assert choose_action(ledger, first, action)
    assert not choose_action(ledger, second, action)  # One place.
    assert leave_action(ledger, first, action)
    assert choose_action(ledger, second, action)
    seen = Seen(120, Alfa.REACHED, Beta.MORE, "Ora guida un gruppo")

    def done(family: UUID) -> Code:
        return record_done(
            ledger, (action, family), seen, officer=circuit.officer, key=key(), now=NOON
        ).code

    assert done(first) is Code.NOT_APPROVED  # Who left it.
    assert [done(second), done(second)] == [Code.ACCEPTED, Code.ALREADY_CLAIMED]
    assert (has(circuit, second), has(circuit, FUND)) == (120, -120)
    [outcome] = hours_page(ledger).outcomes
    assert (outcome.alfa, outcome.beta, outcome.minutes) == ("reached", "more", 120)
    assert not leave_action(ledger, second, action)
    with ledger.reading() as db:
        raw = db.exec_driver_sql("SELECT leaf FROM decision").all()
    assert b"guida un gruppo" not in b"".join(bytes(row[0]) for row in raw)


def test_limits_are_rules_and_old_texts_keep_their_form() -> None:
    usual = CircuitRules()
    assert "hours" not in usual.text().replace("vouchers_for_hours", "")
    other = replace(usual, hours_below=600)
    assert read_rules(other.text()) == other
    with pytest.raises(NotRules):
        CircuitRules(hours_above=20)
