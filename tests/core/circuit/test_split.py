"""A receipt's discount is split to the cent, fund first, and the parts are always the receipt."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core.circuit.split import NoSplit, Split, percent_text, read_percent, split
from ledger.core.quantities import MAX_AMOUNT

FUND = 100  # 1 %.


@pytest.mark.parametrize(
    ("receipt", "discount", "shares"),
    [
        (50_00, "6%", Split(50, 2_50, 47_00)),  # The two rows of domain.md 2.5.
        (37_45, "6%", Split(37, 1_88, 35_20)),
        (50_00, "6,5%", Split(50, 2_75, 46_75)),
        (50_00, "6.5", Split(50, 2_75, 46_75)),
        (50_00, "1 %", Split(50, 0, 49_50)),
        (50, "1%", Split(1, 0, 49)),  # Half a cent goes up.
        (49, "1%", Split(0, 0, 49)),
        (1, "100%", Split(0, 1, 0)),
        (MAX_AMOUNT, "100%", Split(90071992547410, MAX_AMOUNT - 90071992547410, 0)),
    ],
)
def test_the_golden_rows(receipt: int, discount: str, shares: Split) -> None:
    assert split(receipt, read_percent(discount), FUND) == shares


@given(st.integers(1, MAX_AMOUNT), st.integers(0, 10_000), st.integers(0, 10_000))
def test_the_parts_are_the_receipt_and_each_is_the_nearest_cent(
    receipt: int, one: int, other: int
) -> None:
    fund, discount = sorted((one, other))
    shares = split(receipt, discount, fund)
    assert shares.fund_cents + shares.family_cents + shares.shop_net_cents == receipt
    assert min(shares.fund_cents, shares.family_cents, shares.shop_net_cents) >= 0
    for cents, points in ((shares.fund_cents, fund), (shares.discount_cents, discount)):
        off = cents - Fraction(receipt * points, 10_000)
        assert -Fraction(1, 2) < off <= Fraction(1, 2)


@pytest.mark.parametrize("receipt", [0, -1, MAX_AMOUNT + 1, 1e30, 50.0, True, "50"])
def test_what_is_no_receipt_is_refused(receipt: object) -> None:
    with pytest.raises(NoSplit, match="amount of cents"):
        split(receipt, 600, FUND)  # type: ignore[arg-type]


@pytest.mark.parametrize(("discount", "fund"), [(99, 100), (0, 1), (10_001, 100), (600, -1)])
def test_a_discount_is_between_the_fund_s_share_and_all(discount: int, fund: int) -> None:
    with pytest.raises(NoSplit, match="between the fund's share"):
        split(50_00, discount, fund)


@pytest.mark.parametrize(
    "text", ["", "%", "-6%", "6.555%", "6,", "1e2%", "6%%", "\u0666%", "6 6%", "1000%", "nan", "½%"]
)
def test_what_is_no_percentage_is_refused(text: str) -> None:
    with pytest.raises(NoSplit, match="percentage"):
        read_percent(text)


@given(st.integers(0, 99_999))
def test_a_percentage_is_read_back(points: int) -> None:
    assert read_percent(percent_text(points)) == points
