"""Limits that change while tills are without network: what a till knew decides, not what came."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from uuid import UUID

import pytest

from ledger import Code, Ledger, open_ledger
from ledger.core.chart import EntryKind
from ledger.core.offline import Limits, Why
from ledger.core.quantities import SECOND, Instant
from ledger.operations.change_by_two import Change, propose_change
from ledger.operations.fund_programme import Cover, source_of
from ledger.operations.open_offline import set_offline_limits
from ledger.store.limits import Limits as WriterLimits
from ledger.store.registers.offline import slip_shown
from ledger.token.verify import verify_payment
from tests.offline.outage import COVERED, HOUR, LIMITS, NOW, World, make_world
from tests.town import NOON, key

MAY_JUMP = WriterLimits(forward_jump_seconds=10.0**9)
CHANGED = NOW + 2 * HOUR
TIGHTER = (
    replace(LIMITS, slip_cents=0),
    replace(LIMITS, last_offline=NOW + 60),
    replace(LIMITS, unsynced=0),
    replace(LIMITS, guarantee_seconds=HOUR),
)


@dataclass
class Clock:
    """The time by which the ledger writes down what it decides."""

    now: Instant = NOON

    def __call__(self) -> Instant:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(url: str, clock: Clock) -> Iterator[Ledger]:
    with open_ledger(url, clock=clock, limits=MAY_JUMP) as one:
        yield one


@pytest.fixture
def world(ledger: Ledger) -> World:
    return make_world(ledger)


@pytest.fixture
def change(world: World, clock: Clock) -> Callable[[Limits], None]:
    """Two officers sign other limits, two hours later."""

    def sign(limits: Limits) -> None:
        clock.now = CHANGED * SECOND
        town = world.town
        signed = set_offline_limits(
            world.ledger, town.comune, world.funding.programme_id, limits,
            signed_by=(town.officer, town.approver), key=key(), now=clock.now,
        )  # fmt: skip
        assert signed.accepted, signed.code

    return sign


@pytest.mark.parametrize("tighter", TIGHTER)
def test_a_till_that_kept_the_rules_it_knew_is_paid(
    world: World, change: Callable[[Limits], None], tighter: Limits
) -> None:
    till = world.till(world.town.shop())
    [slip] = world.slips(1)
    till.meet(NOW + 60)
    change(tighter)
    assert till.accept(slip, 10_00, CHANGED + HOUR) is Why.NONE
    [answer] = till.upload(CHANGED + 2 * HOUR)
    assert (answer.outcome, answer.why) == ("posted", "")
    assert world.paid(till.shop_id) == 10_00


@pytest.mark.parametrize(
    ("tighter", "why"),
    [
        (replace(LIMITS, slip_cents=5_00), Why.CLOSED),
        (replace(LIMITS, unsynced=0), Why.TOO_MANY),
        (replace(LIMITS, guarantee_seconds=HOUR), Why.TOO_LATE),
    ],
)
def test_a_till_that_met_the_server_since_is_bound_by_the_new_ones(
    world: World, change: Callable[[Limits], None], tighter: Limits, why: Why
) -> None:
    till = world.till(world.town.shop(), honest=False)
    [slip] = world.slips(1)
    change(tighter)
    till.meet(CHANGED + 2 * HOUR)
    till.accept(slip, 10_00, CHANGED + 3 * HOUR)
    [answer] = till.upload(CHANGED + 4 * HOUR)
    assert answer.why == why


def test_the_cover_waits_for_the_tills_of_before(
    world: World, change: Callable[[Limits], None], clock: Clock
) -> None:
    """Pulled in to a minute ago, the programme's limits leave tills that met the server before."""
    change(TIGHTER[1])
    assert not frees(world, clock.now + 2 * 24 * HOUR * SECOND)
    assert frees(world, clock.now + (2 * 24 * HOUR + 61) * SECOND)


def frees(world: World, now: Instant) -> bool:
    source = source_of(
        world.ledger, world.town.comune, world.funding.programme_id, world.funding.fund()
    )
    return world.town.commit(Cover(source, COVERED, freed=True), now=now).accepted


def test_a_slip_is_not_recalled_while_a_till_may_have_taken_it(
    world: World, change: Callable[[Limits], None], clock: Clock
) -> None:
    [slip] = world.slips(1)
    shown = verify_payment(slip, world.trust, now=NOW + 60)
    with world.ledger.reading() as db:
        found = slip_shown(db, world.town.book_no, UUID(bytes=shown.id))
    assert found
    recall = Change(EntryKind.RECALL, found.voucher_id)

    def propose() -> Code:
        asked = key()
        return propose_change(
            world.ledger, world.town.comune, recall, officer=world.town.officer, key=asked,
            now=clock.now,
        ).code  # fmt: skip

    assert propose() is Code.STILL_OFFLINE
    change(TIGHTER[0])
    assert propose() is Code.STILL_OFFLINE
    clock.now += (2 * 24 * HOUR + 61) * SECOND
    assert propose() is Code.ACCEPTED
