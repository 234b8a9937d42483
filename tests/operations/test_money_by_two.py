"""Money comes in and goes back when two persons want it. Source: design 4.1; reliability.md 28."""

from dataclasses import replace

import pytest

from ledger import Code, Decision, Ledger
from ledger.core.proposals import Confirmation
from ledger.operations.change_by_two import withdraw_change
from ledger.operations.define_programme import define_programme, programme_id_of
from ledger.operations.fund_programme import (
    Act,
    Economie,
    Funding,
    confirm_budget,
    propose_budget,
    source_of,
)
from ledger.reports.entry_page import entry_page
from ledger.reports.programme_page import programme_totals
from ledger.reports.proposals_page import proposal, waiting_proposals
from ledger.store.network.people import Officer
from tests.town import NOON, TERMS, Town, key, make_town


@pytest.fixture
def town(ledger: Ledger) -> Town:
    return make_town(ledger)


def an_act(town: Town, number: str = "42", amount: int = 1_000_00) -> Funding:
    request, who = key(), town.officer.officer_id
    define_programme(town.ledger, town.comune, TERMS, officer=who, key=request, now=NOON)
    act = Act(number, TERMS.starts_on, "Impegno")
    return Funding(programme_id_of(request), act, "comune", "Bilancio", amount)


def propose(town: Town, asked: Funding | Economie, who: Officer | None = None) -> Decision:
    return propose_budget(
        town.ledger, town.comune, asked, officer=who or town.officer, key=key(), now=NOON
    )


def confirm(town: Town, proposed: Decision, who: Officer | None = None) -> Decision:
    shown = proposal(town.ledger, town.book_no, proposed.request.id)
    assert shown
    seen = Confirmation(shown.proposal_id, shown.content_hash)
    return confirm_budget(
        town.ledger, town.comune, seen, officer=who or town.approver, key=key(), now=NOON
    )


def held(town: Town) -> int:
    assert list(town.ledger.book(town.comune).check()) == []
    [totals] = programme_totals(town.ledger, town.book_no)
    assert totals.agrees
    return totals.held_cents


def test_an_act_commits_its_money_when_another_person_confirms(town: Town) -> None:
    asked = an_act(town)
    proposed = propose(town, asked)
    assert held(town) == 0
    [waiting] = waiting_proposals(town.ledger, town.book_no)
    assert (waiting.kind, waiting.act_number, waiting.amount_cents, waiting.source_name) == (
        "funding", "42", 1_000_00, "Bilancio",
    )  # fmt: skip
    assert confirm(town, proposed, town.officer).code is Code.NOT_APPROVED
    assert confirm(town, proposed, replace(town.officer, role="approver")).code is Code.NOT_APPROVED
    assert held(town) == 0
    done = confirm(town, proposed)
    assert (done.accepted, held(town)) == (True, 1_000_00)
    assert confirm(town, proposed).code is Code.ALREADY_CLAIMED
    entry = entry_page(town.ledger, town.book_no, done.log_index)
    assert entry
    assert (entry.actor.name, entry.actor.about) == ("approver", None)
    assert waiting_proposals(town.ledger, town.book_no) == ()


def test_an_act_that_was_used_is_told_when_it_is_proposed_and_held_when_it_is_confirmed(
    town: Town,
) -> None:
    asked = an_act(town)
    two = [propose(town, asked), propose(town, replace(asked, amount_cents=5_00))]
    assert [one.accepted for one in two] == [True, True]
    assert confirm(town, two[0]).accepted
    assert confirm(town, two[1]).code is Code.ALREADY_CLAIMED
    assert propose(town, asked).code is Code.ALREADY_CLAIMED
    assert held(town) == 1_000_00


def test_economie_are_confirmed_too_and_never_more_than_is_left(town: Town) -> None:
    asked = an_act(town)
    assert confirm(town, propose(town, asked)).accepted
    source = source_of(town.ledger, town.comune, asked.programme_id, asked.fund())
    all_of_it = Economie(source, 1_000_00)
    assert propose(town, replace(all_of_it, amount_cents=1_000_01)).code is Code.INSUFFICIENT_FUNDS
    two = [propose(town, all_of_it), propose(town, all_of_it)]
    assert confirm(town, two[0], town.treasurer).code is Code.NOT_APPROVED
    assert confirm(town, two[0]).accepted
    assert confirm(town, two[1]).code is Code.INSUFFICIENT_FUNDS
    assert held(town) == 0


def test_who_may_not_propose_and_what_was_put_aside(town: Town) -> None:
    asked = an_act(town)
    assert propose(town, asked, town.treasurer).code is Code.NOT_APPROVED
    elsewhere = replace(town.officer, book_no=town.book_no + 1)
    assert propose(town, asked, elsewhere).code is Code.NOT_APPROVED
    proposed = propose(town, asked)
    put_aside = withdraw_change(
        town.ledger, town.comune, proposed.request.id, officer=town.officer, key=key(), now=NOON
    )
    assert put_aside.accepted
    assert confirm(town, proposed).code is Code.ALREADY_CLAIMED
    assert held(town) == 0
