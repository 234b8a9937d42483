"""Phones that pay without network: from what they carry along, then the voucher, then the cover."""
# long: one allowance, from the contact that gives it to the last cent that comes back.

from collections.abc import Iterator
from uuid import UUID

import pytest

from ledger import Code, Decision, EntryKind, Ledger, Request, RequestId, Transfer, derived_id
from ledger.core.offline import Why
from ledger.core.phones import (
    MOST_PHONES,
    PhoneTerms,
    TooManyPhones,
    counter_claim,
    reserve_account,
)
from ledger.core.quantities import DAY, SECOND
from ledger.core.redemption import Redemption
from ledger.core.refunding import Refund
from ledger.core.till_rules import TillRules
from ledger.operations.expire_vouchers import expire_vouchers
from ledger.operations.open_offline import NotOffline, set_phone_terms
from ledger.operations.prepare_phone import (
    Spent,
    prepare_phone,
    register_phone,
    release_reserves,
    remove_phone,
)
from ledger.operations.redeem import redeem
from ledger.operations.refund import Asking, refund
from ledger.operations.void_redemption import Voided, void_redemption
from ledger.store.network.phones import phones_of
from ledger.store.registers.vouchers import vouchers_of
from ledger.token.shown import verify_shown
from tests.offline.outage import COVERED, HOUR, NOW, TERMS, World, make_world, opened
from tests.offline.phones import PHONES, FamilyPhone, allow_phones, both, families, phone_of
from tests.town import NOON, key


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    with opened(url) as one:
        yield one


@pytest.fixture
def world(ledger: Ledger) -> World:
    made = make_world(ledger)
    allow_phones(made)
    return made


@pytest.fixture
def phone(world: World) -> FamilyPhone:
    """Of the family that has 50.00."""
    return phone_of(world, families(world)[0])


def left(world: World, family_id: UUID) -> int:
    """What its voucher still has, in cents."""
    with world.ledger.reading() as db:
        [voucher] = vouchers_of(db, world.town.book_no, family_id)
    return voucher.available


def reserve(world: World, phone: FamilyPhone) -> int:
    with world.ledger.reading() as db:
        [voucher] = vouchers_of(db, world.town.book_no, phone.family_id)
    return world.ledger.book(world.town.comune).balance(reserve_account(phone.phone_id, voucher.id))


def checked(world: World) -> None:
    assert list(world.ledger.book(world.town.comune).check()) == []


def test_what_it_carries_along_leaves_the_voucher_and_pays(
    world: World, phone: FamilyPhone
) -> None:
    told = phone.meet(NOW + 60)
    assert (told.reserve_cents, left(world, phone.family_id)) == (40_00, 10_00)
    till = world.till(world.town.shop())
    till.meet(NOW + 60)
    assert till.accept(phone.pay(12_00, NOW + 120), 12_00, NOW + 125) is Why.NONE
    [answer] = till.upload(NOW + HOUR)
    assert (answer.outcome, answer.why, answer.doubled) == ("posted", "", None)
    assert (reserve(world, phone), left(world, phone.family_id)) == (28_00, 10_00)
    assert (world.paid(till.shop_id), world.cover) == (12_00, COVERED)
    checked(world)


def test_a_contact_fills_up_what_tills_have_told_of_and_keeps_back_the_rest(
    world: World, phone: FamilyPhone
) -> None:
    phone.meet(NOW + 60)
    first, second = (world.till(world.town.shop(f"Prova {n}")) for n in "ab")
    for till in (first, second):
        till.meet(NOW + 60)
        assert till.accept(phone.pay(10_00, NOW + 120), 10_00, NOW + 125) is Why.NONE
    assert phone.left == 20_00
    first.upload(NOW + 600)
    told = phone.meet(NOW + 700)
    assert told.known == (1,)
    assert reserve(world, phone) == 40_00  # Filled up by what the first till took.
    assert (told.reserve_cents, phone.left) == (30_00, 30_00)  # The second has not told yet.
    second.upload(NOW + 800)
    assert phone.meet(NOW + 900).known == (2,)
    assert phone.left == 30_00  # There is no more on the voucher.
    assert left(world, phone.family_id) == 0
    checked(world)


