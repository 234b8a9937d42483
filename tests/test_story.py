"""The story of one euro, first part, from the act that commits it to the shop that is paid."""

from datetime import date

from ledger import Code, Ledger
from ledger.core.programmes import ends_at
from ledger.core.redemption import Redemption, Refund
from ledger.operations.close_period import close_period
from ledger.operations.erase_person import erase_person
from ledger.operations.expire_vouchers import expire_vouchers
from ledger.operations.record_payout import Mandate, record_payout
from ledger.operations.redeem import answered, look, redeem
from ledger.operations.refund import Asking, refund
from ledger.operations.sign_in import (
    PinOutcome,
    calling_till,
    credential_of_code,
    open_till_session,
    sign_in_family,
    try_pin,
)
from ledger.operations.void_redemption import Voided, void_redemption
from ledger.store.network.credentials import person_of
from ledger.store.signing import Signer, read_trust
from ledger.token.verify import verify_payment, verify_receipt
from tests.town import NOON, TERMS, key, make_town


def test_the_story_of_one_euro(ledger: Ledger) -> None:  # noqa: PLR0915 -- it is one story.
    town = make_town(ledger)
    book = ledger.book(town.comune)
    funding = town.programme()
    shop_id, secret = town.shop()
    town.issue(funding)
    first, _second = sorted(town.codes(), key=lambda one: one.code)

    # The till, and the family's code: signed, verified, looked at.
    opened = open_till_session(ledger, secret, now=NOON)
    assert opened is not None
    till = calling_till(ledger, opened.token, now=NOON)
    assert till is not None
    credential = credential_of_code(ledger, first.code)
    assert credential is not None
    text = Signer(ledger).family_code(credential, "c_e063")
    trust = read_trust(ledger, now=NOON)
    assert verify_payment(text, trust, now=NOON // 1_000_000).id == credential.id.bytes
    assert try_pin(ledger, credential.id, first.pin) is PinOutcome.RIGHT
    seen = look(ledger, till.till_id, credential, now=NOON)
    assert seen.spendable_cents in {50_00, 80_00}

    # 12.50 at the bakery; the till lost the answer and asked again: booked once.
    asked = Redemption(till.till_id, credential.id, 12_50)
    attempt = key()
    assert answered(ledger, asked, key=attempt) is None
    paid = redeem(ledger, asked, key=attempt, now=NOON)
    assert paid.accepted, paid.code
    again = redeem(ledger, asked, key=attempt, now=NOON)
    assert (again.replayed, again.leaf()) == (True, paid.leaf())
    known = answered(ledger, asked, key=attempt)
    assert known is not None
    assert known.leaf() == paid.leaf()
    other = redeem(ledger, Redemption(till.till_id, credential.id, 13_00), key=attempt, now=NOON)
    assert (other.code, other.facts) == (Code.KEY_REUSED, {"field": "amount"})
    left = seen.spendable_cents - 12_50
    assert paid.facts["left"] == left
    receipt = Signer(ledger).receipt(paid, "c_e063", 1, credential.id)
    proof = verify_receipt(receipt, trust, now=paid.recorded_at // 1_000_000)
    assert proof.amount_cents == 12_50

    # A cent too much is refused, and says how much can be taken; the no sticks to its key.
    much = redeem(ledger, Redemption(till.till_id, credential.id, left + 1), key=key(), now=NOON)
    assert (much.code, much.facts["available"]) == (Code.INSUFFICIENT_FUNDS, left)

    # 2.50 given back; a second sale voided, and a key that was never decided burnt.
    back = Refund(attempt, 2_50, "goods_returned", "till")
    refunded = refund(ledger, book, back, by=Asking(till.till_id), key=key(), now=NOON)
    assert refunded.accepted, refunded.code
    doubt = key()
    sold = redeem(ledger, Redemption(till.till_id, credential.id, 5_00), key=doubt, now=NOON)
    assert sold.accepted
    for _ in range(2):
        ended = void_redemption(ledger, till.till_id, key=doubt, now=NOON)
        assert ended is Voided.REFUNDED
    unknown = key()
    burnt = void_redemption(ledger, till.till_id, key=unknown, now=NOON)
    assert burnt is Voided.BURNT
    late = redeem(ledger, Redemption(till.till_id, credential.id, 1_00), key=unknown, now=NOON)
    assert late.code is Code.VOIDED

    # The month ends; the mandato comes back; a refund after payout becomes a claim on the shop.
    treasurer = town.treasurer.officer_id
    closed = close_period(
        ledger, town.comune, 1, "novembre 2026", officer=treasurer, key=key(), now=NOON
    )
    assert closed.accepted
    mandate = Mandate("1001", date(2026, 12, 5), 1, funding.programme_id, shop_id, 10_00)
    for expected in (Code.ACCEPTED, Code.ALREADY_CLAIMED):
        payout = record_payout(ledger, town.comune, mandate, officer=treasurer, key=key(), now=NOON)
        assert payout.code is expected
    late_back = Refund(attempt, 4_00, "goods_returned", "till")
    claimed = refund(ledger, book, late_back, by=Asking(till.till_id), key=key(), now=NOON)
    assert claimed.accepted
    assert book.balance(town.account("shop_claim")) == 4_00
    beyond = Refund(attempt, 6_01, "goods_returned", "till")
    exceeded = refund(ledger, book, beyond, by=Asking(till.till_id), key=key(), now=NOON)
    assert exceeded.code is Code.REFUND_EXCEEDS

    # The end date comes: what was not used returns to the source it came from.
    after = ends_at(TERMS.ends_on)
    count, cents = expire_vouchers(ledger, town.comune, now=after)
    assert (count, cents) == (2, 50_00 + 80_00 - 10_00)
    assert expire_vouchers(ledger, town.comune, now=after) == (0, 0)
    assert book.balance(funding.fund()) == 10_000_00 - 10_00
    assert book.balance(town.account("treasury")) == 10_000_00 - 10_00

    assert sign_in_family(ledger, first.code, first.pin, now=NOON).opened is not None
    with ledger.reading() as db:
        person = person_of(db, credential.target_id)
    assert person is not None
    [erased] = erase_person(ledger, person, officer=treasurer, now=after)
    assert erased.accepted
    assert list(book.check()) == []
