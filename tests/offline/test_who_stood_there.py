"""A sale without network names who stood at the till, if that is one of the shop's people."""

from collections.abc import Iterator

import pytest

from ledger import Ledger, RequestId, derived_id, random_id
from ledger.operations.take_turn import NewOperator, add_own_operator, part_with
from tests.offline.outage import NOW, Till, World, make_world, opened
from tests.town import NOON


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    with opened(url) as one:
        yield one


def sold(till: Till, world: World) -> dict[str, object]:
    """Sell a slip without network; what the book was asked."""
    [slip] = world.slips(1)
    till.meet(NOW + 10)
    till.accept(slip, 10_00, NOW + 20)
    [taken] = till.upload(NOW + 60)
    assert taken.outcome == "posted"
    decision = world.ledger.book("giussano").decision(RequestId(derived_id("offline", taken.rid)))
    assert decision
    return dict(decision.request.asked or {})


def test_the_book_names_who_stood_there(ledger: Ledger) -> None:
    world = make_world(ledger)
    shop = world.town.shop()
    till = world.till(shop)
    assert "operator" not in sold(till, world)
    add_own_operator(ledger, shop[0], NewOperator("Titta", "11111", "owner"), now=NOON)
    rina = add_own_operator(ledger, shop[0], NewOperator("Rina", "22222", "scan"), now=NOON)
    till.operator = rina.bytes
    assert sold(till, world)["operator"] == rina.hex
    part_with(ledger, shop[0], rina)
    assert sold(till, world)["operator"] == rina.hex  # She left after that sale.
    till.operator = random_id().bytes
    assert "operator" not in sold(till, world)
    assert list(ledger.book("giussano").check()) == []
