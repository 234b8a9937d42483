"""The ratios of the five R, and what is taken off: domain.md 4.2's own example, to the cent."""

import pytest

from ledger.core.chart import EntryKind
from ledger.core.circuit.five_rs import MEASURES, Tally, hours_in_cents, ratio
from ledger.core.posting_rules import POSTING_RULES, Sides


def test_the_example_of_the_field_comes_out() -> None:
    spent = public = 900_00
    fund, bonus, hours = 9_00, 45_00, 8 * 60
    assert ratio(fund, spent) == "0.0100"
    assert ratio(hours_in_cents(hours) + fund + bonus, public) == "0.1489"


@pytest.mark.parametrize(
    ("above", "below", "told"),
    [(0, 0, None), (5, 0, None), (0, 7, "0.0000"), (1, 3, "0.3333"), (2, 3, "0.6667"),
     (1, 20_000, "0.0001"), (1, 20_001, "0.0000"), (-1, 3, "-0.3333"), (10, 4, "2.5000")],
)  # fmt: skip
def test_a_ratio_has_four_places_half_up_and_none_by_nothing(
    above: int, below: int, told: str | None
) -> None:
    assert ratio(above, below) == told


def test_every_way_that_counts_is_one_that_the_book_allows() -> None:
    for ways in MEASURES.values():
        for way in ways:
            kind = EntryKind(way.entry)
            if kind is EntryKind.REVERSAL:  # The contrary of a row that is there.
                rows = {side for rules in POSTING_RULES.values() for side in rules}
                assert Sides(way.credit, way.debit) in rows
            else:
                assert Sides(way.debit, way.credit) in POSTING_RULES[kind], way


def test_an_entry_of_two_transfers_counts_once_and_a_refund_takes_off() -> None:
    tally = Tally()
    paid, back = ("redemption", "voucher", "shop_payable"), ("refund", "shop_payable", "voucher")
    tally.add((1, 5), paid, 10_00, "comune")
    tally.add((1, 5), paid, 2_50, "comune")
    tally.add((1, 6), paid, 4_00, "donor")
    tally.add((1, 7), back, 2_00, "comune")
    tally.add((1, 8), ("payout", "shop_payable", "treasury"), 99_00, "")
    spent, public = tally.total("spent"), tally.total("spent", frozenset({"comune"}))
    assert (spent.amount, spent.entries) == (14_50, 3)
    assert (public.amount, public.entries) == (10_50, 2)
