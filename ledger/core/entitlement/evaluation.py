"""One household through one rule: ISEE and the comune's indicator side by side, then the amount.

Every number is exact; ISEE-FF comes from both scales and is rounded once, never from the shown FF.
Source: domain.md 3.1.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from ledger.core.entitlement.benefits import Rule
from ledger.core.entitlement.comune_table import ComuneTable, comune_scale
from ledger.core.entitlement.exact import cents_text, ratio_text, rounded, weight_text
from ledger.core.entitlement.household import Household
from ledger.core.entitlement.national_scale import national_scale
from ledger.core.entitlement.steps import Step
from ledger.core.quantities import Amount


class Meter(StrEnum):
    """Which of the two indicators a rule reads."""

    ISEE = "isee"
    ISEE_FF = "isee_ff"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came of it: scales, both indicators and the amount in cents, and each step to it."""

    se: Decimal
    se_ff: Decimal
    isee: Amount
    isee_ff: Amount
    amount: Amount
    steps: tuple[Step, ...]

    @property
    def ff(self) -> Fraction:
        """How much of the ISEE is left by the comune's table: 1 at most."""
        return Fraction(self.se) / Fraction(self.se_ff)


def indicator(isee: Amount, se: Decimal, se_ff: Decimal) -> Amount:
    """ISEE x SE / SE_FF in cents, rounded half up once."""
    return rounded(isee * Fraction(se) / Fraction(se_ff))


def evaluate(
    household: Household, isee: Amount, table: ComuneTable, rule: Rule, meter: Meter
) -> Evaluation:
    """The amount for a household with this ISEE (cents)."""
    se, national = national_scale(household)
    se_ff, burdens = comune_scale(table, se, household)
    isee_ff = indicator(isee, se, se_ff)
    read = isee if meter is Meter.ISEE else isee_ff
    amount, last = rule.at(read, household)
    steps = (
        *national,
        Step("se", weight_text(se)),
        *burdens,
        Step("se_ff", weight_text(se_ff)),
        Step("ff", ratio_text(Fraction(se) / Fraction(se_ff))),
        Step("isee_ff", cents_text(isee_ff)),
        Step("meter", cents_text(read), {"meter": str(meter)}),
        *last,
    )
    return Evaluation(se, se_ff, isee, isee_ff, amount, steps)
