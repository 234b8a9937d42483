"""How often a till may ask: counted by the clock's minute, told in ModI's headers."""

from starlette.testclient import TestClient

from merchant_api.app import create_app
from merchant_api.rates import Minutes, Rates
from tests.merchant_api.conftest import Till


def test_a_count_ends_with_its_minute() -> None:
    clock = [3_000.0]
    minutes = Minutes(lambda: clock[0])
    first, second, third = (minutes.count("till", 2) for _ in range(3))
    assert [first.is_over, second.is_over, third.is_over] == [False, False, True]
    assert not first.is_used_up
    assert second.is_used_up
    clock[0] += 59.9
    assert minutes.count("till", 2).is_over
    clock[0] += 0.1
    assert not minutes.count("till", 2).is_over


def test_each_has_a_count_of_its_own_and_looking_is_not_counted() -> None:
    minutes = Minutes(lambda: 3_000.0)
    assert minutes.count("one", 5).used == 1
    assert minutes.look("one", 5).used == 1
    assert minutes.look("one", 5).used == 1
    assert minutes.count("other", 5).used == 1


def test_a_till_that_asks_too_often_is_told_when_to_come_back(till: Till) -> None:
    app = create_app(till.town.ledger, rates=Rates(per_till=3))
    app.state.api.minutes = Minutes(lambda: 3_001.0)
    bearer = {"Authorization": f"Bearer {till.session}"}
    with TestClient(app, base_url="https://testserver") as client:
        told = [client.get("/api/v1/statement", headers=bearer) for _ in range(4)]
    assert [one.status_code for one in told] == [200, 200, 200, 429]
    assert [one.headers["X-RateLimit-Remaining"] for one in told] == ["2", "1", "0", "0"]
    assert {one.headers["X-RateLimit-Limit"] for one in told} == {"3"}
    assert {one.headers["X-RateLimit-Reset"] for one in told} == {"59"}
    assert told[-1].json()["code"] == "too_many"
    assert told[-1].headers["Retry-After"] == "59"
