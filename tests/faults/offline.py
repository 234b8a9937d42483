"""Rows 19 to 21: outages with photocopies, forged codes and tills that lie, against the real book.

In each run some shops lose the network. Families show slips, some of them at many tills; a stranger
shows slips that a stolen key signed; some tills accept what no rule allows, tell two stories of one
place, or forget their counts. Then all is uploaded, twice and in a random order. Beside it the same
outage, without liars, is told again in other orders. Not here: phones (no reserve exists yet).
"""

import random
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from ledger import open_ledger
from ledger.core.offline import Why
from ledger.core.quantities import SECOND, Amount
from ledger.operations.enrol_shop import enrol_till
from ledger.store.network.offline import Taken
from ledger.token.issue import issue
from ledger.token.keys import KeyUse
from ledger.token.payloads import Slip
from ledger.token.text import Environment
from tests.faults.scoreboard import Asked, Row
from tests.offline.outage import ISSUER, LIMITS, NOW, Till, World, make_world, opened

COVER = 100_000_00  # Of 150 outages; were it short, later tills would be granted less.
STEP = 49 * 3_600  # Grants and their guarantee of one outage are over before the next.
PER_WORLD = 150  # A key signs for 400 days.
ORDERS = 4
FAR = replace(LIMITS, last_offline=NOW + 400 * 86_400)


@dataclass
class Seen:
    """What all runs came to."""

    runs: int = 0
    orders: int = 0
    accepted: int = 0
    bound_cents: Amount = 0
    worst_cents: Amount = 0
    losses: list[Amount] = field(default_factory=list)
    doubles: int = 0
    doubles_found: int = 0
    wrong: list[str] = field(default_factory=list)


def offline(asked: Asked, url: str, folder: Path) -> Row:
    """Run `n` outages; the row says what they cost at most, and who was not paid."""
    seen, chance = Seen(), random.Random(asked.seed)
    most = asked.n if asked.engine == "sqlite" else min(asked.n, PER_WORLD)
    while seen.runs < most:
        with ExitStack() as stack:
            ledger = stack.enter_context(opened(_place(url, folder, seen, asked)))
            world = make_world(ledger, FAR, COVER)
            for at in range(min(PER_WORLD, most - seen.runs)):
                now = NOW + 3_600 + at * STEP
                _outage(world, chance, now, seen)
                seen.runs += 1
            seen.wrong += [str(one) for one in world.ledger.book(world.town.comune).check()][:3]
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


def _place(url: str, folder: Path, seen: Seen, asked: Asked) -> str:
    """A fresh database for each world; on PostgreSQL there is one."""
    if asked.engine == "postgresql" or seen.runs == 0:
        return url
    fresh = f"sqlite:///{folder / f'world-{seen.runs}.db'}"
    open_ledger(fresh, create=True).close()
    return fresh


# One outage.


@dataclass
class Plan:
    """Who shows what where: the same plan is played with other shops, slips and orders."""

    tills: list[int]  # Shops, each with so many tills.
    shown: list[tuple[int, int, Amount]]  # Slip, till, cents.
    slips: int
    forged: int


def _plan(chance: random.Random) -> Plan:
    tills = [chance.randint(1, 2) for _ in range(chance.randint(1, 3))]
    slips, forged = chance.randint(2, 6), chance.randint(0, 2)
    shown = []
    for slip in range(slips + forged):
        copies = chance.choice((1, 1, 1, 2, 3, sum(tills)))
        for till in chance.sample(range(sum(tills)), min(copies, sum(tills))):
            cents = chance.choice((10_00, 10_00, 7_50, chance.randint(1, 10_00)))
            shown.append((slip, till, cents))
    chance.shuffle(shown)
    return Plan(tills, shown, slips, forged)


def _outage(world: World, chance: random.Random, now: int, seen: Seen) -> None:
    """One outage with liars; now and then one without, told in several orders."""
    plan = _plan(chance)
    if seen.runs % 5 == 0:
        losses = set()
        for order in range(ORDERS):
            at = now + order  # Other shops and slips, the same plan.
            played = _played(world, plan, at, seen)
            losses.add(_told(world, played, random.Random(f"{seen.runs} {order}"), at, seen))
            seen.orders += 1
        if len(losses) != 1:
            seen.wrong.append(f"run {seen.runs}: the loss depends on the order: {sorted(losses)}")
        return
    played = _played(world, plan, now, seen)
    liars = [till for till in played if chance.random() < 0.3]
    for till in liars:
        _lie(world, till, chance, now)
    _told(world, played, chance, now, seen)


