"""From a call to vouchers: the rule that two signed, everybody once, the money to the cent."""

from datetime import date

import pytest
from sqlalchemy import select

from ledger import Decision, Ledger, random_id
from ledger.core.entitlement.call_rule import CallRule
from ledger.core.entitlement.declared import Declared, read_declared
from ledger.core.entitlement.household import Household, Member, Role
from ledger.core.entitlement.isee import Isee, IseeKind
from ledger.core.entitlement.selection import select as choose
from ledger.operations.approve_batch import Approval, approve_batch
from ledger.operations.erase_person import erase_person
from ledger.operations.import_applications import NothingToIssue
from ledger.operations.issue_vouchers import issue_batch
from ledger.operations.open_call import (
    NewCall,
    RuleApproval,
    approve_rule,
    open_call,
    propose_rule,
)
from ledger.operations.rank_applications import lines_hash, prepare_ranking
from ledger.operations.receive_applications import (
    Arrived,
    Change,
    Changed,
    change_application,
    receive_applications,
)
from ledger.store.applications import in_line, opened
from ledger.store.engines import Store
from ledger.store.network.credentials import person_of
from ledger.store.registers.batches import read_draft
from ledger.store.registers.calls import (
    Applied,
    Call,
    applications_of,
    rule_in_force,
    steps_of,
)
from ledger.store.registers.rankings import (
    Ranking,
    ranked_rows,
    rankings_of,
)
from ledger.store.vault_schema import paper
from tests.core.entitlement.test_selection import rule
from tests.town import NOON, Town, key, make_town

VALID = Isee(IseeKind.ORDINARY, date(2026, 2, 2), date(2026, 12, 31))
FLAT = rule(function={"kind": "flat", "amount": "100.00"}, limits={})


@pytest.fixture
def town(ledger: Ledger) -> Town:
    ledger.clock = lambda: NOON
    return make_town(ledger)


@pytest.fixture
def call(town: Town) -> Call:
    """A call on a fund of 1,000.00, its rule signed: 100.00 for each, the lowest ISEE-FF first."""
    made = opened_call(town)
    assert signed(town, made, FLAT).accepted
    return made


def opened_call(town: Town, act: str = "42") -> Call:
    funding = town.programme(1_000_00, act=act)
    asked = NewCall(
        random_id(), funding.programme_id, funding.fund(), "2026", "Bando prova",
        date(2026, 11, 30),
    )  # fmt: skip
    return open_call(town.ledger, town.comune, asked, officer=town.officer, now=NOON)


def signed(town: Town, call: Call, by: CallRule) -> Decision:
    draft = propose_rule(town.ledger, call.call_id, by, officer=town.officer, now=NOON)
    asked = RuleApproval(call.call_id, draft.version, draft.rule_hash)
    return approve_rule(
        town.ledger, town.comune, asked, approver=town.approver, key=key(), now=NOON
    )


def declared(isee: int, *ages: int, dsu: str = "", statement: Isee | None = VALID) -> Declared:
    parents = [Member(Role.ADULT, date(1985, 5, 1), works=True) for _ in range(2)]
    children = [Member(Role.CHILD, date(2026 - age, 5, 1)) for age in ages or (4,)]
    return Declared(isee, statement, Household((*parents, *children), date(2026, 9, 1)), dsu)


def code(number: int) -> str:
    """A provisional fiscal code of nobody, right in form."""
    digits = f"{number:07d}015"  # The last three are a province's.
    odd = sum(int(one) for one in digits[::2])
    even = sum(sum(divmod(2 * int(one), 10)) for one in digits[1::2])
    return f"{digits}{-(odd + even) % 10}"


def arrived(number: int, isee: int, *ages: int, dsu: str = "") -> Arrived:
    return Arrived(code(number), f"Prova{number}", "Nome", declared(isee, *ages, dsu=dsu), number)


