"""The trial of old ids is red where an answer changes by a byte, or other words go unnoticed."""

import random
from dataclasses import replace

import pytest

from ledger import Decision, Request
from tests.faults import replays
from tests.faults.market import Market
from tests.faults.replays import Sale
from tests.faults.scoreboard import Asked, Row
from tests.faults.shoppers import Answer
from tests.faults.trials import fresh_ledger
from tests.loops import run_apart
from tests.rich_book import all_requests


def try_it(size: int) -> Row:
    with fresh_ledger("sqlite") as (url, folder):
        asked = Asked(size, 1, "sqlite")
        return run_apart(lambda: replays.replays(asked, url, folder))


@pytest.mark.minutes
def test_other_words_that_go_unnoticed_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def as_before(self: Decision, _request: Request) -> Decision:
        return self._replace(replayed=True)

    monkeypatch.setattr(Decision, "again", as_before)
    row = try_it(400)
    assert row.passed is False
    assert "was answered with accepted" in " ".join(row.why)


@pytest.mark.minutes
def test_an_answer_of_another_byte_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    sell = replays._sell

    async def remembered_wrongly(port: int, market: Market, chance: random.Random) -> list[Sale]:
        sales = await sell(port, market, chance)
        return [
            replace(one, answer=Answer(one.answer.status, one.answer.body + b" ")) for one in sales
        ]

    monkeypatch.setattr(replays, "_sell", remembered_wrongly)
    row = try_it(40)
    assert row.passed is False
    assert all("was answered with" in why for why in row.why)


def test_a_burnt_id_is_never_asked_with_other_words() -> None:
    """It answers all words alike, so that a late original is refused by its own id."""
    chance = random.Random(1)
    for request in all_requests():
        asked = [replays._perhaps_changed(request, chance) for _ in range(60)]
        assert request in asked
        assert any(one != request for one in asked) is (request.refuse is None)