def _played(world: World, plan: Plan, now: int, seen: Seen) -> list[Till]:
    tills: list[Till] = []
    for number, many in enumerate(plan.tills):
        shop = world.town.shop(f"Prova {seen.runs} {number}")
        tills.append(world.till(shop))
        others = (enrol_till(world.ledger, shop[0], "2")[1] for _ in range(many - 1))
        tills += [world.till((shop[0], secret)) for secret in others]
    slips = world.slips(plan.slips, at=now * SECOND)
    slips += [_forged(world, now) for _ in range(plan.forged)]
    for till in tills:
        till.meet(now)
    for slip, place, cents in plan.shown:
        tills[place].accept(slips[slip], cents, now + 60)
    return tills


def _forged(world: World, now: int) -> str:
    """A slip that nobody issued, signed by the comune's own key, which somebody stole."""
    opened_key = world.signer._key(ISSUER, KeyUse.VOUCHER)
    payload = Slip(
        issuer=ISSUER, id=random.randbytes(16), issued_at=now, expires_at=now + 10**8,
        programme=1, face_cents=10_00, offline_cents=10_00,
    )  # fmt: skip
    return issue(payload, key=opened_key.key, kid=opened_key.kid, environment=Environment.REAL)


def _lie(world: World, till: Till, chance: random.Random, now: int) -> None:
    """Accept what no rule allows: beyond the share, one slip again and again, a second story."""
    till.honest = False
    again = world.slips(1, at=now * SECOND) + [_forged(world, now) for _ in range(3)]
    for _ in range(chance.randint(1, 30)):
        when = now + chance.randint(0, 90_000)  # Some of it on a clock that was set back.
        till.accept(chance.choice(again), chance.choice((10_00, 9_99)), when)
    if chance.random() < 0.3:
        till.seq -= 1
        till.accept(again[0], 10_00, now + 90)


def _told(world: World, tills: list[Till], chance: random.Random, now: int, seen: Seen) -> Amount:
    """Upload everything in a random order, some of it twice; gives the loss."""
    before = world.cover
    queue = [(raw, till) for till in tills for raw in till.queue]
    queue += chance.sample(queue, len(queue) // 2)
    chance.shuffle(queue)
    taken: dict[bytes, Taken] = {}
    for at, (raw, _till) in enumerate(queue):
        one = world.take(raw, now + 3_600 + at)
        if taken.setdefault(one.acceptance_hash, one).outcome != one.outcome:
            seen.wrong.append(f"run {seen.runs}: answered otherwise the second time")
    loss = before - world.cover
    _judged(world, tills, list(taken.values()), loss, seen)
    return loss


def _judged(world: World, tills: list[Till], taken: list[Taken], loss: Amount, seen: Seen) -> None:
    shops = {till.shop_id for till in tills}
    bound = FAR.shop_cents * len(shops)
    seen.accepted += len(taken)
    seen.losses.append(loss)
    seen.bound_cents = max(seen.bound_cents, bound)
    seen.worst_cents = max(seen.worst_cents, loss)
    if loss > bound:
        seen.wrong.append(f"run {seen.runs}: {loss} cents lost, of {bound} at most")
    if loss != sum(one.loss_cents for one in taken):
        seen.wrong.append(f"run {seen.runs}: the losses told are not those of the book")
    seen.wrong += list(_unpaid(world, tills, seen.runs))
    _doubles(taken, seen)


def _unpaid(world: World, tills: list[Till], run: int) -> Iterator[str]:
    """Shops all of whose tills kept the rules, and which were not paid in full."""
    for shop in {till.shop_id for till in tills}:
        own = [till for till in tills if till.shop_id == shop]
        owed = sum(till.owed for till in own)
        if all(till.honest for till in own) and world.paid(shop) != owed:
            yield f"run {run}: a shop that kept the rules got {world.paid(shop)} of {owed}"


def _doubles(taken: list[Taken], seen: Seen) -> None:
    """A code that two sales were paid for is found, tied to its devices: its second one is told."""
    codes: dict[bytes, list[Taken]] = {}
    for one in taken:
        if one.why == Why.NONE and one.outcome.startswith("posted"):
            codes.setdefault(one.code, []).append(one)
    for sales in codes.values():
        beyond = sum(one.amount_cents for one in sales) > 10_00
        seen.doubles += beyond
        seen.doubles_found += beyond and any(one.loss_cents for one in sales)
