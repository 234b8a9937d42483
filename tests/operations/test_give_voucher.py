"""A family gives on what it does not use, where the source allows it; each euro keeps its source.

Source: design 4.1; domain.md 5.3.
"""

from dataclasses import replace
from threading import Barrier, Thread

import pytest

from ledger import Code, Decision, Ledger
from ledger.core.credentials import Credential
from ledger.core.gifts import gift_fund
from ledger.core.proposals import Confirmation
from ledger.core.redemption import Redemption
from ledger.core.vouchers import Voucher
from ledger.imports.applications import read_applications
from ledger.operations.change_by_two import REVERSAL, Change, confirm_change, propose_change
from ledger.operations.expire_vouchers import expire_vouchers
from ledger.operations.fund_programme import Funding, propose_budget
from ledger.operations.give_voucher import Gift, give_voucher
from ledger.operations.import_applications import Target, compare_with_ledger, prepare_batch
from ledger.operations.issue_vouchers import issue_batch
from ledger.operations.redeem import redeem
from ledger.operations.sign_in import calling_till, credential_of_code, open_till_session
from ledger.reports.gifts import GiftWay, gift_sources, gift_ways, gifts_of
from ledger.reports.proposals_page import proposal
from ledger.store.registers.vouchers import vouchers_of
from tests.town import LIST, NOON, Town, key, make_town

THIRD = "Codice fiscale;Cognome;Nome;Importo\nVRDNNA90A41F205M;Verdi;Anna;{}\n"


@pytest.fixture
def town(ledger: Ledger) -> Town:
    return make_town(ledger)


def funded(town: Town, *, allowed: bool = True) -> Funding:
    """A programme of 10.000,00 from a source that says whether families may give on."""
    plain = town.programme(1_00)
    asked = replace(plain, source_kind="donor", source_name="Donazioni", amount_cents=10_000_00)
    asked = replace(asked, act=replace(asked.act, number="43"), gift_allowed=allowed)
    assert town.commit(asked).accepted
    return asked


def families(town: Town, funding: Funding) -> dict[int, Credential]:
    """The families of the list, by the cents of their first voucher."""
    town.issue(funding, LIST)
    found = {}
    for code in town.codes():
        credential = credential_of_code(town.ledger, code.code)
        assert credential
        found[the_voucher(town, credential).face_cents] = credential
    return found


def the_voucher(town: Town, whose: Credential, place: int = 0) -> Voucher:
    with town.ledger.reading() as db:
        return vouchers_of(db, town.book_no, whose.target_id)[place]


def give(town: Town, whose: Credential, cents: int, place: int = 0) -> Decision:
    asked = Gift(the_voucher(town, whose, place).id, cents)
    return give_voucher(town.ledger, asked, credential=whose, key=key(), now=NOON)


def spend(town: Town, whose: Credential, cents: int) -> None:
    _shop, secret = town.shop()
    opened = open_till_session(town.ledger, secret, now=NOON)
    assert opened
    till = calling_till(town.ledger, opened.token, now=NOON)
    assert till
    asked = Redemption(till.till_id, whose.id, cents)
    assert redeem(town.ledger, asked, key=key(), now=NOON).accepted


def ways(town: Town) -> tuple[GiftWay, ...]:
    assert list(town.ledger.book(town.comune).check()) == []
    sources = [one for one in gift_sources(town.ledger, town.book_no) if one.given_cents]
    return tuple(way for one in sources for way in gift_ways(town.ledger, town.book_no, one))


def again(town: Town, funding: Funding, amount: str) -> Credential:
    """Issue what was given to a third family, by a list and two officers; gives its code."""
    target = Target(funding.programme_id, gift_fund(funding.fund()), "sospesi")
    preview = read_applications(THIRD.format(amount).encode())
    compared = compare_with_ledger(town.ledger, town.comune, preview, target)
    who = town.officer.person_id
    draft = prepare_batch(
        town.ledger, town.comune, compared, target, prepared_by=who, now=NOON
    )  # fmt: skip
    town.approve(draft)
    issue_batch(town.ledger, town.comune, draft.batch_id, now=NOON)
    [code] = town.codes()
    credential = credential_of_code(town.ledger, code.code)
    assert credential
    return credential


def test_a_gift_is_followed_from_its_source_to_the_shop(town: Town) -> None:
    funding = funded(town)
    rossi = families(town, funding)[50_00]
    given = give(town, rossi, 20_00)
    assert given.accepted
    credential = again(town, funding, "20,00")
    spend(town, credential, 12_50)
    [way] = ways(town)
    assert (way.source.kind, way.source.name) == ("donor", "Donazioni")
    assert (way.log_index, way.amount_cents) == (given.log_index, 20_00)
    assert (way.waiting_cents, way.on_vouchers_cents, way.spent_cents) == (0, 7_50, 12_50)
    assert [(step.kind, step.amount_cents, step.shop) for step in way.steps] == [
        ("gift", 20_00, ""), ("approval", 20_00, ""), ("issuance", 20_00, ""),
        ("redemption", 12_50, "Panificio Prova"),
    ]  # fmt: skip
    [mine] = gifts_of(town.ledger, town.book_no, rossi.target_id)
    assert mine == way
    assert gifts_of(town.ledger, town.book_no, credential.target_id) == ()
    [source] = [one for one in gift_sources(town.ledger, town.book_no) if one.given_cents]
    assert (source.given_cents, source.again_cents, source.spent_cents, source.left_cents) == (
        20_00, 20_00, 12_50, 0,
    )  # fmt: skip