def receive(town: Town, call: Call, *some: Arrived) -> None:
    made = receive_applications(town.ledger, call, some, officer=town.officer.person_id, now=NOON)
    assert made.new == len(some)


def ranked(town: Town, call: Call, budget: int = 1_000_00) -> Ranking:
    return prepare_ranking(town.ledger, call, budget=budget, officer=town.officer, now=NOON)


def approved(town: Town, made: Ranking) -> Decision:
    with town.ledger.reading() as db:
        draft = read_draft(db, made.ranking_id)
    assert draft
    asked = Approval(draft.batch_id, draft.content_hash, draft.total_cents)
    return approve_batch(
        town.ledger, town.comune, asked, approver=town.approver, key=key(), now=NOON
    )


def declared_of(ledger: Ledger, row: Applied) -> Declared | None:
    return opened(ledger, [row]).get(row.application_id)


# The story.


def test_from_a_call_to_vouchers_and_to_the_next_in_line(town: Town, call: Call) -> None:
    receive(town, call, *(arrived(number, 20_000_00 - number * 100) for number in range(1, 14)))
    made = ranked(town, call)
    assert (made.total_cents, made.wanted_cents) == (1_000_00, 1_300_00)
    with town.ledger.reading() as db:
        rows = ranked_rows(db, made.ranking_id)
    assert [row.outcome for row in rows] == ["awarded"] * 10 + ["waiting"] * 3
    assert approved(town, made).accepted
    issued = issue_batch(town.ledger, town.comune, made.ranking_id, now=NOON)
    assert (issued.vouchers, issued.cents) == (10, 1_000_00)
    with pytest.raises(NothingToIssue):
        ranked(town, call, budget=0)
    town_call_more = ranked(town, call, budget=200_00)  # Money came back: the next two.
    with town.ledger.reading() as db:
        later = ranked_rows(db, town_call_more.ranking_id)
    waited = [row.application_id for row in rows if row.outcome == "waiting"]
    assert [row.application_id for row in later] == waited
    assert [row.amount_cents for row in later] == [100_00, 100_00, 0]
    assert list(town.ledger.book(town.comune).check()) == []


def test_the_same_is_made_again_of_the_stored_rule(town: Town, call: Call) -> None:
    receive(town, call, *(arrived(number, 9_000_00) for number in range(1, 8)))
    made = ranked(town, call, budget=350_00)
    with town.ledger.reading() as db:
        found = rule_in_force(db, call)
        rows = ranked_rows(db, made.ranking_id)
    assert found
    line = in_line(town.ledger, call)
    assert line.inputs_hash == made.inputs_hash
    again = choose(line.applications(found[1].on), found[1], budget=350_00, seed=call.seed)
    assert [line.application.id for line in again.lines] == [row.application_id for row in rows]
    assert lines_hash(rows) == made.lines_hash


def test_what_is_said_is_sealed_and_nothing_of_it_stands_outside(town: Town, call: Call) -> None:
    receive(town, call, arrived(1, 12_345_67, 3, dsu="INPS-ISEE-2026-12345678A-00"))
    with town.ledger.reading() as db:
        [row] = applications_of(db, call.call_id)
    said = declared_of(town.ledger, row)
    assert said
    assert (said.isee, said.dsu) == (12_345_67, "INPS-ISEE-2026-12345678A-00")
    assert read_declared(said.text()) == said
    with town.ledger.reading(Store.VAULT) as db:
        sealed = b"".join(bytes(one) for one in db.execute(select(paper.c.sealed)).scalars())
    for secret in (b"12345.67", b"INPS-ISEE", b"1985-05-01"):
        assert secret not in sealed
        assert secret.decode() not in repr(row)


# Everybody once.


def test_the_same_list_again_changes_nothing(town: Town, call: Call) -> None:
    some = [arrived(number, 9_000_00) for number in range(1, 4)]
    receive(town, call, *some)
    again = receive_applications(town.ledger, call, some, officer=town.officer.person_id, now=NOON)
    assert (again.new, again.again) == (0, tuple(one.fiscal_code for one in some))
    with town.ledger.reading() as db:
        assert len(applications_of(db, call.call_id)) == 3


