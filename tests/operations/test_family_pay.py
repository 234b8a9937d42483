"""Family Pay: what a shop owes and pays in, exact to the cent; asked twice, noted once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger import Code, Decision, Ledger, open_ledger, random_id
from ledger.core.circuit.purchases import Purchase, payment_items
from ledger.core.circuit.rules import CircuitRules
from ledger.core.circuit.split import NoSplit, split
from ledger.core.programmes import starts_at
from ledger.core.proposals import Confirmation
from ledger.core.quantities import DAY
from ledger.operations.collect_contributions import confirm_statement, content_hash
from ledger.operations.enrol_shop import suspend_shop
from ledger.operations.record_purchase import record_purchase, return_goods
from ledger.operations.release_bonuses import release_bonuses
from ledger.operations.sign_circuit_rules import Agreement, agree_discount, sign_circuit_rules
from ledger.store.registers.circuit import BankLine, rules_on
from tests.circuit_town import ENDS, Circuit, make_circuit, shop_of
from tests.engines import sqlite_copy
from tests.town import NOON, key


@pytest.fixture
def circuit(ledger: Ledger) -> Circuit:
    return make_circuit(ledger)


def test_a_purchase_is_noted_once_however_often_it_is_asked(circuit: Circuit) -> None:
    attempt = key()
    first = circuit.buy(50_00, attempt=attempt)
    again = circuit.buy(50_00, attempt=attempt)
    assert (first.code, again.replayed) == (Code.ACCEPTED, True)
    assert circuit.buy(50_01, attempt=attempt).code is Code.KEY_REUSED
    assert circuit.balances() == {
        "contribution_due": 3_00, "fund_accrued": 50, "family_bonus_accrued": 2_50,
    }  # fmt: skip
    assert list(circuit.book.check()) == []


def test_one_key_at_eight_tills_threads_is_one_purchase(circuit: Circuit) -> None:
    attempt = key()
    with ThreadPoolExecutor(8) as pool:
        decisions = list(pool.map(lambda _: circuit.buy(37_45, attempt=attempt), range(8)))
    assert {one.code for one in decisions} == {Code.ACCEPTED}
    assert circuit.balances()["contribution_due"] == 2_25


def test_who_has_no_agreement_that_day_gives_no_discount(circuit: Circuit) -> None:
    _shop, secret = circuit.town.shop("Senza accordo")
    other, till = circuit.another_shop("Sospeso")
    suspend_shop(circuit.ledger, other)
    after = starts_at(ENDS) + 2 * DAY
    assert circuit.buy(10_00, till=till).code is Code.SHOP_SUSPENDED
    assert circuit.buy(10_00, now=after).code is Code.NO_DISCOUNT
    assert secret
    with pytest.raises(NoSplit):
        circuit.buy(0)
    asked = Purchase(random_id(), circuit.credentials[0], 10_00)
    with pytest.raises(LookupError):
        record_purchase(circuit.ledger, asked, key=key(), now=NOON)
    assert circuit.balances() == {}


def test_a_purchase_told_late_is_split_by_its_own_day(circuit: Circuit) -> None:
    """Its till had no network: the agreement of that day counts, though it has ended since."""
    shop, secret = circuit.town.shop("Accordo di un giorno")
    circuit.agree(shop, 1_000, ends=date(2026, 11, 2))
    _shop, till = shop_of(circuit.ledger, secret)
    later = NOON + 2 * DAY

    def told(bought_at: int | None) -> Decision:
        asked = Purchase(till, circuit.credentials[0], 20_00, bought_at=bought_at)
        return record_purchase(circuit.ledger, asked, key=key(), now=later)

    assert told(None).code is Code.NO_DISCOUNT
    noted = told(NOON)
    assert (noted.code, noted.request.occurred_at) == (Code.ACCEPTED, NOON)
    assert circuit.balances()["contribution_due"] == 2_00
    assert told(later + DAY).request.occurred_at == later  # No clock of a till makes a tomorrow.
    assert list(circuit.book.check()) == []


def test_payments_in_parts_collect_the_oldest_share_first(circuit: Circuit) -> None:
    circuit.buy(50_00, 0)  # 0,50 and 2,50.
    circuit.buy(37_45, 1)  # 0,37 and 1,88.
    steps = ((49, 49, 0), (2, 50, 1), (2_49, 50, 2_50), (38, 87, 2_51))
    for paid, fund, families in steps:
        assert circuit.pay_in(paid).booked_cents == paid
        now = circuit.balances()
        assert (now["social_fund"], now.get("family_bonus", 0)) == (fund, families)
    assert circuit.balances()["contribution_due"] == 5_25 - 3_38
    assert circuit.pay_in(1_88).lines[0][1].code is Code.INSUFFICIENT_FUNDS  # A cent too much.
    assert circuit.pay_in(1_87).booked_cents == 1_87
    assert circuit.balances() == {"bank": 5_25, "social_fund": 87, "family_bonus": 4_38}
    assert list(circuit.book.check()) == []


def test_a_bank_line_is_booked_once_whatever_file_it_comes_in(circuit: Circuit) -> None:
    circuit.buy(500_00)
    line = random_id()
    assert circuit.pay_in(10_00, line=line).booked_cents == 10_00
    assert circuit.pay_in(10_00, line=line).lines[0][1].code is Code.ALREADY_CLAIMED
    assert circuit.balances()["bank"] == 10_00


def test_a_statement_wants_another_person_and_just_what_was_proposed(circuit: Circuit) -> None:
    circuit.buy(500_00)
    lines = [BankLine(2, random_id(), "2026-12-01", 10_00, circuit.shop_id)]
    more = [BankLine(2, lines[0].line_id, "2026-12-01", 20_00, circuit.shop_id)]
    statement = circuit.propose(lines)
    for seen, who in ((lines, circuit.officer), (more, circuit.approver)):
        asked = Confirmation(statement, content_hash(seen))
        done = confirm_statement(circuit.ledger, asked, officer=who, key=key(), now=NOON)
        assert (done.end.code, done.lines) == (Code.NOT_APPROVED, ())
    assert circuit.confirm(statement, lines).booked_cents == 10_00
    assert circuit.confirm(statement, lines).end.code is Code.ALREADY_CLAIMED
    assert circuit.balances()["bank"] == 10_00


def test_a_statement_that_was_stopped_half_way_is_booked_to_its_end_when_asked_again(
    circuit: Circuit, monkeypatch: pytest.MonkeyPatch
) -> None:
    circuit.buy(500_00)
    lines = [BankLine(at, random_id(), "2026-12-01", 5_00, circuit.shop_id) for at in (2, 3)]
    statement, planned = circuit.propose(lines), iter([True])

    def dies(*words: Any) -> Any:  # noqa: ANN401
        if not next(planned, False):
            raise OSError("the cable")
        return payment_items(*words)

    with monkeypatch.context() as broken:
        broken.setattr("ledger.operations.collect_contributions.payment_items", dies)
        with pytest.raises(OSError, match="the cable"):
            circuit.confirm(statement, lines)
    assert circuit.balances()["bank"] == 5_00
    assert circuit.confirm(statement, lines).end.code is Code.ALREADY_CLAIMED
    assert circuit.balances()["bank"] == 10_00
    assert circuit.confirm(statement, lines).booked_cents == 10_00
    assert circuit.balances()["bank"] == 10_00


def test_two_payments_of_one_shop_at_once_collect_every_share_once(circuit: Circuit) -> None:
    circuit.buy(50_00, 0)
    circuit.buy(50_00, 1)
    lines = [BankLine(at, random_id(), "2026-12-01", 1_50, circuit.shop_id) for at in range(2, 6)]
    asked = [(circuit.propose([one]), [one]) for one in lines]
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda one: circuit.confirm(*one), asked))
    assert [one.booked_cents for one in done] == [1_50] * 4
    assert circuit.balances() == {"bank": 6_00, "social_fund": 1_00, "family_bonus": 5_00}


def test_goods_that_come_back_take_their_discount_back_once(circuit: Circuit) -> None:
    bought = circuit.buy(50_00).request.id
    circuit.buy(10_00)

    def give_back(_: int) -> Code:
        done = return_goods(
            circuit.ledger, bought, cents=3_00, till_id=circuit.till_id, key=key(), now=NOON
        )
        return done.code

    with ThreadPoolExecutor(4) as pool:
        codes = sorted(pool.map(give_back, range(4)))
    assert codes == [Code.ACCEPTED, *[Code.REFUND_EXCEEDS] * 3]
    assert circuit.balances()["contribution_due"] == 60
    assert list(circuit.book.check()) == []


def test_what_was_paid_in_stays_when_the_goods_come_back(circuit: Circuit) -> None:
    bought = circuit.buy(50_00).request.id
    circuit.pay_in(1_00)  # The fund's 0,50, and 0,50 of the family's.
    back = return_goods(
        circuit.ledger, bought, cents=None, till_id=circuit.till_id, key=key(), now=NOON
    )
    assert sum(move.amount for move in back.transfers) == 2_00
    assert circuit.balances() == {"bank": 1_00, "social_fund": 50, "family_bonus": 50}
    _shop, till = circuit.another_shop("Altro")
    with pytest.raises(LookupError):
        return_goods(circuit.ledger, bought, cents=1, till_id=till, key=key(), now=NOON)


def test_a_bonus_is_released_from_the_threshold_on_and_then_all_of_it(circuit: Circuit) -> None:
    circuit.buy(199_80)  # 2,00 to the fund, 9,99 to the family.
    circuit.pay_in(11_99)
    assert release_bonuses(circuit.ledger, now=NOON) == ()  # One cent is missing.
    circuit.buy(30)  # 0,02: all of it the family's.
    circuit.pay_in(2)
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(release_bonuses, circuit.ledger, now=NOON) for _ in range(4)]
        [codes] = {tuple(d.code for d in one.result()) for one in asked if one.result()}
    assert codes == (Code.ACCEPTED,)
    assert circuit.balances() == {
        "bank": 12_01, "social_fund": 2_00, "credit_reserve": 10_01, "credits_issued": 10_01,
        "wallet": 10_01,
    }  # fmt: skip
    assert list(circuit.book.check()) == []


def test_just_the_threshold_is_enough(circuit: Circuit) -> None:
    circuit.buy(200_00)  # 2,00 and 10,00.
    circuit.pay_in(12_00)
    assert [one.code for one in release_bonuses(circuit.ledger, now=NOON)] == [Code.ACCEPTED]
    assert circuit.balances()["wallet"] == 10_00


def test_a_month_that_has_begun_keeps_its_rules(circuit: Circuit) -> None:
    other = CircuitRules(fund_points=200)

    def sign(day: date) -> Code:
        done = sign_circuit_rules(
            circuit.ledger, other, day, signed_by=circuit.two, key=key(), now=NOON
        )
        return done.code

    assert sign(date(2026, 11, 1)) is Code.TOO_LATE
    assert sign(date(2026, 12, 1)) is Code.ACCEPTED
    with pytest.raises(ValueError, match="first of a month"):
        sign(date(2026, 12, 2))
    assert circuit.buy(50_00).transfers[0].amount == 50
    assert circuit.buy(50_00, now=starts_at(date(2026, 12, 1))).transfers[0].amount == 1_00
    with circuit.ledger.reading() as db:
        november = rules_on(db, circuit.book.book_no, "2026-11-30")
    assert november is not None
    assert november.rules.fund_points == 100


def test_an_agreement_gives_the_fund_its_share_and_wants_two(circuit: Circuit) -> None:
    for points in (99, 10_001):
        with pytest.raises(NoSplit):
            circuit.agree(circuit.shop_id, points)
    alone = (circuit.approver, circuit.approver)
    for days, signed_by, code in (
        ((date(2026, 11, 1), ENDS), circuit.two, Code.TOO_LATE),
        ((date(2026, 11, 3), ENDS), alone, Code.NOT_APPROVED),
        ((date(2026, 11, 3), ENDS), circuit.two, Code.ACCEPTED),
    ):
        asked = Agreement(circuit.shop_id, 800, *days)
        done = agree_discount(circuit.ledger, asked, signed_by=signed_by, key=key(), now=NOON)
        assert done.code is code
    assert circuit.buy(10_00).transfers[1].amount == 50  # Today it is 6 % still.
    assert circuit.buy(10_00, now=NOON + DAY).transfers[1].amount == 70


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    bought=st.lists(st.tuples(st.integers(1, 90_00), st.integers(0, 1)), min_size=1, max_size=6),
    cuts=st.lists(st.integers(1, 3_00), max_size=6),
)
def test_what_is_paid_in_is_what_is_collected_share_by_share(
    sqlite_template: Path, bought: list[tuple[int, int]], cuts: list[int]
) -> None:
    """Against a schoolbook: shares in a row, eaten from the front."""
    with (
        TemporaryDirectory() as folder,
        open_ledger(sqlite_copy(sqlite_template, Path(folder))) as ledger,
    ):
        circuit = make_circuit(ledger)
        queue: list[list[int]] = []  # Whose (0: the fund's), how much.
        for cents, family in bought:
            shares = split(cents, 600, 100)
            circuit.buy(cents, family)
            queue += [[0, shares.fund_cents], [family + 1, shares.family_cents]]
        collected = [0, 0, 0]
        for paid in cuts:
            fits = paid <= sum(one[1] for one in queue)
            assert circuit.pay_in(paid).booked_cents == paid * fits
            left = paid * fits
            for share in queue:
                taken = min(left, share[1])
                share[1] -= taken
                collected[share[0]] += taken
                left -= taken
        now = circuit.balances()
        assert now.get("social_fund", 0) == collected[0]
        assert now.get("family_bonus", 0) == collected[1] + collected[2]
        assert now.get("contribution_due", 0) == sum(one[1] for one in queue)
        assert list(circuit.book.check()) == []
