"""One outage, played with real tills, slips and phones on the real book, and told in any order.

Families show slips and phones, some of them at many tills; a stranger shows what a stolen key
signed; some tills accept what no rule allows, tell two stories of one place, or forget their
counts. Not here: how often, and what a row says of it (`offline`).
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.core.offline import Why
from ledger.core.quantities import SECOND, Amount
from ledger.operations.enrol_shop import enrol_till
from ledger.store.network.offline import Taken
from ledger.token.acceptances import peek_acceptance
from ledger.token.device_keys import public_bytes_of
from ledger.token.issue import issue
from ledger.token.keys import KeyUse
from ledger.token.payloads import Slip
from ledger.token.phones import PhoneCredential, Presentation
from ledger.token.shown import is_presentation, peek_shown, sign_credential, sign_presentation
from ledger.token.text import Environment, wrap
from tests.offline.outage import ISSUER, LIMITS, NOW, TERMS, Till, World
from tests.offline.phones import FamilyPhone, new_families, phone_of

FAR = replace(LIMITS, last_offline=NOW + 400 * 86_400)
FAR_TERMS = replace(TERMS, ends_on=date(2028, 12, 31))


@dataclass
class Seen:
    """What all runs came to."""

    runs: int = 0
    orders: int = 0
    accepted: int = 0
    families: int = 0
    bound_cents: Amount = 0
    worst_cents: Amount = 0
    losses: list[Amount] = field(default_factory=list)
    doubles: int = 0
    doubles_found: int = 0
    wrong: list[str] = field(default_factory=list)


def sum_of(worlds: Iterable[Seen]) -> Seen:
    """What several worlds came to, together."""
    whole = Seen()
    for one in worlds:
        for name in ("runs", "orders", "accepted", "doubles", "doubles_found", "losses", "wrong"):
            setattr(whole, name, getattr(whole, name) + getattr(one, name))
        whole.bound_cents = max(whole.bound_cents, one.bound_cents)
        whole.worst_cents = max(whole.worst_cents, one.worst_cents)
    return whole


@dataclass
class Plan:
    """Who shows what where: the same plan is played with other shops, slips and orders."""

    tills: list[int]  # Shops, each with so many tills.
    slips: int
    forged: int
    shown: list[tuple[int, int, Amount]]  # Slip, till, cents.
    phones: int
    forged_phones: int
    paid: list[tuple[int, int, Amount, bool]]  # Phone, till, cents, under the number of before.

    @property
    def has_doubles(self) -> bool:
        """Whether some slip that was issued is shown at more than one till."""
        own = [slip for slip, _till, _cents in self.shown if slip < self.slips]
        return len(own) > len(set(own))


def make_plan(chance: random.Random) -> Plan:
    """Some shops, slips and phones; copies of some of them at many tills."""
    tills = [chance.randint(1, 2) for _ in range(chance.randint(1, 3))]
    every = sum(tills)
    slips, forged = chance.randint(1, 5), chance.randint(0, 2)
    shown = []
    for slip in range(slips + forged):
        copies = chance.choice((1, 1, 1, 2, 3, every))
        for till in chance.sample(range(every), min(copies, every)):
            cents = chance.choice((10_00, 10_00, 7_50, chance.randint(1, 10_00)))
            shown.append((slip, till, cents))
    phones, forged_phones = chance.randint(0, 3), chance.randint(0, 1)
    paid = []
    for phone in range(phones + forged_phones):
        copied = chance.random() < 0.4
        for at in range(chance.randint(1, 5)):
            cents = chance.choice((20_00, 12_50, chance.randint(1, 20_00)))
            paid.append((phone, chance.randrange(every), cents, copied and at > 0))
    chance.shuffle(shown)
    return Plan(tills, slips, forged, shown, phones, forged_phones, paid)


def played(world: World, plan: Plan, now: int, seen: Seen) -> list[Till]:
    """Play it: fresh shops, slips, families and phones, which all met the server just now."""
    tills: list[Till] = []
    for number, many in enumerate(plan.tills):
        shop = world.town.shop(f"Prova {seen.runs} {number}")
        tills.append(world.till(shop))
        others = (enrol_till(world.ledger, shop[0], "2")[1] for _ in range(many - 1))
        tills += [world.till((shop[0], secret)) for secret in others]
    slips = world.slips(plan.slips, at=now * SECOND)
    slips += [forged_slip(world, now) for _ in range(plan.forged)]
    phones = _phones(world, plan, now, seen)
    for till in tills:
        till.meet(now)
    for slip, place, cents in plan.shown:
        tills[place].accept(slips[slip], cents, now + 60)
    for one, place, cents, again in plan.paid:
        shown = phones[one].redraw if again else phones[one].show
        tills[place].accept(shown(20_00, now + 60), cents, now + 65)
    return tills


def _phones(world: World, plan: Plan, now: int, seen: Seen) -> list[FamilyPhone]:
    """Phones of families that were not there, and some that nobody ever registered."""
    phones = []
    if plan.phones:
        made = new_families(world, plan.phones, seen.families)
        seen.families += plan.phones
        phones = [phone_of(world, one) for one in made]
    for one in phones:
        one.meet(now)
    return phones + [_forged_phone(world, now) for _ in range(plan.forged_phones)]


@dataclass
class Stranger(FamilyPhone):
    """A phone whose right was signed by a stolen key: no register knows it."""

    token: bytes = b""

    def redraw(self, amount: Amount, now: int, **_answers: object) -> str:
        """What it shows: good in every signature."""
        one = Presentation(shown_at=now, counter=self.counter, cap_cents=amount)
        return wrap(sign_presentation(one, self.token, self.key), Environment.REAL)


def _forged_phone(world: World, now: int) -> FamilyPhone:
    stolen, key = world.signer._key(ISSUER, KeyUse.CREDENTIAL), Ed25519PrivateKey.generate()
    right = PhoneCredential(
        issuer=ISSUER, id=random.randbytes(16), issued_at=now, expires_at=now + 7 * 86_400,
        holder=public_bytes_of(key.public_key()), programme=1, max_tx_cents=500_00,
        reserve_cents=40_00,
    )  # fmt: skip
    token = sign_credential(right, stolen.key, stolen.kid)
    nobody = world.town.officer.officer_id
    return Stranger(world, nobody, nobody, key, token=token, counter=1)


def forged_slip(world: World, now: int) -> str:
    """A slip that nobody issued, signed by the comune's own key, which somebody stole."""
    stolen = world.signer._key(ISSUER, KeyUse.VOUCHER)
    payload = Slip(
        issuer=ISSUER, id=random.randbytes(16), issued_at=now, expires_at=now + 10**8,
        programme=1, face_cents=10_00, offline_cents=10_00,
    )  # fmt: skip
    return issue(payload, key=stolen.key, kid=stolen.kid, environment=Environment.REAL)


