"""Every operation against its own description: whatever is sent, no answer is a server's fault."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from starlette.testclient import TestClient

from ledger import open_ledger
from merchant_api.app import create_app
from tests.engines import sqlite_copy
from tests.town import make_town

OPERATIONS = (
    "openTillSession", "look", "redeem", "readRedemption", "voidRedemption", "refundRedemption",
    "readReceipt", "readProof", "readStatement", "readDayTotals",
    "enrolTill", "askChallenge", "openDeviceSession", "readOperators", "takeTurn", "endTurn",
    "openPracticeSession",
    "enrolDevice", "readShopRequest", "voidShopRequest", "syncTill", "uploadAcceptances",
    "readCircuit", "recordPurchase", "recordGroupOrder", "readPurchase", "returnPurchase",
    "takeCredits", "payCreditsOn", "convertCredits",
    "readWanted", "bringReceipts", "readStatus", "readProblem",
)  # fmt: skip


@pytest.fixture(scope="module")
def fuzzed(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Any, str]]:
    """The description's operations by id, and the session of a till that may call them."""
    with open_ledger(sqlite_copy(sqlite_template, tmp_path_factory.mktemp("fuzz"))) as ledger:
        town = make_town(ledger)
        town.issue(town.programme())
        _shop, secret = town.shop()
        app = create_app(ledger)
        opened = TestClient(app).post("/api/v1/till-sessions", json={"secret": secret})
        yield (
            schemathesis.openapi.from_asgi("/api/v1/openapi.json", app),
            opened.json()["session_token"],
        )
        assert list(ledger.book("giussano").check()) == []


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_operation_fails_by_itself(fuzzed: tuple[Any, str], name: str) -> None:
    schema, session = fuzzed
    [operation] = [
        one.ok()
        for one in schema.get_all_operations()
        if one.ok().definition.raw["operationId"] == name
    ]

    @given(case=operation.as_strategy())
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    def send(case: Any) -> None:  # noqa: ANN401
        headers = {"Authorization": f"Bearer {session}", "Idempotency-Key": str(uuid4())}
        answer = case.call(headers=headers)
        assert answer.status_code < 500, answer.text

    send()


def test_every_operation_is_fuzzed(fuzzed: tuple[Any, str]) -> None:
    schema, _session = fuzzed
    told = {one.ok().definition.raw["operationId"] for one in schema.get_all_operations()}
    assert told == set(OPERATIONS)
