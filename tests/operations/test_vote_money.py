"""From an idea to bread: idea, vote, the fund's feed, the programme, a voucher, a shop; once."""

from dataclasses import replace

import pytest

from ledger import Code, Ledger, random_id
from ledger.core.circuit.feeds import feed_fund
from ledger.core.ids import AccountId
from ledger.core.redemption import Redemption
from ledger.imports.applications import read_applications
from ledger.operations.feed_programme import deliver_feeds
from ledger.operations.import_applications import Target, compare_with_ledger, prepare_batch
from ledger.operations.issue_vouchers import issue_batch
from ledger.operations.move_by_two import NewMove, NotVoted, confirm_move, propose_move
from ledger.operations.propose_idea import propose_idea, settle_idea
from ledger.operations.redeem import redeem
from ledger.reports.ideas import read_ideas
from ledger.reports.votes import decided_votes
from tests.circuit_town import Circuit
from tests.operations.test_feeds import TODAY, a_feed, proposed, with_fund
from tests.operations.test_votes import CLOSES, Poll, opened
from tests.operations.test_votes import proposed as proposed_vote
from tests.town import NOON, ROSSI, Town, key


def chosen_by_families(circuit: Circuit) -> Poll:
    """A family's idea wins, on paper; two persons count it."""
    town: Town = circuit.town
    propose_idea(
        town.ledger, town.book_no, circuit.families[0], "Spesa", "A dicembre", idea_id=random_id()
    )
    [idea] = read_ideas(town.ledger, town.book_no)
    poll = Poll(town, proposed_vote(town), list(circuit.families))
    settle_idea(town.ledger, town.comune, idea.idea_id, taken=True, officer=town.officer)
    assert opened(town, poll.vote_id) is Code.ACCEPTED
    for family in poll.families:
        poll.paper(family)
    poll.count([0, 0, 2])
    assert poll.close([0, 0, 2]) is Code.ACCEPTED
    return poll


def voted(ledger: Ledger, poll: Poll, cents: int, number: str = "v") -> NewMove:
    plain = a_feed(ledger, cents, number)
    return NewMove(
        plain.kind, cents, number, TODAY, "Esito del voto", plain.comune, plain.subject,
        poll.vote_id,
    )  # fmt: skip


def test_a_vote_moves_money_once_and_no_more_than_it_was_about(ledger: Ledger) -> None:
    circuit = with_fund(ledger)
    poll = chosen_by_families(circuit)
    [decided] = decided_votes(ledger, circuit.town.book_no)
    assert (decided.vote_id, decided.chosen) == (poll.vote_id, "Spesa")
    with pytest.raises(NotVoted):
        proposed(circuit, voted(ledger, poll, decided.amount_cents + 1))
    asked = [proposed(circuit, voted(ledger, poll, 2_00, number)) for number in ("v1", "v2")]
    done = [
        confirm_move(ledger, seen, officer=circuit.approver, key=key(), now=CLOSES).code
        for seen in asked
    ]
    assert done == [Code.ACCEPTED, Code.ALREADY_CLAIMED]
    deliver_feeds(ledger, now=CLOSES)
    programme_id = a_feed(ledger).subject
    assert programme_id is not None
    fund = AccountId(feed_fund(programme_id))
    assert ledger.book("giussano").balance(fund) == 2_00
    spend_it(circuit, Target(programme_id, fund, "voto"))
    assert not [finding for book in ledger.books() for finding in book.check()]


def spend_it(circuit: Circuit, target: Target) -> None:
    """The fund's money becomes a voucher by the ordinary list, and bread at the bakery."""
    town = circuit.town
    text = f"Codice fiscale;Cognome;Nome;Importo\n{ROSSI};Rossi;Mara;2,00\n"
    compared = compare_with_ledger(
        town.ledger, town.comune, read_applications(text.encode()), target
    )
    who = town.officer.person_id
    draft = prepare_batch(town.ledger, town.comune, compared, target, prepared_by=who, now=NOON)
    town.approve(draft)
    issue_batch(town.ledger, town.comune, draft.batch_id, now=NOON)
    assert town.ledger.book("giussano").balance(target.fund) == 0
    sales = [Redemption(circuit.till_id, one, 52_00) for one in circuit.credentials]
    paid = [redeem(town.ledger, one, key=key(), now=NOON).code for one in sales]
    assert paid == [Code.ACCEPTED, Code.ACCEPTED]  # One has 50.00 of the comune and 2.00 of this.


def test_only_a_vote_that_chose_something_moves_money(ledger: Ledger) -> None:
    circuit = with_fund(ledger)
    poll = Poll(circuit.town, proposed_vote(circuit.town), list(circuit.families))
    with pytest.raises(NotVoted):
        propose_move(
            ledger, voted(ledger, poll, 1_00), officer=circuit.officer, key=key(), now=NOON
        )
    gone = replace(voted(ledger, poll, 1_00), vote_id=random_id())
    with pytest.raises(LookupError):
        propose_move(ledger, gone, officer=circuit.officer, key=key(), now=NOON)
