"""A town with one family, one shop and its till, and the API before it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from ledger import Ledger
from ledger.operations.issue_credential import NewCredential
from ledger.operations.sign_in import credential_of_code
from ledger.store.signing import Signer
from merchant_api.app import create_app
from tests.town import Town, make_town


@dataclass
class Till:
    """A till with an open session, and the code of the family before it."""

    client: TestClient
    town: Town
    session: str
    family: NewCredential
    token: str
    secret: str

    def post(self, path: str, body: object, *, key: str | None = None, **more: Any) -> Any:  # noqa: ANN401
        headers = {"Authorization": f"Bearer {self.session}"}
        headers |= {"Idempotency-Key": key or str(uuid4())}
        return self.client.post(path, json=body, headers=headers | more.pop("headers", {}), **more)

    def get(self, path: str) -> Any:  # noqa: ANN401
        return self.client.get(path, headers={"Authorization": f"Bearer {self.session}"})

    def redeem(self, amount: object, *, key: str | None = None, **more: object) -> Any:  # noqa: ANN401
        shown = {"token": self.token, "pin": self.family.pin, "amount_cents": amount}
        return self.post("/api/v1/redemptions", shown | more, key=key)


@pytest.fixture
def town(ledger: Ledger) -> Town:
    return make_town(ledger)


@pytest.fixture
def till(town: Town) -> Iterator[Till]:
    town.issue(town.programme())
    _shop, secret = town.shop()
    family = town.codes()[0]
    credential = credential_of_code(town.ledger, family.code)
    assert credential is not None
    token = Signer(town.ledger).family_code(credential, "c_e063")
    with TestClient(
        create_app(town.ledger), base_url="https://testserver", raise_server_exceptions=False
    ) as client:
        opened = client.post("/api/v1/till-sessions", json={"secret": secret})
        assert opened.status_code == 201, opened.text
        yield Till(client, town, opened.json()["session_token"], family, token, secret)
