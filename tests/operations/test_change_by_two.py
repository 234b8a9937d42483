"""Four eyes on recalls, corrections and payments: no way round. Source: reliability.md 28."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from ledger import AccountId, Code, Decision, Ledger, RequestId, random_id
from ledger.core.proposals import Confirmation
from ledger.operations.change_by_two import (
    RECALL,
    REVERSAL,
    Change,
    confirm_change,
    propose_change,
    withdraw_change,
)
from ledger.operations.close_period import close_period
from ledger.operations.record_payout import Mandate, record_payout
from ledger.reports.entry_page import entry_page
from ledger.reports.programme_page import programme_totals
from ledger.reports.proposals_page import proposal, waiting_proposals
from ledger.store.network.credentials import families_of
from ledger.store.network.people import Officer, add_officer
from ledger.store.passwords import hash_password
from ledger.store.registers.vouchers import vouchers_of
from ledger.store.schema import payout_signature, proposal_end
from tests.town import NOON, PASSWORD, TERMS, Town, key, make_town
from tests.wallet_web.test_console import spend


@pytest.fixture
def town(ledger: Ledger) -> Town:
    made = make_town(ledger)
    made.issue(made.programme())
    return made


def a_voucher(town: Town) -> AccountId:
    """The first family's: it is the one that `spend` spends from."""
    with town.ledger.reading() as db:
        family = min(families_of(db, town.book_no).values())
        return vouchers_of(db, town.book_no, family)[0].id


def propose(
    town: Town, change: Change, who: Officer | None = None, at: RequestId | None = None
) -> Decision:
    return propose_change(
        town.ledger, town.comune, change, officer=who or town.officer, key=at or key(), now=NOON
    )


def confirm(
    town: Town, proposed: Decision, who: Officer | None = None, at: RequestId | None = None,
    content: bytes | None = None,
) -> Decision:  # fmt: skip
    shown = proposal(town.ledger, town.book_no, proposed.request.id)
    assert shown
    asked = Confirmation(shown.proposal_id, content or shown.content_hash)
    return confirm_change(
        town.ledger, town.comune, asked, officer=who or town.approver, key=at or key(), now=NOON
    )


def in_vouchers(town: Town) -> int:
    assert list(town.ledger.book(town.comune).check()) == []
    [totals] = programme_totals(town.ledger, town.book_no)
    assert totals.agrees
    return totals.at("voucher")


def test_a_recall_takes_what_was_proposed_once_two_persons_want_it(town: Town) -> None:
    voucher, attempt = a_voucher(town), key()
    face = town.ledger.book(town.comune).balance(voucher)
    proposed = [propose(town, Change(RECALL, voucher), at=attempt) for _ in range(2)]
    assert [one.replayed for one in proposed] == [False, True]
    assert in_vouchers(town) == 130_00
    again = key()
    for replayed in (False, True):
        done = confirm(town, proposed[0], at=again)
        assert (done.accepted, done.replayed) == (True, replayed)
    assert in_vouchers(town) == 130_00 - face
    shown = proposal(town.ledger, town.book_no, attempt)
    assert shown
    assert (shown.outcome, shown.proposed_name, shown.ended_name, shown.amount_cents) == (
        "confirmed", "officer", "approver", face,
    )  # fmt: skip
    assert waiting_proposals(town.ledger, town.book_no) == ()


def second_account(town: Town, of: Officer, role: str) -> Officer:
    """Another account of the same human."""
    made = Officer(random_id(), town.book_no, of.person_id, random_id().hex, role, "active")
    kept = hash_password(PASSWORD)
    town.ledger.write(lambda db: add_officer(db, made, kept))
    return made


def test_nobody_confirms_alone(town: Town) -> None:
    """The same account, another account of one human, a role that may not, a stranger's content."""
    voucher = a_voucher(town)
    by_approver = propose(town, Change(RECALL, voucher), town.approver)
    by_officer = propose(town, Change(RECALL, voucher), town.officer)
    tries = [
        confirm(town, by_approver, town.approver),
        confirm(town, by_approver, second_account(town, town.approver, "approver")),
        confirm(town, by_officer, second_account(town, town.officer, "approver")),
        confirm(town, by_officer, replace(town.officer, role="approver")),
        confirm(town, by_approver, town.officer),
        confirm(town, by_approver, town.treasurer),
        confirm(town, by_officer, town.approver, content=bytes(32)),
        propose(town, Change(RECALL, voucher), town.treasurer),
    ]
    assert {one.code for one in tries} == {Code.NOT_APPROVED}
    assert in_vouchers(town) == 130_00


def test_a_proposal_is_done_as_it_was_or_not_at_all(town: Town) -> None:
    """The family spent a part meanwhile: what was proposed is not there any more."""
    proposed = propose(town, Change(RECALL, a_voucher(town)))
    spend(town, 12_50)
    assert confirm(town, proposed).code is Code.NOT_APPROVED
    assert in_vouchers(town) == 117_50


def test_a_sale_and_a_confirmation_at_once_are_exact(town: Town) -> None:
    """Whichever is first, the recall moves what was proposed, or nothing."""
    proposed = propose(town, Change(RECALL, a_voucher(town)))
    shown = proposal(town.ledger, town.book_no, proposed.request.id)
    assert shown
    with ThreadPoolExecutor(2) as pool:
        sale = pool.submit(lambda: _try_to_spend(town))
        done = pool.submit(confirm, town, proposed).result()
    sold = sale.result()
    assert done.accepted != sold
    assert in_vouchers(town) == 130_00 - (shown.amount_cents if done.accepted else 12_50)


