"""A target beside its figure: at least or at most, whole for a ratio, by days for a sum."""

from datetime import date

import pytest

from ledger.core.circuit.targets import Attained, Target, attained, days_of


@pytest.mark.parametrize(
    ("target", "found", "reached"),
    [
        (Target.RATE, 99, False), (Target.RATE, 100, True), (Target.RATE, 101, True),
        (Target.UNSPENT, 99, True), (Target.UNSPENT, 100, True), (Target.UNSPENT, 101, False),
        (Target.YIELD, None, None),
    ],
)  # fmt: skip
def test_it_is_reached_at_the_figure_itself(
    target: Target, found: int | None, *, reached: bool | None
) -> None:
    assert Attained(target, 100, found).is_reached is reached


def test_a_sum_is_asked_by_the_days_of_the_period_and_a_ratio_whole() -> None:
    aims = {Target.SHARE: 500, Target.COLLECTED: 365_00}
    found = dict.fromkeys(Target, 1)
    january = days_of(date(2027, 1, 1), date(2027, 1, 31))
    assert [(one.target, one.wanted) for one in attained(aims, found, january)] == [
        (Target.COLLECTED, 31_00), (Target.SHARE, 500),
    ]  # fmt: skip
    leap = days_of(date(2028, 1, 1), date(2028, 12, 31))
    assert attained(aims, found, leap)[0].wanted == 365_00
