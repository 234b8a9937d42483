"""A late refund waits as a claim on the shop, and the next sales cover it: cents, both engines."""

import time

from ledger import Ledger
from ledger.core.programmes import ends_at
from ledger.core.redemption import Redemption
from ledger.core.refunding import Refund
from ledger.operations.close_period import close_period
from ledger.operations.cover_claims import cover_claims
from ledger.operations.expire_vouchers import expire_vouchers
from ledger.operations.record_payout import Mandate, record_payout
from ledger.operations.redeem import redeem
from ledger.operations.refund import Asking, refund
from ledger.operations.sign_in import credential_of_code
from ledger.store.network.shops import find_till
from scripts.housekeeping import Housekeeper, keep_house
from tests.town import NOON, TERMS, Town, key, make_town


def late_refund(town: Town) -> tuple[Redemption, int]:
    """20.00 sold, paid out, 8.00 given back late; gives the next sale and the voucher's balance."""
    ledger = town.ledger
    funding = town.programme()
    shop_id, secret = town.shop()
    town.issue(funding)
    family = town.codes()[0]
    with ledger.reading() as db:
        till = find_till(db, secret.encode())
    credential = credential_of_code(ledger, family.code)
    assert till is not None
    assert credential is not None
    attempt = key()
    sold = redeem(ledger, Redemption(till.till_id, credential.id, 20_00), key=attempt, now=NOON)
    assert sold.accepted
    officer = town.officer.officer_id
    close_period(ledger, "giussano", 1, "novembre", officer=officer, key=key(), now=NOON)
    mandate = Mandate("1", TERMS.ends_on, 1, funding.programme_id, shop_id, 20_00)
    paid = record_payout(ledger, "giussano", mandate, officer=town.treasurer, key=key(), now=NOON)
    assert paid.accepted
    asked = Refund(attempt, 8_00, "goods_returned", "till")
    book = ledger.book("giussano")
    by = Asking(till.till_id)
    assert refund(ledger, book, asked, by=by, key=key(), now=NOON).accepted
    return Redemption(till.till_id, credential.id, 5_00), book.balance(sold.transfers[0].debit)


def test_the_next_sales_cover_a_late_refund_bit_by_bit(ledger: Ledger) -> None:
    town = make_town(ledger)
    sale, left = late_refund(town)
    book = ledger.book("giussano")
    claim, due = town.account("shop_claim"), town.account("refund_due")
    assert (book.balance(claim), book.balance(due)) == (8_00, 8_00)
    assert cover_claims(ledger, "giussano", now=NOON) == 0  # Nothing to cover it from yet.
    for number, covered in enumerate((5_00, 3_00, 0), start=1):
        decision = redeem(ledger, sale, key=key(), now=NOON)
        assert decision.accepted
        assert cover_claims(ledger, "giussano", now=NOON) == covered
        voucher = decision.transfers[0].debit
        given_back = min(8_00, 5_00 * number)
        assert book.balance(voucher) == left - 5_00 * number + given_back
    assert book.balance(claim) == book.balance(due) == 0
    assert book.balance(town.account("shop_payable")) == 15_00 - 8_00
    assert list(book.check()) == []


def test_a_voucher_that_has_ended_is_covered_to_its_fund(ledger: Ledger) -> None:
    town = make_town(ledger)
    sale, _left = late_refund(town)
    assert redeem(ledger, sale, key=key(), now=NOON).accepted
    book = ledger.book("giussano")
    fund = town.account("fund")
    after = ends_at(TERMS.ends_on)
    expire_vouchers(ledger, "giussano", now=after)
    before = book.balance(fund)
    assert cover_claims(ledger, "giussano", now=after) == 5_00
    assert book.balance(fund) == before + 5_00
    assert list(book.check()) == []


def test_house_is_kept_by_itself_and_twice_does_no_harm(ledger: Ledger) -> None:
    town = make_town(ledger)
    sale, _left = late_refund(town)
    assert redeem(ledger, sale, key=key(), now=NOON).accepted
    housekeeper = Housekeeper(ledger, every_seconds=0.01)
    claim = town.account("shop_claim")
    book = ledger.book("giussano")
    for _ in range(500):
        if book.balance(claim) == 3_00:
            break
        time.sleep(0.01)
    housekeeper.stop()
    assert book.balance(claim) == 3_00
    assert keep_house(ledger).covered_cents == 0
    assert list(book.check()) == []
