"""A selection in figures: nobody counted twice, bounds where the rules put them."""

from hypothesis import given

from ledger.core.entitlement.figures import (
    BANDS,
    LARGE,
    by_isee,
    by_members,
    compare,
    just_outside,
)
from ledger.core.entitlement.selection import Application
from ledger.core.quantities import Amount
from tests.core.entitlement.test_selection import FLAT, applications, budgets, chosen, one, rule


@given(applications, budgets)
def test_every_group_adds_up_to_the_whole(asked: list[Application], budget: Amount) -> None:
    made = chosen(asked, rule(), budget)
    for groups in (by_isee(made, comune=True), by_isee(made, comune=False), by_members(made)):
        assert sum(group.applications for group in groups) == len(asked)
        assert sum(group.cents for group in groups) == made.total
        assert all(group.awarded <= group.applications for group in groups)


def test_a_bound_belongs_to_the_band_below_it() -> None:
    made = chosen([one(1, BANDS[1]), one(2, BANDS[1] + 1)], rule(function=FLAT), 1_000_00)
    groups = by_isee(made, comune=False)
    assert [group.applications for group in groups][1:3] == [1, 1]
    assert (groups[0].over, groups[0].upto, groups[-1].upto) == (None, BANDS[0], None)
    assert groups[1].mean_cents == 100_00
    assert groups[5].mean_cents == 0


def test_large_households_are_one_group() -> None:
    made = chosen([one(1, 0, 1, 2, 3, 4), one(2, 0, 1, 2, 3, 4, 5)], rule(function=FLAT), 1_000_00)
    assert [group.applications for group in by_members(made)] == [0] * (LARGE - 1) + [2]


def test_who_falls_just_outside_is_the_first_who_waits() -> None:
    made = chosen([one(at, at * 1_000_00) for at in range(1, 20)], rule(function=FLAT), 300_00)
    assert [line.application.id.int for line in just_outside(made)] == list(range(4, 14))


def test_winners_and_losers_against_another_rule() -> None:
    asked = [one(1, 6_000_00), one(2, 12_000_00), one(3, 19_000_00)]
    before = chosen(asked, rule(function=FLAT), 1_000_00)
    steep = {"kind": "bands", "bands": [["8000.00", "150.00"], ["12000.00", "100.00"]],
             "above": "20.00"}  # fmt: skip
    after = chosen(asked, rule(function=steep, meter="isee"), 1_000_00)
    made = compare(before, after)
    assert [(one.application.int, one.difference) for one in made.winners] == [(1, 50_00)]
    assert [(one.application.int, one.difference) for one in made.losers] == [(3, -80_00)]
    assert (made.same, made.gained, made.lost) == (1, 50_00, 80_00)
