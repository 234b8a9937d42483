"""After a restore: tills bring back what they were paid, and two persons have it booked again.

The ledger is really put back from before, on both engines. Source: reliability.md 5.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from ledger import Ledger, accept_loss, open_ledger
from ledger.core.proposals import Confirmation
from ledger.core.recovery import Standing, plan_found_sale
from ledger.operations.issue_credential import NewCredential
from ledger.operations.recover import (
    confirm_recovery,
    lost_sales,
    propose_recovery,
    reopen_tills,
)
from ledger.store import edges
from ledger.store.registers.recoveries import read_recovery_proposal
from merchant_api.app import create_app
from tests.engines import postgresql_copy
from tests.town import NOON, Town, key, make_town

ALL = "/api/v1/redemptions"


@dataclass
class Counter:
    """A shop's till at work, as its page is: it keeps the receipts that it got."""

    town: Town
    api: TestClient
    family: NewCredential
    kept: list[dict[str, str]]

    def sell(self, cents: int, name: str | None = None, who: NewCredential | None = None) -> Any:  # noqa: ANN401
        one = who or self.family
        shown = {"code": one.code, "pin": one.pin, "amount_cents": cents}
        answer = self.api.post(ALL, json=shown, headers={"Idempotency-Key": name or str(uuid4())})
        if answer.status_code == 201:
            self.kept.append({"receipt": answer.json()["receipt"]})
        return answer

    def give_back(self, sale: str, cents: int) -> None:
        asked = {"amount_cents": cents, "reason": "goods_returned"}
        key = {"Idempotency-Key": str(uuid4())}
        answer = self.api.post(f"{ALL}/{sale}/refunds", json=asked, headers=key)
        assert answer.status_code == 201, answer.text
        self.kept.append({"receipt": answer.json()["receipt"], "sale": sale})

    def bring(self, kept: list[dict[str, str]]) -> list[str]:
        body = {"receipts": kept, "last": True}
        answer = self.api.post("/api/v1/returned-receipts", json=body)
        assert answer.status_code == 200, answer.text
        outcomes: list[str] = answer.json()["outcomes"]
        return outcomes


@dataclass
class Yard:
    """A ledger that goes on, and a copy of it from before; `people` and `secret` outlive both."""

    url: str
    before: str
    heads: Path
    town: Town
    family: NewCredential
    other: NewCredential
    secret: str

    @contextmanager
    def opened(self, url: str) -> Iterator[Ledger]:
        with open_ledger(url, heads=self.heads, clock=edges.now) as ledger:
            yield ledger

    @contextmanager
    def at_work(self, url: str, kept: list[dict[str, str]]) -> Iterator[Counter]:
        with self.opened(url) as ledger:
            api = TestClient(create_app(ledger), raise_server_exceptions=False)
            told = api.post("/api/v1/till-sessions", json={"secret": self.secret}).json()
            api.headers = {"Authorization": f"Bearer {told['session_token']}"}
            town = Town(ledger, self.town.officer, self.town.approver, self.town.treasurer)
            yield Counter(town, api, self.family, kept)


@pytest.fixture
def yard(url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Yard]:
    """A town that was backed up before it sold anything."""
    heads = tmp_path / "told.heads.json"
    with open_ledger(url, heads=heads) as ledger:
        town = make_town(ledger)
        town.issue(town.programme())
        _shop, secret = town.shop()
        family, other = town.codes()
    with copied(url, tmp_path, request) as before:
        yield Yard(url, before, heads, town, family, other, secret)