def test_online_it_pays_from_the_vouchers_and_each_number_once(
    world: World, phone: FamilyPhone
) -> None:
    phone.meet(NOW + 60)
    till = world.till(world.town.shop())
    asked = [online(world, phone, till.till_id, cents, NOW + 100) for cents in (6_00, 1_00)]
    assert [one.code for one in asked] == [Code.ACCEPTED, Code.ACCEPTED]
    assert (reserve(world, phone), left(world, phone.family_id)) == (40_00, 3_00)
    again = online(world, phone, till.till_id, 1_00, NOW + 200, same=True)
    assert again.code is Code.ALREADY_CLAIMED
    too_much = online(world, phone, till.till_id, 4_00, NOW + 300)
    assert too_much.code is Code.INSUFFICIENT_FUNDS
    fewer = online(world, phone, till.till_id, 3_00, NOW + 310, same=True)
    assert fewer.accepted  # What was refused used up nothing.
    checked(world)


def online(
    world: World, phone: FamilyPhone, till: UUID, cents: int, now: int, *, same: bool = False
) -> Decision:
    text = phone.redraw(50_00, now) if same else phone.show(50_00, now)
    shown = verify_shown(text, world.trust, now=now)
    claim = counter_claim(phone.phone_id, shown.presentation.counter)
    asked = Redemption(till, UUID(bytes=shown.credential.id), cents, presented=claim)
    return redeem(world.ledger, asked, key=key(), now=now * SECOND)


@pytest.mark.parametrize("backwards", [False, True])
def test_a_clone_costs_the_same_whoever_tells_first_and_its_phone_is_taken_away(
    world: World, phone: FamilyPhone, *, backwards: bool
) -> None:
    """The same number at three shops, for 20.00 each: 50.00 were the family's."""
    phone.meet(NOW + 60)
    tills = [world.till(world.town.shop(f"Prova {n}")) for n in "abc"]
    phone.counter += 1
    for till in tills:
        till.meet(NOW + 60)
        assert till.accept(phone.redraw(20_00, NOW + 120), 20_00, NOW + 125) is Why.NONE
    order = tills[::-1] if backwards else tills
    told = [one for till in order for one in till.upload(NOW + HOUR)]
    assert [one.why for one in told] == ["", "", ""]
    assert [world.paid(till.shop_id) for till in tills] == [20_00] * 3
    assert [one.doubled for one in told] == [None, 1, 1]
    assert world.cover == COVERED - 10_00
    with world.ledger.reading() as db:
        assert phones_of(db, world.town.book_no, phone.family_id) == ()
    with pytest.raises(LookupError):
        phone.meet(NOW + 2 * HOUR)
    checked(world)


def test_more_than_it_was_given_proves_a_lie_also_under_other_numbers(
    world: World, phone: FamilyPhone
) -> None:
    phone.meet(NOW + 60)
    told = []
    for name in "abc":
        till = world.till(world.town.shop(f"Prova {name}"))
        till.meet(NOW + 60)
        assert till.accept(phone.show(15_00, NOW + 120), 15_00, NOW + 125) is Why.NONE
        told += till.upload(NOW + HOUR)
    assert [one.doubled for one in told] == [None, None, 1]
    assert world.cover == COVERED  # 45.00 of 50.00: the family's own money paid it all.
    with world.ledger.reading() as db:
        assert phones_of(db, world.town.book_no, phone.family_id) == ()


def test_a_till_keeps_to_what_was_signed(world: World, phone: FamilyPhone) -> None:
    phone.meet(NOW + 60)
    till = world.till(world.town.shop())
    till.meet(NOW + 60)

    def take(shown: int, asked: int) -> Why:
        return till.accept(phone.show(shown, NOW + 120), asked, NOW + 125)

    assert take(30_00, 20_01) is Why.OVER_SALE  # Above what its programme lets one sale be.
    assert take(5_00, 5_01) is Why.OVER_SALE  # Above what the phone was shown for.
    assert [take(20_00, 20_00), take(20_00, 20_00)] == [Why.NONE, Why.NONE]
    assert take(1_00, 1_00) is Why.OVER_FACE  # It carries 40.00.


@pytest.mark.parametrize(
    ("shown", "amount", "why"),
    [
        (5_00, 6_00, Why.OTHER_SALE),
        (30_00, 30_00, Why.OVER_SALE),
    ],
)
def test_a_till_that_breaks_them_is_not_stood_for(
    world: World, phone: FamilyPhone, shown: int, amount: int, why: Why
) -> None:
    phone.meet(NOW + 60)
    till = world.till(world.town.shop(), honest=False)
    till.meet(NOW + 60)
    till.accept(phone.show(shown, NOW + 120), amount, NOW + 125)
    [told] = till.upload(NOW + HOUR)
    assert told.why == why
    assert (told.outcome, world.cover) == ("posted", COVERED)  # There was enough: it is paid.


