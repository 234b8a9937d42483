"""The story of one euro, first part, from the act that commits it to the shop that is paid."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from ledger import Book, Code, Decision, Ledger, RequestId
from ledger.core.credentials import Credential
from ledger.core.programmes import ends_at
from ledger.core.redemption import Redemption
from ledger.core.refunding import Refund
from ledger.operations.close_period import close_period
from ledger.operations.erase_person import erase_person
from ledger.operations.expire_vouchers import expire_vouchers
from ledger.operations.fund_programme import Funding
from ledger.operations.issue_credential import NewCredential
from ledger.operations.record_payout import Mandate, record_payout
from ledger.operations.redeem import Basket, answered, look, redeem
from ledger.operations.refund import Asking, refund
from ledger.operations.sign_in import (
    PinOutcome,
    calling_till,
    credential_of_code,
    open_till_session,
    try_pin,
)
from ledger.operations.void_redemption import Voided, void_redemption
from ledger.store.network.credentials import person_of
from ledger.store.signing import Signer
from ledger.store.trust import read_trust
from ledger.store.vault import commitments_of, open_commitment, read_papers
from ledger.token.payloads import reference_of
from ledger.token.verify import verify_payment, verify_receipt
from tests.town import NOON, TERMS, Town, key, make_town


@dataclass
class Story:
    """Where the story has come to."""

    ledger: Ledger
    town: Town
    funding: Funding
    shop_id: UUID
    till: UUID
    family: NewCredential
    credential: Credential
    bread: RequestId = field(default_factory=key)

    def spend(self, cents: int, attempt: RequestId | None = None) -> Decision:
        """The family pays at the bakery."""
        asked = Redemption(self.till, self.credential.id, cents)
        return redeem(self.ledger, asked, key=attempt or key(), now=NOON)

    def give_back(self, cents: int) -> Decision:
        """The bakery gives back a part of the bread."""
        asked = Refund(self.bread, cents, "goods_returned", "till")
        by = Asking(self.till)
        return refund(self.ledger, self.book, asked, by=by, key=key(), now=NOON)

    @property
    def book(self) -> Book:
        return self.ledger.book(self.town.comune)


def begin(ledger: Ledger) -> Story:
    """Giussano commits 10,000.00 by act 42; two families get vouchers; a bakery joins."""
    town = make_town(ledger)
    funding = town.programme()
    shop_id, secret = town.shop()
    town.issue(funding)
    first, _second = sorted(town.codes(), key=lambda one: one.code)
    opened = open_till_session(ledger, secret, now=NOON)
    assert opened is not None
    till = calling_till(ledger, opened.token, now=NOON)
    assert till is not None
    credential = credential_of_code(ledger, first.code)
    assert credential is not None
    return Story(ledger, town, funding, shop_id, till.till_id, first, credential)


def test_the_story_of_one_euro(ledger: Ledger) -> None:
    story = begin(ledger)
    the_family_pays_once(story)
    what_was_wrong_is_undone(story)
    the_bakery_is_paid(story)
    what_was_not_used_returns(story)
    a_person_is_erased(story)
    assert list(story.book.check()) == []


def the_family_pays_once(story: Story) -> None:
    """12.50 at the bakery; the till lost the answer and asked again: booked once."""
    ledger, credential = story.ledger, story.credential
    text = Signer(ledger).family_code(credential, "c_e063")
    trust = read_trust(ledger, now=NOON)
    assert verify_payment(text, trust, now=NOON // 1_000_000).id == credential.id.bytes
    assert try_pin(ledger, credential.id, story.family.pin) is PinOutcome.RIGHT
    seen = look(ledger, story.till, credential, Basket(), now=NOON).spendable_cents
    assert seen in {50_00, 80_00}

    asked = Redemption(story.till, credential.id, 12_50)
    assert answered(ledger, asked, key=story.bread) is None
    paid = story.spend(12_50, story.bread)
    assert paid.accepted, paid.code
    again = story.spend(12_50, story.bread)
    assert (again.replayed, again.leaf()) == (True, paid.leaf())
    known = answered(ledger, asked, key=story.bread)
    assert known is not None
    assert known.leaf() == paid.leaf()
    other = story.spend(13_00, story.bread)
    assert (other.code, other.facts) == (Code.KEY_REUSED, {"field": "amount"})
    left = seen - 12_50
    assert paid.facts["left"] == left
    receipt = Signer(ledger).receipt(paid, "c_e063", 1, reference_of(credential.id.bytes))
    proof = verify_receipt(receipt, trust, now=paid.recorded_at // 1_000_000)
    assert proof.amount_cents == 12_50

    # A cent too much is refused, and says how much can be taken; the no sticks to its key.
    much = story.spend(left + 1)
    assert (much.code, much.facts["available"]) == (Code.INSUFFICIENT_FUNDS, left)


def what_was_wrong_is_undone(story: Story) -> None:
    """2.50 given back; a second sale voided; a key that was never decided burnt."""
    refunded = story.give_back(2_50)
    assert refunded.accepted, refunded.code
    doubt, unknown = key(), key()
    assert story.spend(5_00, doubt).accepted
    for _ in range(2):
        ended = void_redemption(story.ledger, story.till, key=doubt, now=NOON)
        assert ended is Voided.REFUNDED
    burnt = void_redemption(story.ledger, story.till, key=unknown, now=NOON)
    assert burnt is Voided.BURNT
    assert story.spend(1_00, unknown).code is Code.VOIDED


def the_bakery_is_paid(story: Story) -> None:
    """The month ends, the mandato comes back once; a refund after it is a claim on the shop."""
    ledger, town = story.ledger, story.town
    officer, treasurer = town.officer.officer_id, town.treasurer
    closed = close_period(
        ledger, town.comune, 1, "novembre 2026", officer=officer, key=key(), now=NOON
    )
    assert closed.accepted
    paid_on, programme = date(2026, 12, 5), story.funding.programme_id
    mandate = Mandate("1001", paid_on, 1, programme, story.shop_id, 10_00)
    for expected in (Code.ACCEPTED, Code.ALREADY_CLAIMED):
        payout = record_payout(ledger, town.comune, mandate, officer=treasurer, key=key(), now=NOON)
        assert payout.code is expected
    assert story.give_back(4_00).accepted
    assert story.book.balance(town.account("shop_claim")) == 4_00
    assert story.give_back(6_01).code is Code.REFUND_EXCEEDS


def what_was_not_used_returns(story: Story) -> None:
    """The end date comes: what was not used returns to the source it came from."""
    ledger, town, after = story.ledger, story.town, ends_at(TERMS.ends_on)
    count, cents = expire_vouchers(ledger, town.comune, now=after)
    assert (count, cents) == (2, 50_00 + 80_00 - 10_00)
    assert expire_vouchers(ledger, town.comune, now=after) == (0, 0)
    assert story.book.balance(story.funding.fund()) == 10_000_00 - 10_00
    assert story.book.balance(town.account("treasury")) == 10_000_00 - 10_00


def a_person_is_erased(story: Story) -> None:
    """The person is gone, and every balance and proof stays."""
    ledger, after = story.ledger, ends_at(TERMS.ends_on)
    with ledger.reading() as db:
        person = person_of(db, story.credential.target_id)
    assert person is not None
    before = read_papers(ledger, person)
    assert before["surname"] in {"Rossi", "Bianchi"}
    [commitment] = commitments_of(ledger, person)
    assert open_commitment(ledger, commitment) is not None
    officer = story.town.officer.officer_id
    [erased] = erase_person(ledger, person, officer=officer, now=after)
    assert erased.accepted
    assert read_papers(ledger, person) == {}
    assert open_commitment(ledger, commitment) is None
