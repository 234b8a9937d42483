"""After a restore: what is not booked again, who waits, and who is let through."""

from uuid import uuid4

import pytest

from ledger import ReadOnly, RequestId, accept_loss, open_ledger
from ledger.core.quantities import SECOND
from ledger.core.recovery import Standing
from ledger.core.redemption import plan_void
from ledger.operations.change_by_two import withdraw_change
from ledger.operations.recover import lost_sales, receipts_wanted_since, reopen_tills
from ledger.store import edges
from tests.operations.test_recover import Yard, confirm, lose_three_sales, propose
from tests.operations.test_recover import yard as yard  # noqa: PLC0414 -- a fixture.
from tests.town import NOON, key


def test_what_was_not_signed_for_this_shop_or_says_too_little_is_not_kept(yard: Yard) -> None:
    kept, _there, name = lose_three_sales(yard)
    accept_loss(yard.before, heads=yard.heads)
    with yard.at_work(yard.before, []) as counter:
        refund = next(one for one in kept if "sale" in one)
        sale = kept[0]["receipt"]
        forged = sale[:-4] + ("AAAA" if sale[-4:] != "AAAA" else "BBBB")
        odd = [{"receipt": forged}, {"receipt": refund["receipt"]}, {"receipt": sale, "sale": name}]
        assert counter.bring(odd) == ["refused"] * 3
        _shop, secret = counter.town.shop("Altro Prova")
        told = counter.api.post("/api/v1/till-sessions", json={"secret": secret}).json()
        counter.api.headers = {"Authorization": f"Bearer {told['session_token']}"}
        assert counter.bring(kept) == ["refused"] * 4
        assert lost_sales(counter.town.ledger, "giussano").receipts == ()
        with pytest.raises(ValueError, match="nothing"):
            propose(counter.town)


def test_a_refund_waits_for_its_sale_and_a_purse_gives_once(yard: Yard) -> None:
    kept, _there, _name = lose_three_sales(yard)
    accept_loss(yard.before, heads=yard.heads, open_tills=True)
    with yard.at_work(yard.before, []) as counter:
        town = counter.town
        shown = {"code": yard.family.code, "pin": yard.family.pin}
        there = counter.api.post("/api/v1/looks", json=shown).json()["spendable_cents"]
        assert counter.sell(there - 5_00).status_code == 201  # Whoever does not wait lets it go.
        counter.bring([one for one in kept if "sale" in one])
        assert list(lost_sales(town.ledger, town.comune).standing.values()) == [Standing.NO_SALE]
        counter.bring(kept)
        lost = lost_sales(town.ledger, town.comune)
        told = [lost.standing[one.receipt_id] for one in lost.receipts]
        assert sorted(told) == ["no_sale", "ready", "short", "short"]
        assert (lost.cents(Standing.READY), lost.cents(Standing.SHORT)) == (30_00, 19_50)
        assert confirm(town, propose(town)).accepted
        assert list(town.ledger.book(town.comune).check()) == []


def test_a_list_that_grew_or_was_put_aside_is_not_confirmed(yard: Yard) -> None:
    kept, _there, _name = lose_three_sales(yard)
    accept_loss(yard.before, heads=yard.heads)
    with yard.at_work(yard.before, []) as counter:
        town = counter.town
        counter.bring(kept[:1])
        first = propose(town)
        counter.bring(kept)
        second = propose(town)
        assert confirm(town, first).code == "not_approved"  # Its receipt stands in the second.
        withdraw_change(town.ledger, town.comune, second, officer=town.officer, key=key(), now=NOON)
        assert confirm(town, second).code == "already_claimed"
        assert lost_sales(town.ledger, town.comune).count(Standing.READY) == 4


def test_nothing_waits_where_nothing_was_lost(yard: Yard) -> None:
    with yard.at_work(yard.url, []) as counter:
        assert receipts_wanted_since(counter.town.ledger, now=NOON) is None
        assert counter.api.get("/api/v1/returned-receipts").json() == {"since": None}
        assert counter.sell(1_00).status_code == 201
        assert not reopen_tills(counter.town.ledger, "giussano", by=counter.town.approver, now=NOON)


def test_another_process_learns_within_seconds_that_tills_may_go_on(yard: Yard) -> None:
    lose_three_sales(yard)
    accept_loss(yard.before, heads=yard.heads)
    now = [edges.now()]
    slow = open_ledger(yard.before, heads=yard.heads, clock=lambda: now[0])
    with slow as here, open_ledger(yard.before, heads=yard.heads) as there:
        book_no = here.book("giussano").book_no
        assert here.waiting.holds(book_no)
        reopen_tills(there, "giussano", by=yard.town.approver, now=NOON)
        assert here.waiting.holds(book_no)
        now[0] += 6 * SECOND
        assert not here.waiting.holds(book_no)


def test_the_books_own_refusal_is_told(yard: Yard) -> None:
    """The machine's own guard: what waits is refused by the book, not by a page."""
    lose_three_sales(yard)
    accept_loss(yard.before, heads=yard.heads)
    with yard.opened(yard.before) as ledger, pytest.raises(ReadOnly, match="lost sales"):
        ledger.book("giussano").submit(
            [plan_void(key=RequestId(uuid4()), till_id=uuid4(), now=NOON)]
        )