def test_an_answer_is_for_one_shop_and_amount(world: World, phone: FamilyPhone) -> None:
    phone.meet(NOW + 60)
    mine, other = (world.till(world.town.shop(f"Prova {n}"), honest=False) for n in "ab")
    text = phone.show(12_00, NOW + 120, answers=(b"a nonce.", mine.shop_no))
    for till, amount in ((mine, 12_00), (other, 12_00), (mine, 11_00)):
        till.meet(NOW + 60)
        till.accept(text, amount, NOW + 125)
    told = [one.why for till in (mine, other) for one in till.upload(NOW + HOUR)]
    assert told == ["", Why.OTHER_SALE, Why.OTHER_SALE]


def test_what_is_not_spent_comes_back_after_everything_was_told(
    world: World, phone: FamilyPhone
) -> None:
    phone.meet(NOW + 60)
    comune = world.town.comune
    soon = (NOW + 60) * SECOND + 7 * DAY + 4 * DAY - SECOND
    assert release_reserves(world.ledger, comune, now=soon) == (0, 0)
    assert release_reserves(world.ledger, comune, now=soon + 2 * SECOND) == (1, 40_00)
    assert release_reserves(world.ledger, comune, now=soon + 2 * SECOND) == (0, 0)
    assert (reserve(world, phone), left(world, phone.family_id)) == (0, 50_00)
    phone.meet(NOW + 60 + 12 * 86_400)
    assert reserve(world, phone) == 40_00
    checked(world)


def test_of_a_voucher_that_ended_it_goes_back_to_the_fund(world: World, phone: FamilyPhone) -> None:
    phone.meet(NOW + 60)
    fund = world.funding.fund()
    book = world.ledger.book(world.town.comune)
    before = book.balance(fund)
    later = NOON + 70 * DAY
    expire_vouchers(world.ledger, world.town.comune, now=later)
    assert release_reserves(world.ledger, world.town.comune, now=later) == (1, 40_00)
    assert book.balance(fund) == before + 50_00 + 80_00
    checked(world)


def test_a_phone_that_was_taken_away_pays_nothing_online_and_its_shop_is_paid(
    world: World, phone: FamilyPhone
) -> None:
    phone.meet(NOW + 60)
    till = world.till(world.town.shop())
    till.meet(NOW + 60)
    till.accept(phone.pay(10_00, NOW + 120), 10_00, NOW + 125)
    with pytest.raises(LookupError):
        remove_phone(world.ledger, world.town.book_no, both(world)[1], phone.phone_id)
    remove_phone(world.ledger, world.town.book_no, phone.family_id, phone.phone_id)
    refused = online(world, phone, till.till_id, 1_00, NOW + 200)
    assert refused.code is Code.CREDENTIAL_INACTIVE
    [told] = till.upload(NOW + HOUR)
    assert (told.outcome, told.doubled) == ("posted", None)


def test_without_terms_a_phone_carries_nothing_and_pays_online(ledger: Ledger) -> None:
    world = make_world(ledger)
    phone = phone_of(world, families(world)[0])
    told = phone.meet(NOW + 60)
    assert (told.reserve_cents, told.right.programme_no) == (0, 0)
    assert left(world, phone.family_id) == 50_00
    till = world.till(world.town.shop())
    assert online(world, phone, till.till_id, 5_00, NOW + 100).accepted


def test_keys_and_numbers_of_phones(world: World, phone: FamilyPhone) -> None:
    first, other = both(world)
    again = register_phone(
        world.ledger, world.town.book_no, phone.family_id, public_of(world, phone), now=NOON
    )
    assert again.phone_id == phone.phone_id
    with pytest.raises(ValueError, match="another"):
        register_phone(world.ledger, world.town.book_no, other, public_of(world, phone), now=NOON)
    made = [phone_of(world, first) for _ in range(MOST_PHONES - 1)]
    with pytest.raises(TooManyPhones):
        phone_of(world, first)
    remove_phone(world.ledger, world.town.book_no, first, made[0].phone_id)
    phone_of(world, first)
    with world.ledger.reading() as db:
        numbers = [one.number for one in phones_of(db, world.town.book_no, first)]
    assert numbers == [1, 3, 4, 5]


