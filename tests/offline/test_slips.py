"""Slips taken without network: every shop that kept the rules is paid, and nobody is paid twice."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest

from ledger import Ledger, RequestId
from ledger.core.offline import Why
from ledger.core.quantities import SECOND
from ledger.core.redemption import Redemption
from ledger.core.till_rules import TillRules
from ledger.operations.enrol_shop import enrol_till
from ledger.operations.expire_vouchers import expire_vouchers
from ledger.operations.fund_programme import Cover, source_of
from ledger.operations.grant_offline import contact, readmit_offline
from ledger.operations.open_offline import NotOffline, set_offline_limits
from ledger.operations.redeem import redeem
from ledger.store.network.offline import is_stopped
from ledger.token.acceptances import hash_of, peek_acceptance
from ledger.token.refusal import TokenRefused
from ledger.token.verify import verify_payment
from tests.offline.outage import (
    COVERED,
    HOUR,
    ISSUER,
    LIMITS,
    NOW,
    TERMS,
    World,
    make_world,
    opened,
)
from tests.town import NOON, key


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    with opened(url) as one:
        yield one


@pytest.fixture
def world(ledger: Ledger) -> World:
    return make_world(ledger)


def credential(world: World, text: str) -> UUID:
    return UUID(bytes=verify_payment(text, world.trust, now=NOW + 60).id)


def test_a_slip_taken_offline_is_paid_once_however_often_it_is_sent(world: World) -> None:
    till = world.till(world.town.shop())
    [slip] = world.slips(1)
    till.meet(NOW + 60)
    assert till.accept(slip, 7_50, NOW + 120) is Why.NONE
    raw = till.queue[0]
    answers = [world.take(raw, NOW + 180 + at) for at in range(3)]
    assert {(one.outcome, one.loss_cents, one.why) for one in answers} == {("posted", 0, "")}
    assert world.paid(till.shop_id) == till.owed == 7_50
    assert world.cover == COVERED
    told = world.signer.acknowledgement(hash_of(raw), ISSUER)
    assert told == world.signer.acknowledgement(hash_of(raw), ISSUER)
    asked = Redemption(till.till_id, credential(world, slip), 2_50)
    again = redeem(world.ledger, asked, key=key(), now=NOON + 200 * SECOND)
    assert not again.accepted  # Its paper was given away: the rest goes back at the end.
    assert list(world.ledger.book(world.town.comune).check()) == []


def test_one_slip_at_two_shops_costs_the_cover_and_stops_the_second(world: World) -> None:
    """A photocopy: both shops kept the rules, so both are paid; whoever comes second tells it."""
    first, second = (world.till(world.town.shop(f"Prova {n}")) for n in "ab")
    [slip] = world.slips(1)
    for till in (first, second):
        till.meet(NOW + 60)
        assert till.accept(slip, 10_00, NOW + 120) is Why.NONE
    [one], [two] = first.upload(NOW + 300), second.upload(NOW + 301)
    assert (one.outcome, two.outcome, two.loss_cents) == ("posted", "posted_with_loss", 10_00)
    assert [world.paid(till.shop_id) for till in (first, second)] == [10_00, 10_00]
    assert world.cover == COVERED - 10_00
    assert (
        contact(world.ledger, world.signer, second.till_id, now=(NOW + 400) * SECOND).tokens == {}
    )
    first.meet(NOW + 400)
    assert first.sync
    officer = world.town.officer.officer_id
    readmit_offline(
        world.ledger, world.town.comune, second.shop_id, by=officer, now=(NOW + 500) * SECOND
    )
    second.meet(NOW + 600)
    assert second.sync


def test_what_was_paid_online_under_the_same_id_is_only_acknowledged(world: World) -> None:
    till = world.till(world.town.shop())
    [slip] = world.slips(1)
    till.meet(NOW + 60)
    till.accept(slip, 10_00, NOW + 120)  # The answer of the server got lost.
    rid = RequestId(peek_id(till.queue[0]))
    asked = Redemption(till.till_id, credential(world, slip), 10_00)
    assert redeem(world.ledger, asked, key=rid, now=NOON + 130 * SECOND).accepted
    [answer] = till.upload(NOW + 200)
    assert answer.outcome == "booked"
    assert (world.paid(till.shop_id), world.cover) == (10_00, COVERED)


def test_a_late_original_is_refused_once_the_acceptance_is_in(world: World) -> None:
    till = world.till(world.town.shop())
    [slip] = world.slips(1)
    till.meet(NOW + 60)
    till.accept(slip, 10_00, NOW + 120)
    rid = RequestId(peek_id(till.queue[0]))
    till.upload(NOW + 200)
    asked = Redemption(till.till_id, credential(world, slip), 10_00)
    late = redeem(world.ledger, asked, key=rid, now=NOON + 300 * SECOND)
    assert not late.accepted
    assert world.paid(till.shop_id) == 10_00


def peek_id(raw: bytes) -> UUID:
    return UUID(bytes=peek_acceptance(raw).rid)


def test_outside_the_guarantee_a_shop_is_paid_what_is_still_there(world: World) -> None:
    late, later = (world.till(world.town.shop(f"Prova {n}")) for n in "ab")
    [slip] = world.slips(1)
    for till in (late, later):
        till.meet(NOW + 60)
        till.accept(slip, 6_00, NOW + 120)
    after = NOW + 60 + LIMITS.guarantee_seconds + 1
    [one], [two] = late.upload(after), later.upload(after + 1)
    assert (one.outcome, one.why) == ("posted", Why.TOO_LATE)
    assert (two.outcome, two.why, two.loss_cents) == ("disputed", Why.TOO_LATE, 0)
    assert [world.paid(till.shop_id) for till in (late, later)] == [6_00, 0]
    assert world.cover == COVERED


def test_a_till_that_lies_is_paid_no_more_than_its_share(world: World) -> None:
    """It accepts forty slips that two friends gave it a copy of, and forgets to count."""
    honest, liar = world.till(world.town.shop()), world.till(world.town.shop("B"), honest=False)
    slips = world.slips(40)
    for till in (honest, liar):
        till.meet(NOW + 60)
    for slip in slips:
        liar.accept(slip, 10_00, NOW + 120)
    refused = [honest.accept(slip, 10_00, NOW + 120) for slip in slips]
    assert set(refused[:20]) == {Why.NONE}
    assert set(refused[20:]) == {Why.OVER_SHARE}
    honest.upload(NOW + 200)
    told = liar.upload(NOW + 300)
    assert sum(one.why == "" for one in told) == 20
    assert world.paid(honest.shop_id) == 200_00
    assert world.cover >= COVERED - LIMITS.shop_cents
    assert is_there(world, liar.shop_id)
    assert list(world.ledger.book(world.town.comune).check()) == []


def is_there(world: World, shop_id: UUID) -> bool:
    with world.ledger.reading() as db:
        return is_stopped(db, world.town.book_no, shop_id)


def test_two_tills_share_what_their_shop_may_take(world: World) -> None:
    shop = world.town.shop()
    one, two = world.till(shop), world.till((shop[0], enrol_till(world.ledger, shop[0], "2")[1]))
    for till in (one, two):
        till.meet(NOW + 60)
        assert till.sync
        assert till.sync.share_cents == 100_00
    one.meet(NOW + 3 * HOUR)
    assert one.sync
    assert one.sync.share_cents == 100_00  # The same grant, by a newer time.


def test_shares_never_exceed_the_cover(ledger: Ledger) -> None:
    world = make_world(ledger, cover=250_00)
    shares = []
    for name in "abc":
        till = world.till(world.town.shop(f"Prova {name}"))
        till.meet(NOW + 60)
        shares.append(till.sync.share_cents if till.sync else 0)
    assert shares == [200_00, 50_00, 0]


def test_the_cover_is_not_freed_while_something_may_still_come(world: World) -> None:
    one = world.funding
    source = source_of(world.ledger, world.town.comune, one.programme_id, one.fund())
    assert not world.town.commit(Cover(source, 1_00, freed=True)).accepted
    assert world.cover == COVERED


def test_a_slip_that_may_have_been_taken_waits_for_the_tills(world: World) -> None:
    till = world.till(world.town.shop())
    [slip] = world.slips(1)
    till.meet(NOW + 60)
    till.accept(slip, 4_00, NOW + 120)
    ended = LIMITS.last_offline + 60
    assert expire_vouchers(world.ledger, world.town.comune, now=ended * SECOND) == (0, 0)
    till.upload(NOW + 300)
    over = LIMITS.last_offline + 3 * 86_400 + 60 * 86_400
    assert expire_vouchers(world.ledger, world.town.comune, now=over * SECOND) == (1, 6_00)
    assert world.paid(till.shop_id) == 4_00


def test_poison_and_strangers_are_refused_and_leave_nothing(world: World) -> None:
    till = world.till(world.town.shop())
    [slip] = world.slips(1)
    till.meet(NOW + 60)
    till.accept(slip, 10_00, NOW + 120)
    good = till.queue[0]
    for bad in (b"", b"x" * 2_000, good[:-1] + bytes([good[-1] ^ 1]), good[:100]):
        with pytest.raises((TokenRefused, LookupError)):
            world.take(bad, NOW + 200)
    till.upload(NOW + 300)
    assert world.paid(till.shop_id) == 10_00


def test_limits_want_two_persons_and_rules_that_a_till_can_keep(world: World) -> None:
    town = world.town
    programme = world.funding.programme_id
    for pair in ((town.officer, town.officer), (town.approver, town.approver),
                 (town.officer, town.treasurer)):  # fmt: skip
        refused = set_offline_limits(
            world.ledger, town.comune, programme, LIMITS, signed_by=pair, key=key(), now=NOON
        )
        assert refused.code == "not_approved"
    other = town.programme(1_00, replace(TERMS, rules=TillRules(bill_share=50)), act="77")
    with pytest.raises(NotOffline):
        set_offline_limits(
            world.ledger, town.comune, other.programme_id, LIMITS,
            signed_by=(town.officer, town.approver), key=key(), now=NOON,
        )  # fmt: skip
