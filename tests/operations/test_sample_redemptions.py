"""An auditor's sample: anybody draws the same again; nobody examines what they settled."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from ledger import Code, Decision, RequestId, random_id
from ledger.core.programmes import starts_at
from ledger.operations.erase_person import erase_person
from ledger.operations.sample_redemptions import (
    Drawing,
    Examined,
    NothingToDraw,
    close_sample,
    draw_sample,
    record_outcome,
)
from ledger.reports.samples_page import SampleRow, note_of, sample, sampled_rows, samples
from ledger.store.network.people import Officer, add_officer
from ledger.store.passwords import hash_password
from ledger.store.schema import sample as sample_table
from ledger.store.schema import sample_end, sample_examiner, sample_outcome
from tests.reports.conftest import market
from tests.reports.market import Market
from tests.town import PASSWORD, key

__all__ = ["market"]
NOVEMBER = date(2026, 11, 1)
DECEMBER = starts_at(date(2026, 12, 1))


def auditor_of(market: Market, person: UUID | None = None) -> Officer:
    town = market.town
    made = Officer(
        random_id(), town.book_no, person or random_id(), random_id().hex, "auditor", "active"
    )
    kept = hash_password(PASSWORD)
    town.ledger.write(lambda db: add_officer(db, made, kept))
    return made


def draw(
    market: Market,
    who: Officer,
    *,
    seed: str = "verde",
    at: RequestId | None = None,
    percent: int = 50,
) -> Decision:
    asked = Drawing(NOVEMBER, seed, percent)
    return draw_sample(
        market.town.ledger, "giussano", asked, officer=who, key=at or key(), now=market.now
    )


def record(  # noqa: PLR0917 -- what is recorded, and by whom.
    market: Market, sample_id: UUID, place: int, who: Officer, finding: str = "regular",
    note: str = "", at: RequestId | None = None,
) -> Decision:  # fmt: skip
    asked = Examined(sample_id, place, finding, note)
    return record_outcome(
        market.town.ledger, "giussano", asked, officer=who, key=at or key(), now=market.now
    )


def close(market: Market, sample_id: UUID, who: Officer) -> Decision:
    return close_sample(
        market.town.ledger, "giussano", sample_id, officer=who, key=key(), now=market.now
    )


def shown(market: Market, sample_id: UUID) -> SampleRow:
    found = sample(market.town.ledger, market.town.book_no, sample_id)
    assert found
    assert list(market.town.ledger.book("giussano").check()) == []
    return found


def a_month(market: Market, sales: int = 4) -> None:
    """A month with so many purchases, and the first moment after it."""
    for _ in range(sales):
        market.sell(3_00)
    market.now = DECEMBER


def test_a_sample_is_drawn_recorded_and_closed_for_good(market: Market) -> None:
    who = auditor_of(market)
    a_month(market)
    attempt = key()
    tries = [draw(market, who, at=attempt) for _ in range(2)]
    assert [(one.accepted, one.replayed) for one in tries] == [(True, False), (True, True)]
    drawn_ = shown(market, attempt)
    assert (drawn_.population, drawn_.size, drawn_.recorded) == (4, 2, 0)
    assert close(market, attempt, who).code is Code.NOT_APPROVED  # Not all looked at.
    assert record(market, attempt, 1, who).accepted
    again = key()
    told = [
        record(market, attempt, 2, who, "irregular", "senza scontrino", again) for _ in range(2)
    ]
    assert [(one.accepted, one.replayed) for one in told] == [(True, False), (True, True)]
    assert record(market, attempt, 1, who, "to_clarify", "chiesto al negozio").accepted
    stood = shown(market, attempt)
    assert (stood.regular, stood.to_clarify, stood.irregular) == (0, 1, 1)
    assert (stood.sampled_cents, stood.wrong_cents, stood.error_tenths) == (6_00, 3_00, 500)
    assert close(market, attempt, who).accepted
    assert record(market, attempt, 1, who).code is Code.ALREADY_CLAIMED
    assert close(market, attempt, who).code is Code.ALREADY_CLAIMED
    assert shown(market, attempt).state == "closed"


def test_the_same_month_and_seed_give_the_same_sample(market: Market) -> None:
    who = auditor_of(market)
    a_month(market, 7)
    one, two, three = (draw(market, who, seed=seed) for seed in ("a", "a", "b"))
    market.sell(3_00)  # The month after: nothing of it is in the sample.

    def entries(decision: Decision) -> list[int]:
        found = sampled_rows(
            market.town.ledger, market.town.book_no, decision.request.id, after=0, limit=9
        )
        return [row.log_index for row in found]

    assert entries(one) == entries(two) == entries(draw(market, who, seed="a"))
    assert entries(one) != entries(three)
    assert len(samples(market.town.ledger, market.town.book_no)) == 4  # None is hidden.


def test_a_month_that_could_still_grow_is_not_drawn(market: Market) -> None:
    who = auditor_of(market)
    market.sell(3_00)
    market.now = DECEMBER - 1
    with pytest.raises(NothingToDraw):
        draw(market, who)
    market.now = DECEMBER
    assert draw(market, who).accepted


def test_a_month_in_which_nobody_bought_anything_is_not_drawn(market: Market) -> None:
    who = auditor_of(market)
    market.now = DECEMBER
    with pytest.raises(NothingToDraw):
        draw(market, who)


def test_nobody_examines_what_they_settled_and_no_keeper_examines_at_all(market: Market) -> None:
    honest, town = auditor_of(market), market.town
    market.sell(3_00)
    market.close()
    [line] = [
        one for one in town.ledger.book("giussano").trial_balance() if one.kind == "shop_payable"
    ]
    market.pay(1, line.balance)
    market.now = DECEMBER
    sample_id = draw(market, honest).request.id
    closer = auditor_of(market, town.officer.person_id)
    payer = auditor_of(market, town.treasurer.person_id)
    approver = auditor_of(market, town.approver.person_id)
    tries = [
        record(market, sample_id, 1, town.officer),
        record(market, sample_id, 1, closer),
        record(market, sample_id, 1, payer),
        record(market, sample_id, 1, approver),
        record(market, sample_id, 1, replace(town.approver, role="auditor")),
        draw(market, town.treasurer),
        draw(market, closer),
    ]
    assert {one.code for one in tries} == {Code.NOT_APPROVED}
    assert record(market, sample_id, 1, honest).accepted
    assert close(market, sample_id, town.officer).code is Code.NOT_APPROVED
    assert close(market, sample_id, honest).accepted


def test_who_settled_is_refused_even_without_another_account(market: Market) -> None:
    """The human closed the period, and is now an auditor only."""
    market.sell(3_00)
    market.close()
    market.now = DECEMBER
    honest = auditor_of(market)
    sample_id = draw(market, honest).request.id
    turned = auditor_of(market, market.town.officer.person_id)
    before = text("UPDATE officer SET role = 'auditor' WHERE role = 'officer'")
    market.town.ledger.write(lambda db: db.execute(before))
    assert record(market, sample_id, 1, turned).code is Code.NOT_APPROVED
    assert record(market, sample_id, 1, honest).accepted


def test_two_tabs_record_a_step_once_and_an_end_is_an_end(market: Market) -> None:
    who = auditor_of(market)
    a_month(market)
    sample_id = draw(market, who).request.id
    for place in (1, 2):
        assert record(market, sample_id, place, who).accepted

    def end(number: int) -> Decision:
        if number % 2:
            return close(market, sample_id, who)
        return record(market, sample_id, 1, who, "irregular", "x")

    with ThreadPoolExecutor(6) as pool:
        ends = list(pool.map(end, range(6)))
    closed = [one for one in ends if one.accepted and "close" in (one.request.asked or {})]
    assert len(closed) <= 1
    stood = shown(market, sample_id)
    if not closed:
        assert close(market, sample_id, who).accepted
        return
    late = [one for one in ends if one.accepted and one.log_index > closed[0].log_index]
    assert late == []
    assert stood.end_index == closed[0].log_index


def test_a_notes_words_are_in_the_vault_and_go_with_the_person(market: Market) -> None:
    who = auditor_of(market)
    a_month(market)
    sample_id = draw(market, who).request.id
    words = "la signora dice di aver pagato due volte"
    told = record(market, sample_id, 1, who, "to_clarify", words)
    assert words.encode() not in told.leaf()
    [row] = sampled_rows(market.town.ledger, market.town.book_no, sample_id, after=0, limit=1)
    assert note_of(market.town.ledger, row) == words
    with market.town.ledger.reading() as db:
        people = db.exec_driver_sql(
            "SELECT f.person_id FROM credential k JOIN family f ON f.family_id = k.target_id"
            " WHERE k.max_cents > 0"
        ).all()
    for (person,) in people:
        known = person if isinstance(person, UUID) else UUID(bytes=person)
        erase_person(market.town.ledger, known, officer=who.officer_id, now=market.now)
    assert note_of(market.town.ledger, row) == ""
    assert shown(market, sample_id).to_clarify == 1


def test_what_is_not_there_or_says_nothing_is_an_error(market: Market) -> None:
    who = auditor_of(market)
    a_month(market)
    sample_id = draw(market, who).request.id
    for place, finding in ((1, "good"), (1, "irregular")):
        with pytest.raises(ValueError, match="finding"):
            record(market, sample_id, place, who, finding)
    for sample_, place in ((sample_id, 3), (random_id(), 1)):
        with pytest.raises(LookupError):
            record(market, sample_, place, who)
    with pytest.raises(LookupError):
        close(market, random_id(), who)


def test_the_database_refuses_what_no_auditor_may_write(market: Market) -> None:
    who, at = random_id(), {"book_no": 1, "log_index": 0, "row_no": 99, "sample_id": random_id()}
    drawn_ = {"month": "2026-11", "seed": "x", "drawn_by": who}
    wrong = [
        insert(sample_examiner).values(**at, step=1, settled_by=who, examined_by=who),
        insert(sample_table).values(**at, **drawn_, percent=14, population=10, size=2),
        insert(sample_table).values(**at, **drawn_, percent=15, population=100, size=14),
        insert(sample_outcome).values(**at, step=1, place=1, finding="good", examined_by=who),
        insert(sample_end).values(**at, step=1, size=1, to_clarify=1, irregular=1, closed_by=who),
    ]
    for one in wrong:
        with pytest.raises(IntegrityError):
            market.town.ledger.write(lambda db, one=one: db.execute(one))  # type: ignore[misc]
