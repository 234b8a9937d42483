"""The Fondo Sociale feeds a comune's programme: two books, two persons, killed at any step."""

import multiprocessing
import os
import signal
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from ledger import Code, Ledger, open_ledger
from ledger.core.chart import EntryKind
from ledger.core.circuit.feeds import feed_fund
from ledger.core.ids import AccountId
from ledger.core.proposals import Confirmation
from ledger.core.quantities import DAY
from ledger.operations.feed_programme import deliver_feeds
from ledger.operations.fund_programme import Act, Funding
from ledger.operations.move_by_two import NewMove, confirm_move, propose_move
from ledger.reports.feeds import compare_feeds
from ledger.reports.programme_page import every_fund
from ledger.store.engines import Store
from ledger.store.network.people import Officer
from tests.circuit_town import Circuit, make_circuit
from tests.town import NOON, key

TODAY = date(2026, 11, 2)
GIUSSANO = "giussano"


@pytest.fixture
def circuit(ledger: Ledger) -> Circuit:
    return with_fund(ledger)


def with_fund(ledger: Ledger) -> Circuit:
    """The fund has 5.00: 1 % of 500.00, paid in."""
    made = make_circuit(ledger)
    made.buy(500_00)
    made.pay_in(30_00)
    return made


def a_feed(ledger: Ledger, cents: int = 4_00, number: str = "3/2026") -> NewMove:
    found = every_fund(ledger, ledger.book(GIUSSANO).book_no)[0]
    return NewMove(
        EntryKind.FEED, cents, number, TODAY, "Per la spesa di dicembre", GIUSSANO,
        found.programme_id,
    )  # fmt: skip


def proposed(circuit: Circuit, asked: NewMove) -> Confirmation:
    one = key()
    done = propose_move(circuit.ledger, asked, officer=circuit.officer, key=one, now=NOON)
    assert done.accepted, done.code
    return Confirmation(one, asked.move(one, circuit.officer.person_id).content_hash())


def confirmed(circuit: Circuit, asked: NewMove) -> Code:
    seen = proposed(circuit, asked)
    done = confirm_move(circuit.ledger, seen, officer=circuit.approver, key=key(), now=NOON)
    return done.code


def given(ledger: Ledger, programme_id: UUID | None) -> int:
    assert programme_id is not None
    book = ledger.book(GIUSSANO)
    return book.balance(AccountId(feed_fund(programme_id)))


def test_the_fund_feeds_a_programme_and_both_books_say_so(circuit: Circuit) -> None:
    ledger, asked = circuit.ledger, a_feed(circuit.ledger)
    seen = proposed(circuit, asked)
    alone = confirm_move(ledger, seen, officer=circuit.officer, key=key(), now=NOON)
    assert alone.code is Code.NOT_APPROVED
    attempt = key()
    for _ in range(2):
        done = confirm_move(ledger, seen, officer=circuit.approver, key=attempt, now=NOON)
        assert done.accepted
    assert compare_feeds(ledger).transit_cents == 4_00
    assert compare_feeds(ledger).all[0].state == "in_transit"
    [ended] = deliver_feeds(ledger, now=NOON)
    assert ended.accepted
    assert deliver_feeds(ledger, now=NOON) == ()
    found = compare_feeds(ledger)
    assert (found.transit_cents, found.wrong, found.all[0].state) == (0, (), "arrived")
    assert given(ledger, asked.subject) == 4_00
    now = circuit.balances()
    assert (now["social_fund"], now["bank"]) == (1_00, 26_00)
    assert not [*circuit.book.check(), *ledger.book(GIUSSANO).check()]