def _try_to_spend(town: Town) -> bool:
    try:
        spend(town, 12_50)
    except AssertionError:
        return False
    return True


def test_two_tabs_end_a_proposal_once(town: Town) -> None:
    """Several confirmations and a withdrawal at once: one of them counts."""
    proposed = propose(town, Change(RECALL, a_voucher(town)))

    def end(number: int) -> Decision:
        if number == 0:
            return withdraw_change(
                town.ledger, town.comune, proposed.request.id, officer=town.officer, key=key(),
                now=NOON,
            )  # fmt: skip
        return confirm(town, proposed)

    with ThreadPoolExecutor(8) as pool:
        ends = list(pool.map(end, range(8)))
    assert sum(one.accepted for one in ends) == 1
    refused = {one.code for one in ends if not one.accepted}
    assert refused <= {Code.ALREADY_CLAIMED, Code.NOT_APPROVED}
    assert in_vouchers(town) in {130_00, 50_00, 80_00}
    assert not confirm(town, proposed).accepted


def test_two_proposals_of_one_voucher_take_it_once(town: Town) -> None:
    change = Change(RECALL, a_voucher(town))
    first, second = propose(town, change), propose(town, change)
    assert confirm(town, first).accepted
    left = in_vouchers(town)
    assert not confirm(town, second).accepted
    assert propose(town, change).code is Code.ACCOUNT_CLOSED
    assert in_vouchers(town) == left


def test_a_key_means_one_proposal(town: Town) -> None:
    attempt = key()
    assert propose(town, Change(RECALL, a_voucher(town)), at=attempt).accepted
    with pytest.raises(LookupError):
        propose(town, Change(REVERSAL, random_id()), at=attempt)
    with town.ledger.reading() as db:
        other = vouchers_of(db, town.book_no, max(families_of(db, town.book_no).values()))[0]
    assert propose(town, Change(RECALL, other.id), at=attempt).code is Code.KEY_REUSED


def test_a_correction_needs_two_persons_and_only_what_can_be_corrected(town: Town) -> None:
    town.programme(500_00, act="43")
    book = town.ledger.book(town.comune)
    funded = next(
        one for number in range(book.head().size - 1, -1, -1)
        if (one := decision_at(town, number)).request.kind == "funding"
    )  # fmt: skip
    proposed = propose(town, Change(REVERSAL, funded.request.id))
    assert confirm(town, proposed, second_account(town, town.officer, "approver")).code is (
        Code.NOT_APPROVED
    )
    ended = [confirm(town, proposed) for _ in range(2)]  # The second finds it done.
    assert [(one.accepted, one.replayed) for one in ended] == [(True, False), (True, True)]
    late = propose(town, Change(REVERSAL, funded.request.id))
    assert confirm(town, late).code is Code.ALREADY_REVERSED
    assert propose(town, Change(REVERSAL, proposed.request.id)).code is Code.NOT_REVERSIBLE
    [_first, second] = programme_totals(town.ledger, town.book_no)
    assert (second.held_cents, second.agrees) == (0, True)
    assert list(book.check()) == []


def decision_at(town: Town, number: int) -> Decision:
    page = entry_page(town.ledger, town.book_no, number)
    assert page
    found = town.ledger.book(town.comune).decision(RequestId(page.decision.request_id))
    assert found
    return found


def test_who_closed_a_period_does_not_write_its_payment(town: Town) -> None:
    shop_id, programme = paid_shop(town)
    mandate = Mandate("1", TERMS.ends_on, 1, programme, shop_id, 12_50)

    def pay(who: Officer) -> Decision:
        return record_payout(town.ledger, town.comune, mandate, officer=who, key=key(), now=NOON)

    assert pay(town.treasurer).code is Code.NOT_APPROVED  # Nobody has closed it.
    close_period(
        town.ledger, town.comune, 1, "novembre", officer=town.treasurer.officer_id, key=key(),
        now=NOON,
    )  # fmt: skip
    assert pay(town.treasurer).code is Code.NOT_APPROVED
    other = second_account(town, town.treasurer, "officer")
    assert pay(other).code is Code.NOT_APPROVED
    assert pay(replace(town.treasurer, person_id=random_id())).accepted
    assert list(town.ledger.book(town.comune).check()) == []


def paid_shop(town: Town) -> tuple[UUID, UUID]:
    spend(town, 12_50)
    [totals] = programme_totals(town.ledger, town.book_no)
    lines = town.ledger.book(town.comune).trial_balance()
    owed = next(line for line in lines if line.kind == "shop_payable")
    with town.ledger.reading() as db:
        found = db.exec_driver_sql("SELECT shop_id FROM shop").scalar_one()
    shop_id = found if isinstance(found, UUID) else UUID(bytes=found)
    assert owed.balance == 12_50
    return shop_id, totals.programme.id


def test_the_database_refuses_one_person_twice(town: Town) -> None:
    who, place = random_id(), {"book_no": 1, "log_index": 0, "row_no": 99}
    ended = {"proposal_id": random_id(), "outcome": "confirmed", "content_hash": b"x"}
    with pytest.raises(IntegrityError):
        town.ledger.write(lambda db: db.execute(
            insert(proposal_end).values(**place, **ended, proposed_by=who, ended_by=who)
        ))  # fmt: skip
    with pytest.raises(IntegrityError):
        town.ledger.write(lambda db: db.execute(insert(payout_signature).values(
            **place, mandate_id=random_id(), period=1, closed_by=who, paid_by=who
        )))  # fmt: skip
