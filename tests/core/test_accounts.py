"""One account by itself: how far it can go either way, whatever becomes of what is held."""

import pytest

from ledger.core.accounts import Account
from ledger.core.chart import AccountKind, Side
from ledger.core.quantities import MAX_AMOUNT
from tests.rich_book import account

MONEY = {"debits_posted": 100, "credits_posted": 30, "debits_pending": 7, "credits_pending": 11}
SHOP = {"debits_posted": 30, "credits_posted": 100, "debits_pending": 7, "credits_pending": 11}


def an_account(kind: AccountKind, **fields: int | None) -> Account:
    return Account(account("A"), "U", kind)._replace(**fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "lowest", "highest"),
    [
        (an_account(AccountKind.TREASURY, **MONEY), 59, 77),
        (an_account(AccountKind.SHOP_PAYABLE, **SHOP), 63, 81),
    ],
)
def test_what_is_held_may_come_or_go(one: Account, lowest: int, highest: int) -> None:
    assert one.balance == 70
    assert one.extremes() == (lowest, highest)


@pytest.mark.parametrize(
    ("floor", "ceiling", "out", "more"),
    [(0, 81, 63, 0), (60, 90, 3, 9), (63, None, 0, MAX_AMOUNT), (64, 80, 0, 0), (-5, 82, 68, 1)],
)
def test_room_ends_at_the_bounds_and_is_never_negative(
    floor: int, ceiling: int | None, out: int, more: int
) -> None:
    """At a bound, and beyond one that was set too late: nothing, not less than nothing."""
    one = an_account(AccountKind.SHOP_PAYABLE, floor=floor, ceiling=ceiling, **SHOP)
    assert (one.room(Side.DEBIT), one.room(Side.CREDIT)) == (out, more)


@pytest.mark.parametrize("side", ["debits", "credits"])
def test_a_counter_is_full_one_beyond_the_greatest_number(side: str) -> None:
    posted, pending = f"{side}_posted", f"{side}_pending"
    most = an_account(AccountKind.FUND, **{posted: MAX_AMOUNT - 4, pending: 4})
    assert not most.is_full()
    assert most._replace(**{pending: 5}).is_full()  # type: ignore[arg-type]
