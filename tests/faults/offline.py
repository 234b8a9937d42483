"""Rows 19 to 21: outages with copies, forged codes and tills that lie, against the real book.

In each run some shops lose the network, and all is uploaded later, twice and in a random order
(`outages`). Beside it outages without lying tills are told again in other orders: whoever tells
first, the same shops are paid and the same sum is lost.
"""

import random
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from ledger import open_ledger
from ledger.core.quantities import Amount
from tests.faults.outages import (
    FAR,
    FAR_TERMS,
    Plan,
    Seen,
    lie,
    make_plan,
    played,
    sum_of,
    told,
)
from tests.faults.scoreboard import Asked, Row
from tests.offline.outage import NOW, World, make_world, opened
from tests.offline.phones import allow_phones
from tests.processes import forking

COVER: Amount = 100_000_00  # Of 150 outages; were it short, later tills would be granted less.
STEP = 49 * 3_600  # Grants and their guarantee of one outage are over before the next.
PER_WORLD = 150  # A key signs for 400 days.
ORDERS = 4
Outage = Callable[[World, random.Random, int, Seen], None]


def offline(asked: Asked, url: str, folder: Path) -> Row:
    """Run `n` outages; the row says what they cost at most, and who was not paid."""
    seen = _run(asked, url, folder, _outage)
    mean = sum(seen.losses) / max(1, len(seen.losses))
    got = {
        "runs": seen.runs, "accepted": seen.accepted, "bound_cents": seen.bound_cents,
        "worst_loss_cents": seen.worst_cents, "mean_loss_cents": round(mean, 1),
        "orders_compared": seen.orders, "doubles": seen.doubles,
        "doubles_found": seen.doubles_found, "honest_shops_unpaid": len(seen.wrong),
    }  # fmt: skip
    goal = "shops that kept the rules paid in full; loss <= S a shop and day; the same in any order"
    passed = not seen.wrong and seen.doubles == seen.doubles_found
    return Row(20, "offline", goal, got, passed, asked.seed, asked.engine, seen.wrong[:5])


def any_order(asked: Asked, url: str, folder: Path) -> Row:
    """Tell outages of honest tills in `n` orders, a few of them of each."""
    seen = _run(asked, url, folder, _in_orders, each=ORDERS)
    got = {
        "orders": seen.orders, "outages": seen.runs, "accepted": seen.accepted,
        "lost_cents": sum(seen.losses), "wrong": len(seen.wrong),
    }  # fmt: skip
    goal = "in any order the same shops are paid in full and the same sum is lost"
    return Row(19, "any_order", goal, got, not seen.wrong, asked.seed, asked.engine, seen.wrong[:5])


def detection(asked: Asked, url: str, folder: Path) -> Row:
    """Show codes and phones twice; each second showing must be found, and there must be some."""
    seen = _run(asked, url, folder, _with_doubles, each=ORDERS)
    got = {
        "double_presentations": seen.doubles, "found": seen.doubles_found, "outages": seen.runs,
        "wrong": len(seen.wrong),
    }  # fmt: skip
    passed = not seen.wrong and seen.doubles == seen.doubles_found > 0
    goal = "100 % of double presentations found at sync, tied to voucher and till"
    return Row(21, "detection", goal, got, passed, asked.seed, asked.engine, seen.wrong[:5])


def _run(asked: Asked, url: str, folder: Path, outage: Outage, each: int = 1) -> Seen:
    """Run so many outages in worlds of a year each; each counts for `each` of what is asked.

    Worlds know nothing of each other, so several are played at once; on PostgreSQL there is one.
    """
    wanted = -(-asked.n // each)
    if asked.engine == "postgresql" or wanted <= PER_WORLD:
        return _world(url, str(asked.seed), min(wanted, PER_WORLD), outage)
    sizes = [min(PER_WORLD, wanted - begun) for begun in range(0, wanted, PER_WORLD)]
    urls = [f"sqlite:///{folder / f'world-{at}.db'}" for at in range(len(sizes))]
    seeds = [f"{asked.seed} {at}" for at in range(len(sizes))]
    with ProcessPoolExecutor(mp_context=forking()) as pool:
        return sum_of(pool.map(_world, urls, seeds, sizes, [outage] * len(sizes)))


def _world(url: str, seed: str, runs: int, outage: Outage) -> Seen:
    """Play so many outages in one book, and check it."""
    seen, chance = Seen(), random.Random(seed)
    open_ledger(url, create=True).close()
    with opened(url) as ledger:
        world = make_world(ledger, FAR, COVER, FAR_TERMS)
        allow_phones(world)
        for at in range(runs):
            outage(world, chance, NOW + 3_600 + at * STEP, seen)
            seen.runs += 1
        seen.wrong += [str(one) for one in world.ledger.book(world.town.comune).check()][:3]
    seen.wrong = [f"world {seed}: {one}" for one in seen.wrong]
    return seen


def _outage(world: World, chance: random.Random, now: int, seen: Seen) -> None:
    """One outage with liars; now and then one without, told in several orders."""
    if seen.runs % 5 == 0:
        _in_orders(world, chance, now, seen)
        return
    tills = played(world, make_plan(chance), now, seen)
    for till in tills:
        if chance.random() < 0.3:
            lie(world, till, chance, now)
    told(world, tills, chance, now, seen)


def _with_doubles(world: World, chance: random.Random, now: int, seen: Seen) -> None:
    """Orders of a plan in which a family's own slip is shown at two tills."""
    plan = make_plan(chance)
    while not plan.has_doubles:
        plan = make_plan(chance)
    _in_orders(world, chance, now, seen, plan)


def _in_orders(
    world: World, chance: random.Random, now: int, seen: Seen, plan: Plan | None = None
) -> None:
    """One plan, played with other shops, slips and phones each time, told in another order."""
    plan, losses = plan or make_plan(chance), set()
    for order in range(ORDERS):
        at = now + order
        tills = played(world, plan, at, seen)
        losses.add(told(world, tills, random.Random(f"{seen.runs} {order}"), at, seen))
        seen.orders += 1
    if len(losses) != 1:
        seen.wrong.append(f"run {seen.runs}: the loss depends on the order: {sorted(losses)}")