def test_a_household_applies_once_whoever_of_it_comes(town: Town, call: Call) -> None:
    one, other = arrived(1, 9_000_00, dsu="INPS-1"), arrived(2, 9_000_00, dsu="inps-1")
    receive(town, call, one)
    for some in ([other], [other, arrived(3, 1_00, dsu="INPS-1")]):
        made = receive_applications(
            town.ledger, call, some, officer=town.officer.person_id, now=NOON
        )
        assert (made.new, made.same_household[0]) == (0, other.fiscal_code)


def test_two_at_once_in_a_list_are_one_household(town: Town, call: Call) -> None:
    some = [arrived(1, 9_000_00, dsu="INPS-1"), arrived(2, 9_000_00, dsu="INPS-1")]
    made = receive_applications(town.ledger, call, some, officer=town.officer.person_id, now=NOON)
    assert (made.new, made.same_household) == (1, (some[1].fiscal_code,))


# Corrections.


def test_a_correction_keeps_every_step_and_a_stale_one_is_refused(town: Town, call: Call) -> None:
    receive(town, call, arrived(1, 9_000_00))
    with town.ledger.reading() as db:
        [row] = applications_of(db, call.call_id)
    person = town.officer.person_id
    corrected = Change(row.application_id, row.version, "corrected", declared(8_000_00, 3))
    made = change_application(town.ledger, call, corrected, officer=person, now=NOON)
    said = declared_of(town.ledger, made)
    assert said
    assert said.isee == 8_000_00
    with pytest.raises(Changed):
        change_application(town.ledger, call, corrected, officer=person, now=NOON)
    asked = Change(row.application_id, made.version, "asked")
    assert change_application(town.ledger, call, asked, officer=person, now=NOON).status == (
        "incomplete"
    )
    with town.ledger.reading() as db:
        steps = steps_of(db, row.application_id)
    assert [step.what for step in steps] == ["received", "corrected", "asked"]


def test_a_ranking_whose_applications_changed_is_not_approved(town: Town, call: Call) -> None:
    receive(town, call, arrived(1, 9_000_00), arrived(2, 8_000_00))
    made = ranked(town, call)
    with town.ledger.reading() as db:
        row = applications_of(db, call.call_id)[0]
    change = Change(row.application_id, row.version, "corrected", declared(1_00))
    change_application(town.ledger, call, change, officer=town.officer.person_id, now=NOON)
    assert approved(town, made).code == "not_approved"
    assert approved(town, ranked(town, call)).accepted


def test_who_is_incomplete_withdrawn_or_erased_is_not_in_line(town: Town, call: Call) -> None:
    receive(town, call, *(arrived(number, 9_000_00) for number in range(1, 5)))
    with town.ledger.reading() as db:
        one, other, third, _fourth = applications_of(db, call.call_id)
        person = person_of(db, third.family_id)
    assert person
    for row, what in ((one, "asked"), (other, "withdrawn")):
        change = Change(row.application_id, row.version, what)
        change_application(town.ledger, call, change, officer=town.officer.person_id, now=NOON)
    erase_person(town.ledger, person, officer=town.officer.officer_id, now=NOON)
    assert len(in_line(town.ledger, call).rows) == 1


def test_a_new_ranking_takes_the_place_of_the_one_that_waits(town: Town, call: Call) -> None:
    receive(town, call, arrived(1, 9_000_00), arrived(2, 8_000_00))
    first, second = ranked(town, call, budget=100_00), ranked(town, call, budget=200_00)
    assert first.ranking_id != second.ranking_id
    assert approved(town, first).code == "not_approved"
    assert approved(town, second).accepted
    with town.ledger.reading() as db:
        assert len(rankings_of(db, call.call_id)) == 2