def lie(world: World, till: Till, chance: random.Random, now: int) -> None:
    """Accept what no rule allows: beyond the share, one slip again and again, a second story."""
    till.honest = False
    again = world.slips(1, at=now * SECOND) + [forged_slip(world, now) for _ in range(3)]
    for _ in range(chance.randint(1, 30)):
        when = now + chance.randint(0, 90_000)  # Some of it on a clock that was set back.
        till.accept(chance.choice(again), chance.choice((10_00, 9_99)), when)
    if chance.random() < 0.3:
        till.seq -= 1
        till.accept(again[0], 10_00, now + 90)


def told(world: World, tills: list[Till], chance: random.Random, now: int, seen: Seen) -> Amount:
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
    """Each sale of what another sale was paid for is found: marked, or borne as never issued."""
    shown: dict[bytes, list[Taken]] = {}
    for one in taken:
        if one.why == Why.NONE and one.outcome.startswith("posted"):
            shown.setdefault(_what(one), []).append(one)
    for sales in shown.values():
        seen.doubles += len(sales) - 1
        known = [one for one in sales if one.doubled or one.loss_cents]
        seen.doubles_found += min(len(sales) - 1, len(known))


def _what(one: Taken) -> bytes:
    """What was shown: a slip, or a phone under one number."""
    evidence = peek_acceptance(one.raw).evidence
    if not is_presentation(evidence):
        return one.code
    shown = peek_shown(wrap(evidence, Environment.REAL), Environment.REAL)
    return one.code + shown.counter.to_bytes(4, "big")
