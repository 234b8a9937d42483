"""Nothing of a call counts by one person alone: its rule and its ranking, also in the database."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from ledger import new_id, random_id
from ledger.core.entitlement.call_rule import read_call_rule
from ledger.operations.open_call import (
    NewCall,
    RoundTaken,
    RuleApproval,
    approve_rule,
    open_call,
    propose_rule,
)
from ledger.operations.rank_applications import NoRule
from ledger.store import schema
from ledger.store.registers.calls import (
    Call,
    rule_in_force,
)
from tests.operations.test_calls import (
    FLAT,
    arrived,
    call,
    opened_call,
    ranked,
    receive,
    signed,
    town,
)
from tests.town import NOON, Town, key

__all__ = ["call", "town"]


# Four eyes.


def test_nothing_is_ranked_by_a_rule_that_one_person_made(town: Town) -> None:
    call = opened_call(town)
    propose_rule(town.ledger, call.call_id, FLAT, officer=town.officer, now=NOON)
    receive(town, call, arrived(1, 9_000_00))
    with pytest.raises(NoRule):
        ranked(town, call)


def test_nobody_signs_their_own_rule_nor_another_text(town: Town) -> None:
    call = opened_call(town)
    draft = propose_rule(town.ledger, call.call_id, FLAT, officer=town.approver, now=NOON)
    right = RuleApproval(call.call_id, draft.version, draft.rule_hash)
    same_person = replace(town.approver, officer_id=random_id(), user_name="other")
    officer = replace(town.officer, role="officer")
    another = replace(town.approver, person_id=random_id())
    for asked, approver in (
        (right, town.approver),
        (right, same_person),
        (right, officer),
        (replace(right, rule_hash=b"\x00" * 32), another),
    ):
        decision = approve_rule(
            town.ledger, town.comune, asked, approver=approver, key=key(), now=NOON
        )
        assert decision.code == "not_approved"
    decision = approve_rule(town.ledger, town.comune, right, approver=another, key=key(), now=NOON)
    assert decision.accepted
    twice = approve_rule(town.ledger, town.comune, right, approver=another, key=key(), now=NOON)
    assert twice.code == "already_claimed"


@pytest.mark.parametrize("table", ["rule_version", "ranking_approval"])
def test_the_database_itself_refuses_one_person_twice(town: Town, call: Call, table: str) -> None:
    register = schema.REGISTERS[table]
    one = town.officer.person_id
    values: dict[str, object] = {
        "rule_version": {
            "call_id": call.call_id,
            "version": 9,
            "rule": "{}",
            "rule_hash": b"x",
            "proposed_by": one,
            "approved_by": one,
        },
        "ranking_approval": {
            "ranking_id": random_id(),
            "call_id": call.call_id,
            "version": 1,
            "inputs_hash": b"x",
            "lines_hash": b"x",
            "budget_cents": 5,
            "total_cents": 5,
            "prepared_by": one,
            "approved_by": one,
        },
    }[table]
    place = {"book_no": town.book_no, "log_index": 10_000, "row_no": 0}
    with pytest.raises(IntegrityError, match="four_eyes"):
        town.ledger.write(lambda db: db.execute(insert(register).values(values | place)))


def test_a_round_has_one_call(town: Town) -> None:
    first = opened_call(town)
    asked = NewCall(
        first.call_id, first.programme_id, first.fund, "2026", "Bando prova", date(2026, 11, 30)
    )
    again = open_call(town.ledger, town.comune, asked, officer=town.officer, now=NOON)
    assert again == first
    with pytest.raises(RoundTaken):
        open_call(
            town.ledger, town.comune, replace(asked, key=UUID(bytes=new_id().bytes)),
            officer=town.officer, now=NOON,
        )  # fmt: skip


def test_the_last_version_that_two_signed_is_the_rule(town: Town, call: Call) -> None:
    other = read_call_rule(FLAT.words() | {"meter": "isee"})
    propose_rule(town.ledger, call.call_id, other, officer=town.officer, now=NOON)
    with town.ledger.reading() as db:
        before = rule_in_force(db, call)
    assert before
    assert before[1] == FLAT
    assert signed(town, call, other).accepted
    with town.ledger.reading() as db:
        after = rule_in_force(db, call)
    assert after
    assert (after[0].version, after[1]) == (2, other)
