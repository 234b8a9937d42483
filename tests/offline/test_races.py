"""Many uploads at one moment: the same queue over several lines, one slip from several tills.

Threads test the queue; only processes test what the database guards (reliability.md 2.2).
"""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Barrier as Together
from threading import Barrier
from uuid import UUID

import pytest

from ledger import Ledger
from ledger.core.quantities import SECOND
from ledger.operations.grant_offline import contact
from ledger.operations.take_offline import take_offline
from ledger.store.network.offline import Taken
from ledger.store.signing import Signer
from ledger.store.trust import read_trust
from tests.offline.outage import COVERED, LIMITS, NOW, World, make_world, opened
from tests.processes import forking
from tests.town import NOON

_together: list[Together] = []


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    with opened(url) as one:
        yield one


@pytest.fixture
def world(ledger: Ledger) -> World:
    return make_world(ledger)


def at_once(world: World, raws: list[bytes]) -> list[Taken]:
    """Every upload on a line of its own, all at one moment."""
    together = Barrier(len(raws))

    def send(raw: bytes) -> Taken:
        together.wait()
        return world.take(raw, NOW + 600)

    with ThreadPoolExecutor(len(raws)) as pool:
        return list(pool.map(send, raws))


def test_one_queue_over_many_lines_is_booked_once(world: World) -> None:
    till = world.till(world.town.shop())
    slips = world.slips(4)
    till.meet(NOW + 60)
    for slip in slips:
        till.accept(slip, 10_00, NOW + 120)
    told = at_once(world, till.queue * 3)
    assert Counter((one.outcome, one.why) for one in told) == {("posted", ""): 12}
    assert (world.paid(till.shop_id), world.cover) == (40_00, COVERED)
    assert list(world.ledger.book(world.town.comune).check()) == []


def test_one_slip_from_many_tills_costs_all_but_one(world: World) -> None:
    tills = [world.till(world.town.shop(f"Prova {number}")) for number in range(6)]
    [slip] = world.slips(1)
    for till in tills:
        till.meet(NOW + 60)
        till.accept(slip, 10_00, NOW + 120)
    told = at_once(world, [till.queue[0] for till in tills])
    assert Counter(one.outcome for one in told) == {"posted": 1, "posted_with_loss": 5}
    assert [world.paid(till.shop_id) for till in tills] == [10_00] * 6
    assert world.cover == COVERED - 50_00
    assert list(world.ledger.book(world.town.comune).check()) == []


def test_a_liar_on_many_lines_gets_no_more_than_its_share(world: World) -> None:
    liar = world.till(world.town.shop(), honest=False)
    slips = world.slips(30)
    liar.meet(NOW + 60)
    for slip in slips:
        liar.accept(slip, 10_00, NOW + 120)
    told = [one for at in range(0, 30, 10) for one in at_once(world, liar.queue[at : at + 10])]
    assert sum(one.amount_cents for one in told if one.why == "") == LIMITS.shop_cents
    assert world.cover == COVERED  # Each slip was there once; beyond the share it pays itself.


def test_devices_that_connect_at_once_share_what_their_comune_covers(ledger: Ledger) -> None:
    world = make_world(ledger, cover=500_00)
    tills = [world.till(world.town.shop(f"Prova {number}")) for number in range(6)]
    together = Barrier(len(tills))

    def meet(number: int) -> int:
        together.wait()
        tills[number].meet(NOW + 60)
        sync = tills[number].sync
        return sync.share_cents if sync else 0

    with ThreadPoolExecutor(len(tills)) as pool:
        shares = list(pool.map(meet, range(len(tills))))
    assert sorted(shares) == [0, 0, 0, 100_00, 200_00, 200_00]


# In processes of their own.


def remember(barrier: Together) -> None:
    _together.append(barrier)


def hand_in(url: str, raws: list[bytes]) -> list[tuple[str, str, int]]:
    """What one process does with its queue, at once with the others."""
    with opened(url) as ledger:
        trust = read_trust(ledger, now=NOON)
        _together[0].wait()
        taken = [take_offline(ledger, raw, trust, now=(NOW + 600) * SECOND) for raw in raws]
        return [(one.outcome, one.why, one.amount_cents) for one in taken]


def connect(url: str, till: UUID) -> bool:
    """Whether a till that connects at once with the others is granted anything."""
    with opened(url) as ledger:
        signer = Signer(ledger)
        _together[0].wait()
        return bool(contact(ledger, signer, till, now=(NOW + 60) * SECOND).tokens)


def in_processes(work: object, given: list[tuple[object, ...]]) -> list[object]:
    context = forking()
    barrier = context.Barrier(len(given))
    with context.Pool(len(given), initializer=remember, initargs=(barrier,)) as pool:
        return pool.starmap(work, given, chunksize=1)  # type: ignore[arg-type]


def test_processes_give_one_device_no_more_than_its_share(url: str, world: World) -> None:
    liar = world.till(world.town.shop(), honest=False)
    slips = world.slips(36)
    liar.meet(NOW + 60)
    for slip in slips:
        liar.accept(slip, 10_00, NOW + 120)
    told = in_processes(hand_in, [(url, liar.queue[at::3]) for at in range(3)])
    counted = [one for part in told for one in part if one[1] == ""]  # type: ignore[attr-defined]
    assert sum(one[2] for one in counted) == LIMITS.shop_cents
    assert list(world.ledger.book(world.town.comune).check()) == []


def test_processes_never_grant_more_than_is_covered(url: str) -> None:
    with opened(url) as ledger:
        world = make_world(ledger, cover=400_00)
        tills = [world.till(world.town.shop(f"Prova {number}")) for number in range(4)]
        granted = in_processes(connect, [(url, till.till_id) for till in tills])
        assert sum(bool(one) for one in granted) == 2
