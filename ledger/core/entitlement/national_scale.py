"""The national equivalence scale, SE. Source: DPCM 159/2013, annex 1; domain.md 3.3.

Not here: the second indicator of 2026 for national benefits, whose scale no municipal benefit
reads; of it only its kind is known (`isee`).
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from ledger.core.entitlement.exact import weight_text
from ledger.core.entitlement.household import SMALL, Household
from ledger.core.entitlement.steps import Step

BASE: Final = tuple(map(Decimal, ("1.00", "1.57", "2.04", "2.46", "2.85")))
EACH_FURTHER: Final = Decimal("0.35")
CHILDREN: Final = {3: Decimal("0.20"), 4: Decimal("0.35"), 5: Decimal("0.50")}
WORKING: Final = Decimal("0.20")
WORKING_SMALL: Final = Decimal("0.30")
DISABLED: Final = Decimal("0.50")


def national_scale(household: Household) -> tuple[Decimal, tuple[Step, ...]]:
    """SE, and the lines it is the sum of."""
    lines = list(_lines(household))
    return sum((weight for weight, _step in lines), Decimal(0)), tuple(step for _, step in lines)


def _lines(household: Household) -> Iterator[tuple[Decimal, Step]]:
    members = len(household.members)
    further = max(0, members - len(BASE))
    yield _line("base", BASE[members - further - 1] + further * EACH_FURTHER, members=members)
    children = len(household.children)
    if children >= min(CHILDREN):
        yield _line("children", CHILDREN[min(children, max(CHILDREN))], count=children)
    yield from _parents(household)
    disabled = sum(one.disability is not None for one in household.members)
    if disabled:
        yield _line("disabled", disabled * DISABLED, count=disabled)


def _parents(household: Household) -> Iterator[tuple[Decimal, Step]]:
    """(b) every parent works, or (c) one who does not is alone with minors: the same weights."""
    adults, minors = household.adults, household.minors
    if not adults or not minors:
        return
    is_alone = len(adults) == 1 and len(household.members) == 1 + len(minors)
    if all(one.works for one in adults):
        name = "working_parents"
    elif is_alone:
        name = "lone_not_working"
    else:
        return
    if any(one.age_on(household.on) < SMALL for one in minors):
        yield _line(f"{name}_small", WORKING_SMALL)
    else:
        yield _line(name, WORKING)


def _line(what: str, weight: Decimal, **given: int) -> tuple[Decimal, Step]:
    return weight, Step(what, weight_text(weight), given)
