"""Households for the tests, from ages alone; every day is the first of September 2026."""

from datetime import date

from ledger.core.entitlement.household import Disability, Household, Member, Role

TODAY = date(2026, 9, 1)


def aged(
    years: int, role: Role = Role.CHILD, disability: Disability | None = None, **more: bool
) -> Member:
    return Member(role, date(2026 - years, 5, 1), disability, **more)


def parent(*, works: bool = True) -> Member:
    return aged(40, Role.ADULT, works=works)


def home(*members: Member, **burdens: bool) -> Household:
    return Household(members, TODAY, **burdens)


def couple(*ages: int, working: int = 2, **burdens: bool) -> Household:
    """Two adults, of whom so many work, and children of these ages."""
    parents = [parent(works=number < working) for number in range(2)]
    return home(*parents, *map(aged, ages), **burdens)
