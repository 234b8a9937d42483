"""What a till took offline for one comune under an id that another comune's book has decided."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from ledger import Ledger, RequestId
from ledger.core.redemption import plan_void
from ledger.token.acceptances import peek_acceptance
from tests.offline.outage import NOW, World, make_world, opened
from tests.town import NOON


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    with opened(url) as one:
        yield one


@pytest.fixture
def world(ledger: Ledger) -> World:
    return make_world(ledger)


def test_an_id_that_was_decided_elsewhere_is_disputed_and_stops_nothing(world: World) -> None:
    till = world.till(world.town.shop())
    first, second = world.slips(2)
    till.meet(NOW + 60)
    till.accept(first, 10_00, NOW + 120)
    till.accept(second, 10_00, NOW + 130)
    rid = RequestId(UUID(bytes=peek_acceptance(till.queue[0]).rid))
    other = world.ledger.book("seveso", create=True)
    [burnt] = other.submit([plan_void(key=rid, till_id=till.till_id, now=NOON)])
    assert burnt.code == "voided"
    told = till.upload(NOW + 200)
    assert [one.outcome for one in told] == ["disputed", "posted"]