def test_what_cannot_be_fed_is_refused_and_moves_nothing(circuit: Circuit) -> None:
    ledger = circuit.ledger

    def ask(asked: NewMove, officer: Officer = circuit.officer, now: int = NOON) -> Code:
        return propose_move(ledger, asked, officer=officer, key=key(), now=now).code

    assert ask(a_feed(ledger, 5_01)) is Code.INSUFFICIENT_FUNDS
    assert ask(a_feed(ledger), circuit.town.officer) is Code.NOT_APPROVED
    assert ask(a_feed(ledger), now=NOON + 90 * DAY) is Code.EXPIRED
    with pytest.raises(ValueError, match="number"):
        ask(a_feed(ledger, number=" "))
    assert confirmed(circuit, a_feed(ledger, 2_00)) is Code.ACCEPTED
    assert confirmed(circuit, a_feed(ledger, 2_00)) is Code.ALREADY_CLAIMED  # That act once.
    late = proposed(circuit, a_feed(ledger, 2_00, "4/2026"))
    assert confirmed(circuit, a_feed(ledger, 2_00, "5/2026")) is Code.ACCEPTED
    done = confirm_move(ledger, late, officer=circuit.approver, key=key(), now=NOON)
    assert done.code is Code.INSUFFICIENT_FUNDS


def test_a_comune_that_used_our_number_gets_the_money_all_the_same(circuit: Circuit) -> None:
    ledger, asked = circuit.ledger, a_feed(circuit.ledger)
    assert asked.subject is not None
    act = Act("Rete 3/2026", TODAY, "Un atto del Comune")
    circuit.town.commit(Funding(asked.subject, act, "comune", "Bilancio", 1_00))
    assert confirmed(circuit, asked) is Code.ACCEPTED
    deliver_feeds(ledger, now=NOON)
    assert given(ledger, asked.subject) == 4_00
    assert compare_feeds(ledger).wrong == ()


def die_after(ledger: Ledger, commits: int) -> None:
    """Kill this process once so many commits of the books are durable."""
    dialect: Any = ledger._engines[Store.BOOK].dialect
    commit, seen = dialect.do_commit, 0

    def deadly(dbapi: Any) -> None:  # noqa: ANN401 -- the driver's.
        nonlocal seen
        commit(dbapi)
        seen += 1
        if seen == commits:
            os.kill(os.getpid(), signal.SIGKILL)

    dialect.do_commit = deadly


def feed_and_die(url: str, seen: Confirmation, officer: Officer, commits: int) -> None:
    with open_ledger(url, clock=lambda: NOON) as ledger:
        die_after(ledger, commits)
        confirm_move(ledger, seen, officer=officer, key=key(), now=NOON)
        deliver_feeds(ledger, now=NOON)


@pytest.fixture
def waiting(url: str) -> tuple[str, list[Confirmation], Officer]:
    """A feed for each step at which somebody dies."""
    with open_ledger(url) as ledger:
        circuit = with_fund(ledger)
        asked = [a_feed(ledger, 1_00, f"{number}/2026") for number in range(1, 5)]
        seen = [proposed(circuit, one) for one in asked]
    return url, seen, circuit.approver


def test_killed_after_each_step_it_is_ended_once_by_the_next(
    waiting: tuple[str, list[Confirmation], Officer],
) -> None:
    """Out of the fund, the source opened, the comune's entry, the circuit's: dead after each."""
    url, feeds, approver = waiting
    with open_ledger(url) as ledger:
        programme_id = a_feed(ledger).subject
    for number, seen in enumerate(feeds):
        commits = (1, 2, 2, 3)[number]  # The source is opened for the first one that gets there.
        one = multiprocessing.get_context("fork").Process(
            target=feed_and_die, args=(url, seen, approver, commits)
        )
        one.start()
        one.join()
        assert one.exitcode == -signal.SIGKILL
        with open_ledger(url) as ledger:
            if number:
                deliver_feeds(ledger, now=NOON)
                assert deliver_feeds(ledger, now=NOON) == ()
                assert compare_feeds(ledger).wrong == ()
                assert compare_feeds(ledger).transit_cents == 0
                assert given(ledger, programme_id) == (number + 1) * 1_00
    with open_ledger(url) as ledger:
        assert not [finding for book in ledger.books() for finding in book.check()]