def public_of(world: World, phone: FamilyPhone) -> bytes:
    with world.ledger.reading() as db:
        return phones_of(db, world.town.book_no, phone.family_id)[0].public


def test_terms_of_phones_want_two_persons_and_no_rules(world: World) -> None:
    town, one = world.town, world.funding.programme_id
    alone = set_phone_terms(
        world.ledger, town.comune, one, PHONES, signed_by=(town.approver, town.approver),
        key=key(), now=NOON,
    )  # fmt: skip
    assert alone.code is Code.NOT_APPROVED
    ruled = town.programme(10_00, TERMS.__class__(
        "Con regole", "", TERMS.starts_on, TERMS.ends_on, rules=TillRules(max_per_day=5_00)
    ), act="77")  # fmt: skip
    with pytest.raises(NotOffline):
        set_phone_terms(
            world.ledger, town.comune, ruled.programme_id, PHONES,
            signed_by=(town.officer, town.approver), key=key(), now=NOON,
        )  # fmt: skip
    assert set_phone_terms(
        world.ledger, town.comune, ruled.programme_id, PhoneTerms(0, 0, 5_00),
        signed_by=(town.officer, town.approver), key=key(), now=NOON,
    ).accepted  # fmt: skip


def test_what_a_phone_invents_gives_it_nothing(world: World, phone: FamilyPhone) -> None:
    told = prepare_phone(
        world.ledger, world.signer, phone.phone_id, [Spent(7, 100_00)], now=(NOW + 60) * SECOND
    )
    assert (told.reserve_cents, told.known) == (0, ())


@pytest.mark.parametrize("paid_out", [False, True])
def test_what_was_sold_offline_comes_back_where_it_came_from(
    world: World, phone: FamilyPhone, *, paid_out: bool
) -> None:
    """45.00 at three shops and 15.00 more: reserve, voucher, cover; given back last part first."""
    phone.meet(NOW + 60)
    tills = [world.till(world.town.shop(f"Prova {n}")) for n in "abcd"]
    sales = []
    for till in tills:
        till.meet(NOW + 60)
        assert till.accept(phone.show(15_00, NOW + 120), 15_00, NOW + 125) is Why.NONE
        sales += till.upload(NOW + HOUR)
    book, last = world.ledger.book(world.town.comune), tills[-1]
    sale = RequestId(derived_id("offline", sales[-1].rid))
    assert (world.cover, left(world, phone.family_id)) == (COVERED - 10_00, 0)
    if paid_out:
        pay_out(world, last.shop_id)

    def back(cents: int) -> Decision:
        asked = Refund(sale, cents, "goods_returned", f"till:{last.till_id.hex}")
        return refund(
            world.ledger, book, asked, by=Asking(last.till_id), key=key(), now=NOON + 2 * DAY
        )

    if paid_out:  # What the cover bore is not claimed from a shop that was paid out.
        assert back(15_00).code is Code.INSUFFICIENT_FUNDS
        assert back(5_00).code is Code.ACCEPTED
        return checked(world)
    assert [back(cents).code for cents in (10_00, 5_00, 1)] == [
        Code.ACCEPTED, Code.ACCEPTED, Code.REFUND_EXCEEDS,
    ]  # fmt: skip
    assert (world.cover, left(world, phone.family_id)) == (COVERED, 5_00)
    first = RequestId(derived_id("offline", sales[0].rid))
    voided = void_redemption(world.ledger, tills[0].till_id, key=first, now=NOON + DAY)
    assert voided is Voided.REFUNDED
    assert left(world, phone.family_id) == 20_00  # From the phone's account, to its voucher.
    return checked(world)


def pay_out(world: World, shop_id: UUID) -> None:
    """Pay what the shop is owed, as a mandato does."""
    book = world.ledger.book(world.town.comune)
    lines = [one for one in book.trial_balance() if one.owner == shop_id and one.balance]
    treasury = world.town.account("treasury")
    for one in lines:
        item = Transfer(one.account, treasury, one.balance, one.unit)
        [done] = book.submit([Request(key(), EntryKind.PAYOUT, (item,), "x", NOON)])
        assert done.accepted, done.code