@contextmanager
def copied(url: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The ledger as it is now, in another place."""
    if url.startswith("sqlite"):
        aside = folder / "aside"
        aside.mkdir()
        for file in folder.glob("*.db"):
            shutil.copy(file, aside / file.name)
        yield f"sqlite:///{aside / 'portavalori.db'}"
        return
    address = request.getfixturevalue("postgresql")
    with postgresql_copy(address, url.partition("?")[0].rsplit("/", 1)[1]) as database:
        yield database


def balances(town: Town) -> dict[UUID, int]:
    lines = town.ledger.book(town.comune).trial_balance()
    return {line.account: line.balance for line in lines if line.balance}


def lose_three_sales(yard: Yard) -> tuple[list[dict[str, str]], dict[UUID, int], str]:
    """Sell, give a part back, and lose the disk; what the till kept, and what the book was."""
    kept: list[dict[str, str]] = []
    name = str(uuid4())
    with yard.at_work(yard.url, kept) as counter:
        assert counter.sell(12_50, name).status_code == 201
        assert counter.sell(7_00).status_code == 201
        assert counter.sell(30_00, who=yard.other).status_code == 201
        counter.give_back(name, 2_50)
        there = balances(counter.town)
    return kept, there, name


def propose(town: Town) -> UUID:
    made = propose_recovery(town.ledger, town.comune, officer=town.officer, key=key(), now=NOON)
    assert made.accepted, made.code
    return made.request.id


def seen(town: Town, proposal: UUID) -> Confirmation:
    with town.ledger.reading() as db:
        one = read_recovery_proposal(db, town.book_no, proposal)
    assert one is not None
    return Confirmation(proposal, one.content_hash)


def confirm(town: Town, proposal: UUID, *, alone: bool = False) -> Any:  # noqa: ANN401
    who = town.officer if alone else town.approver
    return confirm_recovery(
        town.ledger, town.comune, seen(town, proposal), officer=who, key=key(), now=NOON
    )


def test_every_sale_that_a_till_was_paid_for_is_booked_again_under_its_old_id(yard: Yard) -> None:
    kept, there, name = lose_three_sales(yard)
    with yard.at_work(yard.before, []) as counter:
        assert counter.town.ledger.read_only
        wanted = counter.api.get("/api/v1/returned-receipts").json()["since"]
        assert wanted
        assert counter.bring(kept) == ["kept"] * 4
        assert counter.sell(1_00).json()["code"] == "read_only"
    [behind] = accept_loss(yard.before, heads=yard.heads)
    assert behind.missing >= 4
    with yard.at_work(yard.before, []) as counter:
        town = counter.town
        assert counter.sell(1_00).json()["code"] == "read_only"  # Nothing is spent twice meanwhile.
        assert counter.bring(kept[:2]) == ["kept"] * 2
        lost = lost_sales(town.ledger, town.comune)
        assert set(lost.standing.values()) == {Standing.READY}
        assert (len(lost.ready), lost.ready_cents) == (4, 47_00)
        proposal = propose(town)
        assert confirm(town, proposal, alone=True).code == "not_approved"
        assert lost_sales(town.ledger, town.comune).count(Standing.READY) == 4
        assert confirm(town, proposal).accepted
        assert balances(town) == there
        assert confirm(town, proposal).code == "already_claimed"
        assert balances(town) == there
        assert lost_sales(town.ledger, town.comune).count(Standing.KNOWN) == 4
        paid = counter.api.get(f"{ALL}/{name}").json()
        assert (paid["amount_cents"], paid["refunded_cents"]) == (12_50, 2_50), paid
        assert counter.sell(1_00).json()["code"] == "read_only"
        assert reopen_tills(town.ledger, town.comune, by=town.approver, now=NOON)
        assert counter.sell(1_00).status_code == 201
        assert counter.bring(kept) == ["kept"] * 4  # A late till: nothing comes of it.
        assert not lost_sales(town.ledger, town.comune).ready
        assert list(town.ledger.book(town.comune).check()) == []


def test_a_confirmation_that_was_stopped_half_way_books_the_rest_when_asked_again(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, there, _name = lose_three_sales(yard)
    accept_loss(yard.before, heads=yard.heads)
    with yard.at_work(yard.before, []) as counter:
        town = counter.town
        counter.bring(kept)
        proposal = propose(town)
        with monkeypatch.context() as broken:
            broken.setattr("ledger.operations.recover.TOGETHER", 1)
            broken.setattr("ledger.operations.recover.plan_found_sale", second_time_dies())
            with pytest.raises(OSError, match="the cable"):
                confirm(town, proposal)
        assert lost_sales(town.ledger, town.comune).count(Standing.KNOWN) == 1
        assert confirm(town, proposal).code == "already_claimed"
        assert balances(town) == there
        assert list(town.ledger.book(town.comune).check()) == []


def second_time_dies() -> Any:  # noqa: ANN401
    """Plan one sale, then stop as a process does that is killed."""
    planned: list[int] = []

    def plan(*words: Any) -> Any:  # noqa: ANN401
        planned.append(1)
        if len(planned) > 1:
            raise OSError("the cable")
        return plan_found_sale(*words)

    return plan