def test_where_the_source_does_not_allow_it_nothing_is_given_and_the_no_is_kept(
    town: Town,
) -> None:
    rossi = families(town, funded(town, allowed=False))[50_00]
    no = give(town, rossi, 20_00)
    assert no.code is Code.GIFT_NOT_ALLOWED
    assert the_voucher(town, rossi).available == 50_00
    assert ways(town) == ()


def test_a_rule_is_said_once_by_the_first_act_of_a_source(town: Town) -> None:
    funding = funded(town, allowed=False)
    later = replace(funding, act=replace(funding.act, number="44"), gift_allowed=True)
    asked = key()
    propose_budget(
        town.ledger, town.comune, later, officer=town.officer, key=asked, now=NOON
    )  # fmt: skip
    shown = proposal(town.ledger, town.book_no, asked)
    assert shown
    assert not shown.gift_allowed
    assert not any(one.allowed for one in gift_sources(town.ledger, town.book_no))


def test_no_more_than_is_left_and_nothing_of_another_family_or_after_the_end(town: Town) -> None:
    found = families(town, funded(town))
    rossi, bianchi = found[50_00], found[80_00]
    assert give(town, rossi, 50_01).code is Code.INSUFFICIENT_FUNDS
    theirs = Gift(the_voucher(town, bianchi).id, 1_00)
    with pytest.raises(LookupError):
        give_voucher(town.ledger, theirs, credential=rossi, key=key(), now=NOON)
    late = the_voucher(town, rossi).ends_at
    asked = Gift(the_voucher(town, rossi).id, 1_00)
    no = give_voucher(town.ledger, asked, credential=rossi, key=key(), now=late)
    assert no.code is Code.EXPIRED
    blocked = replace(rossi, status="blocked")
    no = give_voucher(town.ledger, asked, credential=blocked, key=key(), now=NOON)
    assert no.code is Code.CREDENTIAL_INACTIVE
    assert ways(town) == ()


def test_the_same_key_gives_once(town: Town) -> None:
    rossi = families(town, funded(town))[50_00]
    asked, once = Gift(the_voucher(town, rossi).id, 10_00), key()
    first = give_voucher(town.ledger, asked, credential=rossi, key=once, now=NOON)
    again_ = give_voucher(town.ledger, asked, credential=rossi, key=once, now=NOON)
    assert (first.accepted, again_.accepted, again_.replayed) == (True, True, True)
    other = replace(asked, amount_cents=11_00)
    no = give_voucher(town.ledger, other, credential=rossi, key=once, now=NOON)
    assert no.code is Code.KEY_REUSED
    assert the_voucher(town, rossi).available == 40_00


def test_two_families_that_give_at_once_open_one_fund(town: Town) -> None:
    found = families(town, funded(town))
    start, told = Barrier(2), list[Decision]()

    def one(whose: Credential) -> None:
        start.wait()
        told.append(give(town, whose, 5_00))

    threads = [Thread(target=one, args=(whose,)) for whose in found.values()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [decision.accepted for decision in told] == [True, True]
    assert sum(way.waiting_cents for way in ways(town)) == 10_00


def test_two_officers_undo_a_gift_and_it_is_nowhere_any_more(town: Town) -> None:
    rossi = families(town, funded(town))[50_00]
    given = give(town, rossi, 20_00)
    change = Change(REVERSAL, given.request.id)
    asked = propose_change(
        town.ledger, town.comune, change, officer=town.officer, key=key(), now=NOON
    )
    shown = proposal(town.ledger, town.book_no, asked.request.id)
    assert shown
    seen = Confirmation(shown.proposal_id, shown.content_hash)
    done = confirm_change(
        town.ledger, town.comune, seen, officer=town.approver, key=key(), now=NOON
    )
    assert done.accepted
    assert the_voucher(town, rossi).available == 50_00
    book = town.ledger.book(town.comune)
    assert list(book.check()) == []
    [source] = [one for one in gift_sources(town.ledger, town.book_no) if one.allowed]
    assert (source.given_cents, source.left_cents) == (0, 0)


def test_what_a_second_family_does_not_use_goes_back_to_the_gifts_also_if_it_gives_it_on(
    town: Town,
) -> None:
    funding = funded(town)
    rossi = families(town, funding)[50_00]
    give(town, rossi, 20_00)
    credential = again(town, funding, "20,00")
    assert give(town, credential, 4_00).accepted
    expire_vouchers(town.ledger, town.comune, now=the_voucher(town, rossi).ends_at)
    assert sum(way.waiting_cents for way in ways(town)) == 20_00
    fund = gift_fund(funding.fund())
    assert town.ledger.book(town.comune).balance(fund) == 20_00
