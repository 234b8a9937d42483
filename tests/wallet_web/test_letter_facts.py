"""A ranking's lines as what each family is told: amounts, places among those who wait, limits."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from ledger.core.entitlement.call_rule import CallRule
from ledger.core.entitlement.selection import Application, Reason, Selection
from ledger.reports.calls_page import RankedRow
from tests.core.entitlement.test_selection import FLAT, chosen, one, rule
from wallet_web.comune.letter_facts import (
    Award,
    Outcome,
    Refusal,
    Spending,
    Waiting,
    ranked_outcomes,
)

SPENDING = Spending(date(2026, 12, 1), date(2027, 3, 31), ("grocery",))
AWARD = Award(100_00, SPENDING.first, SPENDING.last, ("grocery",))


def rows_of(made: Selection) -> list[RankedRow]:
    """As they are kept."""
    return [
        RankedRow(UUID(int=0), line.application.id, number, line.place, str(line.outcome),
            str(line.reason), line.due, line.amount)
        for number, line in enumerate(made.lines, start=1)
    ]  # fmt: skip


def told(asked: Sequence[Application], by: CallRule, budget: int) -> dict[int, Outcome]:
    made = chosen(asked, by, budget)
    evaluations = {line.application.id: line.evaluation for line in made.lines}
    found = ranked_outcomes(rows_of(made), evaluations, by, SPENDING)
    return {row.application_id.int: outcome for row, outcome in found}


def test_each_line_becomes_what_its_family_is_told() -> None:
    by = rule(function=FLAT, order=["isee", "received"])
    asked = [one(1, 18_000_00), one(2, 6_000_00), one(3, 12_000_00), one(4, 20_000_01)]
    assert told(asked, by, 150_00) == {
        2: AWARD,
        3: Waiting(1, 2, Reason.MONEY_ENDED, ("isee", "received")),
        1: Waiting(2, 2, Reason.MONEY_ENDED, ("isee", "received")),
        4: Refusal(Reason.ISEE_TOO_HIGH, 20_000_01, 20_000_00),
    }


def test_who_waits_is_counted_apart_from_who_is_paid_in_between() -> None:
    """A threshold pays the lower indicator, wherever it stands in the order."""
    by = rule(function=FLAT, order=["received"], fit={"kind": "threshold"})
    asked = [one(1, 18_000_00, received=1), one(2, 6_000_00, received=2),
             one(3, 12_000_00, received=3)]  # fmt: skip
    found = told(asked, by, 100_00)
    assert list(found) == [1, 2, 3]
    assert found[2] == AWARD
    places = [(one.place, one.places) for one in found.values() if isinstance(one, Waiting)]
    assert places == [(1, 2), (2, 2)]


def test_a_limit_of_the_comunes_indicator_tells_that_one() -> None:
    by = rule(function=FLAT, limits={"isee_ff": "5000.00"})
    refusal = told([one(1, 18_000_00)], by, 100_00)[1]
    assert isinstance(refusal, Refusal)
    assert (refusal.reason, refusal.limit_cents) == (Reason.ISEE_FF_TOO_HIGH, 5_000_00)
    assert refusal.found_cents is not None
    assert 5_000_00 < refusal.found_cents < 18_000_00


def test_other_reasons_and_erased_families_tell_no_numbers() -> None:
    by = rule(function=FLAT, limits={"minors": 3})
    assert told([one(1)], by, 100_00)[1] == Refusal(Reason.TOO_FEW_MINORS)
    high = rule(function=FLAT)
    rows = rows_of(chosen([one(1, 20_000_01)], high, 100_00))
    [(_, erased)] = ranked_outcomes(rows, {}, high, SPENDING)
    assert erased == Refusal(Reason.ISEE_TOO_HIGH)
